/* A state much larger than the memory its reading may take. The bytes are never held whole: a
 * stream over a pipe would need a thread, so they go through an unlinked file. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/json_reader.h"
#include "tests/support/collected.h"

#if defined(__SANITIZE_ADDRESS__)
#define WITH_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_SANITIZER 1
#endif
#endif
#ifndef WITH_SANITIZER
#define WITH_SANITIZER 0
#endif

enum { BLOCKS = 100000, GROWTH_MAX_KB = 24 << 10 };

static void write_state(FILE *file) {
    fputs("{\"version\":4,\"terraform_version\":\"1.9.0\",\"resources\":[\n", file);
    for (int i = 0; i < BLOCKS; i++) {
        fprintf(file,
                "%s{\"mode\":\"managed\",\"type\":\"aws_instance\",\"name\":\"web%d\",\"provider\":"
                "\"provider[\\\"registry.terraform.io/hashicorp/aws\\\"]\",\"instances\":[{"
                "\"index_key\":%d,\"attributes\":{\"id\":\"i-%08x\",\"cpu\":%d,\"tags\":{\"Name\":"
                "\"web-%d\",\"env\":\"prod\"},\"user_data\":\"%0400d\"},\"dependencies\":["
                "\"aws_vpc.main\"]}]}\n",
                i ? "," : "", i, i % 7, (unsigned)i, i % 64, i, i);
    }
    fputs("]}", file);
}

static enum ix_code open_descriptor(const struct ix_input *input, struct ix_stream **ret_stream,
                                    struct ix_err *err) {
    const int *fd = input->open_context;
    cr_assert_eq(lseek(*fd, 0, SEEK_SET), 0);
    return ix_stream_open_fd(*fd, ret_stream, err);
}

struct counter {
    struct ix_sink sink;
    int64_t resources, relations, scopes;
    bool cancel_early, cancelled;
};

static enum ix_code count_resource(struct ix_sink *sink, const struct ix_resource *resource,
                                   struct ix_err *err) {
    struct counter *counter = (struct counter *)sink;
    (void)resource;
    (void)err;
    counter->resources++;
    counter->cancelled = counter->cancel_early && counter->resources == 10;
    return IX_OK;
}

static enum ix_code count_relation(struct ix_sink *sink, const struct ix_relation *relation,
                                   struct ix_err *err) {
    (void)relation;
    (void)err;
    ((struct counter *)sink)->relations++;
    return IX_OK;
}

static enum ix_code count_scope(struct ix_sink *sink, const struct ix_scope *scope,
                                struct ix_err *err) {
    (void)scope;
    (void)err;
    ((struct counter *)sink)->scopes++;
    return IX_OK;
}

static enum ix_code count_note(struct ix_sink *sink, const struct ix_note *note,
                               struct ix_err *err) {
    (void)sink;
    (void)note;
    (void)err;
    return IX_OK;
}

static enum ix_code collect_large(struct counter *counter, struct ix_arena *arena,
                                  struct ix_err *err) {
    FILE *file = tmpfile();
    cr_assert(file);
    write_state(file);
    fflush(file);
    int fd = fileno(file);
    struct ix_input input = {
        .path = IX_SV("large.tfstate"),
        .base_name = IX_SV("large.tfstate"),
        .form = IX_FORM_JSON,
        .open = open_descriptor,
        .open_context = &fd,
    };
    struct ix_stream *stream;
    cr_assert_eq(input.open(&input, &stream, err), IX_OK);
    cr_assert_eq(ix_json_outline(stream, 0, arena, &input.outline, err), IX_OK, "%s", err->text);
    ix_stream_close(stream);
    struct ix_recognised recognised = {0};
    tested.collector->recognise(&input, arena, &recognised);
    cr_assert_eq(recognised.claim, IX_CLAIM_READ);
    counter->sink = (struct ix_sink){.resource = count_resource,
                                     .relation = count_relation,
                                     .scope = count_scope,
                                     .note = count_note};
    const struct ix_collect_env env = {
        .input = &input,
        .recognised = &recognised,
        .source = IX_SV("test"),
        .cancelled = &counter->cancelled,
    };
    enum ix_code code = tested.collector->collect(&env, &counter->sink, err);
    fclose(file);
    return code;
}

Test(terraform, reads_a_large_state_in_little_memory) {
    struct rusage before, after;
    struct counter counter = {0};
    struct ix_arena arena;
    struct ix_err err = {0};
    ix_arena_init(&arena, 0);
    getrusage(RUSAGE_SELF, &before);
    cr_assert_eq(collect_large(&counter, &arena, &err), IX_OK, "%s", err.text);
    getrusage(RUSAGE_SELF, &after);
    cr_assert_eq(counter.resources, BLOCKS);
    cr_assert_eq(counter.relations, BLOCKS);
    cr_assert_eq(counter.scopes, 1);
    cr_assert(WITH_SANITIZER || after.ru_maxrss - before.ru_maxrss < GROWTH_MAX_KB,
              "grew by %ld kB", after.ru_maxrss - before.ru_maxrss);
    ix_arena_done(&arena);
}

Test(terraform, stops_between_resources_when_cancelled) {
    struct counter counter = {.cancel_early = true};
    struct ix_arena arena;
    struct ix_err err = {0};
    ix_arena_init(&arena, 0);
    cr_assert_eq(collect_large(&counter, &arena, &err), IX_CANCELLED);
    cr_assert_eq(counter.resources, 10);
    cr_assert_eq(counter.scopes, 0);
    ix_arena_done(&arena);
}

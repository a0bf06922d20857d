/* The input is always memory: a file is read whole first, which is what small test files allow. */
#include "tests/collectors/cloudformation/collected.h"

#include <stdio.h>
#include <stdlib.h>

#include "collectors/run.h"
#include "indexer/model/record.h"

enum { FILE_MAX_BYTES = 1 << 20 };

static enum ix_code open_memory(const struct ix_input *input, struct ix_stream **ret_stream,
                                struct ix_err *err) {
    const struct ix_sv *bytes = input->open_context;
    return ix_stream_open_memory(*bytes, ret_stream, err);
}

static enum ix_code keep_line(void *context, struct ix_sv line, struct ix_err *err) {
    struct ix_buf *lines = context;
    ix_buf_add(lines, line);
    return ix_buf_check(lines, err);
}

static void parse_lines(struct collected *c) {
    struct ix_sv rest = ix_buf_sv(&c->lines);
    struct ix_sv line;
    c->records = ix_json_new_array(&c->arena);
    while (ix_sv_split(&rest, '\n', &line)) {
        struct ix_json *record = NULL;
        struct ix_err err = {0};
        if (ix_json_parse(&c->arena, line, &record, &err) != IX_OK) {
            abort();
        }
        ix_json_append(c->records, record);
    }
}

static void collect_input(struct collected *c, const struct ix_input *input) {
    struct ix_record_sink sink;
    ix_record_sink_init(&sink, keep_line, &c->lines);
    struct ix_collect_env env = {
        .input = input,
        .recognised = &c->recognised,
        .source = IX_SV("test"),
    };
    c->code = ix_collector_cloudformation.collect(&env, &sink.sink, &c->err);
    ix_record_sink_done(&sink);
}

static void collect_named(struct collected *c, struct ix_sv bytes, struct ix_sv path) {
    *c = (struct collected){0};
    ix_arena_init(&c->arena, 0);
    struct ix_input input = {
        .path = path,
        .base_name = path,
        .open = open_memory,
        .open_context = &bytes,
    };
    if (ix_input_inspect(&input, &c->arena, &c->err) != IX_OK) {
        abort();
    }
    ix_collector_cloudformation.recognise(&input, &c->arena, &c->recognised);
    if (c->recognised.claim == IX_CLAIM_READ) {
        collect_input(c, &input);
    }
    parse_lines(c);
}

void collect_bytes(struct collected *c, struct ix_sv bytes) {
    collect_named(c, bytes, IX_SV("input"));
}

void collect_file(struct collected *c, const char *path) {
    static char bytes[FILE_MAX_BYTES];
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "cannot open %s\n", path);
        abort();
    }
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    collect_named(c, ix_sv_of(bytes, size), IX_SV("input"));
}

void collect_fixture(struct collected *c, const char *name) {
    char path[1024];
    const char *root = getenv("IX_SOURCE_DIR");
    snprintf(path, sizeof path, "%s/tests/fixtures/cloudformation/%s", root ? root : ".", name);
    collect_file(c, path);
}

void collected_done(struct collected *c) {
    ix_buf_done(&c->lines);
    ix_arena_done(&c->arena);
}

const char *sample_path(const char *name) {
    static char path[1024];
    const char *root = getenv("IX_SAMPLES_DIR");
    snprintf(path, sizeof path, "%s/%s", root ? root : "../shared/samples", name);
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "skipped: no %s (set IX_SAMPLES_DIR)\n", path);
        return NULL;
    }
    fclose(file);
    return path;
}

/* ---- looking at records ---- */

static bool member_is(const struct ix_json *record, const char *name, const char *value) {
    return !value || ix_sv_eq_cstr(ix_json_get_string(record, name), value);
}

/* The first record of this kind with this member; NULL values match anything. */
static const struct ix_json *find_record(const struct collected *c, const char *record,
                                         const char *name, const char *value) {
    for (const struct ix_json *r = ix_json_first(c->records); r; r = ix_json_next(r)) {
        if (member_is(r, "record", record) && member_is(r, name, value)) {
            return r;
        }
    }
    return NULL;
}

size_t count_records(const struct collected *c, const char *record) {
    size_t count = 0;
    for (const struct ix_json *r = ix_json_first(c->records); r; r = ix_json_next(r)) {
        count += member_is(r, "record", record);
    }
    return count;
}

const struct ix_json *find_resource(const struct collected *c, const char *address) {
    return find_record(c, "resource", "address", address);
}

const struct ix_json *find_relation(const struct collected *c, const char *from, const char *type,
                                    const char *to) {
    for (const struct ix_json *r = ix_json_first(c->records); r; r = ix_json_next(r)) {
        if (member_is(r, "record", "relation") && member_is(r, "from", from) &&
            member_is(r, "type", type) && (member_is(r, "to", to) || member_is(r, "to_id", to))) {
            return r;
        }
    }
    return NULL;
}

const struct ix_json *find_note(const struct collected *c, const char *words) {
    for (const struct ix_json *r = ix_json_first(c->records); r; r = ix_json_next(r)) {
        bool note = member_is(r, "record", "note");
        if (note && ix_sv_find(ix_json_get_string(r, "reason"), ix_sv_cstr(words)) != IX_SV_NPOS) {
            return r;
        }
    }
    return NULL;
}

const struct ix_json *find_scope(const struct collected *c) {
    return find_record(c, "scope", "record", NULL);
}

bool has_flag(const struct ix_json *resource, const char *flag) {
    const struct ix_json *flags = ix_json_get(resource, "flags");
    for (const struct ix_json *f = ix_json_first(flags); f; f = ix_json_next(f)) {
        if (ix_sv_eq_cstr(ix_json_string(f), flag)) {
            return true;
        }
    }
    return false;
}

/* The input is always memory: test files are small. */
#include "tests/support/collected.h"

#include <stdio.h>
#include <stdlib.h>

#include "collectors/run.h"
#include "indexer/model/record.h"

enum { FILE_MAX_BYTES = 4 << 20, PATH_SIZE = 1024 };

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

static enum ix_code begin_source(void *context, struct ix_sv source, struct ix_sv source_kind,
                                 struct ix_err *err) {
    struct collected *c = context;
    ix_buf_printf(&c->sources, "%.*s (%.*s)\n", IX_SV_FMT(source), IX_SV_FMT(source_kind));
    return ix_buf_check(&c->sources, err);
}

static void collect_input(struct collected *c, const struct ix_input *input) {
    struct ix_record_sink sink;
    ix_record_sink_init(&sink, keep_line, &c->lines);
    struct ix_collect_env env = {
        .input = input,
        .recognised = &c->recognised,
        .source = IX_SV("test"),
        .begin_source = c->recognised.names_sources && !c->one_source ? begin_source : NULL,
        .begin_source_context = c,
    };
    c->code = tested.collector->collect(&env, &sink.sink, &c->err);
    ix_record_sink_done(&sink);
}

static struct ix_sv base_name(struct ix_sv path) {
    size_t slash = ix_sv_rfind_char(path, '/');
    return ix_sv_from(path, slash == IX_SV_NPOS ? 0 : slash + 1);
}

static void collect_named(struct collected *c, const char *name, struct ix_sv bytes,
                          struct ix_sv later) {
    *c = (struct collected){.one_source = c->one_source};
    ix_arena_init(&c->arena, 0);
    struct ix_input input = {
        .path = ix_sv_cstr(name),
        .base_name = base_name(ix_sv_cstr(name)),
        .open = open_memory,
        .open_context = &bytes,
    };
    if (ix_input_inspect(&input, &c->arena, &c->err) != IX_OK) {
        abort();
    }
    tested.collector->recognise(&input, &c->arena, &c->recognised);
    input.open_context = &later;
    if (c->recognised.claim == IX_CLAIM_READ) {
        collect_input(c, &input);
    }
    parse_lines(c);
}

void collect_bytes(struct collected *c, const char *name, struct ix_sv bytes) {
    c->one_source = false;
    collect_named(c, name, bytes, bytes);
}

void collect_as_one_source(struct collected *c, struct ix_sv bytes) {
    c->one_source = true;
    collect_named(c, tested.usual_name, bytes, bytes);
}

void collect_changed(struct collected *c, struct ix_sv bytes, struct ix_sv later) {
    c->one_source = false;
    collect_named(c, tested.usual_name, bytes, later);
}

static bool read_file(struct ix_arena *arena, const char *path, struct ix_sv *ret_bytes) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        return false;
    }
    char *bytes = ix_arena_alloc(arena, FILE_MAX_BYTES);
    *ret_bytes = ix_sv_of(bytes, fread(bytes, 1, FILE_MAX_BYTES, file));
    fclose(file);
    return true;
}

struct ix_sv fixture_bytes(struct ix_arena *arena, const char *name) {
    char path[PATH_SIZE];
    struct ix_sv bytes;
    const char *root = getenv("IX_SOURCE_DIR");
    snprintf(path, sizeof path, "%s/tests/fixtures/%s/%s", root ? root : ".", tested.fixtures,
             name);
    if (!read_file(arena, path, &bytes)) {
        fprintf(stderr, "cannot open %s\n", path);
        abort();
    }
    return bytes;
}

static void collect_fixture_as(struct collected *c, const char *name, const char *path) {
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    collect_bytes(c, path, fixture_bytes(&arena, name));
    ix_arena_done(&arena);
}

void collect_fixture(struct collected *c, const char *name) {
    collect_fixture_as(c, name, name);
}

void collect_unnamed(struct collected *c, const char *name) {
    collect_fixture_as(c, name, tested.usual_name);
}

bool sample_bytes(struct ix_arena *arena, const char *name, struct ix_sv *ret_bytes) {
    char path[PATH_SIZE];
    const char *root = getenv("IX_SAMPLES_DIR");
    snprintf(path, sizeof path, "%s/%s", root ? root : "../shared/samples", name);
    bool found = read_file(arena, path, ret_bytes);
    if (!found) {
        fprintf(stderr, "skipped: no %s (set IX_SAMPLES_DIR)\n", path);
    }
    return found;
}

void collected_done(struct collected *c) {
    ix_buf_done(&c->lines);
    ix_buf_done(&c->sources);
    ix_arena_done(&c->arena);
}

/* ---- looking at records ---- */

bool text_is(const struct ix_json *record, const char *member, const char *expected) {
    return ix_sv_eq_cstr(ix_json_get_string(record, member), expected);
}

size_t count_records(const struct collected *c, const char *record) {
    size_t count = 0;
    for (const struct ix_json *r = ix_json_first(c->records); r; r = ix_json_next(r)) {
        count += text_is(r, "record", record);
    }
    return count;
}

const struct ix_json *find_resource(const struct collected *c, const char *address,
                                    const char *variant) {
    for (const struct ix_json *r = ix_json_first(c->records); r; r = ix_json_next(r)) {
        if (text_is(r, "record", "resource") && text_is(r, "address", address) &&
            text_is(r, "variant", variant)) {
            return r;
        }
    }
    return NULL;
}

static bool matches(const struct ix_json *record, const char *member, const char *expected) {
    return !expected || text_is(record, member, expected);
}

static bool relates(const struct ix_json *r, const char *type, const char *from, const char *to) {
    return text_is(r, "record", "relation") && text_is(r, "type", type) &&
           matches(r, "from", from) && (matches(r, "to", to) || matches(r, "to_id", to));
}

size_t count_relations(const struct collected *c, const char *type, const char *from,
                       const char *to, const char *path) {
    size_t count = 0;
    for (const struct ix_json *r = ix_json_first(c->records); r; r = ix_json_next(r)) {
        count += relates(r, type, from, to) && matches(r, "path", path);
    }
    return count;
}

const struct ix_json *find_relation(const struct collected *c, const char *type, const char *from,
                                    const char *to) {
    for (const struct ix_json *r = ix_json_first(c->records); r; r = ix_json_next(r)) {
        if (relates(r, type, from, to)) {
            return r;
        }
    }
    return NULL;
}

const struct ix_json *find_scope(const struct collected *c) {
    const struct ix_json *r = ix_json_first(c->records);
    while (r && !text_is(r, "record", "scope")) {
        r = ix_json_next(r);
    }
    return r;
}

bool has_note(const struct collected *c, const char *words) {
    for (const struct ix_json *r = ix_json_first(c->records); r; r = ix_json_next(r)) {
        struct ix_sv reason = ix_json_get_string(r, "reason");
        if (text_is(r, "record", "note") && ix_sv_find(reason, ix_sv_cstr(words)) != IX_SV_NPOS) {
            return true;
        }
    }
    return false;
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

const char *property(const struct ix_json *resource, const char *name) {
    static char text[4096];
    struct ix_buf buf = {0};
    const struct ix_json *node = ix_json_path(resource, "properties", name, NULL);
    if (node) {
        ix_json_write(&buf, node);
    }
    snprintf(text, sizeof text, "%.*s", IX_SV_FMT(ix_buf_sv(&buf)));
    ix_buf_done(&buf);
    return text;
}

bool has_dependency(const struct collected *c, const char *from, const char *to) {
    return find_relation(c, "depends_on", from, to) != NULL;
}

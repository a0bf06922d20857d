#include "query/cost/document.h"

#include "base/yaml.h"
#include "query/suggest.h"

struct ix_cost_place {
    const struct ix_json *node;
    int64_t line;
    struct ix_cost_place *next;
};

static void keep_place(void *context, const struct ix_json *node, int64_t line) {
    struct ix_cost_document *d = context;
    struct ix_cost_place *place = IX_NEW(d->arena, struct ix_cost_place);
    if (place) {
        *place = (struct ix_cost_place){.node = node, .line = line, .next = d->places};
        d->places = place;
    }
}

int64_t ix_cost_document_line(const struct ix_cost_document *d, const struct ix_json *node) {
    const struct ix_cost_place *place = d->places;
    while (place && place->node != node) {
        place = place->next;
    }
    return place ? place->line : 1;
}

enum ix_code ix_cost_document_fail(struct ix_cost_document *d, const struct ix_json *node,
                                   const char *what) {
    return ix_err_set(d->err, IX_INVALID, "%.*s, line %lld: %s", IX_SV_FMT(d->file),
                      (long long)ix_cost_document_line(d, node), what);
}

enum ix_code ix_cost_document_keys(struct ix_cost_document *d, const struct ix_json *object,
                                   const char *words) {
    for (const struct ix_json *n = ix_json_first(object); n; n = ix_json_next(n)) {
        struct ix_sv rest = ix_sv_cstr(words);
        struct ix_sv word;
        struct ix_suggest suggest;
        char hint[IX_SUGGEST_HINT_SIZE];
        bool known = false;
        while (!known && ix_sv_split(&rest, ' ', &word)) {
            known = ix_sv_eq(word, ix_json_key(n));
        }
        if (!known) {
            ix_suggest_init(&suggest, ix_json_key(n));
            ix_suggest_add(&suggest, words);
            const char *near = ix_suggest_hint(&suggest, hint, "");
            return ix_err_set(d->err, IX_INVALID, "%.*s, line %lld: unknown key ‘%.*s’%s%s%s",
                              IX_SV_FMT(d->file), (long long)ix_cost_document_line(d, n),
                              IX_SV_FMT(ix_json_key(n)), near,
                              *near ? "" : "; known: ", *near ? "" : words);
        }
    }
    return IX_OK;
}

enum ix_code ix_cost_document_word(struct ix_cost_document *d, const struct ix_json *node,
                                   const char *name, struct ix_sv *ret) {
    const struct ix_json *member = ix_json_get(node, name);
    *ret = ix_sv_trim(ix_json_string(member));
    return member && ix_sv_empty(*ret) ? ix_cost_document_fail(d, member, "expected a text here")
                                       : IX_OK;
}

static enum ix_code read_tree(struct ix_cost_document *d, struct ix_sv text) {
    struct ix_stream *stream = NULL;
    struct ix_yaml_reader *reader = NULL;
    int64_t line;
    enum ix_code code = ix_stream_open_memory(text, &stream, d->err);
    code = code == IX_OK ? ix_yaml_reader_open(stream, NULL, NULL, &reader, d->err) : code;
    if (code == IX_OK) {
        ix_yaml_reader_watch(reader, keep_place, d);
        code = ix_yaml_reader_next(reader, d->arena, &d->root, &line, d->err);
    }
    ix_yaml_reader_close(reader);
    ix_stream_close(stream);
    return code == IX_OK ? code : ix_err_wrap(d->err, "%.*s", IX_SV_FMT(d->file));
}

enum ix_code ix_cost_document_read(struct ix_sv text, struct ix_sv name, struct ix_arena *arena,
                                   struct ix_cost_document *d, struct ix_err *err) {
    *d = (struct ix_cost_document){
        .file = ix_sv_empty(name) ? IX_SV("the file") : name, .arena = arena, .err = err};
    if (text.size > IX_COST_DOCUMENT_MAX) {
        return ix_err_set(err, IX_LIMIT, "%.*s: more than %d bytes", IX_SV_FMT(d->file),
                          IX_COST_DOCUMENT_MAX);
    }
    return read_tree(d, text);
}

#include "query/cost/document.h"

#include "base/yaml.h"
#include "query/suggest.h"

/* The address of a node as the key of a map. */
static struct ix_sv key_of(const struct ix_json *const *node) {
    return ix_sv_of((const char *)(const void *)node, sizeof *node);
}

static void keep_place(void *context, const struct ix_json *node, int64_t line) {
    struct ix_cost_document *d = context;
    union ix_map_value *place = ix_map_put(&d->places, key_of(&node), NULL);
    if (place) {
        place->number = line;
    }
}

/* What is inside of an alias or of a merged mapping has no place of its own: it is where the alias
 * is, the nearest node around it that has one. 0: the node is not below `at`. */
static int64_t find_line(const struct ix_cost_document *d, const struct ix_json *at,
                         const struct ix_json *node, int64_t around) {
    const union ix_map_value *place = ix_map_find(&d->places, key_of(&at));
    int64_t line = place ? place->number : around;
    if (at == node) {
        return line;
    }
    int64_t found = 0;
    for (const struct ix_json *n = ix_json_first(at); n && !found; n = ix_json_next(n)) {
        found = find_line(d, n, node, line);
    }
    return found;
}

int64_t ix_cost_document_line(const struct ix_cost_document *d, const struct ix_json *node) {
    const union ix_map_value *place = node ? ix_map_find(&d->places, key_of(&node)) : NULL;
    int64_t line = place ? place->number : find_line(d, d->root, node, 1);
    return line > 0 ? line : 1;
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
    ix_map_init(&d->places, arena);
    if (text.size > IX_COST_DOCUMENT_MAX) {
        return ix_err_set(err, IX_LIMIT, "%.*s: more than %d bytes", IX_SV_FMT(d->file),
                          IX_COST_DOCUMENT_MAX);
    }
    return read_tree(d, text);
}

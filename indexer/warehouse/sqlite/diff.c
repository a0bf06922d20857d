/* A walk over two trees at once. */
#include "indexer/warehouse/sqlite/diff.h"

#include "base/glob.h"
#include "indexer/model/property.h"

struct diff {
    struct ix_sv type;
    bool properties;
    struct ix_buf path; /* without the dot in front */
    ix_diff_fn *visit;
    void *context;
    bool stopped;
};

static bool is_noise(const struct diff *d, struct ix_sv path) {
    static const struct {
        const char *type, *path;
    } rows[] = {
#define IX_NOISE(type, path) {type, path},
#include "indexer/warehouse/sqlite/noise.def"
#undef IX_NOISE
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (ix_glob_match(ix_sv_cstr(rows[i].path), path, false) &&
            ix_glob_match(ix_sv_cstr(rows[i].type), d->type, false)) {
            return true;
        }
    }
    return false;
}

/* Each element of one is in the other as often; small arrays, so by looking. */
static bool same_set(const struct ix_json *a, const struct ix_json *b) {
    enum { LARGEST = 256 };
    bool used[LARGEST] = {0};
    size_t count = ix_json_count(a);
    if (count != ix_json_count(b) || count > LARGEST) {
        return false;
    }
    for (const struct ix_json *x = ix_json_first(a); x; x = ix_json_next(x)) {
        size_t at = 0;
        const struct ix_json *y = ix_json_first(b);
        while (y && (used[at] || !ix_json_equal(x, y))) {
            y = ix_json_next(y);
            at++;
        }
        if (!y) {
            return false;
        }
        used[at] = true;
    }
    return true;
}

static void compare(struct diff *d, const struct ix_json *a, const struct ix_json *b);

static void tell(struct diff *d, const struct ix_json *a, const struct ix_json *b) {
    struct ix_buf path = {0};
    ix_buf_add_cstr(&path, d->properties ? "." : "");
    ix_buf_add(&path, ix_buf_sv(&d->path));
    if (!is_noise(d, ix_buf_sv(&path))) {
        d->stopped = !d->visit(d->context, ix_buf_sv(&path), a, b);
    }
    ix_buf_done(&path);
}

static void compare_member(struct diff *d, struct ix_sv name, const struct ix_json *a,
                           const struct ix_json *b) {
    size_t size = d->path.size;
    ix_property_path_add(&d->path, name);
    compare(d, a, b);
    d->path.size = size;
}

static void compare_objects(struct diff *d, const struct ix_json *a, const struct ix_json *b) {
    for (const struct ix_json *m = ix_json_first(a); m && !d->stopped; m = ix_json_next(m)) {
        compare_member(d, ix_json_key(m), m, ix_json_get_sv(b, ix_json_key(m)));
    }
    for (const struct ix_json *m = ix_json_first(b); m && !d->stopped; m = ix_json_next(m)) {
        if (!ix_json_get_sv(a, ix_json_key(m))) {
            compare_member(d, ix_json_key(m), NULL, m);
        }
    }
}

static void compare(struct diff *d, const struct ix_json *a, const struct ix_json *b) {
    enum ix_json_kind x = ix_json_kind(a);
    enum ix_json_kind y = ix_json_kind(b);
    if (x == IX_JSON_OBJECT && y == IX_JSON_OBJECT) {
        compare_objects(d, a, b);
        return;
    }
    bool same = x == y && (ix_json_equal(a, b) || (x == IX_JSON_ARRAY && same_set(a, b)));
    if (!same) {
        tell(d, a, b);
    }
}

void ix_diff_visit(struct ix_sv type, bool properties, const struct ix_json *old_node,
                   const struct ix_json *new_node, ix_diff_fn *visit, void *context) {
    struct diff d = {.type = type, .properties = properties, .visit = visit, .context = context};
    compare_objects(&d, old_node, new_node);
    ix_buf_done(&d.path);
}

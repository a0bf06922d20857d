/* A stored field is an expression of the dialect. Properties and tags are documents: the engine
 * hands them to a map that picks the value out and gives it back as JSON (scalars that are text
 * without quotes, so that they sort and group as text). */
#include "query/lower_column.h"

#include "query/evaluate.h"

/* What to pick out of the properties: the values at the first of the paths that has any. */
struct pick_paths {
    const struct ix_path *paths;
    size_t count;
    bool first_scalar; /* else every value, several as an array */
};

/* What to pick out of the tags: the first of the keys that is there. */
struct pick_tags {
    unsigned classes;
    const struct ix_sv *keys;
    size_t count;
    bool nocase;
};

struct picked {
    const struct ix_json *values[64];
    size_t count;
    bool scalars_only;
};

static bool is_scalar(const struct ix_json *node) {
    enum ix_json_kind kind = ix_json_kind(node);
    return kind != IX_JSON_OBJECT && kind != IX_JSON_ARRAY && kind != IX_JSON_NULL;
}

static bool pick(void *context, const struct ix_json *value) {
    struct picked *picked = context;
    if (!picked->scalars_only || is_scalar(value)) {
        picked->values[picked->count++] = value;
    }
    return picked->count < sizeof picked->values / sizeof *picked->values;
}

static void write_value(struct ix_buf *out, const struct ix_json *value) {
    if (ix_json_kind(value) == IX_JSON_STRING) {
        ix_json_write_string(out, ix_json_string(value));
    } else if (ix_json_kind(value) != IX_JSON_NULL) {
        ix_json_write(out, value);
    }
}

static void write_picked(struct ix_buf *out, const struct picked *picked) {
    if (picked->count == 1) {
        write_value(out, picked->values[0]);
        return;
    }
    ix_buf_add_cstr(out, "[");
    for (size_t i = 0; i < picked->count; i++) {
        ix_buf_add_cstr(out, i ? "," : "");
        ix_json_write(out, picked->values[i]);
    }
    ix_buf_add_cstr(out, "]");
}

/* Parses `document` and lets `pick_in` write what it finds. */
static void with_document(struct ix_sv document, struct ix_buf *out, struct ix_err *err,
                          void (*pick_in)(void *context, const struct ix_json *node,
                                          struct ix_buf *out),
                          void *context) {
    struct ix_arena arena;
    struct ix_json *node = NULL;
    ix_arena_init(&arena, 0);
    if (!ix_sv_empty(document) && ix_json_parse(&arena, document, &node, err) == IX_OK) {
        pick_in(context, node, out);
    }
    ix_arena_done(&arena);
}

static void pick_from_properties(void *context, const struct ix_json *node, struct ix_buf *out) {
    const struct pick_paths *wanted = context;
    for (size_t i = 0; i < wanted->count; i++) {
        struct picked picked = {.scalars_only = wanted->first_scalar};
        ix_path_each(&wanted->paths[i], node, pick, &picked);
        if (picked.count > 0) {
            picked.count = wanted->first_scalar ? 1 : picked.count;
            write_picked(out, &picked);
            return;
        }
    }
}

static void map_properties(void *context, struct ix_sv value, struct ix_buf *out,
                           struct ix_err *err) {
    with_document(value, out, err, pick_from_properties, context);
}

static const struct ix_json *tag_named(const struct ix_json *tags, struct ix_sv key, bool nocase) {
    if (!nocase) {
        return ix_json_get_sv(tags, key);
    }
    for (const struct ix_json *tag = ix_json_first(tags); tag; tag = ix_json_next(tag)) {
        if (ix_sv_eq_nocase(ix_json_key(tag), key)) {
            return tag;
        }
    }
    return NULL;
}

static void pick_from_tags(void *context, const struct ix_json *node, struct ix_buf *out) {
    const struct pick_tags *wanted = context;
    for (size_t i = 0; i < wanted->count; i++) {
        for (unsigned c = 0; c < IX_TAG_CLASS_COUNT; c++) {
            const struct ix_json *tags = ix_json_get(node, ix_tag_class_name((enum ix_tag_class)c));
            const struct ix_json *tag = (wanted->classes & (1u << c))
                                            ? tag_named(tags, wanted->keys[i], wanted->nocase)
                                            : NULL;
            if (tag) {
                write_value(out, tag);
                return;
            }
        }
    }
}

static void map_tags(void *context, struct ix_sv value, struct ix_buf *out, struct ix_err *err) {
    with_document(value, out, err, pick_from_tags, context);
}

static bool write_mapped(struct ix_lowering *l, struct ix_sql *sql, enum ix_stored document,
                         void (*map)(void *, struct ix_sv, struct ix_buf *, struct ix_err *),
                         void *context) {
    struct ix_value_map *value_map = IX_NEW(l->arena, struct ix_value_map);
    if (!value_map) {
        ix_err_nomem(l->err);
        return false;
    }
    *value_map = (struct ix_value_map){.map = map, .context = context};
    l->dialect->mapped(sql, document, value_map);
    return true;
}

static bool write_paths(struct ix_lowering *l, struct ix_sql *sql, const struct ix_path *paths,
                        size_t count, bool first_scalar) {
    struct pick_paths *wanted = IX_NEW(l->arena, struct pick_paths);
    if (wanted) {
        *wanted = (struct pick_paths){paths, count, first_scalar};
    }
    return write_mapped(l, sql, IX_STORED_PROPERTIES, map_properties, wanted);
}

static bool write_tags(struct ix_lowering *l, struct ix_sql *sql, unsigned classes,
                       const struct ix_sv *keys, size_t count, bool nocase) {
    struct pick_tags *wanted = IX_NEW(l->arena, struct pick_tags);
    if (wanted) {
        *wanted = (struct pick_tags){classes, keys, count, nocase};
    }
    return write_mapped(l, sql, IX_STORED_TAGS, map_tags, wanted);
}

/* The words of `backing`, in the arena. */
static struct ix_sv *backing_words(struct ix_lowering *l, const char *backing, size_t *ret_count) {
    struct ix_sv rest = ix_sv_cstr(backing);
    struct ix_sv *words = ix_arena_array(l->arena, rest.size + 1, sizeof *words);
    for (*ret_count = 0; words && ix_sv_split(&rest, ' ', &words[*ret_count]); ++*ret_count) {
    }
    return words;
}

/* "a.b" as a path of names. */
static struct ix_path names_path(struct ix_lowering *l, struct ix_sv text) {
    struct ix_path path = {.steps = ix_arena_array(l->arena, text.size + 1, sizeof *path.steps)};
    struct ix_sv name;
    while (path.steps && ix_sv_split(&text, '.', &name)) {
        path.steps[path.count++] = (struct ix_path_step){.kind = IX_STEP_NAME, .name = name};
    }
    return path;
}

static bool property_field(struct ix_lowering *l, struct ix_sql *sql, const char *backing) {
    size_t count = 0;
    struct ix_sv *words = backing_words(l, backing, &count);
    struct ix_path *paths = ix_arena_array(l->arena, count + 1, sizeof *paths);
    for (size_t i = 0; words && paths && i < count; i++) {
        paths[i] = names_path(l, words[i]);
    }
    return write_paths(l, sql, paths, count, true);
}

/* ---- size ---- */

/* The rows of size.def that speak of a kind, and those that say their unit by their name. */
static const struct size_row {
    const char *path;
    double bytes;
    const char *kind;
} size_rows[] = {
#define IX_SIZE_ROW(path, bytes, kind) {(path), (bytes), (kind)},
#include "query/size.def"
#undef IX_SIZE_ROW
};
enum { SIZE_ROWS = sizeof size_rows / sizeof *size_rows };

static bool speaks_of(const struct size_row *row, const char *kind) {
    return !*row->kind || strcmp(row->kind, kind) == 0;
}

static bool take_number(void *context, const struct ix_json *value) {
    struct ix_sv text = ix_json_string(value);
    double *number = context;
    return !ix_json_double(value, number) && !ix_sv_to_double(text, number); /* goes on */
}

static void pick_size(void *context, const struct ix_json *node, struct ix_buf *out) {
    const char *kind = context;
    for (size_t i = 0; i < SIZE_ROWS; i++) {
        struct ix_path_step step = {.kind = IX_STEP_NAME, .name = ix_sv_cstr(size_rows[i].path)};
        const struct ix_path path = {.steps = &step, .count = 1};
        double number = -1;
        if (speaks_of(&size_rows[i], kind)) {
            ix_path_each(&path, node, take_number, &number);
        }
        if (number >= 0) {
            ix_buf_printf(out, "%.17g", number * size_rows[i].bytes);
            return;
        }
    }
}

static void map_size(void *context, struct ix_sv value, struct ix_buf *out, struct ix_err *err) {
    with_document(value, out, err, pick_size, context);
}

static bool write_size(struct ix_lowering *l, struct ix_sql *sql, const char *kind) {
    return write_mapped(l, sql, IX_STORED_PROPERTIES, map_size, (void *)(uintptr_t)kind);
}

/* Of each kind that has properties of its own for it, and of all others. */
static bool size_field(struct ix_lowering *l, struct ix_sql *sql) {
    static const char *const kinds[] = {"volume", "snapshot", "database"};
    bool done = true;
    ix_sql_text(sql, "CASE ");
    l->dialect->value(sql, IX_STORED_KIND);
    for (size_t i = 0; done && i < sizeof kinds / sizeof *kinds; i++) {
        ix_sql_text(sql, " WHEN ");
        ix_sql_bind_text(sql, ix_sv_cstr(kinds[i]));
        ix_sql_text(sql, " THEN ");
        done = write_size(l, sql, kinds[i]);
    }
    ix_sql_text(sql, " ELSE ");
    done = done && write_size(l, sql, "");
    ix_sql_text(sql, " END");
    return done;
}

static bool tagged_field(struct ix_lowering *l, struct ix_sql *sql, const char *backing) {
    size_t count = 0;
    struct ix_sv *keys = backing_words(l, backing, &count);
    return write_tags(l, sql, 1u << IX_TAG | 1u << IX_LABEL, keys, count, true);
}

static enum ix_cell cell_of(enum ix_field field, enum ix_stored stored) {
    if (field == IX_FIELD_AGE) {
        return IX_CELL_AGE;
    }
    if (stored >= IX_STORED_CREATED && stored <= IX_STORED_DELETED) {
        return IX_CELL_TIME;
    }
    if (stored == IX_STORED_FLAGS) {
        return IX_CELL_FLAGS;
    }
    bool tristate = stored == IX_STORED_ENCRYPTED || stored == IX_STORED_PUBLIC;
    return tristate ? IX_CELL_TRISTATE : IX_CELL_PLAIN;
}

static bool field_column(struct ix_lowering *l, struct ix_sql *sql, const struct ix_column *column,
                         enum ix_cell *ret_cell) {
    const struct ix_field_info *info = ix_field_info(column->field);
    enum ix_stored stored;
    *ret_cell = IX_CELL_JSON;
    if (info->kind == IX_KIND_COST) {
        return ix_lower_cost_column(l, sql, column);
    }
    if (info->kind == IX_KIND_PROPERTY) {
        return property_field(l, sql, info->backing);
    }
    if (info->kind == IX_KIND_TAGGED) {
        return tagged_field(l, sql, info->backing);
    }
    if (info->kind == IX_KIND_BYTES) {
        return size_field(l, sql);
    }
    if (!ix_lower_stored(column->field, &stored)) {
        ix_err_set_at(l->err, IX_UNSUPPORTED, column->begin, column->end,
                      "‘%s’ is not a column in this version; it can be searched by", info->name);
        return false;
    }
    *ret_cell = cell_of(column->field, stored);
    l->dialect->value(sql, stored);
    return true;
}

/* ---- what is calculated ---- */

static void map_computed(void *context, struct ix_sv document, struct ix_buf *out,
                         struct ix_err *err) {
    struct ix_arena arena;
    struct ix_json *node = NULL;
    ix_arena_init(&arena, 0);
    if (!ix_sv_empty(document) && ix_json_parse(&arena, document, &node, err) == IX_OK) {
        (void)(ix_evaluate_json(&arena, context, node, out, err) == IX_OK); /* err has it */
    }
    ix_arena_done(&arena);
}

static bool computed_column(struct ix_lowering *l, struct ix_sql *sql,
                            const struct ix_column *column) {
    struct ix_computed *computed = column->computed;
    struct ix_row_values row = {0};
    struct ix_value_map *map = IX_NEW(l->arena, struct ix_value_map);
    if (!computed->of_row) {
        return write_mapped(l, sql, IX_STORED_PROPERTIES, map_computed, computed);
    }
    bool done = map && ix_lower_row_values(l, computed->fields, computed->field_count,
                                           column->begin, column->end, &row);
    if (done) {
        *map = (struct ix_value_map){.map = map_computed, .context = computed};
        l->dialect->values_mapped(sql, row.values, row.json, row.count, map);
    }
    ix_lower_row_values_done(&row);
    return done;
}

bool ix_lower_column(struct ix_lowering *l, struct ix_sql *sql, const struct ix_column *column,
                     enum ix_cell *ret_cell) {
    *ret_cell = IX_CELL_JSON;
    switch (column->kind) {
    case IX_COLUMN_FIELD:
        return field_column(l, sql, column, ret_cell);
    case IX_COLUMN_PROP:
        return write_paths(l, sql, &column->path, 1, false);
    case IX_COLUMN_COMPUTED:
        return computed_column(l, sql, column);
    default:
        return write_tags(l, sql, column->tag_classes, &column->tag_key, 1, false);
    }
}

bool ix_lower_column_stored(const struct ix_column *column, enum ix_stored *ret_stored) {
    return column->kind == IX_COLUMN_FIELD &&
           ix_field_info(column->field)->kind != IX_KIND_PROPERTY &&
           ix_field_info(column->field)->kind != IX_KIND_TAGGED &&
           ix_lower_stored(column->field, ret_stored);
}

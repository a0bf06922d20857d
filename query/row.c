/* Rows of answers as JSON, each in the caller's arena. */
#include "query/row.h"

#include <inttypes.h>

enum { MONTH_DAYS = 30 };

/* ---- values ---- */

static struct ix_json *time_node(struct ix_arena *arena, struct ix_value value) {
    char text[IX_TIME_TEXT_SIZE];
    return value.kind == IX_VALUE_INT
               ? ix_json_new_string(arena, ix_time_format(value.integer, text))
               : ix_json_new_null(arena);
}

/* "3h", "12d", "5mo", "2y": whole units, as people say it. */
static struct ix_json *age_node(struct ix_arena *arena, struct ix_value value, int64_t now_ms) {
    static const struct {
        int64_t ms;
        const char *unit;
    } units[] = {
        {365 * (int64_t)IX_DAY_MS, "y"},
        {MONTH_DAYS * (int64_t)IX_DAY_MS, "mo"},
        {IX_DAY_MS, "d"},
        {IX_HOUR_MS, "h"},
        {IX_MINUTE_MS, "m"},
        {IX_SECOND_MS, "s"},
    };
    if (value.kind != IX_VALUE_INT) {
        return ix_json_new_null(arena);
    }
    int64_t age_ms = now_ms - value.integer;
    size_t i = 0;
    while (i + 1 < sizeof units / sizeof *units && age_ms < units[i].ms) {
        i++;
    }
    return ix_json_new_string(
        arena, ix_arena_printf(arena, "%" PRId64 "%s", age_ms / units[i].ms, units[i].unit));
}

static struct ix_json *flags_node(struct ix_arena *arena, struct ix_value value) {
    struct ix_json *array = ix_json_new_array(arena);
    for (uint32_t bit = 1; bit; bit <<= 1) {
        if (((uint64_t)value.integer & bit) && ix_flag_name(bit)) {
            ix_json_append(array, ix_json_new_string(arena, ix_sv_cstr(ix_flag_name(bit))));
        }
    }
    return array;
}

static struct ix_json *tristate_node(struct ix_arena *arena, struct ix_value value) {
    if (value.kind != IX_VALUE_INT || value.integer == IX_UNKNOWN) {
        return ix_json_new_null(arena);
    }
    return ix_json_new_bool(arena, value.integer == IX_YES);
}

/* JSON text; what is no JSON stands for itself. */
static struct ix_json *document_node(struct ix_arena *arena, struct ix_value value) {
    struct ix_json *node = NULL;
    struct ix_err ignored = {0};
    if (value.kind != IX_VALUE_TEXT || ix_sv_empty(value.text)) {
        return ix_json_new_null(arena);
    }
    return ix_json_parse(arena, value.text, &node, &ignored) == IX_OK
               ? node
               : ix_json_new_string(arena, value.text);
}

/* The shorter of the two that read as this number again. */
static struct ix_sv number_text(struct ix_arena *arena, double number) {
    struct ix_sv text = ix_arena_printf(arena, "%.15g", number);
    double again = 0;
    return ix_sv_to_double(text, &again) && again == number
               ? text
               : ix_arena_printf(arena, "%.17g", number);
}

static struct ix_json *plain_node(struct ix_arena *arena, struct ix_value value) {
    switch (value.kind) {
    case IX_VALUE_INT:
        return ix_json_new_int64(arena, value.integer);
    case IX_VALUE_REAL:
        return ix_json_new_number(arena, number_text(arena, value.real));
    case IX_VALUE_TEXT:
        return ix_json_new_string(arena, value.text);
    default:
        return ix_json_new_null(arena);
    }
}

static struct ix_json *cell_node(struct ix_arena *arena, enum ix_cell cell, struct ix_value value,
                                 int64_t now_ms) {
    switch (cell) {
    case IX_CELL_TIME:
        return time_node(arena, value);
    case IX_CELL_AGE:
        return age_node(arena, value, now_ms);
    case IX_CELL_FLAGS:
        return flags_node(arena, value);
    case IX_CELL_TRISTATE:
        return tristate_node(arena, value);
    case IX_CELL_JSON:
        return document_node(arena, value);
    default:
        return plain_node(arena, value);
    }
}

/* ---- resources ---- */

static struct ix_json *stored_node(struct ix_arena *arena, enum ix_stored stored,
                                   struct ix_value value) {
    if (stored >= IX_STORED_CREATED && stored <= IX_STORED_DELETED) {
        return time_node(arena, value);
    }
    if (stored == IX_STORED_ENCRYPTED || stored == IX_STORED_PUBLIC) {
        return tristate_node(arena, value);
    }
    return stored == IX_STORED_FLAGS ? flags_node(arena, value) : plain_node(arena, value);
}

/* No row has two members of a name: none is looked for. */

/* {"tag": …, "label": …, "annotation": …} as members of the row: tags always, the others when there
 * are any. */
static void add_tags(struct ix_arena *arena, struct ix_json *row, struct ix_value value) {
    static const char *const names[IX_TAG_CLASS_COUNT] = {"tags", "labels", "annotations"};
    struct ix_json *document = document_node(arena, value);
    for (size_t i = 0; i < IX_TAG_CLASS_COUNT; i++) {
        struct ix_sv class_ = ix_sv_cstr(ix_tag_class_name((enum ix_tag_class)i));
        struct ix_json *tags = ix_json_get_sv(document, class_);
        if (ix_json_first(tags)) {
            ix_json_remove(document, class_);
            ix_json_add_constant(row, names[i], tags);
        } else if (i == IX_TAG) {
            ix_json_add_constant(row, names[i], ix_json_new_object(arena));
        }
    }
}

/* The usual fields that `| project-away` named are left out. */
static bool is_left_out(const struct ix_plan *plan, const char *name) {
    for (size_t s = 0; s < plan->stage_count; s++) {
        const struct ix_stage *stage = &plan->stages[s];
        for (size_t i = 0; stage->kind == IX_STAGE_PROJECT_AWAY && i < stage->column_count; i++) {
            const struct ix_column *column = &stage->columns[i];
            if (column->kind == IX_COLUMN_FIELD &&
                strcmp(ix_field_info(column->field)->name, name) == 0) {
                return true;
            }
        }
    }
    return false;
}

static struct ix_json *text_node(struct ix_arena *arena, struct ix_sv text) {
    return text.data ? ix_json_new_string(arena, text) : ix_json_new_null(arena);
}

static struct ix_json *source_node(struct ix_arena *arena, const struct ix_shown_source *source) {
    struct ix_json *node = ix_json_new_object(arena);
    ix_json_add_constant(node, "source", text_node(arena, source->source));
    ix_json_add_constant(node, "source_kind", text_node(arena, source->source_kind));
    ix_json_add_constant(node, "address", text_node(arena, source->address));
    ix_json_add_constant(node, "variant", text_node(arena, source->variant));
    ix_json_add_constant(node, "native_type", text_node(arena, source->native_type));
    ix_json_add_constant(node, "native_id", text_node(arena, source->native_id));
    return node;
}

static struct ix_json *sources_node(struct ix_arena *arena, const struct ix_shown *shown) {
    struct ix_json *array = ix_json_new_array(arena);
    for (size_t i = 0; i < shown->source_count; i++) {
        ix_json_append(array, source_node(arena, &shown->sources[i]));
    }
    return array;
}

struct ix_json *ix_row_of_resource(const struct ix_plan *plan, const struct ix_shown *shown,
                                   bool properties, struct ix_arena *arena) {
    static const struct {
        const char *name;
        enum ix_stored stored;
    } members[] = {
#define IX_ANSWER_ROW(name, stored) {(name), IX_STORED_##stored},
#include "query/answer.def"
#undef IX_ANSWER_ROW
    };
    struct ix_json *row = ix_json_new_object(arena);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        struct ix_value value = shown->values[members[i].stored];
        if (members[i].stored == IX_STORED_TAGS) {
            add_tags(arena, row, value);
        } else if (!is_left_out(plan, members[i].name)) {
            ix_json_add_constant(row, members[i].name,
                                 stored_node(arena, members[i].stored, value));
        }
    }
    ix_json_add_constant(row, "sources", sources_node(arena, shown));
    if (properties) {
        ix_json_add_constant(row, "properties",
                             document_node(arena, shown->values[IX_STORED_PROPERTIES]));
    }
    return row;
}

/* ---- columns ---- */

struct ix_json *ix_row_of_columns(const struct ix_plan *plan, const struct ix_lowered *lowered,
                                  const struct ix_cursor *cursor, int64_t now_ms,
                                  struct ix_arena *arena) {
    struct ix_json *row = ix_json_new_object(arena);
    for (size_t i = 0; i < lowered->cell_count; i++) {
        struct ix_json *node =
            cell_node(arena, lowered->cells[i], ix_cursor_value(cursor, i), now_ms);
        ix_json_set(arena, row, plan->columns[i], node);
    }
    return row;
}

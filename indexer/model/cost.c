/* The words of bills: FOCUS's columns and the four amounts, from their tables. */
#include "indexer/model/cost.h"

const struct ix_focus_info ix_focus_columns[IX_FOCUS_COUNT] = {
#define IX_FOCUS_COLUMN(symbol, type, level, since, until)                                         \
    {#symbol, IX_FOCUS_##type, IX_FOCUS_##level, since, until},
#include "indexer/model/focus.def"
#undef IX_FOCUS_COLUMN
};

bool ix_focus_find(struct ix_sv name, enum ix_focus_column *ret_column) {
    for (size_t i = 0; i < IX_FOCUS_COUNT; i++) {
        if (ix_sv_eq_nocase(name, ix_sv_cstr(ix_focus_columns[i].name))) {
            *ret_column = (enum ix_focus_column)i;
            return true;
        }
    }
    return false;
}

static const struct {
    const char *name;
    enum ix_focus_column column;
} metrics[IX_COST_METRIC_COUNT] = {
    [IX_COST_BILLED] = {"billed", IX_FOCUS_BilledCost},
    [IX_COST_EFFECTIVE] = {"effective", IX_FOCUS_EffectiveCost},
    [IX_COST_LIST] = {"list", IX_FOCUS_ListCost},
    [IX_COST_CONTRACTED] = {"contracted", IX_FOCUS_ContractedCost},
};

const char *ix_cost_metric_name(enum ix_cost_metric metric) {
    return metrics[metric].name;
}

enum ix_focus_column ix_cost_metric_column(enum ix_cost_metric metric) {
    return metrics[metric].column;
}

/* ---- plain tags ---- */

/* What stands between quotes, at the beginning of `rest`, which goes on behind them; without
 * pointer when nothing plain does. */
static struct ix_sv take_plain(struct ix_sv *rest) {
    size_t size = 1;
    if (rest->size < 2 || rest->data[0] != '"') {
        return (struct ix_sv){0};
    }
    while (size < rest->size && rest->data[size] != '"') {
        char c = rest->data[size++];
        if (c < ' ' || c > '~' || c == '\\') {
            return (struct ix_sv){0};
        }
    }
    if (size == rest->size) {
        return (struct ix_sv){0};
    }
    struct ix_sv text = ix_sv_sub(*rest, 1, size);
    *rest = ix_sv_from(*rest, size + 1);
    return text;
}

bool ix_cost_tags_next(struct ix_sv *rest, struct ix_sv *ret_key, struct ix_sv *ret_value) {
    *rest = ix_sv_from(*rest, 1); /* the brace or the comma */
    *ret_key = take_plain(rest);
    if (!ret_key->data || ix_sv_empty(*rest) || rest->data[0] != ':') {
        return false;
    }
    *rest = ix_sv_from(*rest, 1);
    *ret_value = take_plain(rest);
    return ret_value->data != NULL;
}

bool ix_cost_tags_plain(struct ix_sv text) {
    struct ix_sv rest = text;
    struct ix_sv last = {0};
    struct ix_sv key;
    struct ix_sv value;
    if (ix_sv_empty(text) || text.data[0] != '{') {
        return false;
    }
    for (;;) {
        if (!ix_cost_tags_next(&rest, &key, &value) || ix_sv_empty(rest) ||
            (last.data && ix_sv_cmp(last, key) >= 0)) {
            return false;
        }
        if (rest.data[0] != ',') {
            return rest.data[0] == '}' && rest.size == 1;
        }
        last = key;
    }
}

struct ix_json *ix_cost_tags_object(struct ix_arena *arena, struct ix_sv text) {
    struct ix_json *object = ix_json_new_object(arena);
    struct ix_sv key;
    struct ix_sv value;
    while (ix_cost_tags_next(&text, &key, &value)) {
        ix_json_set(arena, object, key, ix_json_new_string(arena, value));
    }
    return object;
}

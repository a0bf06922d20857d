/* Fields with values of their own: names, vocabularies, times, sizes. What is not a stored column
 * becomes tests of what is (query/field.def says of what). */
#include "indexer/model/words.h"
#include "query/check.h"
#include "query/suggest.h"
#include "query/unit.h"

#include <math.h>

struct ix_pred *ix_check_field_leaf(struct ix_checker *checker, enum ix_field field,
                                    enum ix_value_class class_, const struct ix_match *match,
                                    struct ix_span span) {
    struct ix_leaf leaf = {
        .proto = {.kind = IX_PRED_FIELD, .begin = span.begin, .end = span.end},
        .test_offset = IX_TEST_OFFSET(field.test),
        .class_ = class_,
        .what = ix_sv_cstr(ix_field_info(field)->name),
    };
    leaf.proto.field.field = field;
    return ix_check_match(checker, &leaf, match);
}

struct ix_pred *ix_check_later(struct ix_checker *checker, const struct ix_field_info *info,
                               struct ix_span span) {
    ix_check_fail(checker, IX_UNSUPPORTED, span, info->backing,
                  "the field ‘%s’ is not part of this version yet", info->name);
    return NULL;
}

/* ---- several places for one field ---- */

/* Negation goes around all places, not into each. */
static struct ix_match positive_of(const struct ix_match *match, bool *ret_negated) {
    struct ix_match positive = *match;
    *ret_negated = match->negated;
    positive.negated = false;
    if (match->kind == IX_MATCH_COMPARE && match->op == IX_COMPARE_NE) {
        positive.op = IX_COMPARE_EQ;
        *ret_negated = !*ret_negated;
    }
    if (match->kind == IX_MATCH_COMPARE && match->op == IX_COMPARE_NOT_LIKE) {
        positive.op = IX_COMPARE_LIKE;
        *ret_negated = !*ret_negated;
    }
    return positive;
}

static size_t count_words(const char *words) {
    struct ix_sv rest = ix_sv_cstr(words), word;
    size_t count = 0;
    while (ix_sv_split(&rest, ' ', &word)) {
        count++;
    }
    return count;
}

static struct ix_pred *property_field(struct ix_checker *checker, const struct ix_field_info *info,
                                      const struct ix_match *match, struct ix_span span) {
    bool negated = false;
    struct ix_match positive = positive_of(match, &negated);
    struct ix_sv rest = ix_sv_cstr(info->backing), path;
    struct ix_pred **items =
        ix_arena_array(checker->arena, count_words(info->backing), sizeof *items);
    size_t count = 0;
    while (items && ix_sv_split(&rest, ' ', &path)) {
        struct ix_leaf leaf = {
            .proto = {.kind = IX_PRED_PROP, .begin = span.begin, .end = span.end},
            .test_offset = IX_TEST_OFFSET(prop.test),
            .class_ = IX_CLASS_WHOLE,
            .what = ix_sv_cstr(info->name),
        };
        leaf.proto.prop.path = ix_check_fixed_path(checker, path);
        items[count] = ix_check_match(checker, &leaf, &positive);
        if (!items[count++]) {
            return NULL;
        }
    }
    return items ? ix_pred_not_if(checker, negated,
                                  ix_pred_list(checker, IX_PRED_OR, items, count, span))
                 : NULL;
}

static struct ix_pred *tagged_field(struct ix_checker *checker, const struct ix_field_info *info,
                                    const struct ix_match *match, struct ix_span span) {
    struct ix_leaf leaf = {
        .proto = {.kind = IX_PRED_TAG, .begin = span.begin, .end = span.end},
        .test_offset = IX_TEST_OFFSET(tag.test),
        .class_ = IX_CLASS_WORDS,
        .what = ix_sv_cstr(info->name),
    };
    struct ix_sv rest = ix_sv_cstr(info->backing), key;
    struct ix_test *test = &leaf.proto.tag.key_test;
    test->op = IX_OP_WHOLE;
    test->values = ix_arena_array(checker->arena, count_words(info->backing), sizeof *test->values);
    while (test->values && ix_sv_split(&rest, ' ', &key)) {
        test->values[test->value_count++] =
            (struct ix_operand){.kind = IX_OPERAND_TEXT, .text = key};
    }
    leaf.proto.tag.classes = ix_check_tag_classes(IX_LABEL);
    return ix_check_match(checker, &leaf, match);
}

/* `live` stands for the kinds of source that look at the clouds themselves. */
static struct ix_match with_live(struct ix_checker *checker, const struct ix_match *match) {
    static const char *const kinds[] = {"live", "aws", "azure", "gcp"};
    enum { KINDS = sizeof kinds / sizeof kinds[0] };
    struct ix_match wide = *match;
    wide.value_count = 0;
    wide.values = ix_arena_array(checker->arena, match->value_count + KINDS, sizeof *wide.values);
    for (size_t i = 0; wide.values && i < match->value_count; i++) {
        const struct ix_literal *literal = &match->values[i];
        bool live = literal->kind == IX_LITERAL_BARE &&
                    ix_sv_eq_nocase(literal->text, IX_SV("live")) && wide.value_count <= i;
        wide.values[wide.value_count++] = *literal;
        for (size_t k = 1; live && k < KINDS; k++) {
            wide.values[wide.value_count] = *literal;
            wide.values[wide.value_count++].text = ix_sv_cstr(kinds[k]);
        }
    }
    return wide;
}

static struct ix_pred *source_field(struct ix_checker *checker, const struct ix_match *match,
                                    struct ix_span span) {
    bool negated = false;
    struct ix_match positive = positive_of(match, &negated), kinds = positive;
    if (positive.kind == IX_MATCH_VALUES) {
        kinds = with_live(checker, &positive);
    }
    if (positive.kind == IX_MATCH_EXISTS) {
        return ix_check_field_leaf(checker, IX_FIELD_SOURCE, IX_CLASS_WHOLE, match, span);
    }
    struct ix_pred *either =
        ix_pred_pair(checker, IX_PRED_OR,
                     ix_check_field_leaf(checker, IX_FIELD_SOURCE, IX_CLASS_WHOLE, &positive, span),
                     kinds.values ? ix_check_field_leaf(checker, IX_FIELD_SOURCE_KIND,
                                                        IX_CLASS_WHOLE, &kinds, span)
                                  : NULL);
    return ix_pred_not_if(checker, negated, either);
}

/* The provider, or the first part of a type as Pulumi spells it. */
static struct ix_pred *package_value(struct ix_checker *checker, const struct ix_field_info *info,
                                     const struct ix_literal *literal, struct ix_span span) {
    (void)info;
    struct ix_match match = {.kind = literal ? IX_MATCH_VALUES : IX_MATCH_EXISTS};
    struct ix_literal name = literal ? *literal : (struct ix_literal){0}, type = name;
    match.values = &name;
    match.value_count = 1;
    struct ix_pred *provider =
        ix_check_field_leaf(checker, IX_FIELD_PROVIDER, IX_CLASS_WHOLE, &match, span);
    if (!literal || literal->kind == IX_LITERAL_REGEX) {
        return provider;
    }
    type.kind = IX_LITERAL_GLOB;
    type.text = ix_arena_printf(checker->arena, "%.*s:*", IX_SV_FMT(literal->text));
    match.values = &type;
    return ix_pred_pair(
        checker, IX_PRED_OR, provider,
        ix_check_field_leaf(checker, IX_FIELD_NATIVE_TYPE, IX_CLASS_WORDS, &match, span));
}

/* ---- age ---- */

/* Older than x is created before now - x: the comparison turns around. */
static bool age_bound(struct ix_checker *checker, const struct ix_literal *literal,
                      struct ix_operand *ret_operand) {
    struct ix_duration duration;
    if (!ix_duration_parse(literal->text, &duration)) {
        ix_check_fail(checker, IX_INVALID, (struct ix_span){literal->begin, literal->end},
                      "; write 30d, 12h, 6mo or 1y", "‘%.*s’ is not a duration",
                      ix_query_shown(literal->text), literal->text.data);
        return false;
    }
    *ret_operand = (struct ix_operand){.kind = IX_OPERAND_TIME, .text = literal->text};
    checker->moves = true;
    ret_operand->begin_ms = ix_duration_add(checker->when.now_ms, duration, -1);
    ret_operand->end_ms = ret_operand->begin_ms + 1;
    return true;
}

static void age_low(struct ix_test *test, struct ix_operand operand, bool open) {
    operand.begin_ms += !open;
    test->high = operand;
    test->has_high = test->high_open = true;
}

static void age_high(struct ix_test *test, struct ix_operand operand, bool open) {
    operand.begin_ms += open;
    test->low = operand;
    test->has_low = true;
}

static bool age_test(struct ix_checker *checker, const struct ix_match *match, struct ix_span span,
                     struct ix_test *test) {
    struct ix_operand operand;
    if (match->kind == IX_MATCH_RANGE) {
        if (!match->no_low) {
            if (!age_bound(checker, &match->values[0], &operand)) {
                return false;
            }
            age_low(test, operand, false);
        }
        if (!match->no_high) {
            if (!age_bound(checker, &match->values[1], &operand)) {
                return false;
            }
            age_high(test, operand, false);
        }
        return true;
    }
    if (match->kind != IX_MATCH_COMPARE || match->op < IX_COMPARE_GT || match->op > IX_COMPARE_LE) {
        ix_check_fail(checker, IX_INVALID, span, "; for example age>30d or age:1d..7d",
                      "‘age’ is compared with < or >");
        return false;
    }
    if (!age_bound(checker, &match->values[0], &operand)) {
        return false;
    }
    if (match->op == IX_COMPARE_GT || match->op == IX_COMPARE_GE) {
        age_low(test, operand, match->op == IX_COMPARE_GT);
    } else {
        age_high(test, operand, match->op == IX_COMPARE_LT);
    }
    return true;
}

static struct ix_pred *age_field(struct ix_checker *checker, const struct ix_match *match,
                                 struct ix_span span) {
    struct ix_test test = {.op = IX_OP_RANGE};
    if (match->kind == IX_MATCH_EXISTS) {
        return ix_check_field_leaf(checker, IX_FIELD_CREATED, IX_CLASS_TIME, match, span);
    }
    if (!age_test(checker, match, span, &test)) {
        return NULL;
    }
    struct ix_pred *pred = ix_pred_new(checker, IX_PRED_FIELD, span);
    if (pred) {
        pred->field.field = IX_FIELD_CREATED;
        pred->field.test = test;
    }
    return ix_pred_not_if(checker, match->negated, pred);
}

/* ---- size ---- */

struct size_row {
    const char *path;
    double bytes;
    const char *kind;
};

static const struct size_row size_rows[] = {
#define IX_SIZE_ROW(path, bytes, kind) {(path), (bytes), (kind)},
#include "query/size.def"
#undef IX_SIZE_ROW
};

/* The value in units of the row, as a literal without a unit. */
static bool scaled(struct ix_checker *checker, const struct ix_literal *literal, double bytes,
                   struct ix_literal *ret_literal) {
    struct ix_quantity quantity;
    double unit = ix_quantity_parse(literal->text, &quantity) ? ix_unit_bytes(quantity.unit) : 0;
    if (unit == 0 || !isfinite(quantity.number * unit)) {
        ix_check_fail(checker, IX_INVALID, (struct ix_span){literal->begin, literal->end},
                      "; write 10GiB, 500MB or a number of bytes", "‘%.*s’ is not a size",
                      ix_query_shown(literal->text), literal->text.data ? literal->text.data : "");
        return false;
    }
    *ret_literal = *literal;
    ret_literal->kind = IX_LITERAL_BARE;
    ret_literal->text = ix_arena_printf(checker->arena, "%.17g", quantity.number * unit / bytes);
    return !checker->arena->failed;
}

static struct ix_pred *size_in(struct ix_checker *checker, const struct size_row *row,
                               const struct ix_match *match, struct ix_span span) {
    struct ix_leaf leaf = {
        .proto = {.kind = IX_PRED_PROP, .begin = span.begin, .end = span.end},
        .test_offset = IX_TEST_OFFSET(prop.test),
        .class_ = IX_CLASS_NUMBER,
        .what = IX_SV("size"),
    };
    struct ix_match plain = *match;
    leaf.proto.prop.path = ix_check_fixed_path(checker, ix_sv_cstr(row->path));
    plain.values = ix_arena_array(checker->arena, match->value_count + 1, sizeof *plain.values);
    if (!plain.values) {
        return NULL;
    }
    for (size_t i = 0; i < match->value_count; i++) {
        bool open = match->kind == IX_MATCH_EXISTS ||
                    (match->kind == IX_MATCH_RANGE && (i == 0 ? match->no_low : match->no_high));
        if (!open && !scaled(checker, &match->values[i], row->bytes, &plain.values[i])) {
            return NULL;
        }
    }
    struct ix_pred *pred = ix_check_match(checker, &leaf, &plain);
    if (row->kind[0] == '\0') {
        return pred;
    }
    struct ix_literal kind = {.text = ix_sv_cstr(row->kind)};
    struct ix_match is_kind = {.kind = IX_MATCH_VALUES, .values = &kind, .value_count = 1};
    return ix_pred_pair(checker, IX_PRED_AND,
                        ix_check_field_leaf(checker, IX_FIELD_KIND, IX_CLASS_WHOLE, &is_kind, span),
                        pred);
}

static struct ix_pred *size_field(struct ix_checker *checker, const struct ix_match *match,
                                  struct ix_span span) {
    enum { ROWS = sizeof size_rows / sizeof size_rows[0] };
    bool negated = false;
    struct ix_match positive = positive_of(match, &negated);
    struct ix_pred **items = ix_arena_array(checker->arena, ROWS, sizeof *items);
    ix_check_note(checker, IX_SV("size is read from each type's own property, in its unit"));
    for (size_t i = 0; items && i < ROWS; i++) {
        items[i] = size_in(checker, &size_rows[i], &positive, span);
        if (!items[i]) {
            return NULL;
        }
    }
    return items ? ix_pred_not_if(checker, negated,
                                  ix_pred_list(checker, IX_PRED_OR, items, ROWS, span))
                 : NULL;
}

/* ---- vocabularies ---- */

/* A word that no source can have given is worth a note; it is no error, since words may be added.
 */
static void note_word(struct ix_checker *checker, const struct ix_field_info *info,
                      const char *const *words, struct ix_sv word) {
    struct ix_suggest suggest;
    char hint[IX_SUGGEST_HINT_SIZE];
    ix_suggest_init(&suggest, word);
    for (; *words; words++) {
        if (ix_sv_eq_nocase(word, ix_sv_cstr(*words))) {
            return;
        }
        ix_suggest_add(&suggest, *words);
    }
    ix_check_note(checker, ix_arena_printf(checker->arena, "no %s is called ‘%.*s’%s", info->name,
                                           ix_query_shown(word), word.data ? word.data : "",
                                           ix_suggest_hint(&suggest, hint, "")));
}

static bool is_in_a_type(const struct ix_checker *checker, struct ix_sv word) {
    for (const char *const *type = checker->types; *type; type++) {
        if (ix_words_match(ix_sv_cstr(*type), word)) {
            return true;
        }
    }
    return false;
}

/* Types are open: only a word that stands in no spelling, and is near one, gets a note. Few words
 * of a long list are near any, and that is seen sooner than where they stand. */
static void note_type(struct ix_checker *checker, struct ix_sv word) {
    struct ix_suggest suggest;
    char hint[IX_SUGGEST_HINT_SIZE];
    ix_suggest_init(&suggest, word);
    for (const char *const *type = checker->types; *type; type++) {
        ix_suggest_add(&suggest, *type);
    }
    const char *near_one = ix_suggest_hint(&suggest, hint, "");
    if (*near_one && !is_in_a_type(checker, word)) {
        ix_check_note(checker, ix_arena_printf(checker->arena, "no known type is called ‘%.*s’%s",
                                               ix_query_shown(word), word.data, near_one));
    }
}

static struct ix_pred *type_field(struct ix_checker *checker, const struct ix_field_info *info,
                                  const struct ix_match *match, struct ix_span span) {
    for (size_t i = 0; checker->types && i < match->value_count; i++) {
        const struct ix_literal *literal = &match->values[i];
        if (literal->kind == IX_LITERAL_BARE && !ix_sv_empty(literal->text)) {
            note_type(checker, literal->text);
        }
    }
    return ix_check_field_leaf(checker, info->field, IX_CLASS_WORDS, match, span);
}

static struct ix_pred *vocabulary_field(struct ix_checker *checker,
                                        const struct ix_field_info *info,
                                        const struct ix_match *match, struct ix_span span) {
    const char *const *words = info->field == IX_FIELD_KIND       ? checker->kinds
                               : info->field == IX_FIELD_CATEGORY ? checker->categories
                                                                  : NULL;
    for (size_t i = 0; words && i < match->value_count; i++) {
        if (match->values[i].kind == IX_LITERAL_BARE) {
            note_word(checker, info, words, match->values[i].text);
        }
    }
    return ix_check_field_leaf(checker, info->field, IX_CLASS_WHOLE, match, span);
}

/* ---- cost ---- */

static struct ix_cost_field *known_cost(const struct ix_checker *checker, struct ix_sv name) {
    for (size_t i = 0; i < checker->cost_count; i++) {
        if (ix_sv_eq_nocase(checker->costs[i]->name, name)) {
            return checker->costs[i];
        }
    }
    return NULL;
}

struct ix_cost_field *ix_check_cost(struct ix_checker *checker, struct ix_sv name,
                                    struct ix_span span) {
    struct ix_cost_field *field = known_cost(checker, name);
    struct ix_err fault = {0};
    if (field) {
        return field;
    }
    if (checker->cost_count == IX_QUERY_COSTS_MAX) {
        ix_check_fail(checker, IX_LIMIT, span, "", "more than %d different costs in one query",
                      IX_QUERY_COSTS_MAX);
        return NULL;
    }
    field = IX_NEW(checker->arena, struct ix_cost_field);
    if (!field) {
        return NULL;
    }
    if (ix_cost_field_parse(checker->arena, name, checker->when.now_ms, field, &fault) != IX_OK) {
        ix_check_fail(checker, fault.code, span, "", "%s", fault.text);
        return NULL;
    }
    checker->costs[checker->cost_count++] = field;
    checker->moves = true;
    return field;
}

static struct ix_pred *cost_field(struct ix_checker *checker, struct ix_sv name,
                                  const struct ix_match *match, struct ix_span span) {
    struct ix_leaf leaf = {
        .proto = {.kind = IX_PRED_COST, .begin = span.begin, .end = span.end},
        .test_offset = IX_TEST_OFFSET(cost.test),
        .class_ = IX_CLASS_MONEY,
        .what = name,
    };
    struct ix_cost_field *field = ix_check_cost(checker, name, span);
    leaf.proto.cost.field = field;
    leaf.class_ = field && field->is_change  ? IX_CLASS_PERCENT
                  : field && field->is_basis ? IX_CLASS_WHOLE
                                             : IX_CLASS_MONEY;
    return field ? ix_check_match(checker, &leaf, match) : NULL;
}

/* ---- all kinds ---- */

static struct ix_pred *text_value(struct ix_checker *checker, const struct ix_field_info *info,
                                  const struct ix_literal *literal, struct ix_span span) {
    (void)info;
    enum { NO_DISTANCE = -1 };
    return literal ? ix_check_text(checker, literal, NO_DISTANCE)
                   : ix_pred_new(checker, IX_PRED_TRUE, span);
}

static struct ix_pred *basis_field(struct ix_checker *checker, struct ix_span span) {
    ix_check_fail(
        checker, IX_INVALID, span, "; for example has(--> basis:inferred kind:volume)",
        "‘basis’ stands only once inside has(), no() or count(), beside other conditions");
    return NULL;
}

struct ix_pred *ix_check_field(struct ix_checker *checker, const struct ix_target *target,
                               const struct ix_match *match, struct ix_span span) {
    const struct ix_field_info *info = ix_field_find(target->name);
    switch (info->kind) {
    case IX_KIND_TYPE:
        return type_field(checker, info, match, span);
    case IX_KIND_WORDS:
        return ix_check_field_leaf(checker, info->field, IX_CLASS_WORDS, match, span);
    case IX_KIND_VOCABULARY:
        return vocabulary_field(checker, info, match, span);
    case IX_KIND_VERSION:
        return ix_check_field_leaf(checker, info->field, IX_CLASS_VERSION, match, span);
    case IX_KIND_TIME:
        return ix_check_field_leaf(checker, info->field, IX_CLASS_TIME, match, span);
    case IX_KIND_IP:
        return ix_check_field_leaf(checker, info->field, IX_CLASS_IP, match, span);
    case IX_KIND_TEXT:
        return ix_check_each(checker, info, match, span, text_value);
    case IX_KIND_AGE:
        return age_field(checker, match, span);
    case IX_KIND_BYTES:
        return size_field(checker, match, span);
    case IX_KIND_PROPERTY:
        return property_field(checker, info, match, span);
    case IX_KIND_TAGGED:
        return tagged_field(checker, info, match, span);
    case IX_KIND_SOURCE:
        return source_field(checker, match, span);
    case IX_KIND_PACKAGE:
        return ix_check_each(checker, info, match, span, package_value);
    case IX_KIND_RELATED:
    case IX_KIND_RELATION_COUNT:
        return ix_check_related(checker, info, match, span);
    case IX_KIND_BASIS:
        return basis_field(checker, span);
    case IX_KIND_COST:
        return cost_field(checker, target->name, match, span);
    case IX_KIND_LATER:
        return ix_check_later(checker, info, span);
    default:
        return ix_check_fact(checker, info, match, span);
    }
}

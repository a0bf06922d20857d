/* Expressions get their kinds here: which values can be added, what a function takes. A property
 * has no kind of its own, so what stands beside it is checked value by value later. */
#include "query/check.h"
#include "query/semver.h"
#include "query/suggest.h"
#include "query/unit.h"

struct func_row {
    const char *name, *takes;
    char gives;
};

static const struct func_row funcs[] = {
#define IX_FUNC_ROW(symbol, name, takes, gives, help)                                              \
    [IX_FUNC_##symbol] = {(name), (takes), (gives)},
#include "query/func.def"
#undef IX_FUNC_ROW
};

const char *ix_check_kind_name(char gives) {
    switch (gives) {
    case 'n':
        return "a number";
    case 't':
        return "a text";
    case 'm':
        return "a time";
    case 'd':
        return "a duration";
    case 'b':
        return "true or false";
    case 's':
        return "a version";
    default:
        return "a value";
    }
}

static struct ix_span span_of(const struct ix_expr *expr) {
    return (struct ix_span){expr->begin, expr->end};
}

/* ---- values ---- */

static bool quantity_value(struct ix_checker *checker, const struct ix_expr *expr,
                           const struct ix_quantity *quantity, struct ix_expression *x) {
    struct ix_duration duration;
    double bytes = ix_unit_bytes(quantity->unit);
    x->operand.kind = IX_OPERAND_NUMBER;
    x->gives = 'n';
    if (ix_sv_empty(quantity->unit)) {
        x->operand.number = quantity->number;
        x->operand.text = quantity->number_text;
        return true;
    }
    if (ix_duration_parse(expr->literal.text, &duration) && duration.months == 0) {
        x->gives = 'd';
        x->operand.number = (double)duration.ms;
    } else if (bytes > 0) {
        x->operand.number = quantity->number * bytes;
    } else {
        ix_check_fail(checker, IX_INVALID, span_of(expr),
                      "; units are ms s m h d w, and B KB … PiB; a month has no fixed length",
                      "a number with this unit cannot be calculated with");
        return false;
    }
    x->operand.text = ix_arena_printf(checker->arena, "%.17g", x->operand.number);
    return true;
}

static bool literal_value(struct ix_check_sum *sum, const struct ix_expr *expr,
                          struct ix_expression *x) {
    struct ix_checker *checker = sum->checker;
    const struct ix_literal *literal = &expr->literal;
    struct ix_quantity quantity;
    x->kind = IX_EXPRESSION_VALUE;
    x->gives = 't';
    x->quoted = literal->kind == IX_LITERAL_QUOTED;
    x->operand = (struct ix_operand){.kind = IX_OPERAND_TEXT, .text = literal->text};
    if (literal->kind == IX_LITERAL_GLOB || literal->kind == IX_LITERAL_REGEX) {
        ix_check_fail(checker, IX_INVALID, span_of(expr),
                      "; quote it if it is plain text, or write .name:web-*",
                      "a pattern is no value of an expression");
        return false;
    }
    if (x->quoted) {
        return true;
    }
    if (ix_when_parse(&checker->when, literal->text, &x->operand.begin_ms, &x->operand.end_ms) &&
        !ix_quantity_parse(literal->text, &quantity)) {
        x->operand.kind = IX_OPERAND_TIME;
        x->gives = 'm';
        checker->moves = checker->moves || ix_when_moves(literal->text);
        return true;
    }
    bool number = ix_quantity_parse(literal->text, &quantity) &&
                  (ix_sv_empty(quantity.unit) || ix_unit_known(quantity.unit));
    if (number) {
        return quantity_value(checker, expr, &quantity, x);
    }
    if (ix_when_parse(&checker->when, literal->text, &x->operand.begin_ms, &x->operand.end_ms)) {
        x->operand.kind = IX_OPERAND_TIME;
        x->gives = 'm';
    }
    return true;
}

/* true, false, now: words that are values. */
static bool word_value(struct ix_check_sum *sum, const struct ix_expr *expr,
                       struct ix_expression *x) {
    struct ix_sv word = expr->target.name;
    struct ix_expr literal = *expr;
    bool is_true = ix_sv_eq_nocase(word, IX_SV("true"));
    if (is_true || ix_sv_eq_nocase(word, IX_SV("false"))) {
        x->kind = IX_EXPRESSION_VALUE;
        x->gives = 'b';
        x->operand = (struct ix_operand){.kind = IX_OPERAND_BOOL, .boolean = is_true};
        return true;
    }
    bool glob =
        ix_sv_find_char(word, '*') != IX_SV_NPOS || ix_sv_find_char(word, '?') != IX_SV_NPOS;
    literal.literal =
        (struct ix_literal){.kind = glob ? IX_LITERAL_GLOB : IX_LITERAL_BARE, .text = word};
    return literal_value(sum, &literal, x);
}

/* ---- what is of the resource ---- */

/* The kind of a field's values; 0: it has none that can be calculated with. */
static char kind_of(const struct ix_field_info *info) {
    bool one = !(info->traits & IX_TRAIT_MANY) || info->field == IX_FIELD_ID;
    switch (info->kind) {
    case IX_KIND_WORDS:
    case IX_KIND_TYPE:
    case IX_KIND_VOCABULARY:
    case IX_KIND_PROPERTY:
    case IX_KIND_TAGGED:
        return one ? 't' : 0;
    case IX_KIND_BYTES:
        return 'n';
    case IX_KIND_TIME:
    case IX_KIND_AGE:
        return 'm';
    default:
        return 0;
    }
}

static bool add_field(struct ix_check_sum *sum, enum ix_field field, const struct ix_expr *expr,
                      size_t *ret_place) {
    struct ix_arena *arena = sum->checker->arena;
    for (size_t i = 0; i < sum->field_count; i++) {
        if (sum->fields[i] == field) {
            *ret_place = i;
            return true;
        }
    }
    if (!sum->fields) {
        sum->fields = ix_arena_array(arena, IX_SUM_FIELDS_MAX, sizeof *sum->fields);
    }
    if (sum->field_count == IX_SUM_FIELDS_MAX) {
        ix_check_fail(sum->checker, IX_LIMIT, span_of(expr), "",
                      "a test may name at most %d different fields", IX_SUM_FIELDS_MAX);
        return false;
    }
    if (!sum->fields) {
        return false;
    }
    *ret_place = sum->field_count;
    sum->fields[sum->field_count++] = field;
    sum->of_row = sum->of_resource = true;
    return true;
}

/* Age is the time from `created` until now. */
static bool age(struct ix_check_sum *sum, struct ix_expression created, struct ix_expression *x) {
    struct ix_expression *args = ix_arena_array(sum->checker->arena, 2, sizeof *args);
    if (!args) {
        return false;
    }
    args[0] = (struct ix_expression){.gives = 'm'};
    args[0].operand.kind = IX_OPERAND_TIME;
    args[0].operand.begin_ms = sum->checker->when.now_ms;
    args[0].operand.end_ms = args[0].operand.begin_ms + 1;
    args[1] = created;
    sum->checker->moves = true;
    *x = (struct ix_expression){
        .kind = IX_EXPRESSION_SUM, .gives = 'd', .op = '-', .args = args, .arg_count = 2};
    return true;
}

static bool unknown_field(struct ix_check_sum *sum, const struct ix_expr *expr, bool known) {
    char hint[IX_SUGGEST_HINT_SIZE];
    struct ix_suggest suggest;
    struct ix_sv name = expr->target.name;
    ix_suggest_init(&suggest, name);
    if (!known) {
        ix_suggest_add_fields(&suggest);
    }
    ix_check_fail(sum->checker, known ? IX_UNSUPPORTED : IX_INVALID, span_of(expr),
                  known ? "; it can be searched by"
                        : ix_suggest_hint(&suggest, hint,
                                          "; properties begin with a dot, texts stand in quotes"),
                  known ? "‘%.*s’ has no value to calculate with" : "unknown field ‘%.*s’",
                  ix_query_shown(name), name.data);
    return false;
}

static bool field_value(struct ix_check_sum *sum, const struct ix_expr *expr, bool may_be_text,
                        struct ix_expression *x) {
    const struct ix_field_info *info = ix_field_find(expr->target.name);
    char kind = info ? kind_of(info) : 0;
    if (kind != 0) {
        enum ix_field field =
            kind == 'm' && info->field == IX_FIELD_AGE ? IX_FIELD_CREATED : info->field;
        x->kind = IX_EXPRESSION_FIELD;
        x->gives = kind;
        return add_field(sum, field, expr, &x->place) &&
               (info->field != IX_FIELD_AGE || age(sum, *x, x));
    }
    if (!word_value(sum, expr, x)) {
        return false;
    }
    return may_be_text || x->gives != 't' || unknown_field(sum, expr, info != NULL);
}

static bool target_value(struct ix_check_sum *sum, const struct ix_expr *expr, bool may_be_text,
                         struct ix_expression *x) {
    const struct ix_target *target = &expr->target;
    switch (target->kind) {
    case IX_TARGET_FIELD:
        return field_value(sum, expr, may_be_text, x);
    case IX_TARGET_PATH:
        x->kind = IX_EXPRESSION_PATH;
        x->gives = 'v';
        x->path = (struct ix_path){target->steps, target->step_count};
        sum->of_resource = true;
        return true;
    case IX_TARGET_TAG:
        x->kind = IX_EXPRESSION_TAG;
        x->gives = 't';
        x->tag_classes = ix_check_tag_classes(target->tag_class);
        x->tag_key = target->name;
        sum->of_row = sum->of_resource = true;
        if (sum->checker->relative) {
            ix_check_fail(sum->checker, IX_INVALID, span_of(expr),
                          "; put the test of the tag beside it",
                          "a tag belongs to the whole resource and not to an element");
        }
        return !sum->checker->relative;
    default:
        ix_check_fail(sum->checker, IX_INVALID, span_of(expr), "; for example tag.owner",
                      "expected one tag");
        return false;
    }
}

/* ---- functions ---- */

static size_t least_args(const char *takes) {
    return strcspn(takes, "?+");
}

static size_t most_args(const char *takes, size_t written) {
    return strchr(takes, '+') ? written : strlen(takes) - (strchr(takes, '?') != NULL);
}

/* The letter for an argument: `+` repeats the last, `?` is none. */
static char taken_at(const char *takes, size_t at) {
    size_t count = 0;
    char last = 'v';
    for (; *takes; takes++) {
        if (*takes != '?' && *takes != '+') {
            last = *takes;
            if (count++ == at) {
                break;
            }
        }
    }
    return last;
}

static bool fits(char takes, char gives) {
    return takes == gives || takes == 'v' || gives == 'v' || (takes == 'm' && gives == 't') ||
           (takes == 'n' && gives == 't');
}

static bool is_constant(const struct ix_expression *x) {
    return x->kind == IX_EXPRESSION_VALUE;
}

/* Values that are written down are looked at now. */
static bool constants_fit(struct ix_checker *checker, const struct ix_expr *expr,
                          const struct ix_expression *x) {
    struct ix_ip_range range;
    for (size_t i = 0; i < x->arg_count; i++) {
        bool text = is_constant(&x->args[i]);
        struct ix_sv value = x->args[i].operand.text;
        if (text && x->func == IX_FUNC_CIDR_CONTAINS && !ix_ip_parse(value, &range)) {
            ix_check_fail(checker, IX_INVALID, span_of(&expr->args[i]),
                          "; for example cidr_contains(\"10.0.0.0/8\", .address)",
                          "this is not an address or network");
            return false;
        }
        if (text && x->func == IX_FUNC_SEMVER && !ix_semver_is(value)) {
            ix_check_fail(checker, IX_INVALID, span_of(&expr->args[i]),
                          "; for example semver(.version)>=1.24.0", "this is not a version");
            return false;
        }
    }
    return true;
}

static bool count_fits(struct ix_checker *checker, const struct ix_expr *expr) {
    const struct func_row *row = &funcs[expr->func];
    size_t least = least_args(row->takes), most = most_args(row->takes, expr->arg_count);
    if (row->takes[0] == '\0') {
        ix_check_fail(checker, IX_UNSUPPORTED, span_of(expr), "; ‘count by’ and ‘facet’ count",
                      "the function ‘%s’ is not part of this version yet", row->name);
        return false;
    }
    if (expr->arg_count < least || expr->arg_count > most) {
        ix_check_fail(checker, IX_INVALID, span_of(expr), "", "‘%s’ takes %zu value%s%s", row->name,
                      least, least == 1 ? "" : "s", most > least ? " or more" : "");
        return false;
    }
    return true;
}

/* Steps of numbers are numbers; of times and durations, durations. */
static char bin_gives(char value, char step) {
    return step == 'n' ? 'n' : strchr("md", value) ? value : 'v';
}

/* tag("owner") is tag.owner, with a key that may be any text. */
static bool tag_value(struct ix_check_sum *sum, const struct ix_expr *expr,
                      struct ix_expression *x) {
    const struct ix_expr *key = &expr->args[0];
    bool word = key->kind == IX_EXPR_TARGET && key->target.kind == IX_TARGET_FIELD;
    if (!word && key->kind != IX_EXPR_LITERAL) {
        ix_check_fail(sum->checker, IX_INVALID, span_of(&expr->args[0]),
                      "; for example tag(\"cost center\")", "the key of a tag is written out");
        return false;
    }
    const struct ix_expr tag = {
        .kind = IX_EXPR_TARGET,
        .target = {.kind = IX_TARGET_TAG,
                   .tag_class = IX_TAG,
                   .name = word ? key->target.name : key->literal.text},
        .begin = expr->begin,
        .end = expr->end,
    };
    return ix_check_expression(sum, &tag, false, x);
}

static bool call_value(struct ix_check_sum *sum, const struct ix_expr *expr,
                       struct ix_expression *x) {
    const struct func_row *row = &funcs[expr->func];
    struct ix_checker *checker = sum->checker;
    if (!count_fits(checker, expr)) {
        return false;
    }
    if (expr->func == IX_FUNC_TAG) {
        return tag_value(sum, expr, x);
    }
    x->kind = IX_EXPRESSION_CALL;
    x->func = expr->func;
    x->gives = row->gives;
    x->arg_count = expr->arg_count;
    x->args = ix_arena_array(checker->arena, expr->arg_count + 1, sizeof *x->args);
    for (size_t i = 0; x->args && i < expr->arg_count; i++) {
        char takes = taken_at(row->takes, i);
        if (!ix_check_expression(sum, &expr->args[i], false, &x->args[i])) {
            return false;
        }
        if (takes == 't' && is_constant(&x->args[i])) {
            x->args[i].gives = 't';
            x->args[i].operand.text = expr->args[i].kind == IX_EXPR_LITERAL
                                          ? expr->args[i].literal.text
                                          : expr->args[i].target.name;
        }
        if (x->func == IX_FUNC_BIN && i == 1) {
            x->gives = bin_gives(x->args[0].gives, x->args[1].gives);
        }
        if (x->func == IX_FUNC_ABS && strchr("nvtd", x->args[i].gives)) {
            x->gives = takes = x->args[i].gives == 't' ? 'v' : x->args[i].gives;
        }
        if (!fits(takes, x->args[i].gives)) {
            ix_check_fail(checker, IX_INVALID, span_of(&expr->args[i]), "",
                          "‘%s’ takes %s here and not %s", row->name, ix_check_kind_name(takes),
                          ix_check_kind_name(x->args[i].gives));
            return false;
        }
    }
    return x->args && constants_fit(checker, expr, x);
}

/* ---- sums ---- */

/* What comes of a op b; 0: nothing ever does. */
static char sum_gives(char op, char a, char b) {
    bool additive = op == '+' || op == '-';
    if (strchr("tbs", a) || strchr("tbs", b)) {
        bool text = (a == 't' || !strchr("bs", a)) && (b == 't' || !strchr("bs", b));
        return text ? 'v' : 0; /* texts may read as numbers and times */
    }
    if (a == 'v' || b == 'v') {
        return 'v';
    }
    if (a == 'm' || b == 'm') {
        return !additive                           ? 0
               : a == 'm' && b == 'm'              ? (op == '-' ? 'd' : 0)
               : a == 'm' && b == 'd'              ? 'm'
               : a == 'd' && b == 'm' && op == '+' ? 'm'
                                                   : 0;
    }
    if (a == b) {
        return a == 'n' || op == '/' ? 'n' : op == '*' ? 0 : 'd';
    }
    return op == '*' || (op == '/' && a == 'd') ? 'd' : 0;
}

static bool sum_value(struct ix_check_sum *sum, const struct ix_expr *expr,
                      struct ix_expression *x) {
    x->kind = IX_EXPRESSION_SUM;
    x->op = expr->op;
    x->arg_count = 2;
    x->args = ix_arena_array(sum->checker->arena, 2, sizeof *x->args);
    if (!x->args || !ix_check_expression(sum, &expr->args[0], false, &x->args[0]) ||
        !ix_check_expression(sum, &expr->args[1], false, &x->args[1])) {
        return false;
    }
    x->gives = sum_gives(x->op, x->args[0].gives, x->args[1].gives);
    bool quoted = x->args[0].quoted || x->args[1].quoted;
    if (x->gives == 0 || quoted) {
        ix_check_fail(sum->checker, IX_INVALID, span_of(expr), "",
                      "‘%c’ has no meaning between %s and %s", x->op,
                      ix_check_kind_name(x->args[0].gives), ix_check_kind_name(x->args[1].gives));
        return false;
    }
    return true;
}

bool ix_check_expression(struct ix_check_sum *sum, const struct ix_expr *expr, bool may_be_text,
                         struct ix_expression *ret_expression) {
    *ret_expression = (struct ix_expression){0};
    switch (expr->kind) {
    case IX_EXPR_LITERAL:
        return literal_value(sum, expr, ret_expression);
    case IX_EXPR_TARGET:
        return target_value(sum, expr, may_be_text, ret_expression);
    case IX_EXPR_CALL:
        return call_value(sum, expr, ret_expression);
    case IX_EXPR_SUM:
        return sum_value(sum, expr, ret_expression);
    }
    return false;
}

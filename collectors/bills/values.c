/* Each spelling has its own small reader; a cell that none of them reads is a fault of its row. */
#include "collectors/bills/values.h"

#include "base/time.h"
#include "collectors/bills/literal.h"

bool ix_bill_is_null(struct ix_sv cell, bool quoted) {
    static const struct ix_sv nothing[] = {
        {"null", 4}, {"-", 1}, {"not applicable", 14}, {"n/a", 3}, {"none", 4}};
    if (ix_sv_empty(cell)) {
        return true;
    }
    if (cell.data[0] != '-' && cell.data[0] != 'n' && cell.data[0] != 'N') {
        return false;
    }
    for (size_t i = 0; !quoted && i < sizeof nothing / sizeof *nothing; i++) {
        if (cell.size == nothing[i].size && ix_sv_eq_nocase(cell, nothing[i])) {
            return true;
        }
    }
    return false;
}

/* ---- amounts ---- */

/* Which of point and comma stands before the decimals; '\0': neither. False where it could be both:
 * three digits behind a single comma may be thousands. */
static bool find_point(struct ix_sv cell, char *ret_point) {
    enum { GROUP = 3 };
    size_t comma = ix_sv_rfind_char(cell, ',');
    size_t point = ix_sv_rfind_char(cell, '.');
    *ret_point = '.';
    if (comma == IX_SV_NPOS) {
        return true;
    }
    if (point != IX_SV_NPOS) { /* the later one: 1,234.5 and 1.234,5 */
        *ret_point = comma > point ? ',' : '.';
        return true;
    }
    size_t first = ix_sv_find_char(cell, ',');
    bool zero = first > 0 && cell.data[first - 1] == '0' && (first == 1 || cell.data[0] == '-');
    *ret_point = first == comma ? ',' : '\0'; /* 1,234,567 */
    return first != comma || cell.size - comma - 1 != GROUP || zero;
}

/* The digits before the point without the marks between groups of three. */
static bool drop_groups(struct ix_sv whole, char mark, struct ix_buf *to) {
    enum { GROUP = 3 };
    size_t run = 0;
    bool grouped = false;
    for (size_t i = 0; i < whole.size; i++) {
        bool is_mark = whole.data[i] == mark;
        if (is_mark && (run == 0 || run > GROUP || (grouped && run != GROUP))) {
            return false;
        }
        bool digit = whole.data[i] >= '0' && whole.data[i] <= '9';
        run = is_mark ? 0 : run + digit;
        grouped |= is_mark;
        if (!is_mark) {
            ix_buf_add_char(to, whole.data[i]);
        }
    }
    return !grouped || run == GROUP;
}

static bool with_point(struct ix_sv cell, char point, struct ix_buf *to) {
    size_t at = point ? ix_sv_rfind_char(cell, point) : IX_SV_NPOS;
    struct ix_sv whole = ix_sv_sub(cell, 0, at);
    if (!drop_groups(whole, point == ',' ? '.' : ',', to)) {
        return false;
    }
    if (at != IX_SV_NPOS) {
        ix_buf_add_char(to, '.');
        ix_buf_add(to, ix_sv_from(cell, at + 1));
    }
    return true;
}

static bool take_front(struct ix_sv *cell, struct ix_sv front) {
    bool is = ix_sv_starts(*cell, front);
    *cell = is ? ix_sv_trim(ix_sv_from(*cell, front.size)) : *cell;
    return is;
}

static bool take_back(struct ix_sv *cell, struct ix_sv back) {
    bool is = ix_sv_ends(*cell, back);
    *cell = is ? ix_sv_trim(ix_sv_sub(*cell, 0, cell->size - back.size)) : *cell;
    return is;
}

/* One sign, in front or behind. */
static bool take_sign(struct ix_sv *cell) {
    static const struct ix_sv signs[] = {
        {"$", 1}, {"\xE2\x82\xAC", 3}, {"\xC2\xA3", 2}, {"\xC2\xA5", 2}}; /* $ euro pound yen */
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (take_front(cell, signs[i]) || take_back(cell, signs[i])) {
            return true;
        }
    }
    return false;
}

/* Amounts as spreadsheets show them: $10,000.00, -$5, $-5, ($5.00). Anything else is left as it is.
 * Which currency it is stands in a column of its own. */
static struct ix_sv without_sign(struct ix_arena *arena, struct ix_sv cell) {
    struct ix_sv rest = cell;
    bool minus = take_front(&rest, IX_SV("-"));
    bool sign = take_sign(&rest);
    bool brackets = !minus && take_front(&rest, IX_SV("(")) && take_back(&rest, IX_SV(")"));
    sign |= brackets && take_sign(&rest);
    minus = minus || brackets || (sign && take_front(&rest, IX_SV("-")));
    if (!sign && !brackets) {
        return cell;
    }
    return minus ? ix_arena_printf(arena, "-%.*s", IX_SV_FMT(rest)) : rest;
}

bool ix_bill_decimal(struct ix_arena *arena, struct ix_sv cell, struct ix_sv *ret_decimal) {
    struct ix_buf plain = {0};
    char point;
    cell = ix_sv_trim(cell);
    *ret_decimal = cell;
    if (ix_money_is_number(cell)) {
        return true;
    }
    cell = without_sign(arena, cell);
    *ret_decimal = cell;
    if (ix_sv_find_char(cell, ',') != IX_SV_NPOS) {
        bool read = find_point(cell, &point) && with_point(cell, point, &plain);
        *ret_decimal = read ? ix_arena_copy(arena, ix_buf_sv(&plain)) : (struct ix_sv){0};
        arena->failed |= plain.failed;
        ix_buf_done(&plain);
    }
    return ix_money_is_number(*ret_decimal); /* quantities may be larger than money */
}

const char *ix_bill_decimal_fault(struct ix_sv cell) {
    char point;
    cell = ix_sv_trim(cell);
    bool comma = ix_sv_find_char(cell, ',') != IX_SV_NPOS && !find_point(cell, &point);
    struct ix_buf digits = {0};
    bool number =
        comma && drop_groups(cell, ',', &digits) && ix_money_is_number(ix_buf_sv(&digits));
    ix_buf_done(&digits);
    return number ? "the comma may be the decimal point, or stand between thousands"
                  : "no decimal number";
}

/* ---- times ---- */

static bool take_number(struct ix_sv *text, size_t digits_max, int *ret_number) {
    size_t size = 0;
    *ret_number = 0;
    while (size < text->size && size < digits_max && text->data[size] >= '0' &&
           text->data[size] <= '9') {
        *ret_number = *ret_number * 10 + (text->data[size++] - '0');
    }
    *text = ix_sv_from(*text, size);
    return size > 0;
}

static bool take_char(struct ix_sv *text, char c) {
    bool is = text->size > 0 && text->data[0] == c;
    *text = ix_sv_from(*text, is);
    return is;
}

static bool civil_time(struct ix_civil civil, int64_t *ret_ms) {
    *ret_ms = ix_time_from_civil(civil);
    struct ix_civil back = ix_time_to_civil(*ret_ms);
    return civil.year >= 1970 && back.month == civil.month && back.day == civil.day &&
           back.hour == civil.hour && back.minute == civil.minute;
}

/* M/D/YYYY or M/D/YY, and h:mm[:ss] behind a space. */
static bool american_time(struct ix_sv text, int64_t *ret_ms) {
    enum { CENTURY = 2000 };
    struct ix_civil civil = {0};
    if (!take_number(&text, 2, &civil.month) || !take_char(&text, '/') ||
        !take_number(&text, 2, &civil.day) || !take_char(&text, '/') ||
        !take_number(&text, 4, &civil.year)) {
        return false;
    }
    civil.year += civil.year < 100 ? CENTURY : 0;
    if (take_char(&text, ' ') &&
        (!take_number(&text, 2, &civil.hour) || !take_char(&text, ':') ||
         !take_number(&text, 2, &civil.minute) ||
         (take_char(&text, ':') && !take_number(&text, 2, &civil.second)))) {
        return false;
    }
    return text.size == 0 && civil_time(civil, ret_ms);
}

/* D.M.YYYY, as exports in German have it. */
static bool dotted_date(struct ix_sv text, int64_t *ret_ms) {
    enum { YEAR = 4 };
    struct ix_civil civil = {0};
    bool read = take_number(&text, 2, &civil.day) && take_char(&text, '.') &&
                take_number(&text, 2, &civil.month) && take_char(&text, '.') && text.size == YEAR &&
                take_number(&text, YEAR, &civil.year);
    return read && text.size == 0 && civil_time(civil, ret_ms);
}

/* YYYYMM and YYYYMMDD. */
static bool compact_date(struct ix_sv text, int64_t *ret_ms) {
    struct ix_civil civil = {.day = 1};
    bool whole = text.size == 6 || text.size == 8;
    bool read = whole && take_number(&text, 4, &civil.year) && take_number(&text, 2, &civil.month);
    if (read && text.size > 0) {
        read = take_number(&text, 2, &civil.day);
    }
    return read && text.size == 0 && civil_time(civil, ret_ms);
}

bool ix_bill_time(struct ix_sv cell, int64_t *ret_ms) {
    int64_t end;
    return ix_time_parse(cell, ret_ms) || american_time(cell, ret_ms) ||
           dotted_date(cell, ret_ms) || compact_date(cell, ret_ms) ||
           (cell.size > 4 && ix_time_parse_period(cell, ret_ms, &end));
}

int64_t ix_bill_month(int64_t ms) {
    struct ix_civil civil = ix_time_to_civil(ms);
    return ix_time_from_civil(
        (struct ix_civil){.year = civil.year, .month = civil.month, .day = 1});
}

/* ---- tags ---- */

static const struct ix_json *object_or_null(const struct ix_json *node) {
    return ix_json_kind(node) == IX_JSON_OBJECT && ix_json_first(node) ? node : NULL;
}

/* "key=value; key=value", as some portals write them. */
static const struct ix_json *pairs(struct ix_arena *arena, struct ix_sv cell) {
    struct ix_json *object = ix_json_new_object(arena);
    struct ix_sv pair;
    while (ix_sv_split(&cell, ';', &pair)) {
        size_t at = ix_sv_find_char(pair, '=');
        struct ix_sv key = ix_sv_trim(ix_sv_sub(pair, 0, at));
        if (ix_sv_empty(ix_sv_trim(pair))) {
            continue;
        }
        if (at == IX_SV_NPOS || ix_sv_empty(key)) {
            return NULL;
        }
        ix_json_set(arena, object, key,
                    ix_json_new_string(arena, ix_sv_trim(ix_sv_from(pair, at + 1))));
    }
    return object;
}

/* [{"key": "team", "value": "a"}], as lists of tags are exported. */
static const struct ix_json *listed(struct ix_arena *arena, const struct ix_json *list) {
    struct ix_json *object = ix_json_new_object(arena);
    for (const struct ix_json *l = ix_json_first(list); l; l = ix_json_next(l)) {
        struct ix_sv key = ix_json_get_string(l, "key");
        const struct ix_json *value = ix_json_get(l, "value");
        if (ix_sv_empty(key)) {
            return NULL;
        }
        ix_json_set(arena, object, key, value ? ix_json_clone(arena, value) : NULL);
    }
    return object;
}

const struct ix_json *ix_bill_tags(struct ix_arena *arena, struct ix_sv cell) {
    struct ix_json *node = NULL;
    struct ix_err ignored = {0};
    struct ix_sv text = ix_sv_trim(cell);
    if (ix_sv_starts(text, IX_SV("\""))) {
        text = ix_arena_printf(arena, "{%.*s}", IX_SV_FMT(text));
    }
    if (!ix_sv_starts(text, IX_SV("{")) && !ix_sv_starts(text, IX_SV("["))) {
        return object_or_null(pairs(arena, text));
    }
    if (ix_bill_json(arena, text, &node, &ignored) != IX_OK) {
        arena->failed |= ignored.code == IX_NOMEM;
        return NULL;
    }
    bool list = ix_json_kind(node) == IX_JSON_ARRAY;
    return object_or_null(list ? listed(arena, node) : node);
}

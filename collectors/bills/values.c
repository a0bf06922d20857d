/* Each spelling has its own small reader; a cell that none of them reads is a fault of its row. */
#include "collectors/bills/values.h"

#include "base/time.h"

bool ix_bill_is_null(struct ix_sv cell, bool quoted) {
    static const char *const nothing[] = {"null", "-", "not applicable", "n/a", "none"};
    if (ix_sv_empty(cell)) {
        return true;
    }
    for (size_t i = 0; !quoted && i < sizeof nothing / sizeof *nothing; i++) {
        if (ix_sv_eq_nocase(cell, ix_sv_cstr(nothing[i]))) {
            return true;
        }
    }
    return false;
}

/* ---- amounts ---- */

static bool is_number(struct ix_sv text) {
    struct ix_money ignored;
    struct ix_err err = {0};
    bool rounded = false;
    enum ix_code code = ix_money_parse(text, &ignored, &rounded, &err);
    return code == IX_OK || code == IX_LIMIT; /* quantities may be larger than money */
}

/* Three digits behind a single comma may be thousands. */
static bool is_decimal_comma(struct ix_sv cell, size_t comma) {
    enum { GROUP = 3 };
    struct ix_sv rest = ix_sv_from(cell, comma + 1);
    bool alone = ix_sv_find_char(rest, ',') == IX_SV_NPOS;
    bool zero = comma > 0 && cell.data[comma - 1] == '0' && (comma == 1 || cell.data[0] == '-');
    return alone && ix_sv_find_char(cell, '.') == IX_SV_NPOS && (rest.size != GROUP || zero);
}

bool ix_bill_decimal(struct ix_arena *arena, struct ix_sv cell, struct ix_sv *ret_decimal) {
    size_t comma = ix_sv_find_char(cell, ',');
    *ret_decimal = cell;
    if (comma != IX_SV_NPOS) {
        if (!is_decimal_comma(cell, comma)) {
            return false;
        }
        *ret_decimal = ix_arena_printf(arena, "%.*s.%.*s", IX_SV_FMT(ix_sv_sub(cell, 0, comma)),
                                       IX_SV_FMT(ix_sv_from(cell, comma + 1)));
    }
    return is_number(*ret_decimal);
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
           compact_date(cell, ret_ms) ||
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

const struct ix_json *ix_bill_tags(struct ix_arena *arena, struct ix_sv cell) {
    struct ix_json *node = NULL;
    struct ix_err ignored = {0};
    struct ix_sv text = ix_sv_trim(cell);
    if (ix_sv_starts(text, IX_SV("\""))) {
        text = ix_arena_printf(arena, "{%.*s}", IX_SV_FMT(text));
    }
    if (!ix_sv_starts(text, IX_SV("{"))) {
        return object_or_null(pairs(arena, text));
    }
    enum ix_code code = ix_json_parse(arena, text, &node, &ignored);
    arena->failed |= code == IX_NOMEM;
    return code == IX_OK ? object_or_null(node) : NULL;
}

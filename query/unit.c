/* Quantities are split by their shape first, and only then asked what the unit may be: `m` is
 * minutes in a duration and nothing in a size. */
#include "query/unit.h"

#include "base/time.h"

#include <math.h>

static size_t digits_at(struct ix_sv text, size_t at) {
    size_t size = 0;
    while (at + size < text.size && text.data[at + size] >= '0' && text.data[at + size] <= '9') {
        size++;
    }
    return size;
}

/* The size of the JSON number at the start; 0: none. An `e` without digits belongs to the unit. */
static size_t number_size(struct ix_sv text) {
    size_t size = !ix_sv_empty(text) && text.data[0] == '-';
    size_t digits = digits_at(text, size);
    if (digits == 0) {
        return 0;
    }
    size += digits;
    if (size < text.size && text.data[size] == '.' && digits_at(text, size + 1) > 0) {
        size += 1 + digits_at(text, size + 1);
    }
    if (size < text.size && (text.data[size] == 'e' || text.data[size] == 'E')) {
        bool sign = size + 1 < text.size && strchr("+-", text.data[size + 1]);
        size_t exponent = digits_at(text, size + 1 + sign);
        size += exponent > 0 ? 1 + sign + exponent : 0;
    }
    return size;
}

static size_t money_size(struct ix_sv text) {
    static const char *const signs[] = {"$", "€", "£"};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (ix_sv_starts(text, ix_sv_cstr(signs[i]))) {
            return strlen(signs[i]);
        }
    }
    return 0;
}

bool ix_quantity_parse(struct ix_sv text, struct ix_quantity *ret_quantity) {
    size_t sign = money_size(text);
    struct ix_sv rest = ix_sv_from(text, sign);
    size_t size = number_size(rest);
    struct ix_quantity quantity = {
        .number_text = ix_sv_sub(rest, 0, size),
        .unit = sign > 0 ? ix_sv_sub(text, 0, sign) : ix_sv_from(rest, size),
    };
    if (size == 0 || (sign > 0 && size < rest.size) ||
        !ix_sv_to_double(quantity.number_text, &quantity.number) || !isfinite(quantity.number)) {
        return false;
    }
    *ret_quantity = quantity;
    return true;
}

struct byte_unit {
    const char *name;
    double bytes;
};

static const struct byte_unit byte_units[] = {
    {"B", 1},
    {"KB", 1e3},
    {"MB", 1e6},
    {"GB", 1e9},
    {"TB", 1e12},
    {"PB", 1e15},
    {"KiB", 1024.0},
    {"MiB", 1048576.0},
    {"GiB", 1073741824.0},
    {"TiB", 1099511627776.0},
    {"PiB", 1125899906842624.0},
    {"Ki", 1024.0},
    {"Mi", 1048576.0},
    {"Gi", 1073741824.0},
    {"Ti", 1099511627776.0},
    {"Pi", 1125899906842624.0},
};

double ix_unit_bytes(struct ix_sv unit) {
    if (ix_sv_empty(unit)) {
        return 1;
    }
    for (size_t i = 0; i < sizeof byte_units / sizeof byte_units[0]; i++) {
        if (ix_sv_eq_nocase(unit, ix_sv_cstr(byte_units[i].name))) {
            return byte_units[i].bytes;
        }
    }
    return 0;
}

struct time_unit {
    const char *name;
    int64_t months, ms;
};

static const struct time_unit time_units[] = {
    {"ms", 0, 1},         {"s", 0, IX_SECOND_MS}, {"m", 0, IX_MINUTE_MS},
    {"h", 0, IX_HOUR_MS}, {"d", 0, IX_DAY_MS},    {"w", 0, 7 * (int64_t)IX_DAY_MS},
    {"mo", 1, 0},         {"y", 12, 0},
};

static const struct time_unit *find_time_unit(struct ix_sv name) {
    for (size_t i = 0; i < sizeof time_units / sizeof time_units[0]; i++) {
        if (ix_sv_eq_cstr(name, time_units[i].name)) {
            return &time_units[i];
        }
    }
    return NULL;
}

bool ix_unit_known(struct ix_sv unit) {
    static const char *const others[] = {"%", "$", "€", "£", "USD", "EUR", "GBP"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (ix_sv_eq_cstr(unit, others[i])) {
            return true;
        }
    }
    return !ix_sv_empty(unit) && (ix_unit_bytes(unit) > 0 || find_time_unit(unit));
}

bool ix_duration_parse(struct ix_sv text, struct ix_duration *ret_duration) {
    enum { YEARS_MAX = 1000 };
    struct ix_quantity quantity;
    if (!ix_quantity_parse(text, &quantity) || quantity.number < 0) {
        return false;
    }
    const struct time_unit *unit = find_time_unit(quantity.unit);
    if (!unit) {
        return false;
    }
    double months = quantity.number * (double)unit->months, ms = quantity.number * (double)unit->ms;
    if (months > YEARS_MAX * 12.0 || ms > YEARS_MAX * 366.0 * IX_DAY_MS ||
        months != floor(months)) {
        return false;
    }
    *ret_duration = (struct ix_duration){.months = (int64_t)months, .ms = llround(ms)};
    return true;
}

int64_t ix_duration_add(int64_t ms, struct ix_duration duration, int direction) {
    const int64_t first = ix_time_from_civil((struct ix_civil){.year = 1, .month = 1, .day = 1});
    const int64_t last =
        ix_time_from_civil((struct ix_civil){.year = 9999, .month = 12, .day = 31});
    const int64_t months_apart = 8000 * 12;
    if (duration.months > 0 && duration.months < months_apart) {
        struct ix_civil civil = ix_time_to_civil(ms);
        int64_t year = civil.year + direction * (duration.months / 12 + 1);
        if (year < 1 || year > 9998) {
            return direction < 0 ? first : last;
        }
        ms = ix_time_add_months(ms, (int)(direction * duration.months));
    }
    ms += direction * duration.ms;
    return ms < first ? first : ms > last ? last : ms;
}

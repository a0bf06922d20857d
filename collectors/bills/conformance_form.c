/* Forms of cells, as the attributes of FOCUS 1.2 define them. What an attribute leaves to the
 * meaning of a text (StringHandling) is not looked at. */
#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/time.h"
#include "collectors/bills/conformance_rule.h"
#include "collectors/bills/values.h"

static struct ix_sv digits(struct ix_sv *text) {
    size_t size = 0;
    while (size < text->size && text->data[size] >= '0' && text->data[size] <= '9') {
        size++;
    }
    struct ix_sv run = ix_sv_sub(*text, 0, size);
    *text = ix_sv_from(*text, size);
    return run;
}

static bool drop(struct ix_sv *text, char c) {
    bool is = text->size > 0 && text->data[0] == c;
    *text = ix_sv_from(*text, is);
    return is;
}

/* NumericFormat: [+-]digits[.digits][E[+-]digits] */
static bool is_number(struct ix_sv text) {
    (void)(drop(&text, '-') || drop(&text, '+'));
    size_t whole = digits(&text).size;
    size_t fraction = drop(&text, '.') ? digits(&text).size : 0;
    if (whole + fraction == 0) {
        return false;
    }
    if (drop(&text, 'E') || drop(&text, 'e')) {
        (void)(drop(&text, '-') || drop(&text, '+'));
        if (ix_sv_empty(digits(&text))) {
            return false;
        }
    }
    return ix_sv_empty(text);
}

bool ix_conformance_number(struct ix_sv cell, long double *ret_number) {
    enum { NUMBER_MAX = 200 };
    char text[NUMBER_MAX + 1];
    if (cell.size > NUMBER_MAX || !is_number(cell)) {
        return false;
    }
    memcpy(text, cell.data, cell.size);
    text[cell.size] = '\0';
    *ret_number = strtold(text, NULL);
    return isfinite(*ret_number);
}

static bool is_time(struct ix_sv cell) {
    int64_t ms;
    return ix_bill_time(cell, &ms);
}

/* DateTimeFormat: YYYY-MM-DDTHH:mm:ssZ, fractions of a second allowed by ISO 8601. */
static bool has_time_format(struct ix_sv cell) {
    static const char shape[] = "0000-00-00T00:00:00";
    int64_t ms;
    if (cell.size < sizeof shape || cell.data[cell.size - 1] != 'Z') {
        return false;
    }
    for (size_t i = 0; i < sizeof shape - 1; i++) {
        bool digit = cell.data[i] >= '0' && cell.data[i] <= '9';
        if (shape[i] == '0' ? !digit : cell.data[i] != shape[i]) {
            return false;
        }
    }
    return ix_time_parse(cell, &ms);
}

static bool has_currency_format(struct ix_sv cell) {
    return !ix_sv_empty(ix_sv_trim(cell)); /* three letters, or the name of a virtual currency */
}

static bool is_national_currency(struct ix_sv cell) {
    static const char codes[] =
#define IX_CURRENCY(code) #code
#include "collectors/bills/currency.def"
#undef IX_CURRENCY
        ;
    enum { CODE = 3 };
    for (size_t at = 0; cell.size == CODE && at + CODE < sizeof codes; at += CODE) {
        if (memcmp(cell.data, codes + at, CODE) == 0) {
            return true;
        }
    }
    return false;
}

/* KeyValueFormat: an object whose keys are unique and whose values are no lists or objects. */
static bool has_keyvalue_format(struct ix_sv cell) {
    struct ix_arena arena;
    struct ix_json *object = NULL;
    struct ix_err err = {0};
    ix_arena_init(&arena, 0);
    bool kept = ix_json_parse(&arena, cell, &object, &err) == IX_OK &&
                ix_json_kind(object) == IX_JSON_OBJECT;
    for (const struct ix_json *m = ix_json_first(object); kept && m; m = ix_json_next(m)) {
        kept = ix_json_kind(m) != IX_JSON_ARRAY && ix_json_kind(m) != IX_JSON_OBJECT &&
               ix_json_get_sv(object, ix_json_key(m)) == m;
    }
    ix_arena_done(&arena);
    return kept || err.code == IX_NOMEM;
}

static bool is_text(struct ix_sv cell) {
    (void)cell;
    return true; /* all cells of CSV are */
}

/* UnitFormat: [N ]unit, units of two joined by a hyphen, and per [N ]unit behind a slash. */
static bool is_unit(struct ix_sv text) {
    struct ix_sv rest = text;
    if (!ix_sv_empty(digits(&rest))) {
        text = rest;
        if (!drop(&text, ' ')) {
            return false;
        }
    }
    return !ix_sv_empty(text) && text.data[0] != ' ' && text.data[0] != '-' &&
           text.data[text.size - 1] != ' ' && text.data[text.size - 1] != '-';
}

static bool has_unit_format(struct ix_sv cell) {
    size_t slash = ix_sv_find_char(cell, '/');
    bool one = slash == IX_SV_NPOS;
    return is_unit(ix_sv_sub(cell, 0, slash)) &&
           (one || (ix_sv_find_char(ix_sv_from(cell, slash + 1), '/') == IX_SV_NPOS &&
                    is_unit(ix_sv_from(cell, slash + 1))));
}

static bool is_decimal(struct ix_sv cell) {
    long double ignored;
    return ix_conformance_number(cell, &ignored);
}

static const struct ix_conformance_form forms[] = {
    {"decimal", "is a number", is_decimal},
    {"decimal_value", "is a number", is_decimal},
    {"numeric_format", "is a number without signs of currencies and thousands", is_decimal},
    {"datetime", "is a date and time", is_time},
    {"datetime_format", "is YYYY-MM-DDTHH:mm:ssZ", has_time_format},
    {"string", "is a text", is_text},
    {"string_format", "is a text", is_text},
    {"unit_format", "is a unit, as in GB-Hours, 1000 Requests, Users/Month", has_unit_format},
    {"currency_format", "names a currency", has_currency_format},
    {"national_currency", "is a code of ISO 4217", is_national_currency},
    {"keyvalue_format", "is a JSON object of single values under keys that differ",
     has_keyvalue_format},
};

const struct ix_conformance_form *ix_conformance_form_find(struct ix_sv name) {
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (ix_sv_eq_cstr(name, forms[i].name)) {
            return &forms[i];
        }
    }
    return NULL;
}

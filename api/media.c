/* Accept headers are lists of ranges with weights. The most specific range that matches a type
 * gives it its weight; the type with the highest weight wins. What cannot be read weighs nothing.
 */
#include "api/media.h"

#include <stddef.h>

static const struct {
    const char *name, *content_type, *format;
} table[IX_MEDIA_COUNT] = {
    [IX_MEDIA_JSON] = {"application/json", "application/json", "json"},
    [IX_MEDIA_NDJSON] = {"application/x-ndjson", "application/x-ndjson", "ndjson"},
    [IX_MEDIA_CSV] = {"text/csv", "text/csv; charset=utf-8; header=present", "csv"},
    [IX_MEDIA_TEXT] = {"text/plain", "text/plain; charset=utf-8", NULL},
    [IX_MEDIA_OPENAPI] = {"application/json", "application/json", NULL},
    [IX_MEDIA_METRICS] = {"text/plain", "text/plain; version=0.0.4; charset=utf-8", NULL},
};

const char *ix_media_name(enum ix_media media) {
    return table[media].name;
}

const char *ix_media_content_type(enum ix_media media) {
    return table[media].content_type;
}

const char *ix_media_format(enum ix_media media) {
    return table[media].format;
}

enum { WHOLE_WEIGHT = 1000, WEIGHT_DIGITS = 3 };

/* "0.8" as 800; 0 for what is no weight. */
static int weight_value(struct ix_sv text) {
    if (ix_sv_empty(text) || (text.data[0] != '0' && text.data[0] != '1')) {
        return 0;
    }
    int value = (text.data[0] - '0') * WHOLE_WEIGHT;
    if (text.size > 1 && (text.data[1] != '.' || text.size > 2 + WEIGHT_DIGITS)) {
        return 0;
    }
    int unit = WHOLE_WEIGHT / 10;
    for (size_t i = 2; i < text.size; i++, unit /= 10) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return 0;
        }
        value += (text.data[i] - '0') * unit;
    }
    return value > WHOLE_WEIGHT ? 0 : value;
}

/* The weight among the parameters behind a range: ";q=0.5". */
static int weight_of(struct ix_sv parameters) {
    struct ix_sv parameter;
    while (ix_sv_split(&parameters, ';', &parameter)) {
        parameter = ix_sv_trim(parameter);
        if (ix_sv_starts_nocase(parameter, IX_SV("q="))) {
            return weight_value(ix_sv_from(parameter, 2));
        }
    }
    return WHOLE_WEIGHT;
}

static struct ix_sv cut_range(struct ix_sv item, int *ret_weight) {
    size_t semicolon = ix_sv_find_char(item, ';');
    *ret_weight =
        semicolon == IX_SV_NPOS ? WHOLE_WEIGHT : weight_of(ix_sv_from(item, semicolon + 1));
    return ix_sv_trim(ix_sv_sub(item, 0, semicolon));
}

/* 0: no match; else the more specific the higher. */
static int specificity(struct ix_sv range, struct ix_sv name) {
    size_t slash = ix_sv_find_char(name, '/');
    if (ix_sv_eq_nocase(range, name)) {
        return 3;
    }
    if (range.size == slash + 2 && range.data[range.size - 1] == '*' &&
        ix_sv_starts_nocase(range, ix_sv_sub(name, 0, slash + 1))) {
        return 2;
    }
    return ix_sv_eq(range, IX_SV("*/*")) ? 1 : 0;
}

static int weight_in(struct ix_sv accept, struct ix_sv name) {
    struct ix_sv item;
    int best = 0;
    int result = 0;
    while (ix_sv_split(&accept, ',', &item)) {
        int weight;
        struct ix_sv range = cut_range(item, &weight);
        int here = specificity(range, name);
        if (here > best) {
            best = here;
            result = weight;
        }
    }
    return result;
}

bool ix_media_choose(struct ix_sv accept, unsigned offered, enum ix_media *ret_media) {
    int best = 0;
    accept = ix_sv_trim(accept);
    for (int i = 0; i < IX_MEDIA_COUNT; i++) {
        if (!(offered & (1u << i))) {
            continue;
        }
        int weight =
            ix_sv_empty(accept) ? WHOLE_WEIGHT : weight_in(accept, ix_sv_cstr(table[i].name));
        if (weight > best) {
            best = weight;
            *ret_media = (enum ix_media)i;
        }
    }
    return best > 0;
}

bool ix_media_takes_coding(struct ix_sv header, const char *coding) {
    struct ix_sv item;
    bool any = false;
    while (ix_sv_split(&header, ',', &item)) {
        int weight;
        struct ix_sv name = cut_range(item, &weight);
        if (ix_sv_eq_nocase(name, ix_sv_cstr(coding))) {
            return weight > 0;
        }
        any = any || (ix_sv_eq(name, IX_SV("*")) && weight > 0);
    }
    return any;
}

/* A path is taken apart from its end: the name, then the folders. */
#include "collectors/bills/delivery.h"

enum {
    AWS_DIGITS = 5,
    BIGQUERY_DIGITS = 12,
    DATE_DIGITS = 8,  /* 20250131 */
    TIME_DIGITS = 12, /* 202501311530 */
};

static size_t digits_at_end(struct ix_sv text) {
    size_t count = 0;
    while (count < text.size) {
        char c = text.data[text.size - 1 - count];
        if (c < '0' || c > '9') {
            break;
        }
        count++;
    }
    return count;
}

static struct ix_sv without_end(struct ix_sv text, size_t size) {
    return ix_sv_sub(text, 0, text.size - size);
}

/* What stands before the last slash, and behind it. */
static struct ix_sv parent_of(struct ix_sv path, struct ix_sv *ret_name) {
    size_t slash = ix_sv_rfind_char(path, '/');
    *ret_name = slash == IX_SV_NPOS ? path : ix_sv_from(path, slash + 1);
    return slash == IX_SV_NPOS ? (struct ix_sv){0} : ix_sv_sub(path, 0, slash);
}

/* "bill-00001" of "bill-00001.csv.gz"; empty when it is of no form that parts have. */
static struct ix_sv stem_of(struct ix_sv name, struct ix_sv *ret_form) {
    static const struct ix_sv packed[] = {{".gz", 3}, {".zst", 4}};
    static const struct ix_sv forms[] = {{".csv", 4}, {".json", 5}, {".ndjson", 7}};
    for (size_t i = 0; i < sizeof packed / sizeof *packed; i++) {
        if (ix_sv_ends(name, packed[i])) {
            name = without_end(name, packed[i].size);
        }
    }
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (ix_sv_ends(name, forms[i])) {
            *ret_form = forms[i];
            return without_end(name, forms[i].size);
        }
    }
    return (struct ix_sv){0};
}

/* ---- AWS ---- */

static bool find_data_export(struct ix_sv path, struct ix_delivery *ret) {
    static const struct ix_sv mark = {"/BILLING_PERIOD=", 16};
    size_t at = ix_sv_find(path, mark);
    struct ix_sv name;
    if (at == IX_SV_NPOS) {
        return false;
    }
    struct ix_sv folder = parent_of(ix_sv_from(path, at + 1), &name);
    size_t slash = ix_sv_find_char(folder, '/');
    ret->source = ix_sv_sub(path, 0, at);
    ret->period = slash == IX_SV_NPOS ? folder : ix_sv_sub(folder, 0, slash);
    ret->version = slash == IX_SV_NPOS ? (struct ix_sv){0} : ix_sv_from(folder, slash + 1);
    ret->in_time = true;
    return folder.size > 0;
}

static bool is_date_range(struct ix_sv name) {
    return name.size == 2 * DATE_DIGITS + 1 && name.data[DATE_DIGITS] == '-' &&
           digits_at_end(name) == DATE_DIGITS &&
           digits_at_end(ix_sv_sub(name, 0, DATE_DIGITS)) == DATE_DIGITS;
}

/* The report's name is told twice: as a folder, and in the file's name before its number. */
static bool find_legacy_report(struct ix_sv folder, struct ix_sv stem, struct ix_delivery *ret) {
    size_t digits = digits_at_end(stem);
    struct ix_sv inner;
    struct ix_sv report;
    struct ix_sv outer = parent_of(folder, &inner);
    ret->version = (struct ix_sv){0};
    if (!is_date_range(inner)) {
        ret->version = inner;
        outer = parent_of(outer, &inner);
    }
    (void)parent_of(outer, &report);
    if (!is_date_range(inner) || digits == 0 || stem.size <= digits + 1 ||
        !ix_sv_eq(without_end(stem, digits + 1), report)) {
        return false;
    }
    ret->source = outer;
    ret->period = inner;
    ret->in_time = false;
    return true;
}

/* ---- Azure ---- */

static bool is_azure_part(struct ix_sv stem) {
    struct ix_sv rest = without_end(stem, digits_at_end(stem));
    if (rest.size == stem.size || !ix_sv_ends(rest, IX_SV("_"))) {
        return false;
    }
    rest = without_end(rest, 1);
    return digits_at_end(rest) > 0 &&
           ix_sv_eq_cstr(without_end(rest, digits_at_end(rest)), "part_");
}

/* 8-4-4-4-12 */
static bool is_guid(struct ix_sv name) {
    for (size_t i = 0; i < name.size; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash != (name.data[i] == '-') || !strchr("-0123456789abcdefABCDEF", name.data[i])) {
            return false;
        }
    }
    return name.size == 36;
}

static bool is_time(struct ix_sv name) {
    return name.size >= TIME_DIGITS && digits_at_end(name) == name.size;
}

/* The order of the folders has changed over the years; what they are has not. Without a range of
 * dates among them the layout is somebody's own, and only the folder tells parts apart. */
static bool find_azure_export(struct ix_arena *arena, struct ix_sv folder, struct ix_sv form,
                              struct ix_delivery *ret) {
    enum { FOLDERS_MOST = 4 };
    struct ix_sv rest = folder;
    struct ix_sv kept = {0};
    struct ix_sv name;
    *ret = (struct ix_delivery){0};
    for (int i = 0; i < FOLDERS_MOST && !ix_sv_empty(rest); i++) {
        rest = parent_of(rest, &name);
        bool run = i == 0 && is_guid(name);
        if (is_date_range(name) && ix_sv_empty(ret->period)) {
            ret->period = name;
        } else if (run || is_time(name)) {
            ret->in_time = ret->in_time || !run;
            ret->version =
                ix_arena_printf(arena, "%.*s/%.*s", IX_SV_FMT(name), IX_SV_FMT(ret->version));
        } else {
            kept = ix_arena_printf(arena, "/%.*s%.*s", IX_SV_FMT(name), IX_SV_FMT(kept));
        }
    }
    if (ix_sv_empty(ret->period)) {
        *ret = (struct ix_delivery){0};
        rest = folder;
        kept = (struct ix_sv){0};
    }
    ret->source = ix_arena_printf(arena, "%.*s%.*s/part_*%.*s", IX_SV_FMT(rest), IX_SV_FMT(kept),
                                  IX_SV_FMT(form));
    return true;
}

/* ---- parts by number ---- */

/* The digits of a part's number at the end of the name; 0: it has none. */
static size_t part_digits(struct ix_sv stem) {
    size_t digits = digits_at_end(stem);
    struct ix_sv before = without_end(stem, digits);
    if (digits == AWS_DIGITS && before.size > 1 && ix_sv_ends(before, IX_SV("-"))) {
        return digits;
    }
    bool zeros = ix_sv_starts(ix_sv_from(stem, before.size), IX_SV("000"));
    return digits == BIGQUERY_DIGITS && zeros ? digits : 0;
}

static bool find_numbered(struct ix_arena *arena, struct ix_sv folder, struct ix_sv stem,
                          struct ix_sv form, struct ix_delivery *ret) {
    size_t digits = part_digits(stem);
    if (digits == 0) {
        return false;
    }
    *ret = (struct ix_delivery){
        .source = ix_arena_printf(arena, "%.*s/%.*s*%.*s", IX_SV_FMT(folder),
                                  IX_SV_FMT(without_end(stem, digits)), IX_SV_FMT(form))};
    return true;
}

bool ix_bill_find_delivery(struct ix_arena *arena, struct ix_sv path, struct ix_delivery *ret) {
    struct ix_sv name;
    struct ix_sv form;
    struct ix_sv folder = parent_of(path, &name);
    struct ix_sv stem = stem_of(name, &form);
    if (ix_sv_empty(stem)) {
        return false;
    }
    return find_data_export(path, ret) || find_legacy_report(folder, stem, ret) ||
           (is_azure_part(stem) && find_azure_export(arena, folder, form, ret)) ||
           find_numbered(arena, folder, stem, form, ret);
}

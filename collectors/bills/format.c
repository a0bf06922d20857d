/* What all formats need of a row. */
#include "collectors/bills/format.h"

#include "collectors/bills/values.h"

bool ix_bill_has(const struct ix_bill_heading *heading, const char *name) {
    for (size_t i = 0; i < heading->count; i++) {
        if (ix_sv_eq_nocase(heading->names[i], ix_sv_cstr(name))) {
            return true;
        }
    }
    return false;
}

struct ix_bill_lookup ix_bill_look_up(const struct ix_bill_heading *heading, const char *names) {
    struct ix_bill_lookup lookup = {.names = names};
    struct ix_sv rest = ix_sv_cstr(names);
    struct ix_sv name;
    while (ix_sv_split(&rest, '|', &name)) {
        for (size_t i = 0; i < heading->count && lookup.count < IX_BILL_ALTERNATIVES; i++) {
            if (ix_sv_eq_nocase(heading->names[i], name)) {
                lookup.cells[lookup.count++] = i;
            }
        }
    }
    return lookup;
}

static const struct ix_bill_lookup *remembered(struct ix_bill_reading *reading, const char *names) {
    for (size_t i = 0; i < reading->lookup_count; i++) {
        if (reading->lookups[i].names == names) {
            return &reading->lookups[i];
        }
    }
    /* the last place is for lists beyond those that are remembered */
    size_t at =
        reading->lookup_count < IX_BILL_LOOKUPS - 1 ? reading->lookup_count++ : IX_BILL_LOOKUPS - 1;
    reading->lookups[at] = ix_bill_look_up(&reading->heading, names);
    return &reading->lookups[at];
}

/* Rows may be shorter than the heading. */
static struct ix_sv value_at(const struct ix_csv_row *row, size_t cell) {
    bool null = cell >= row->count || ix_bill_is_null(row->cells[cell], row->quoted[cell]);
    return null ? (struct ix_sv){0} : row->cells[cell];
}

struct ix_sv ix_bill_first(const struct ix_csv_row *row, const struct ix_bill_lookup *lookup,
                           size_t *ret_cell) {
    struct ix_sv value = {0};
    for (size_t i = 0; i < lookup->count && !value.data; i++) {
        *ret_cell = lookup->cells[i];
        value = value_at(row, *ret_cell);
    }
    return value;
}

struct ix_sv ix_bill_find(struct ix_bill_reading *reading, const char *names, size_t *ret_cell) {
    return ix_bill_first(&reading->row, remembered(reading, names), ret_cell);
}

enum ix_code ix_bill_amount(struct ix_bill_reading *reading, const char *names,
                            struct ix_money *ret_amount, bool *ret_known, struct ix_err *err) {
    size_t column = 0;
    struct ix_sv cell = ix_bill_find(reading, names, &column);
    struct ix_sv decimal;
    bool rounded = false;
    *ret_known = cell.data != NULL;
    if (!cell.data) {
        return IX_OK;
    }
    struct ix_sv name = reading->heading.written[column];
    if (!ix_bill_decimal(&reading->arena, cell, &decimal)) {
        return ix_err_set(err, IX_INVALID, "%.*s: %s", IX_SV_FMT(name),
                          ix_bill_decimal_fault(cell));
    }
    enum ix_code code = ix_money_parse(decimal, ret_amount, &rounded, err);
    reading->rounded += code == IX_OK && rounded;
    return code == IX_OK ? code : ix_err_wrap(err, "%.*s", IX_SV_FMT(name));
}

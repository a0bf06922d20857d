/* The field table and its look-up. Linear: some sixty rows, a few look-ups a query. */
#include "query/field.h"

static const struct ix_field_info fields[] = {
#define SORT IX_TRAIT_SORT
#define MANY IX_TRAIT_MANY
#define IX_FIELD_ROW(symbol, name, aliases, kind, traits, backing, help)                           \
    [IX_FIELD_##symbol] = {                                                                        \
        IX_FIELD_##symbol, (name), (aliases), IX_KIND_##kind, (traits), (backing), (help),         \
    },
#include "query/field.def"
#undef IX_FIELD_ROW
#undef MANY
#undef SORT
};

const struct ix_field_info *ix_field_info(enum ix_field field) {
    return &fields[field];
}

static bool is_called(const struct ix_field_info *info, struct ix_sv name) {
    struct ix_sv rest = ix_sv_cstr(info->aliases), alias;
    if (ix_sv_eq_nocase(name, ix_sv_cstr(info->name))) {
        return true;
    }
    while (ix_sv_split(&rest, ' ', &alias)) {
        if (ix_sv_eq_nocase(name, alias)) {
            return true;
        }
    }
    return false;
}

const struct ix_field_info *ix_field_find(struct ix_sv name) {
    for (size_t i = 0; i < IX_FIELD_COUNT; i++) {
        if (is_called(&fields[i], name)) {
            return &fields[i];
        }
    }
    return ix_sv_starts_nocase(name, IX_SV("cost.")) ? &fields[IX_FIELD_COST] : NULL;
}

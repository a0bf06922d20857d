/* Text into the members of a settings struct, by the rows of a table. */
#include "base/option.h"

static bool is_choice(const char *choices, struct ix_sv text) {
    struct ix_sv rest = ix_sv_cstr(choices);
    struct ix_sv choice;
    while (ix_sv_split(&rest, '|', &choice)) {
        if (ix_sv_eq(choice, text)) {
            return true;
        }
    }
    return false;
}

static enum ix_code set_number(const struct ix_option *option, void *member, struct ix_sv text,
                               struct ix_err *err) {
    int64_t value;
    if (!ix_sv_to_int64(text, &value) || value < 0) {
        return ix_err_set(err, IX_INVALID, "--%s needs a whole number, not '%.*s'", option->name,
                          IX_SV_FMT(text));
    }
    *(int64_t *)member = value;
    return IX_OK;
}

enum ix_code ix_option_set(const struct ix_option *option, void *settings, struct ix_sv text,
                           struct ix_err *err) {
    void *member = (char *)settings + option->offset;
    switch (option->type) {
    case IX_OPTION_FLAG:
        *(bool *)member = ix_sv_eq(text, IX_SV("true"));
        return IX_OK;
    case IX_OPTION_NUMBER:
        return set_number(option, member, text, err);
    case IX_OPTION_CHOICE:
        if (!is_choice(option->choices, text)) {
            return ix_err_set(err, IX_INVALID, "--%s is one of %s, not '%.*s'", option->name,
                              option->choices, IX_SV_FMT(text));
        }
        break;
    case IX_OPTION_TEXT:
        break;
    }
    *(struct ix_sv *)member = text;
    return IX_OK;
}

enum ix_code ix_option_defaults(const struct ix_option *options, void *settings,
                                struct ix_err *err) {
    for (const struct ix_option *o = options; o->name; o++) {
        if (o->fallback) {
            enum ix_code code = ix_option_set(o, settings, ix_sv_cstr(o->fallback), err);
            if (code != IX_OK) {
                return code;
            }
        }
    }
    return IX_OK;
}

const struct ix_option *ix_option_find(const struct ix_option *options, struct ix_sv name) {
    for (const struct ix_option *o = options; o && o->name; o++) {
        if (ix_sv_eq_cstr(name, o->name)) {
            return o;
        }
    }
    return NULL;
}

const struct ix_option *ix_option_find_letter(const struct ix_option *options, char letter) {
    for (const struct ix_option *o = options; o && o->name; o++) {
        if (o->letter == letter && letter) {
            return o;
        }
    }
    return NULL;
}

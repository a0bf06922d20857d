/* Text into the members of a settings struct, by the rows of a table. */
#include "base/option.h"

#include <assert.h>
#include <stdio.h>

enum { SHOWN = 60 }; /* bytes of a value in a message */

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

static enum ix_code set_number(const struct ix_option *option, const char *shown, void *member,
                               struct ix_sv text, struct ix_err *err) {
    int64_t value;
    int64_t least;
    int64_t most;
    ix_option_range(option, &least, &most);
    if (!ix_sv_to_int64(text, &value) || value < 0) {
        return ix_err_set(err, IX_INVALID, "%s needs a whole number, not '%.*s'", shown,
                          IX_SV_FMT(ix_sv_sub(text, 0, SHOWN)));
    }
    if (value < least || value > most) {
        return ix_err_set(err, IX_INVALID, "%s is a number from %lld to %lld", shown,
                          (long long)least, (long long)most);
    }
    *(int64_t *)member = value;
    return IX_OK;
}

static enum ix_code set_flag(const char *shown, void *member, struct ix_sv text,
                             struct ix_err *err) {
    bool value = ix_sv_eq(text, IX_SV("true"));
    if (!value && !ix_sv_eq(text, IX_SV("false"))) {
        return ix_err_set(err, IX_INVALID, "%s is true or false, not '%.*s'", shown,
                          IX_SV_FMT(ix_sv_sub(text, 0, SHOWN)));
    }
    *(bool *)member = value;
    return IX_OK;
}

enum ix_code ix_option_set_as(const struct ix_option *option, const char *shown, void *settings,
                              struct ix_sv text, struct ix_err *err) {
    void *member = (char *)settings + option->offset;
    switch (option->type) {
    case IX_OPTION_FLAG:
        return set_flag(shown, member, text, err);
    case IX_OPTION_NUMBER:
        return set_number(option, shown, member, text, err);
    case IX_OPTION_CHOICE:
        if (!is_choice(option->choices, text)) {
            return ix_err_set(err, IX_INVALID, "%s is one of %s, not '%.*s'", shown,
                              option->choices, IX_SV_FMT(ix_sv_sub(text, 0, SHOWN)));
        }
        break;
    case IX_OPTION_TEXT:
        break;
    }
    *(struct ix_sv *)member = text;
    return IX_OK;
}

enum ix_code ix_option_set(const struct ix_option *option, void *settings, struct ix_sv text,
                           struct ix_err *err) {
    char shown[64];
    snprintf(shown, sizeof shown, "--%s", option->name);
    return ix_option_set_as(option, shown, settings, text, err);
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

void ix_option_range(const struct ix_option *option, int64_t *ret_least, int64_t *ret_most) {
    struct ix_sv range = ix_sv_cstr(option->choices);
    size_t dots = ix_sv_find(range, IX_SV(".."));
    *ret_least = 0;
    *ret_most = INT64_MAX;
    if (option->type == IX_OPTION_NUMBER && dots != IX_SV_NPOS) {
        bool numbers = ix_sv_to_int64(ix_sv_sub(range, 0, dots), ret_least) &&
                       ix_sv_to_int64(ix_sv_from(range, dots + 2), ret_most);
        assert(numbers);
        (void)numbers;
    }
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

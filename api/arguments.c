/* Parameters are strict: what would be ignored is a mistake of the caller, and is said. */
#include "api/arguments.h"

#include "api/route.h"
#include "base/uri.h"
#include "query/suggest.h"

enum { PARAMETERS_MAX = 16, NAME_SHOWN = 60 };

struct reading {
    struct ix_call *call;
    bool given[PARAMETERS_MAX];
};

static enum ix_code unknown(const struct ix_route *route, struct ix_sv name, struct ix_err *err) {
    struct ix_suggest suggest;
    char hint[IX_SUGGEST_HINT_SIZE];
    ix_suggest_init(&suggest, name);
    for (const struct ix_option *o = route->parameters; o && o->name; o++) {
        ix_suggest_add(&suggest, o->name);
    }
    return ix_err_set(err, IX_INVALID, "unknown parameter ‘%.*s’%s",
                      IX_SV_FMT(ix_sv_sub(name, 0, NAME_SHOWN)),
                      ix_suggest_hint(&suggest, hint, ""));
}

static const struct ix_option *find_parameter(const struct ix_route *route, struct ix_sv name) {
    const struct ix_option *found = ix_option_find(route->parameters, name);
    return found && !ix_route_in_path(route, found) ? found : NULL;
}

static enum ix_code check_text(const struct ix_option *option, struct ix_sv text,
                               struct ix_err *err) {
    if (!ix_sv_is_utf8(text) || ix_sv_find_char(text, '\0') != IX_SV_NPOS) {
        return ix_err_set(err, IX_INVALID, "%s must be UTF-8 without NUL", option->name);
    }
    return IX_OK;
}

static enum ix_code set_parameter(struct reading *r, const struct ix_option *option,
                                  struct ix_sv text, struct ix_err *err) {
    size_t at = (size_t)(option - r->call->route->parameters);
    if (r->given[at]) {
        return ix_err_set(err, IX_INVALID, "%s is given twice", option->name);
    }
    r->given[at] = true;
    enum ix_code code = check_text(option, text, err);
    return code == IX_OK ? ix_option_set_as(option, option->name, &r->call->arguments, text, err)
                         : code;
}

static enum ix_code read_query_part(struct reading *r, struct ix_err *err) {
    struct ix_sv rest = r->call->request->query;
    struct ix_sv name;
    struct ix_sv value;
    while (ix_uri_field(&rest, &name, &value)) {
        if (ix_uri_decode(r->call->arena, name, true, &name, err) != IX_OK) {
            return ix_err_wrap(err, "the name of a parameter");
        }
        const struct ix_option *option = find_parameter(r->call->route, name);
        if (!option) {
            return unknown(r->call->route, name, err);
        }
        if (ix_uri_decode(r->call->arena, value, true, &value, err) != IX_OK) {
            return ix_err_wrap(err, "%s", option->name);
        }
        if (set_parameter(r, option, value, err) != IX_OK) {
            return err->code;
        }
    }
    return IX_OK;
}

/* 27.0 and 2.7e1 are the whole number 27, too; of anything else the number as it is. */
static struct ix_sv whole_number_text(struct ix_arena *arena, const struct ix_json *node) {
    const double exact = 9007199254740992.0; /* 2^53 */
    double value;
    bool whole = ix_json_double(node, &value) && value >= 0 && value <= exact &&
                 (double)(int64_t)value == value;
    return whole ? ix_arena_printf(arena, "%lld", (long long)value)
                 : ix_json_number_text(arena, node);
}

/* A member's value as the text that the query part would have; its JSON type must be the
 * parameter's. */
static enum ix_code member_text(struct ix_arena *arena, const struct ix_option *option,
                                const struct ix_json *node, struct ix_sv *ret_text,
                                struct ix_err *err) {
    enum ix_json_kind kind = ix_json_kind(node);
    if (option->type == IX_OPTION_FLAG && (kind == IX_JSON_TRUE || kind == IX_JSON_FALSE)) {
        *ret_text = kind == IX_JSON_TRUE ? IX_SV("true") : IX_SV("false");
    } else if (option->type == IX_OPTION_NUMBER && kind == IX_JSON_NUMBER) {
        *ret_text = whole_number_text(arena, node);
    } else if (option->type >= IX_OPTION_TEXT && option->type != IX_OPTION_NUMBER &&
               kind == IX_JSON_STRING) {
        *ret_text = ix_json_string(node);
    } else {
        static const char *const wanted[] = {
            [IX_OPTION_FLAG] = "true or false",
            [IX_OPTION_TEXT] = "a string",
            [IX_OPTION_NUMBER] = "a whole number",
            [IX_OPTION_CHOICE] = "a string",
        };
        return ix_err_set(err, IX_INVALID, "%s must be %s", option->name, wanted[option->type]);
    }
    return ix_arena_check(arena, err);
}

static enum ix_code read_members(struct reading *r, const struct ix_json *body,
                                 struct ix_err *err) {
    if (ix_json_kind(body) != IX_JSON_OBJECT) {
        return ix_err_set(err, IX_INVALID, "the body must be a JSON object");
    }
    for (const struct ix_json *n = ix_json_first(body); n; n = ix_json_next(n)) {
        struct ix_sv text;
        const struct ix_option *option = find_parameter(r->call->route, ix_json_key(n));
        if (!option) {
            return unknown(r->call->route, ix_json_key(n), err);
        }
        enum ix_code code = member_text(r->call->arena, option, n, &text, err);
        code = code == IX_OK ? set_parameter(r, option, text, err) : code;
        if (code != IX_OK) {
            return code;
        }
    }
    return IX_OK;
}

static enum ix_code read_body(struct reading *r, struct ix_err *err) {
    struct ix_json *body;
    if (!r->call->route->body_type || r->call->route->body) {
        return IX_OK;
    }
    if (ix_json_parse(r->call->arena, r->call->request->body, &body, err) != IX_OK) {
        return ix_err_wrap(err, "the body");
    }
    return read_members(r, body, err);
}

static enum ix_code read_path(struct reading *r, struct ix_sv uid, struct ix_err *err) {
    for (const struct ix_option *o = r->call->route->parameters; o && o->name; o++) {
        if (ix_route_in_path(r->call->route, o)) {
            enum ix_code code = ix_uri_decode(r->call->arena, uid, false, &uid, err);
            return code == IX_OK ? set_parameter(r, o, uid, err) : ix_err_wrap(err, "%s", o->name);
        }
    }
    return IX_OK;
}

enum ix_code ix_arguments_read(struct ix_call *call, struct ix_sv uid, struct ix_err *err) {
    struct reading r = {.call = call};
    enum ix_code code = IX_OK;
    if (call->route->parameters) {
        code = ix_option_defaults(call->route->parameters, &call->arguments, err);
    }
    code = code == IX_OK ? read_path(&r, uid, err) : code;
    code = code == IX_OK ? read_query_part(&r, err) : code;
    return code == IX_OK ? read_body(&r, err) : code;
}

/* The description of the interface (OpenAPI 3.1), written from the table of routes and from
 * schema.def. It is written anew for each request: it is small, and asked for seldom. */
#include "api/openapi.h"

#include <stdio.h>

#include "api/handlers.h"
#include "api/route.h"
#include "base/json_writer.h"

struct member {
    const char *schema, *name, *type;
    bool required;
    const char *help;
};

static const struct member members[] = {
#define IX_MEMBER_ROW(schema, name, type, required, help)                                          \
    {#schema, (name), (type), (required), (help)},
#include "api/schema.def"
#undef IX_MEMBER_ROW
};

enum { MEMBER_COUNT = sizeof members / sizeof *members };

/* ---- schemas ---- */

static void write_type_name(struct ix_json_writer *w, const char *name, bool nullable) {
    ix_jw_key(w, "type");
    if (nullable) {
        ix_jw_array_begin(w);
        ix_jw_string(w, ix_sv_cstr(name));
        ix_jw_string(w, IX_SV("null"));
        ix_jw_array_end(w);
    } else {
        ix_jw_string(w, ix_sv_cstr(name));
    }
}

static void write_reference(struct ix_json_writer *w, struct ix_sv schema) {
    char path[96];
    snprintf(path, sizeof path, "#/components/schemas/%.*s", IX_SV_FMT(schema));
    ix_jw_member_string(w, "$ref", ix_sv_cstr(path));
}

/* A schema object for one of the types of schema.def, its members only. */
static void write_type(struct ix_json_writer *w, struct ix_sv type) {
    bool nullable = ix_sv_ends(type, IX_SV("?"));
    type = ix_sv_sub(type, 0, type.size - nullable);
    if (ix_sv_ends(type, IX_SV("[]"))) {
        write_type_name(w, "array", nullable);
        ix_jw_key(w, "items");
        ix_jw_object_begin(w);
        write_type(w, ix_sv_sub(type, 0, type.size - 2));
        ix_jw_object_end(w);
    } else if (ix_sv_eq(type, IX_SV("time"))) {
        write_type_name(w, "string", nullable);
        ix_jw_member_string(w, "format", IX_SV("date-time"));
    } else if (ix_sv_eq(type, IX_SV("map"))) {
        write_type_name(w, "object", nullable);
        ix_jw_key(w, "additionalProperties");
        ix_jw_object_begin(w);
        write_type_name(w, "string", false);
        ix_jw_object_end(w);
    } else if (type.data[0] >= 'A' && type.data[0] <= 'Z') {
        write_reference(w, type);
    } else if (!ix_sv_eq(type, IX_SV("any"))) {
        write_type_name(w,
                        ix_sv_eq(type, IX_SV("string"))    ? "string"
                        : ix_sv_eq(type, IX_SV("integer")) ? "integer"
                                                           : "boolean",
                        nullable);
    }
}

static void write_required(struct ix_json_writer *w, const struct member *first, size_t count) {
    ix_jw_key(w, "required");
    ix_jw_array_begin(w);
    for (size_t i = 0; i < count; i++) {
        if (first[i].required) {
            ix_jw_string(w, ix_sv_cstr(first[i].name));
        }
    }
    ix_jw_array_end(w);
}

static void write_schema(struct ix_json_writer *w, const struct member *first, size_t count) {
    ix_jw_key(w, first->schema);
    ix_jw_object_begin(w);
    write_type_name(w, "object", false);
    ix_jw_key(w, "properties");
    ix_jw_object_begin(w);
    for (size_t i = 0; i < count; i++) {
        ix_jw_key(w, first[i].name);
        ix_jw_object_begin(w);
        write_type(w, ix_sv_cstr(first[i].type));
        ix_jw_member_optional(w, "description", ix_sv_cstr(first[i].help));
        ix_jw_object_end(w);
    }
    ix_jw_object_end(w);
    write_required(w, first, count);
    ix_jw_object_end(w);
}

static void write_schemas(struct ix_json_writer *w) {
    ix_jw_key(w, "schemas");
    ix_jw_object_begin(w);
    for (size_t i = 0; i < MEMBER_COUNT;) {
        size_t count = 1;
        while (i + count < MEMBER_COUNT &&
               strcmp(members[i + count].schema, members[i].schema) == 0) {
            count++;
        }
        write_schema(w, &members[i], count);
        i += count;
    }
    ix_jw_object_end(w);
}

/* ---- parameters ---- */

/* The schema of a parameter: type, range or choices, default. */
static void write_parameter_schema(struct ix_json_writer *w, const struct ix_option *o,
                                   bool described) {
    static const char *const types[] = {
        [IX_OPTION_FLAG] = "boolean",
        [IX_OPTION_TEXT] = "string",
        [IX_OPTION_NUMBER] = "integer",
        [IX_OPTION_CHOICE] = "string",
    };
    int64_t least;
    int64_t most;
    ix_jw_object_begin(w);
    ix_jw_member_string(w, "type", ix_sv_cstr(types[o->type]));
    if (o->type == IX_OPTION_NUMBER) {
        ix_option_range(o, &least, &most);
        ix_jw_member_int64(w, "minimum", least);
        ix_jw_member_int64(w, "maximum", most);
    }
    if (o->type == IX_OPTION_CHOICE) {
        struct ix_sv rest = ix_sv_cstr(o->choices);
        struct ix_sv choice;
        ix_jw_key(w, "enum");
        ix_jw_array_begin(w);
        while (ix_sv_split(&rest, '|', &choice)) {
            ix_jw_string(w, choice);
        }
        ix_jw_array_end(w);
    }
    if (described) {
        ix_jw_member_string(w, "description", ix_sv_cstr(o->help));
    }
    int64_t number;
    if (o->fallback && o->type == IX_OPTION_FLAG) {
        ix_jw_member_bool(w, "default", strcmp(o->fallback, "true") == 0);
    } else if (o->fallback && o->type == IX_OPTION_NUMBER &&
               ix_sv_to_int64(ix_sv_cstr(o->fallback), &number)) {
        ix_jw_member_int64(w, "default", number);
    }
    ix_jw_object_end(w);
}

static void write_parameter(struct ix_json_writer *w, const struct ix_option *o, bool in_path) {
    ix_jw_object_begin(w);
    ix_jw_member_string(w, "name", ix_sv_cstr(o->name));
    ix_jw_member_string(w, "in", in_path ? IX_SV("path") : IX_SV("query"));
    ix_jw_member_bool(w, "required", in_path);
    ix_jw_member_string(w, "description", ix_sv_cstr(o->help));
    ix_jw_key(w, "schema");
    write_parameter_schema(w, o, false);
    ix_jw_object_end(w);
}

/* Of a route whose body holds the parameters, only those of the path. */
static bool is_in_body(const struct ix_route *route, const struct ix_option *o) {
    return route->body_type && !route->body && !ix_route_in_path(route, o);
}

static void write_parameters(struct ix_json_writer *w, const struct ix_route *route) {
    ix_jw_key(w, "parameters");
    ix_jw_array_begin(w);
    for (const struct ix_option *o = route->parameters; o && o->name; o++) {
        if (!is_in_body(route, o)) {
            write_parameter(w, o, ix_route_in_path(route, o));
        }
    }
    ix_jw_array_end(w);
}

static void write_body_members(struct ix_json_writer *w, const struct ix_route *route) {
    write_type_name(w, "object", false);
    ix_jw_key(w, "properties");
    ix_jw_object_begin(w);
    for (const struct ix_option *o = route->parameters; o && o->name; o++) {
        if (is_in_body(route, o)) {
            ix_jw_key(w, o->name);
            write_parameter_schema(w, o, true);
        }
    }
    ix_jw_object_end(w);
    ix_jw_member_bool(w, "additionalProperties", false);
}

static void write_body(struct ix_json_writer *w, const struct ix_route *route) {
    if (!route->body_type) {
        return;
    }
    ix_jw_key(w, "requestBody");
    ix_jw_object_begin(w);
    ix_jw_member_bool(w, "required", true);
    ix_jw_member_optional(w, "description", ix_sv_cstr(route->body));
    ix_jw_key(w, "content");
    ix_jw_object_begin(w);
    ix_jw_key(w, route->body_type);
    ix_jw_object_begin(w);
    ix_jw_key(w, "schema");
    ix_jw_object_begin(w);
    if (route->body) {
        write_type_name(w, "string", false);
    } else {
        write_body_members(w, route);
    }
    ix_jw_object_end(w);
    ix_jw_object_end(w);
    ix_jw_object_end(w);
    ix_jw_object_end(w);
}

/* ---- answers ---- */

static void write_content(struct ix_json_writer *w, const char *type, const char *schema) {
    ix_jw_key(w, type);
    ix_jw_object_begin(w);
    ix_jw_key(w, "schema");
    ix_jw_object_begin(w);
    if (schema) {
        write_type(w, ix_sv_cstr(schema));
    } else {
        write_type_name(w, "string", false);
    }
    ix_jw_object_end(w);
    ix_jw_object_end(w);
}

/* Beside the forms that have no place for it in the body. */
static void write_end_mark(struct ix_json_writer *w) {
    ix_jw_key(w, "headers");
    ix_jw_object_begin(w);
    ix_jw_key(w, IX_API_TRAILER);
    ix_jw_object_begin(w);
    ix_jw_member_string(w, "description",
                        IX_SV("of CSV, behind the body where that comes in chunks: a Dictionary "
                              "(RFC 9651) of rows, complete, consistent, generation and, where "
                              "there is one, next, code and detail"));
    ix_jw_key(w, "schema");
    ix_jw_object_begin(w);
    write_type_name(w, "string", false);
    ix_jw_object_end(w);
    ix_jw_object_end(w);
    ix_jw_object_end(w);
}

static void write_success(struct ix_json_writer *w, const struct ix_route *route) {
    ix_jw_key(w, "200");
    ix_jw_object_begin(w);
    ix_jw_member_string(w, "description", IX_SV("the answer"));
    if (route->media & (1u << IX_MEDIA_CSV)) {
        write_end_mark(w);
    }
    ix_jw_key(w, "content");
    ix_jw_object_begin(w);
    for (int i = 0; i < IX_MEDIA_COUNT; i++) {
        if (route->media & (1u << i)) {
            bool json = strcmp(ix_media_name((enum ix_media)i), "application/json") == 0;
            write_content(w, ix_media_name((enum ix_media)i), json ? route->answer : NULL);
        }
    }
    ix_jw_object_end(w);
    ix_jw_object_end(w);
}

static void write_problem(struct ix_json_writer *w, struct ix_sv status) {
    ix_jw_key_sv(w, status);
    ix_jw_object_begin(w);
    ix_jw_member_string(w, "description", ix_sv_cstr(ix_problem_title(status)));
    ix_jw_key(w, "content");
    ix_jw_object_begin(w);
    write_content(w, IX_PROBLEM_TYPE, "Problem");
    ix_jw_object_end(w);
    ix_jw_object_end(w);
}

static void write_responses(struct ix_json_writer *w, const struct ix_route *route) {
    struct ix_sv rest = ix_sv_cstr(ix_route_errors(route));
    struct ix_sv status;
    ix_jw_key(w, "responses");
    ix_jw_object_begin(w);
    write_success(w, route);
    if (route->kept) {
        ix_jw_key(w, "304");
        ix_jw_object_begin(w);
        ix_jw_member_string(w, "description", IX_SV("what If-None-Match names is still so"));
        ix_jw_object_end(w);
    }
    while (ix_sv_split(&rest, ' ', &status)) {
        write_problem(w, status);
    }
    rest = ix_sv_cstr(route->errors);
    while (ix_sv_split(&rest, ' ', &status)) {
        write_problem(w, status);
    }
    ix_jw_object_end(w);
}

/* ---- the document ---- */

static void write_operation(struct ix_json_writer *w, const struct ix_route *route) {
    ix_jw_key(w, strcmp(route->method, "GET") == 0 ? "get" : "post");
    ix_jw_object_begin(w);
    ix_jw_member_string(w, "operationId", ix_sv_cstr(route->name));
    ix_jw_member_string(w, "summary", ix_sv_cstr(route->summary));
    ix_jw_member_optional(w, "description", ix_sv_cstr(route->about));
    ix_jw_member_optional(w, "x-access", ix_sv_cstr(ix_access_name(route->access)));
    write_parameters(w, route);
    write_body(w, route);
    write_responses(w, route);
    ix_jw_object_end(w);
}

static bool is_first_of_path(const struct ix_route *route) {
    for (const struct ix_route *r = ix_routes; r < route; r++) {
        if (strcmp(r->path, route->path) == 0) {
            return false;
        }
    }
    return true;
}

static void write_paths(struct ix_json_writer *w) {
    ix_jw_key(w, "paths");
    ix_jw_object_begin(w);
    for (const struct ix_route *first = ix_routes; first->name; first++) {
        if (!is_first_of_path(first)) {
            continue;
        }
        ix_jw_key(w, first->path);
        ix_jw_object_begin(w);
        for (const struct ix_route *r = first; r->name; r++) {
            if (strcmp(r->path, first->path) == 0) {
                write_operation(w, r);
            }
        }
        ix_jw_object_end(w);
    }
    ix_jw_object_end(w);
}

void ix_openapi_write(struct ix_buf *buf, const char *version) {
    struct ix_json_writer w;
    ix_jw_init(&w, buf, 1);
    ix_jw_object_begin(&w);
    ix_jw_member_string(&w, "openapi", IX_SV("3.1.0"));
    ix_jw_key(&w, "info");
    ix_jw_object_begin(&w);
    ix_jw_member_string(&w, "title", IX_SV("infradex"));
    ix_jw_member_string(&w, "version", ix_sv_cstr(version));
    ix_jw_member_string(&w, "description",
                        IX_SV("Search over the state of infrastructure, in one query language."));
    ix_jw_object_end(&w);
    write_paths(&w);
    ix_jw_key(&w, "components");
    ix_jw_object_begin(&w);
    write_schemas(&w);
    ix_jw_object_end(&w);
    ix_jw_object_end(&w);
    ix_buf_add_char(buf, '\n');
}

enum ix_code ix_api_openapi(struct ix_call *call, struct ix_err *err) {
    struct ix_buf buf = {0};
    ix_openapi_write(&buf, ix_api_options_of(call->api)->version);
    if (ix_reply_unchanged(call, 0, ix_buf_sv(&buf))) {
        ix_buf_done(&buf);
        return IX_OK;
    }
    return ix_reply_buf(call, ix_media_content_type(IX_MEDIA_OPENAPI), &buf, err);
}

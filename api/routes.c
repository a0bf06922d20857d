/* The rows. What a route takes and gives is said here and nowhere else. */
#include "api/handlers.h"
#include "api/route.h"

#define AT(member)  offsetof(struct ix_arguments, member)
#define MEDIA(name) (1u << IX_MEDIA_##name)

enum { SMALL_BODY = 128 << 10 };

#define SEARCH_PARAMETERS                                                                          \
    {"q", 0,     IX_OPTION_TEXT, "QUERY",                                                          \
     "",  AT(q), NULL,           "the query; empty finds everything that exists"},                 \
        {"limit",                                                                                  \
         0,                                                                                        \
         IX_OPTION_NUMBER,                                                                         \
         "N",                                                                                      \
         NULL,                                                                                     \
         AT(limit),                                                                                \
         "0..1000000000",                                                                          \
         "rows of the answer; 0 or missing: 50 in JSON, all in a stream"},                         \
        {"cursor",       0,                                                                        \
         IX_OPTION_TEXT, "CURSOR",                                                                 \
         NULL,           AT(cursor),                                                               \
         NULL,           "`next` of an earlier answer to the same query: go on there"},            \
        {"properties",   0,                                                                        \
         IX_OPTION_FLAG, NULL,                                                                     \
         "false",        AT(properties),                                                           \
         NULL,           "show each resource's properties as well"},                               \
        {"count",        0,                                                                        \
         IX_OPTION_FLAG, NULL,                                                                     \
         "true",         AT(count),                                                                \
         NULL,           "tell how many there are in all, counted up to 10,000"},                  \
    {                                                                                              \
        "format", 0, IX_OPTION_CHOICE, "FORMAT", NULL, AT(format), "json|ndjson|csv",              \
            "the form of the answer; wins over Accept and over `| as`"                             \
    }

static const struct ix_option search_parameters[] = {SEARCH_PARAMETERS, {0}};

const struct ix_route ix_routes[] = {
    {
        .name = "search",
        .method = "GET",
        .path = "/api/v1/search",
        .access = IX_ACCESS_READ,
        .media = MEDIA(JSON) | MEDIA(NDJSON) | MEDIA(CSV),
        .answer = "Answer",
        .parameters = search_parameters,
        .summary = "Search by a query",
        .about = "",
        .handle = ix_api_search,
    },
    {
        .name = "searchByBody",
        .method = "POST",
        .path = "/api/v1/search",
        .access = IX_ACCESS_READ,
        .body_bytes_max = SMALL_BODY,
        .body_type = "application/json",
        .media = MEDIA(JSON) | MEDIA(NDJSON) | MEDIA(CSV),
        .answer = "Answer",
        .parameters = search_parameters,
        .summary = "Search by a query, the parameters in a body",
        .about = "",
        .handle = ix_api_search,
    },
    {
        .name = "isAlive",
        .method = "GET",
        .path = "/livez",
        .access = IX_ACCESS_NONE,
        .media = MEDIA(JSON),
        .answer = "Status",
        .summary = "Is the server alive?",
        .about = "",
        .handle = ix_api_livez,
    },
    {
        .name = "isReady",
        .method = "GET",
        .path = "/readyz",
        .access = IX_ACCESS_NONE,
        .media = MEDIA(JSON),
        .answer = "Status",
        .errors = "503",
        .summary = "Can the server answer queries?",
        .about = "Opens the warehouse and reads its generation.",
        .handle = ix_api_readyz,
    },
    {
        .name = "metrics",
        .method = "GET",
        .path = "/metrics",
        .access = IX_ACCESS_METRICS,
        .media = MEDIA(METRICS),
        .errors = "404",
        .summary = "Figures about the server, in Prometheus' text format",
        .about = "",
        .handle = ix_api_metrics,
    },
    {0},
};

/* ---- paths ---- */

bool ix_route_matches(const struct ix_route *route, struct ix_sv path, struct ix_sv *ret_uid) {
    struct ix_sv pattern = ix_sv_cstr(route->path);
    size_t open = ix_sv_find_char(pattern, '{');
    *ret_uid = (struct ix_sv){0};
    if (open == IX_SV_NPOS) {
        return ix_sv_eq(pattern, path);
    }
    struct ix_sv before = ix_sv_sub(pattern, 0, open);
    struct ix_sv after = ix_sv_from(pattern, ix_sv_find_char(pattern, '}') + 1);
    if (path.size <= before.size + after.size || !ix_sv_starts(path, before) ||
        !ix_sv_ends(path, after)) {
        return false;
    }
    *ret_uid = ix_sv_sub(path, before.size, path.size - after.size);
    return ix_sv_find_char(*ret_uid, '/') == IX_SV_NPOS;
}

bool ix_route_in_path(const struct ix_route *route, const struct ix_option *parameter) {
    struct ix_sv pattern = ix_sv_cstr(route->path);
    size_t open = ix_sv_find_char(pattern, '{');
    return open != IX_SV_NPOS &&
           ix_sv_eq_cstr(ix_sv_sub(pattern, open + 1, ix_sv_find_char(pattern, '}')),
                         parameter->name);
}

const char *ix_access_name(enum ix_access access) {
    static const char *const names[] = {
        [IX_ACCESS_NONE] = "",
        [IX_ACCESS_READ] = "read",
        [IX_ACCESS_WRITE] = "write",
        [IX_ACCESS_METRICS] = "metrics",
    };
    return names[access];
}

/* The rows. What a route takes and gives is said here and nowhere else. */
#include "api/handlers.h"
#include "api/route.h"

#define AT(member)  offsetof(struct ix_arguments, member)
#define MEDIA(name) (1u << IX_MEDIA_##name)

enum { SMALL_BODY = 512 << 10, COST_BODY = 4 << 20, INGEST_BODY = 64 << 20 };

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
        {"format",                                                                                 \
         0,                                                                                        \
         IX_OPTION_CHOICE,                                                                         \
         "FORMAT",                                                                                 \
         NULL,                                                                                     \
         AT(format),                                                                               \
         "json|ndjson|csv",                                                                        \
         "the form of the answer; wins over Accept and over `| as`"},                              \
    {                                                                                              \
        "end_mark", 0, IX_OPTION_FLAG, NULL, "false", AT(end_mark), NULL,                          \
            "CSV that is not complete ends with the field " IX_API_TRAILER                         \
            ", which says why, and is not cut off"                                                 \
    }

#define LIMIT_PARAMETER(fallback)                                                                  \
    { "limit", 0, IX_OPTION_NUMBER, "N", fallback, AT(limit), "1..10000", "items of the answer" }

#define UID_PARAMETER                                                                              \
    { "uid", 0, IX_OPTION_TEXT, "UID", NULL, AT(uid), NULL, "the resource's uid, percent-encoded" }

static const struct ix_option search_parameters[] = {SEARCH_PARAMETERS, {0}};
static const struct ix_option uid_parameters[] = {UID_PARAMETER, {0}};
static const struct ix_option uid_list_parameters[] = {UID_PARAMETER, LIMIT_PARAMETER("100"), {0}};
static const struct ix_option list_parameters[] = {LIMIT_PARAMETER("100"), {0}};
static const struct ix_option word_parameters[] = {
    {"word", 0, IX_OPTION_TEXT, "WORD", NULL, AT(word), NULL, "only what holds it"},
    {0},
};
static const struct ix_option fields_parameters[] = {
    {"word", 0, IX_OPTION_TEXT, "WORD", NULL, AT(word), NULL,
     "only fields that hold it, and the property paths that do"},
    LIMIT_PARAMETER("100"),
    {0},
};
static const struct ix_option cost_parameters[] = {
    {"report", 0, IX_OPTION_TEXT, "REPORT", NULL, AT(report), NULL,
     "its name, as `infradex cost --help` lists them"},
    {"metric", 0, IX_OPTION_CHOICE, "METRIC", "effective", AT(metric),
     "billed|effective|list|contracted", "what the amounts count"},
    {"by", 0, IX_OPTION_TEXT, "NAMES", NULL, AT(by), NULL,
     "dimensions, separated by commas: service, account, region, tag.team, resource.kind; "
     "missing: the report's own"},
    {"where", 0, IX_OPTION_TEXT, "CONDITIONS", NULL, AT(where), NULL,
     "only such lines: service=AmazonEC2,region!=us-east-1|us-west-2,tag.team="},
    {"query", 0, IX_OPTION_TEXT, "QUERY", NULL, AT(query), NULL,
     "only lines of the resources that a query finds: tag.env:prod kind:bucket"},
    {"in", 0, IX_OPTION_TEXT, "PERIOD", NULL, AT(in), NULL, "a day, month or year: 2025-03"},
    {"from", 0, IX_OPTION_TEXT, "TIME", NULL, AT(from), NULL, "charges from then on"},
    {"until", 0, IX_OPTION_TEXT, "TIME", NULL, AT(until), NULL, "charges before then"},
    {"versus", 0, IX_OPTION_TEXT, "PERIOD", NULL, AT(versus), NULL,
     "the period to compare with, where a report compares"},
    {"compare", 0, IX_OPTION_FLAG, NULL, NULL, AT(compare), NULL,
     "sums beside those of the calendar period before, or the span before"},
    {"of", 0, IX_OPTION_TEXT, "WHAT", NULL, AT(of), NULL,
     "what the report is about, where it is about one thing"},
    {"limit", 0, IX_OPTION_NUMBER, "N", NULL, AT(limit), "1..10000",
     "items of the answer; missing: 20 of what is ordered by size, 1,000 of the rest"},
    {"text", 0, IX_OPTION_TEXT, "TEXT", NULL, AT(text), NULL,
     "what the report reads beside the bills: rules or budgets as YAML, a series as CSV"},
    {"rates", 0, IX_OPTION_TEXT, "TEXT", NULL, AT(rates), NULL,
     "show everything in one currency, at the rates of this CSV: EUR,USD,1.0832 or "
     "EUR,USD,1.0832,2025-03"},
    {0},
};
static const struct ix_option complete_parameters[] = {
    {"text", 0, IX_OPTION_TEXT, "TEXT", "", AT(text), NULL, "the query so far"},
    {"position", 0, IX_OPTION_NUMBER, "N", NULL, AT(position), "0..65536",
     "the byte of the text before which something is typed; missing: its end"},
    {0},
};
static const struct ix_option ingest_parameters[] = {
    {"source", 0, IX_OPTION_TEXT, "NAME", NULL, AT(source), NULL,
     "everything is of this source, and is all of it"},
    {0},
};

#define STREAMS                                                                                    \
    "A stream of NDJSON ends with an object whose `end` is true; without one it was cut off. Its " \
    "`complete` says whether all rows were given, `consistent` whether all are of one generation " \
    "of the warehouse. CSV says the same in the field " IX_API_TRAILER                             \
    ", which follows its body where that comes in chunks. A stream of CSV that is not complete "   \
    "is cut off before the end of the HTTP body, without `end_mark`. Without a limit, a cursor "   \
    "or `| sort`, rows of a stream come in the warehouse's own order."

const struct ix_route ix_routes[] = {
    {
        .name = "search",
        .method = "GET",
        .path = "/api/v1/search",
        .access = IX_ACCESS_READ,
        .media = MEDIA(JSON) | MEDIA(NDJSON) | MEDIA(CSV),
        .answer = "Answer",
        .kept = true,
        .parameters = search_parameters,
        .summary = "Search by a query",
        .about = STREAMS,
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
        .summary = "Search by a query in a body",
        .about = "For queries that are too long for an address. Its members are the parameters of "
                 "GET.",
        .handle = ix_api_search,
    },
    {
        .name = "complete",
        .method = "POST",
        .path = "/api/v1/complete",
        .access = IX_ACCESS_READ,
        .body_bytes_max = SMALL_BODY,
        .body_type = "application/json",
        .media = MEDIA(JSON),
        .answer = "Completion",
        .parameters = complete_parameters,
        .summary = "What could stand at a place of a query",
        .about =
            "Fields, operators, stages, and values that the warehouse holds. Each item replaces "
            "the bytes from `start` to `end`.",
        .handle = ix_api_complete,
    },
    {
        .name = "getResource",
        .method = "GET",
        .path = "/api/v1/resources/{uid}",
        .access = IX_ACCESS_READ,
        .media = MEDIA(JSON),
        .answer = "Resource",
        .errors = "404",
        .kept = true,
        .parameters = uid_parameters,
        .summary = "One resource whole",
        .about = "With its properties and relations; deleted ones too.",
        .handle = ix_api_resource,
    },
    {
        .name = "getHistory",
        .method = "GET",
        .path = "/api/v1/resources/{uid}/history",
        .access = IX_ACCESS_READ,
        .media = MEDIA(JSON),
        .answer = "History",
        .errors = "404",
        .kept = true,
        .parameters = uid_list_parameters,
        .summary = "What changed in a resource, newest first",
        .about = "",
        .handle = ix_api_history,
    },
    {
        .name = "getRelations",
        .method = "GET",
        .path = "/api/v1/resources/{uid}/relations",
        .access = IX_ACCESS_READ,
        .media = MEDIA(JSON),
        .answer = "Relations",
        .errors = "404",
        .kept = true,
        .parameters = uid_list_parameters,
        .summary = "What a resource is related to",
        .about = "",
        .handle = ix_api_relations,
    },
    {
        .name = "listSources",
        .method = "GET",
        .path = "/api/v1/sources",
        .access = IX_ACCESS_READ,
        .media = MEDIA(JSON),
        .answer = "Sources",
        .kept = true,
        .parameters = list_parameters,
        .summary = "What was indexed, and when",
        .about = "",
        .handle = ix_api_sources,
    },
    {
        .name = "listRuns",
        .method = "GET",
        .path = "/api/v1/runs",
        .access = IX_ACCESS_READ,
        .media = MEDIA(JSON),
        .answer = "Runs",
        .kept = true,
        .parameters = list_parameters,
        .summary = "The newest runs of the index",
        .about = "",
        .handle = ix_api_runs,
    },
    {
        .name = "reportCosts",
        .method = "GET",
        .path = "/api/v1/costs/{report}",
        .access = IX_ACCESS_READ,
        .media = MEDIA(JSON),
        .answer = "Costs",
        .errors = "404",
        .kept = true,
        .parameters = cost_parameters,
        .summary = "A report over bills",
        .about =
            "Exact, each currency by itself; bills alone unless `basis` is named. docs/COSTS.md "
            "says which reports there are and what their items hold.",
        .handle = ix_api_costs,
    },
    {
        .name = "reportCostsByBody",
        .method = "POST",
        .path = "/api/v1/costs/{report}",
        .access = IX_ACCESS_READ,
        .body_bytes_max = COST_BODY,
        .body_type = "application/json",
        .media = MEDIA(JSON),
        .answer = "Costs",
        .errors = "404",
        .parameters = cost_parameters,
        .summary = "A report over bills, asked for in a body",
        .about =
            "For rules, budgets and series that are too long for an address. Its members are the "
            "parameters of GET.",
        .handle = ix_api_costs,
    },
    {
        .name = "listTypes",
        .method = "GET",
        .path = "/api/v1/types",
        .access = IX_ACCESS_READ,
        .media = MEDIA(JSON),
        .answer = "Types",
        .kept = true,
        .parameters = word_parameters,
        .summary = "The type families, with every spelling",
        .about = "",
        .handle = ix_api_types,
    },
    {
        .name = "listFields",
        .method = "GET",
        .path = "/api/v1/fields",
        .access = IX_ACCESS_READ,
        .media = MEDIA(JSON),
        .answer = "Fields",
        .kept = true,
        .parameters = fields_parameters,
        .summary = "The fields of the query language, and property paths",
        .about = "",
        .handle = ix_api_fields,
    },
    {
        .name = "ingest",
        .method = "POST",
        .path = "/api/v1/ingest",
        .access = IX_ACCESS_WRITE,
        .body_bytes_max = INGEST_BODY,
        .body_type = "application/x-ndjson",
        .body = "records of the exchange format, one a line",
        .media = MEDIA(JSON),
        .answer = "Ingested",
        .parameters = ingest_parameters,
        .summary = "Index records of the exchange format",
        .about = "Each source in the body is a run, which is kept whole or not at all. While "
                 "somebody else writes the warehouse the answer is 503 with Retry-After.",
        .handle = ix_api_ingest,
    },
    {
        .name = "getOpenapi",
        .method = "GET",
        .path = "/api/v1/openapi.json",
        .access = IX_ACCESS_NONE,
        .media = MEDIA(OPENAPI),
        .answer = "any",
        .kept = true,
        .summary = "This description, as OpenAPI 3.1",
        .about = "",
        .handle = ix_api_openapi,
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
        .summary = "Can the server answer queries?",
        .about = "It opens the warehouse and reads its generation; 503 when that fails.",
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

const char *ix_route_errors(const struct ix_route *route) {
    return route->body_type ? "400 406 413 415 500 503" : "400 406 500 503";
}

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

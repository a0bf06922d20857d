/* A link is https://HOST/[service/]version/rest. The host or the first part names the service, the
 * version goes, and a few services are called otherwise in names than in links. */
#include "indexer/normalise/google.h"

struct alias {
    const char *link, *name; /* the service in links or canonical types, and in names */
};

static const struct alias aliases[] = {
    {"sqladmin", "cloudsql"},
    {"sql", "cloudsql"},
    {"kms", "cloudkms"},
    {"resourcemanager", "cloudresourcemanager"},
    {"bigtableadmin", "bigtable"},
    {"filestore", "file"},
    {"vertexai", "aiplatform"},
    {"colab", "aiplatform"},
    {"workbench", "notebooks"},
    {"billing", "cloudbilling"},
    {"bigqueryanalyticshub", "analyticshub"},
    {"recaptcha", "recaptchaenterprise"},
};

static struct ix_sv service_name(struct ix_sv service) {
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
        if (ix_sv_eq_cstr(service, aliases[i].link)) {
            return ix_sv_cstr(aliases[i].name);
        }
    }
    return service;
}

/* v1, v1beta4, beta: a version, not a part of the name */
static bool is_version(struct ix_sv part) {
    bool numbered =
        part.size > 1 && part.data[0] == 'v' && part.data[1] >= '0' && part.data[1] <= '9';
    return numbered || ix_sv_eq_cstr(part, "beta") || ix_sv_eq_cstr(part, "alpha");
}

static struct ix_sv head_of(struct ix_sv path) {
    return ix_sv_sub(path, 0, ix_sv_find_char(path, '/'));
}

static struct ix_sv skip_head(struct ix_sv path) {
    struct ix_sv head;
    ix_sv_split(&path, '/', &head);
    return path;
}

/* "b/name" of storage is the bucket `name` */
static struct ix_sv full_name(struct ix_arena *arena, struct ix_sv service, struct ix_sv path) {
    if (is_version(head_of(path))) {
        path = skip_head(path);
    }
    if (ix_sv_eq_cstr(service, "storage") && ix_sv_starts(path, IX_SV("b/"))) {
        path = ix_sv_from(path, 2);
    }
    if (ix_sv_empty(path)) {
        return path;
    }
    service = service_name(service);
    return ix_arena_printf(arena, "//%.*s.googleapis.com/%.*s", IX_SV_FMT(service),
                           IX_SV_FMT(path));
}

struct ix_sv ix_google_name(struct ix_arena *arena, struct ix_sv link) {
    const struct ix_sv domain = IX_SV(".googleapis.com");
    if (!ix_sv_starts(link, IX_SV("https://"))) {
        return link;
    }
    struct ix_sv path = ix_sv_from(link, sizeof "https://" - 1);
    struct ix_sv host = {0}; /* stays empty when nothing follows the scheme */
    ix_sv_split(&path, '/', &host);
    if (!ix_sv_ends(host, domain)) {
        return link;
    }
    struct ix_sv service = ix_sv_sub(host, 0, host.size - domain.size);
    if (ix_sv_eq_cstr(service, "www")) {
        service = head_of(path);
        path = skip_head(path);
    } else if (ix_sv_eq(head_of(path), service) || ix_sv_eq_cstr(head_of(path), "sql")) {
        path = skip_head(path);
    }
    struct ix_sv name = full_name(arena, service, path);
    return ix_sv_empty(name) ? link : name;
}

static bool is_name(struct ix_sv text) {
    return ix_sv_starts(text, IX_SV("//")) &&
           ix_sv_find(text, IX_SV(".googleapis.com/")) != IX_SV_NPOS;
}

/* Bindings and members write the id of what they bind before their own words; some settings have
 * no other id than that of what they set. */
static bool is_grant(struct ix_sv type) {
    static const char *const ends[] = {
        "_member",         "_binding",
        "_policy",         "_attachment",
        "_association",    "_access",
        "_access_control", "_acl",
        "_url_key",        "usage_export_bucket",
        "project_info",    "default_service_accounts",
    };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (ix_sv_ends(type, ix_sv_cstr(ends[i]))) {
            return true;
        }
    }
    return false;
}

struct ix_sv ix_google_uid(struct ix_arena *arena, const struct ix_resource *resource,
                           const struct ix_type *family) {
    static const char *const members[] = {"self_link", "selfLink"};
    struct ix_sv id = resource->native_id;
    if (is_grant(resource->type)) {
        return (struct ix_sv){0};
    }
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        struct ix_sv link = ix_json_get_string(resource->properties, members[i]);
        struct ix_sv name = ix_google_name(arena, link);
        if (is_name(name)) {
            return name;
        }
    }
    struct ix_sv name = ix_google_name(arena, id);
    if (is_name(name)) {
        return name;
    }
    if (family && ix_sv_starts(id, IX_SV("projects/"))) {
        return full_name(arena, ix_type_service(resource->type), id);
    }
    return (struct ix_sv){0};
}

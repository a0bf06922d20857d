/* A table of prefixes; the few shapes without one come after it. */
#include "collectors/kubernetes/cloud.h"

static struct ix_sv last_part(struct ix_arena *arena, struct ix_sv rest) {
    (void)arena;
    return ix_sv_from(rest, ix_sv_rfind_char(rest, '/') + 1);
}

/* Instances and volumes have an id of their own; a Fargate node's name is no id. */
static struct ix_sv aws(struct ix_arena *arena, struct ix_sv rest) {
    struct ix_sv id = last_part(arena, rest);
    bool known = ix_sv_starts(id, IX_SV("i-")) || ix_sv_starts(id, IX_SV("vol-"));
    return known ? id : (struct ix_sv){0};
}

static struct ix_sv azure(struct ix_arena *arena, struct ix_sv rest) {
    char *text = ix_arena_alloc(arena, rest.size + 1);
    for (size_t i = 0; text && i < rest.size; i++) {
        char c = rest.data[i];
        text[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return text ? ix_sv_of(text, rest.size) : (struct ix_sv){0};
}

static struct ix_sv gce(struct ix_arena *arena, struct ix_sv rest) {
    struct ix_sv project = {0};
    struct ix_sv zone = {0};
    if (!ix_sv_split(&rest, '/', &project) || !ix_sv_split(&rest, '/', &zone) ||
        ix_sv_empty(rest)) {
        return (struct ix_sv){0};
    }
    return ix_arena_printf(arena,
                           "//compute.googleapis.com/projects/%.*s/zones/%.*s/instances/%.*s",
                           IX_SV_FMT(project), IX_SV_FMT(zone), IX_SV_FMT(rest));
}

/* Volumes that were moved over to a driver without their place say UNSPECIFIED. */
static struct ix_sv compute(struct ix_arena *arena, struct ix_sv rest) {
    if (ix_sv_starts(rest, IX_SV("UNSPECIFIED/"))) {
        return last_part(arena, rest);
    }
    return ix_arena_printf(arena, "//compute.googleapis.com/projects/%.*s", IX_SV_FMT(rest));
}

/* zone/id: as its provider writes ids too */
static struct ix_sv whole(struct ix_arena *arena, struct ix_sv rest) {
    (void)arena;
    return rest;
}

static const struct shape {
    const char *prefix; /* in any case */
    bool keep;          /* the prefix belongs to the id */
    struct ix_sv (*id)(struct ix_arena *arena, struct ix_sv rest);
} shapes[] = {
    {"aws://", false, aws},
    {"azure://", false, azure},
    {"/subscriptions/", true, azure},
    {"gce://", false, gce},
    {"projects/", false, compute},
    {"openstack://", false, last_part},
    {"exoscale://", false, last_part},
    {"equinixmetal://", false, last_part},
    {"packet://", false, last_part},
    {"vultr://", false, last_part},
    {"civo://", false, last_part},
    {"qcloud://", false, last_part},
    {"oci://", false, whole},
    {"scaleway://instance/", false, whole},
};

/* fs-0abc::fsap-0def: a file system, a path in it (may be empty), an access point. */
static struct ix_sv file_system(struct ix_sv text) {
    return ix_sv_sub(text, 0, ix_sv_find_char(text, ':'));
}

struct ix_sv ix_k8s_cloud_access_point(struct ix_sv text) {
    struct ix_sv last = ix_sv_from(text, ix_sv_rfind_char(text, ':') + 1);
    bool fits = ix_sv_starts(text, IX_SV("fs-")) && ix_sv_starts(last, IX_SV("fsap-"));
    return fits ? last : (struct ix_sv){0};
}

/* cn-hangzhou.i-0abc, as the cloud provider of Alibaba writes it. */
static struct ix_sv alibaba(struct ix_sv text) {
    size_t dot = ix_sv_find(text, IX_SV(".i-"));
    bool region = dot != IX_SV_NPOS && dot > 0 && ix_sv_find_char(text, '.') == dot &&
                  ix_sv_rfind_char(text, '.') == dot && ix_sv_find_char(text, '/') == IX_SV_NPOS;
    return region ? ix_sv_from(text, dot + 1) : text;
}

static struct ix_sv service_account(struct ix_arena *arena, struct ix_sv email) {
    struct ix_sv ending = IX_SV(".iam.gserviceaccount.com");
    struct ix_sv project = ix_sv_from(email, ix_sv_find_char(email, '@') + 1);
    project.size -= ending.size;
    return ix_arena_printf(arena, "//iam.googleapis.com/projects/%.*s/serviceAccounts/%.*s",
                           IX_SV_FMT(project), IX_SV_FMT(email));
}

static bool is_service_account(struct ix_sv text) {
    size_t at = ix_sv_find_char(text, '@');
    return at != IX_SV_NPOS &&
           ix_sv_ends(ix_sv_from(text, at + 1), IX_SV(".iam.gserviceaccount.com"));
}

struct ix_sv ix_k8s_cloud_id(struct ix_arena *arena, struct ix_sv text) {
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const struct shape *shape = &shapes[i];
        struct ix_sv prefix = ix_sv_cstr(shape->prefix);
        if (ix_sv_starts_nocase(text, prefix)) {
            struct ix_sv id = shape->id(arena, ix_sv_from(text, shape->keep ? 0 : prefix.size));
            return ix_sv_empty(id) ? text : id;
        }
    }
    if (ix_sv_starts(text, IX_SV("fs-"))) {
        return file_system(text);
    }
    return is_service_account(text) ? service_account(arena, text) : alibaba(text);
}

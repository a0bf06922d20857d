/* Each provider has its own way to name a thing; they are tried from the strongest to the place in
 * the source, which always works. What is not sure is not used: a uid too many is two rows for one
 * thing, a uid too few is two things in one row.
 */
#include "indexer/normalise/identity.h"

#include "indexer/normalise/arn.h"
#include "indexer/normalise/google.h"
#include "indexer/normalise/path.h"

static bool is_provider(const struct ix_resource *r, const char *provider) {
    return ix_sv_eq_cstr(r->provider, provider);
}

static struct ix_sv or_else(struct ix_sv first, struct ix_sv second) {
    return ix_sv_empty(first) ? second : first;
}

/* ---- Azure ---- */

static bool is_azure_id(struct ix_sv id) {
    const struct ix_sv prefix = IX_SV("/subscriptions/");
    return ix_sv_starts_nocase(id, prefix) && id.size > prefix.size;
}

static struct ix_sv azure_id(struct ix_arena *arena, struct ix_sv id) {
    while (ix_sv_ends(id, IX_SV("/"))) {
        id = ix_sv_sub(id, 0, id.size - 1);
    }
    return ix_name_lower(arena, id);
}

/* The part of a type behind its last dot and underscore. */
static struct ix_sv last_word(struct ix_sv type) {
    size_t dot = ix_sv_rfind_char(type, '.');
    struct ix_sv word = ix_sv_from(type, dot == IX_SV_NPOS ? 0 : dot + 1);
    size_t bar = ix_sv_rfind_char(word, '_');
    return ix_sv_from(word, bar == IX_SV_NPOS ? 0 : bar + 1);
}

/* Settings that the tools manage by themselves carry the id of what they set; a word of theirs must
 * stand in the id's own kind ("polic" for policy and policies). */
static bool azure_own(const struct ix_resource *r) {
    static const char *const words[] = {"association", "rules",    "contacts",   "slot",
                                        "properties",  "servers",  "website",    "key",
                                        "polic",       "settings", "attachment", "acl",
                                        "token",       "domain",   "control",    "administrator"};
    struct ix_sv word = last_word(r->type);
    size_t slash = ix_sv_rfind_char(r->native_id, '/');
    struct ix_sv kind = ix_sv_sub(r->native_id, 0, slash);
    slash = ix_sv_rfind_char(kind, '/');
    kind = ix_sv_from(kind, slash == IX_SV_NPOS ? 0 : slash + 1);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct ix_sv mark = ix_sv_cstr(words[i]);
        if (ix_sv_eq(word, mark) ||
            (ix_sv_eq_cstr(mark, "polic") && ix_sv_eq_cstr(word, "policy"))) {
            return ix_sv_find_nocase(kind, mark) != IX_SV_NPOS;
        }
    }
    return true;
}

/* ---- Kubernetes ---- */

/* A state may speak of several clusters without naming them, so only a source that is one cluster
 * is believed with names. */
static struct ix_sv kubernetes_name(struct ix_arena *arena, const struct ix_resource *r) {
    struct ix_sv version = ix_json_get_string(r->properties, "apiVersion");
    struct ix_sv kind = ix_json_get_string(r->properties, "kind");
    struct ix_sv name = ix_path_text(r->properties, "metadata.name");
    if (ix_sv_empty(version) || ix_sv_empty(kind) || ix_sv_empty(name)) {
        return (struct ix_sv){0};
    }
    size_t slash = ix_sv_find_char(version, '/');
    struct ix_sv group = ix_sv_sub(version, 0, slash == IX_SV_NPOS ? 0 : slash);
    struct ix_sv space = ix_path_text(r->properties, "metadata.namespace");
    struct ix_sv cluster = or_else(r->account, r->source);
    return ix_arena_printf(arena, "k8s:%.*s/%.*s/%.*s/%.*s/%.*s", IX_SV_FMT(cluster),
                           IX_SV_FMT(group), IX_SV_FMT(kind), IX_SV_FMT(space), IX_SV_FMT(name));
}

static struct ix_sv kubernetes_uid(struct ix_arena *arena, const struct ix_resource *r) {
    bool cluster_says = ix_sv_eq_cstr(r->source_kind, "kubernetes");
    struct ix_sv uid = ix_path_text(r->properties, "metadata.uid");
    uid = ix_sv_empty(uid) && cluster_says ? r->native_id : uid;
    if (!ix_sv_empty(uid)) {
        return ix_arena_printf(arena, "k8s:%.*s", IX_SV_FMT(uid));
    }
    return cluster_says ? kubernetes_name(arena, r) : (struct ix_sv){0};
}

/* ---- built by the family's pattern ---- */

/* Name, TopicName; what CloudFormation calls the physical id. The name that a collector shows is
 * not used: it may be the one in the code. */
static struct ix_sv given_name(const struct ix_resource *r) {
    struct ix_sv name = ix_path_text(r->properties, "name");
    size_t dot = ix_sv_rfind_char(r->type, '.');
    struct ix_sv word = ix_sv_from(r->type, dot == IX_SV_NPOS ? 0 : dot + 1);
    for (struct ix_json *n = ix_json_first(r->properties); n && ix_sv_empty(name);
         n = ix_json_next(n)) {
        struct ix_sv key = ix_json_key(n);
        bool named = ix_sv_ends(key, IX_SV("Name")) || ix_sv_ends(key, IX_SV("_name"));
        if (named && ix_name_same(ix_sv_sub(key, 0, key.size - 4), word)) {
            name = ix_json_string(n);
        }
    }
    bool physical = ix_sv_eq_cstr(r->source_kind, "cloudformation") &&
                    ix_sv_find_char(r->native_id, '/') == IX_SV_NPOS &&
                    ix_sv_find_char(r->native_id, ':') == IX_SV_NPOS;
    return physical ? or_else(name, r->native_id) : name;
}

static struct ix_sv placeholder(const struct ix_resource *r, struct ix_sv name) {
    bool linked = ix_sv_find(r->native_id, IX_SV("://")) != IX_SV_NPOS ||
                  ix_sv_starts(r->native_id, IX_SV("arn:"));
    if (ix_sv_eq_cstr(name, "partition")) {
        return ix_sv_cstr(ix_arn_partition(r->region));
    }
    if (ix_sv_eq_cstr(name, "region")) {
        return r->region;
    }
    if (ix_sv_eq_cstr(name, "account")) {
        return r->account;
    }
    if (ix_sv_eq_cstr(name, "id")) {
        return linked ? (struct ix_sv){0} : r->native_id;
    }
    return given_name(r);
}

/* Empty unless every placeholder is known. */
static struct ix_sv from_pattern(struct ix_arena *arena, const struct ix_resource *r,
                                 const char *pattern) {
    struct ix_sv rest = ix_sv_cstr(pattern);
    struct ix_sv built = {0};
    struct ix_sv literal;
    while (ix_sv_split(&rest, '{', &literal)) {
        struct ix_sv name = {0};
        struct ix_sv value = {0};
        size_t close = ix_sv_find_char(rest, '}');
        if (!ix_sv_empty(rest) && close != IX_SV_NPOS) {
            name = ix_sv_sub(rest, 0, close);
            value = placeholder(r, name);
            if (ix_sv_empty(value)) {
                return (struct ix_sv){0};
            }
            /* what stands behind the placeholder goes on as the next literal */
            rest = ix_sv_from(rest, close + 1);
        }
        built = ix_arena_printf(arena, "%.*s%.*s%.*s", IX_SV_FMT(built), IX_SV_FMT(literal),
                                IX_SV_FMT(value));
    }
    return built;
}

static struct ix_sv pattern_uid(struct ix_arena *arena, const struct ix_resource *r,
                                const struct ix_type *family) {
    bool built = family && family->id_pattern[0] && !ix_sv_empty(r->native_id);
    return built ? from_pattern(arena, r, family->id_pattern) : (struct ix_sv){0};
}

/* A queue is known by its URL where no ARN is given. */
static bool aws_own(struct ix_arena *arena, const struct ix_resource *r,
                    const struct ix_type *family, struct ix_arn *ret_arn) {
    return ix_arn_own(r, family, ret_arn) || (ix_sv_eq_cstr(r->type, "aws.sqs.queue") &&
                                              ix_arn_of_queue(arena, r->native_id, ret_arn));
}

/* ---- the uid ---- */

static struct ix_sv provider_uid(struct ix_arena *arena, const struct ix_resource *r,
                                 const struct ix_type *family) {
    struct ix_arn arn;
    if (is_provider(r, "kubernetes") || ix_sv_eq_cstr(r->source_kind, "kubernetes")) {
        return kubernetes_uid(arena, r);
    }
    if (is_azure_id(r->native_id)) {
        return azure_own(r) ? azure_id(arena, r->native_id) : (struct ix_sv){0};
    }
    if (is_provider(r, "gcp")) {
        return ix_google_uid(arena, r, family);
    }
    if (is_provider(r, "aws") || ix_sv_empty(r->provider)) {
        return aws_own(arena, r, family, &arn) ? arn.whole : pattern_uid(arena, r, family);
    }
    return pattern_uid(arena, r, family);
}

static struct ix_sv source_uid(struct ix_arena *arena, const struct ix_resource *r) {
    return ix_arena_printf(arena, "source:%.*s|%.*s%s%.*s", IX_SV_FMT(r->source),
                           IX_SV_FMT(r->address), ix_sv_empty(r->variant) ? "" : "|",
                           IX_SV_FMT(r->variant));
}

struct ix_sv ix_identity_uid(struct ix_arena *arena, const struct ix_resource *resource,
                             const struct ix_type *family) {
    const uint32_t unreal = IX_FLAG_PLANNED | IX_FLAG_COMPONENT | IX_FLAG_DEPOSED | IX_FLAG_DELETE;
    struct ix_sv uid = {0};
    if (!(resource->flags & unreal) && ix_sv_empty(resource->variant)) {
        uid = provider_uid(arena, resource, family);
    }
    bool usable = !ix_sv_empty(uid) && uid.size <= IX_NAME_MAX;
    return usable ? uid : source_uid(arena, resource);
}

struct ix_sv ix_identity_id(struct ix_arena *arena, struct ix_sv id) {
    struct ix_arn queue;
    if (ix_arn_of_queue(arena, id, &queue)) {
        return queue.whole;
    }
    return is_azure_id(id) ? azure_id(arena, id) : ix_google_name(arena, id);
}

/* ---- account, region, zone ---- */

static bool is_letter(char c) {
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* us-east-1a -> us-east-1, europe-west1-b -> europe-west1 */
static struct ix_sv region_of_zone(struct ix_sv zone) {
    size_t size = zone.size;
    if (size < 4 || !is_letter(zone.data[size - 1])) {
        return (struct ix_sv){0};
    }
    if (is_digit(zone.data[size - 2])) {
        return ix_sv_sub(zone, 0, size - 1);
    }
    bool google = zone.data[size - 2] == '-' && is_digit(zone.data[size - 3]);
    return google ? ix_sv_sub(zone, 0, size - 2) : (struct ix_sv){0};
}

/* What follows the word and a slash, up to the next slash: the project of projects/<p>/... */
static struct ix_sv segment_after(struct ix_sv id, struct ix_sv word) {
    struct ix_sv rest = id;
    struct ix_sv part;
    while (ix_sv_split(&rest, '/', &part)) {
        if (ix_sv_eq_nocase(part, word)) {
            ix_sv_split(&rest, '/', &part);
            return ix_sv_empty(rest) && ix_sv_eq_nocase(part, word) ? (struct ix_sv){0} : part;
        }
    }
    return (struct ix_sv){0};
}

static void place_aws(struct ix_arena *arena, struct ix_resource *r, const struct ix_type *family) {
    struct ix_arn arn = {0};
    if (aws_own(arena, r, family, &arn)) {
        r->account = or_else(r->account, arn.account);
        r->region = or_else(r->region, arn.region);
    }
    r->account = or_else(r->account, ix_path_text(r->properties, "owner_id"));
}

static void place_google(struct ix_arena *arena, struct ix_resource *r) {
    struct ix_sv link = ix_json_get_string(r->properties, "self_link");
    link = or_else(link, ix_json_get_string(r->properties, "selfLink"));
    struct ix_sv id = ix_google_name(arena, or_else(link, r->native_id));
    r->account = or_else(r->account, segment_after(id, IX_SV("projects")));
    r->account = or_else(r->account, ix_json_get_string(r->properties, "project"));
    r->zone = or_else(r->zone, segment_after(id, IX_SV("zones")));
    r->region = or_else(r->region, segment_after(id, IX_SV("regions")));
}

void ix_identity_place(struct ix_arena *arena, struct ix_resource *resource,
                       const struct ix_type *family) {
    struct ix_resource *r = resource;
    if (is_azure_id(r->native_id)) {
        struct ix_sv subscription = segment_after(r->native_id, IX_SV("subscriptions"));
        r->account = or_else(r->account, ix_name_lower(arena, subscription));
        r->region = or_else(r->region, ix_json_get_string(r->properties, "location"));
    } else if (is_provider(r, "gcp")) {
        place_google(arena, r);
    } else if (is_provider(r, "aws") || ix_sv_empty(r->provider)) {
        place_aws(arena, r, family);
    }
    r->region = or_else(r->region, region_of_zone(r->zone));
}

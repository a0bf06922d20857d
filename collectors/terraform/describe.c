/* Providers name the same things differently; here are the names that are common enough to be read
 * for every type. They are tables, tried from the top; types with habits of their own are named
 * in them. What ids and ARNs tell is read later, for all sources alike (indexer/normalise). */
#include "collectors/terraform/describe.h"

#include "base/map.h"
#include "collectors/terraform/address.h"

static struct ix_sv shown(struct ix_sv text) {
    return ix_sv_eq(text, IX_SV(IX_SECRET_MARKER)) ? (struct ix_sv){0} : text;
}

static struct ix_sv attribute(const struct ix_json *attributes, const char *name) {
    return shown(ix_json_get_string(attributes, name));
}

static bool is_provider(const struct ix_resource *resource, const char *name) {
    return ix_sv_eq_cstr(resource->provider, name);
}

/* ---- name ---- */

/* The `metadata` of a Kubernetes object: a block of one, or part of a whole manifest. */
static const struct ix_json *metadata_of(const struct ix_json *attributes) {
    const struct ix_json *block = ix_json_at(ix_json_get(attributes, "metadata"), 0);
    const struct ix_json *manifest = ix_json_path(attributes, "manifest", "metadata", NULL);
    return block ? block : manifest;
}

static struct ix_sv name_of(const struct ix_resource *resource, const struct ix_json *attributes) {
    static const struct {
        const char *attribute, *type;
    } names[] = {
        {"identifier", "aws_db_instance"}, /* its `name` is that of the database inside */
        {"cluster_identifier", "aws_rds_cluster"},
        {"cluster_identifier", "aws_redshift_cluster"},
        {"function_name", "aws_lambda_function"},
        {"name", NULL},
        {"bucket", NULL},
        {"identifier", NULL},
        {"display_name", NULL},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct ix_sv name = attribute(attributes, names[i].attribute);
        bool fits = !names[i].type || ix_sv_eq_cstr(resource->native_type, names[i].type);
        if (fits && !ix_sv_empty(name)) {
            return name;
        }
    }
    struct ix_sv name = attribute(ix_json_get(attributes, "tags"), "Name");
    name = ix_sv_empty(name) ? attribute(metadata_of(attributes), "name") : name;
    return ix_sv_empty(name) ? ix_tf_address_last(resource->address) : name;
}

/* ---- place ---- */

static bool all_digits(struct ix_sv text) {
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
    }
    return text.size > 0;
}

static struct ix_sv account_of(const struct ix_resource *resource,
                               const struct ix_json *attributes) {
    enum { AWS_ACCOUNT_DIGITS = 12 };
    if (is_provider(resource, "gcp")) {
        return attribute(attributes, "project");
    }
    if (is_provider(resource, "azure")) {
        return attribute(attributes, "subscription_id");
    }
    static const char *const names[] = {"owner_id", "account_id"};
    for (size_t i = 0; is_provider(resource, "aws") && i < sizeof names / sizeof *names; i++) {
        struct ix_sv account = attribute(attributes, names[i]);
        if (account.size == AWS_ACCOUNT_DIGITS && all_digits(account)) {
            return account;
        }
    }
    return (struct ix_sv){0};
}

/* Google gives places as links at times: .../regions/us-central1 */
static struct ix_sv last_of_link(struct ix_sv text) {
    size_t slash = ix_sv_rfind_char(text, '/');
    return slash == IX_SV_NPOS ? text : ix_sv_from(text, slash + 1);
}

/* us-central1-a */
static bool is_google_zone(struct ix_sv place) {
    size_t dash = ix_sv_rfind_char(place, '-');
    return dash != IX_SV_NPOS && dash + 2 == place.size && dash > 0 &&
           place.data[dash - 1] >= '0' && place.data[dash - 1] <= '9';
}

static void find_place(const struct ix_json *attributes, struct ix_resource *resource) {
    resource->region = last_of_link(attribute(attributes, "region"));
    resource->zone = attribute(attributes, "availability_zone");
    if (ix_sv_empty(resource->zone) && is_provider(resource, "gcp")) {
        resource->zone = last_of_link(attribute(attributes, "zone"));
    }
    bool located = is_provider(resource, "gcp") || is_provider(resource, "azure");
    struct ix_sv location = located ? attribute(attributes, "location") : (struct ix_sv){0};
    if (is_provider(resource, "gcp") && is_google_zone(location)) {
        resource->zone = location;
    } else if (ix_sv_empty(resource->region)) {
        resource->region = location;
    }
}

/* ---- times ---- */

static int64_t time_of(const struct ix_json *attributes, const char *const *names) {
    for (; *names; names++) {
        int64_t ms;
        if (ix_time_parse(attribute(attributes, *names), &ms)) {
            return ms;
        }
    }
    return IX_TIME_UNKNOWN;
}

static const char *const created_names[] = {
    "create_date",        "created_date",  "created_at",   "creation_date",
    "creation_timestamp", "created_time",  "create_time",  "creation_date_time",
    "launch_time",        "creation_time", "date_created", NULL,
};
static const char *const modified_names[] = {
    "last_modified",      "updated_at",        "update_time",   "last_modified_date",
    "last_modified_time", "last_updated_date", "date_modified", NULL,
};

/* ---- tags ---- */

struct tag_list {
    struct ix_arena *arena;
    struct ix_map seen[IX_TAG_CLASS_COUNT]; /* what came first counts */
    struct ix_tag *tags;
    size_t count, capacity;
};

static void add_tag(struct tag_list *list, enum ix_tag_class tag_class, struct ix_sv key,
                    const struct ix_json *value) {
    bool added = false;
    struct ix_tag tag = {.class_ = tag_class, .key = key};
    bool plain = ix_json_scalar_text(list->arena, value, &tag.value);
    if (!plain || ix_sv_empty(key) || list->count == list->capacity ||
        !ix_map_put(&list->seen[tag_class], key, &added) || !added) {
        return;
    }
    list->tags[list->count++] = tag;
}

/* {"key": "value"}, or [{"key": "key", "value": "value"}] as autoscaling groups have it. */
static void add_tags(struct tag_list *list, enum ix_tag_class tag_class,
                     const struct ix_json *tags) {
    bool pairs = ix_json_kind(tags) == IX_JSON_ARRAY;
    for (const struct ix_json *t = ix_json_first(tags); t; t = ix_json_next(t)) {
        if (pairs) {
            add_tag(list, tag_class, ix_json_get_string(t, "key"), ix_json_get(t, "value"));
        } else {
            add_tag(list, tag_class, ix_json_key(t), t);
        }
    }
}

enum { TAG_PLACES = 10 };

struct tag_place {
    enum ix_tag_class tag_class;
    const struct ix_json *tags;
};

static void find_tags(struct ix_arena *arena, const struct ix_json *attributes,
                      struct ix_resource *resource) {
    enum ix_tag_class labels = is_provider(resource, "kubernetes") ? IX_LABEL : IX_TAG;
    const struct ix_json *metadata = metadata_of(attributes);
    const struct tag_place places[TAG_PLACES] = {
        {IX_TAG, ix_json_get(attributes, "tags")},
        {IX_TAG, ix_json_get(attributes, "tag")},
        {IX_TAG, ix_json_get(attributes, "tags_all")},
        {labels, ix_json_get(attributes, "labels")},
        {IX_TAG, ix_json_get(attributes, "effective_labels")},
        {IX_TAG, ix_json_get(attributes, "terraform_labels")},
        {IX_TAG, ix_json_get(attributes, "user_labels")},
        {IX_TAG, ix_json_get(attributes, "resource_labels")},
        {IX_LABEL, ix_json_get(metadata, "labels")},
        {IX_ANNOTATION, ix_json_get(metadata, "annotations")},
    };
    struct tag_list list = {.arena = arena};
    for (size_t i = 0; i < TAG_PLACES; i++) {
        list.capacity += ix_json_count(places[i].tags);
    }
    for (size_t i = 0; i < IX_TAG_CLASS_COUNT; i++) {
        ix_map_init(&list.seen[i], arena);
    }
    list.tags = ix_arena_array(arena, list.capacity + 1, sizeof *list.tags);
    for (size_t i = 0; list.tags && i < TAG_PLACES; i++) {
        add_tags(&list, places[i].tag_class, places[i].tags);
    }
    resource->tags = list.tags;
    resource->tag_count = list.count;
}

void ix_tf_describe(struct ix_arena *arena, const struct ix_json *attributes,
                    const struct ix_json *identity, struct ix_resource *resource) {
    struct ix_sv id = {0};
    if (ix_json_scalar_text(arena, ix_json_get(attributes, "id"), &id) && !ix_sv_empty(shown(id))) {
        resource->native_id = id;
    }
    resource->name = name_of(resource, attributes);
    resource->account = account_of(resource, attributes);
    if (ix_sv_empty(resource->account)) {
        resource->account = account_of(resource, identity);
    }
    find_place(attributes, resource);
    if (ix_sv_empty(resource->region) && ix_sv_empty(resource->zone)) {
        find_place(identity, resource);
    }
    resource->created_ms = time_of(attributes, created_names);
    resource->modified_ms = time_of(attributes, modified_names);
    find_tags(arena, attributes, resource);
}

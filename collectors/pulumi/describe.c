/* Outputs say what exists, inputs what was asked for: where both speak, outputs win, and inputs
 * fill what the provider did not answer. Secrets win over both: what is secret as an input stays
 * hidden as an output, even if a provider forgot to mark it. */
#include "collectors/pulumi/describe.h"
#include "collectors/pulumi/urn.h"

/* ---- properties ---- */

/* `names`: an array of member names. Both sides may be long, so the names become a set. */
static void hide_named(struct ix_pulumi_reading *r, struct ix_json *object,
                       const struct ix_json *names) {
    struct ix_map set;
    ix_map_init(&set, &r->arena);
    for (const struct ix_json *n = ix_json_first(names); n; n = ix_json_next(n)) {
        (void)ix_map_put(&set, ix_json_string(n), NULL);
    }
    for (struct ix_json *m = ix_json_first(object); m && set.count > 0; m = ix_json_next(m)) {
        if (ix_map_find(&set, ix_json_key(m))) {
            ix_json_become_string(&r->arena, m, IX_SV(IX_SECRET_MARKER));
        }
    }
}

static void hide_members(struct ix_pulumi_reading *r, struct ix_json *object) {
    for (struct ix_json *m = ix_json_first(object); m; m = ix_json_next(m)) {
        ix_json_become_string(&r->arena, m, IX_SV(IX_SECRET_MARKER));
    }
}

/* Members of `under` that `over` does not have, and those that are secret in `under`. */
static void underlay(struct ix_pulumi_reading *r, struct ix_json *over,
                     const struct ix_json *under) {
    struct ix_map known;
    ix_map_init(&known, &r->arena);
    for (struct ix_json *m = ix_json_first(over); m; m = ix_json_next(m)) {
        union ix_map_value *slot = ix_map_put(&known, ix_json_key(m), NULL);
        if (slot) {
            slot->pointer = m;
        }
    }
    for (const struct ix_json *m = ix_json_first(under); m; m = ix_json_next(m)) {
        const union ix_map_value *slot = ix_map_find(&known, ix_json_key(m));
        if (!slot) {
            ix_json_add(&r->arena, over, ix_json_key(m), ix_json_clone(&r->arena, m));
        } else if (ix_pulumi_value_is_secret(m)) {
            ix_json_become_string(&r->arena, slot->pointer, IX_SV(IX_SECRET_MARKER));
        }
    }
}

static struct ix_json *object_member(const struct ix_json *node, const char *name) {
    struct ix_json *member = ix_json_get(node, name);
    return ix_json_kind(member) == IX_JSON_OBJECT ? member : NULL;
}

/* What is secret although nothing marks it as such where it stands. */
static void hide_known(struct ix_pulumi_reading *r, const struct ix_json *node,
                       struct ix_json *properties) {
    hide_named(r, properties, ix_json_get(node, "additionalSecretOutputs"));
    struct ix_sv type = ix_json_get_string(node, "type");
    if (ix_sv_eq(type, IX_SV("pulumi:pulumi:StackReference"))) {
        hide_named(r, object_member(properties, "outputs"),
                   ix_json_get(properties, "secretOutputNames"));
    }
    if (ix_sv_eq(type, IX_SV("kubernetes:core/v1:Secret"))) {
        hide_members(r, object_member(properties, "data"));
        hide_members(r, object_member(properties, "stringData"));
    }
}

/* What the state says of the entry beside its properties stands under names that no property has.
 */
static struct ix_json *add_options(struct ix_pulumi_reading *r, const struct ix_json *node,
                                   struct ix_json *properties) {
    static const char *const options[] = {
        "initErrors",       "retainOnDelete", "ignoreChanges",
        "replaceOnChanges", "customTimeouts", "importID",
    };
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        const struct ix_json *value = ix_json_get(node, options[i]);
        if (!value || ix_json_kind(value) == IX_JSON_NULL) {
            continue;
        }
        properties = properties ? properties : ix_json_new_object(&r->arena);
        struct ix_sv name = ix_arena_printf(&r->arena, "$%s", options[i]);
        ix_json_set(&r->arena, properties, name, ix_json_clone(&r->arena, value));
    }
    return properties;
}

/* The root of a stack is found by this name by those that read its outputs. */
static const struct ix_json *name_stack(struct ix_pulumi_reading *r, struct ix_json *properties,
                                        const struct ix_pulumi_urn *urn) {
    if (!ix_sv_eq(urn->type, IX_SV("pulumi:pulumi:Stack"))) {
        return properties;
    }
    properties = properties ? properties : ix_json_new_object(&r->arena);
    ix_json_set_string(&r->arena, properties, "$stack",
                       ix_pulumi_stack_name(&r->arena, urn->project, urn->stack));
    return properties;
}

/* `defaults` is of versions 0 and 1. */
static struct ix_json *read_properties(struct ix_pulumi_reading *r, const struct ix_json *node) {
    static const char *const names[] = {"outputs", "inputs", "defaults"};
    struct ix_json *properties = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct ix_json *part = ix_json_get(node, names[i]);
        ix_pulumi_values_clean(&r->values, part);
        if (ix_json_kind(part) != IX_JSON_OBJECT) {
            continue;
        }
        if (properties) {
            underlay(r, properties, part);
        } else {
            properties = part;
        }
    }
    hide_known(r, node, properties);
    return add_options(r, node, properties);
}

/* ---- tags ---- */

struct tag_list {
    struct ix_tag *items;
    size_t count;
};

/* A map, or a list of {key, value} as the cloud's own schemas have it. Google's list of plain
 * words is no list of tags in this sense: it stays a property. */
static void add_tags(struct ix_pulumi_reading *r, const struct ix_json *node,
                     enum ix_tag_class tag_class, struct tag_list *list) {
    bool map = ix_json_kind(node) == IX_JSON_OBJECT;
    for (const struct ix_json *t = ix_json_first(node); t; t = ix_json_next(t)) {
        struct ix_tag tag = {.class_ = tag_class};
        tag.key = map ? ix_json_key(t) : ix_json_get_string(t, "key");
        if (!ix_sv_empty(tag.key) &&
            ix_json_scalar_text(&r->arena, map ? t : ix_json_get(t, "value"), &tag.value)) {
            list->items[list->count++] = tag;
        }
    }
}

/* `tagsAll` repeats `tags` and adds the provider's defaults. It may be hidden as a secret though
 * `tags` is not. */
static const struct ix_json *find_tags(const struct ix_json *properties) {
    const struct ix_json *all = ix_json_get(properties, "tagsAll");
    return ix_json_count(all) > 0 ? all : ix_json_get(properties, "tags");
}

static void read_tags(struct ix_pulumi_reading *r, struct ix_resource *resource) {
    bool google = ix_sv_eq(resource->provider, IX_SV("gcp"));
    const struct ix_json *metadata = ix_json_get(resource->properties, "metadata");
    const struct {
        const struct ix_json *node;
        enum ix_tag_class tag_class;
    } parts[] = {
        {find_tags(resource->properties), IX_TAG},
        {google ? ix_json_get(resource->properties, "labels") : NULL, IX_TAG},
        {ix_json_get(metadata, "labels"), IX_LABEL},
        {ix_json_get(metadata, "annotations"), IX_ANNOTATION},
    };
    size_t room = 1;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        room += ix_json_count(parts[i].node);
    }
    struct tag_list list = {.items = ix_arena_array(&r->arena, room, sizeof *list.items)};
    if (!list.items) {
        return;
    }
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        add_tags(r, parts[i].node, parts[i].tag_class, &list);
    }
    resource->tags = list.items;
    resource->tag_count = list.count;
}

/* ---- facts ---- */

/* Packages that manage the same provider under another name. */
static struct ix_sv provider_of(struct ix_sv type) {
    static const struct {
        struct ix_sv package, provider;
    } names[] = {
        {IX_SV_INIT("aws-native"), IX_SV_INIT("aws")},
        {IX_SV_INIT("azure-native"), IX_SV_INIT("azure")},
        {IX_SV_INIT("azure-nextgen"), IX_SV_INIT("azure")},
        {IX_SV_INIT("google-native"), IX_SV_INIT("gcp")},
    };
    struct ix_sv package = ix_sv_sub(type, 0, ix_sv_find_char(type, ':'));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (ix_sv_eq(package, names[i].package)) {
            return names[i].provider;
        }
    }
    return package;
}

static struct ix_sv public_text(const struct ix_json *properties, const char *name) {
    const struct ix_json *value = ix_json_get(properties, name);
    return ix_pulumi_value_is_secret(value) ? (struct ix_sv){0} : ix_json_string(value);
}

static struct ix_sv first_text(const struct ix_json *properties, const char *a, const char *b) {
    struct ix_sv text = public_text(properties, a);
    return ix_sv_empty(text) ? public_text(properties, b) : text;
}

/* The provider's name for it, where it has one, else the name in the code. */
static struct ix_sv name_of(const struct ix_resource *resource, struct ix_sv urn_name) {
    struct ix_sv name = first_text(resource->properties, "name", "bucket");
    if (ix_sv_empty(name)) {
        name = public_text(ix_json_get(resource->properties, "metadata"), "name");
    }
    return ix_sv_empty(name) || ix_sv_empty(resource->native_id) ? urn_name : name;
}

static void read_place(struct ix_resource *resource) {
    bool google = ix_sv_eq(resource->provider, IX_SV("gcp"));
    resource->zone = first_text(resource->properties, "zone", "availabilityZone");
    resource->region = first_text(resource->properties, "region", "location");
    if (ix_sv_empty(resource->region) && google) {
        size_t dash = ix_sv_rfind_char(resource->zone, '-');
        resource->region = ix_sv_sub(resource->zone, 0, dash == IX_SV_NPOS ? 0 : dash);
    }
    if (google) {
        resource->account = public_text(resource->properties, "project");
    } else if (ix_sv_eq(resource->provider, IX_SV("aws"))) {
        resource->account = public_text(resource->properties, "accountId");
    }
}

static uint32_t flags_of(const struct ix_json *node) {
    static const struct {
        const char *name;
        uint32_t flag;
    } names[] = {
        {"external", IX_FLAG_EXTERNAL},          {"delete", IX_FLAG_DELETE},
        {"protect", IX_FLAG_PROTECTED},          {"taint", IX_FLAG_TAINTED},
        {"pendingReplacement", IX_FLAG_PENDING},
    };
    uint32_t flags = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        flags |= ix_json_is_true(ix_json_get(node, names[i].name)) ? names[i].flag : 0;
    }
    return ix_json_is_true(ix_json_get(node, "custom")) ? flags : flags | IX_FLAG_COMPONENT;
}

static int64_t time_of(const struct ix_json *node, const char *name) {
    int64_t ms;
    return ix_time_parse(ix_json_get_string(node, name), &ms) ? ms : IX_TIME_UNKNOWN;
}

/* The entry of a provider comes before those that use it, so its version is known by then. */
static struct ix_sv version_of(struct ix_pulumi_reading *r, const struct ix_json *node,
                               const struct ix_resource *resource) {
    if (ix_sv_starts(resource->native_type, IX_SV("pulumi:providers:"))) {
        return public_text(resource->properties, "version");
    }
    struct ix_sv urn;
    struct ix_sv id;
    const union ix_map_value *known = NULL;
    if (ix_pulumi_provider_parse(ix_json_get_string(node, "provider"), &urn, &id)) {
        known = ix_map_find(&r->providers, urn);
    }
    return known && known->pointer ? *(const struct ix_sv *)known->pointer : (struct ix_sv){0};
}

void ix_pulumi_describe(struct ix_pulumi_reading *r, struct ix_json *node,
                        struct ix_resource *ret) {
    struct ix_sv address = ix_json_get_string(node, "urn");
    struct ix_pulumi_urn urn = {.name = address};
    (void)ix_pulumi_urn_parse(address, &urn);
    struct ix_sv type = ix_json_get_string(node, "type");
    *ret = (struct ix_resource){
        .source = r->env->source,
        .source_kind = r->env->recognised->source_kind,
        .address = address,
        .native_type = ix_sv_empty(type) ? urn.type : type,
        .native_id = ix_json_get_string(node, "id"),
        .stack = urn.stack,
        .project = urn.project,
        .created_ms = time_of(node, "created"),
        .modified_ms = time_of(node, "modified"),
        .flags = flags_of(node),
        .properties = name_stack(r, read_properties(r, node), &urn),
    };
    ret->provider = provider_of(ret->native_type);
    ret->name = name_of(ret, urn.name);
    ret->provider_version = version_of(r, node, ret);
    read_place(ret);
    read_tags(r, ret);
}

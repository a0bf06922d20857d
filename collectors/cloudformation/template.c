/* Two walks over a template: the first keeps the logical ids, since a name in {"Ref": X} is a
 * resource only when `Resources` has it (else it is a parameter), and what `Outputs` export; the
 * second pushes. */
#include "collectors/cloudformation/template.h"
#include "base/yaml.h"
#include "collectors/cloudformation/intrinsic.h"

/* ---- first walk: logical ids ---- */

static enum ix_code keep_logical_id(struct ix_cfn_reading *r, struct ix_sv key,
                                    struct ix_json *node, struct ix_err *err) {
    (void)node;
    union ix_map_value *times = ix_map_put(&r->logical_ids, key, NULL);
    if (!times) {
        return ix_arena_check(&r->ids, err);
    }
    times->number++;
    if (r->logical_ids.count > IX_CFN_RESOURCES_MAX) {
        return ix_err_set(err, IX_LIMIT, "the template has more than %d resources: split it",
                          IX_CFN_RESOURCES_MAX);
    }
    return IX_OK;
}

/* ---- first walk: exports ---- */

struct exporting {
    struct ix_cfn_reading *r;
    const struct ix_json *name; /* text, or a function */
};

/* Kept by logical id: an array of names. */
static void keep_export(void *context, enum ix_cfn_reference kind, struct ix_sv name,
                        const struct ix_cfn_place *place) {
    const struct exporting *exporting = context;
    struct ix_arena *ids = &exporting->r->ids;
    (void)place;
    union ix_map_value *names =
        kind == IX_CFN_NAME ? ix_map_put(&exporting->r->exports, name, NULL) : NULL;
    if (names) {
        names->pointer = names->pointer ? names->pointer : ix_json_new_array(ids);
        ix_json_append(names->pointer, ix_json_clone(ids, exporting->name));
    }
}

/* {"Value": {"Ref": "Vpc"}, "Export": {"Name": "net-vpc"}} */
static enum ix_code keep_output(struct ix_cfn_reading *r, struct ix_sv key, struct ix_json *node,
                                struct ix_err *err) {
    (void)key;
    struct exporting exporting = {.r = r, .name = ix_json_path(node, "Export", "Name", NULL)};
    if (exporting.name) {
        ix_cfn_each_reference(ix_json_get(node, "Value"), keep_export, &exporting);
    }
    return ix_arena_check(&r->ids, err);
}

/* ---- second walk: resources ---- */

static struct ix_sv last_segment(struct ix_sv type) {
    size_t colon = ix_sv_rfind_char(type, ':');
    return colon == IX_SV_NPOS ? type : ix_sv_from(type, colon + 1);
}

/* "<Type>Name" first (BucketName of AWS::S3::Bucket), then what other types are named by. */
static struct ix_sv literal_name(struct ix_cfn_reading *r, const struct ix_json *properties,
                                 struct ix_sv type) {
    static const char *const others[] = {
        "Name",        "GroupName",  "DBInstanceIdentifier", "DBClusterIdentifier",
        "ClusterName", "DomainName",
    };
    struct ix_sv own = ix_arena_printf(&r->arena, "%.*sName", IX_SV_FMT(last_segment(type)));
    struct ix_sv name = ix_json_string(ix_json_get_sv(properties, own));
    for (size_t i = 0; i < sizeof others / sizeof *others && ix_sv_empty(name); i++) {
        name = ix_json_get_string(properties, others[i]);
    }
    return name;
}

/* Puts the attributes that are no properties beside them, under names that no property has. */
static void add_attributes(struct ix_cfn_reading *r, const struct ix_json *resource,
                           struct ix_json *properties) {
    static const char *const attributes[] = {
        "Condition", "DeletionPolicy", "UpdateReplacePolicy",
        "Metadata",  "CreationPolicy", "UpdatePolicy",
    };
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
        const struct ix_json *value = ix_json_get(resource, attributes[i]);
        if (value) {
            struct ix_sv name = ix_arena_printf(&r->arena, "$%s", attributes[i]);
            ix_json_set(&r->arena, properties, name, ix_json_clone(&r->arena, value));
        }
    }
}

static void add_exports(struct ix_cfn_reading *r, struct ix_sv logical_id,
                        struct ix_json *properties) {
    const union ix_map_value *names = ix_map_find(&r->exports, logical_id);
    if (names) {
        ix_json_set(&r->arena, properties, IX_SV("$Exports"),
                    ix_json_clone(&r->arena, names->pointer));
    }
}

struct references {
    struct ix_cfn_reading *r;
    struct ix_sv from;
    struct ix_map seen; /* one relation to each, from the first place that says so */
    enum ix_code code;
    struct ix_err *err;
};

static bool is_first(struct references *refs, struct ix_sv type, struct ix_sv to) {
    bool added = false;
    struct ix_sv key =
        ix_arena_printf(&refs->r->arena, "%.*s %.*s", IX_SV_FMT(type), IX_SV_FMT(to));
    return refs->code == IX_OK && ix_map_put(&refs->seen, key, &added) && added;
}

static void relate_once(struct references *refs, struct ix_sv to,
                        const struct ix_cfn_place *place) {
    struct ix_relation relation = {
        .from_address = refs->from,
        .type = IX_SV("depends_on"),
        .to_address = to,
        .path = ix_cfn_place_text(&refs->r->arena, place),
    };
    if (!ix_sv_eq(to, refs->from) && is_first(refs, relation.type, to)) {
        refs->code = ix_cfn_relate(refs->r, &relation, refs->err);
    }
}

/* The stack that exports it is not known: the name stands for it. */
static void relate_import(struct references *refs, struct ix_sv name,
                          const struct ix_cfn_place *place) {
    struct ix_relation relation = {
        .from_address = refs->from,
        .type = IX_SV("consumes_outputs_of"),
        .to_id = name,
        .path = ix_cfn_place_text(&refs->r->arena, place),
    };
    if (is_first(refs, relation.type, name)) {
        refs->code = ix_cfn_relate(refs->r, &relation, refs->err);
    }
}

static void relate_reference(void *context, enum ix_cfn_reference kind, struct ix_sv name,
                             const struct ix_cfn_place *place) {
    struct references *refs = context;
    if (kind == IX_CFN_EXPORT) {
        relate_import(refs, name, place);
    } else if (ix_map_find(&refs->r->logical_ids, name)) {
        relate_once(refs, name, place);
    }
}

static enum ix_code relate_all(struct ix_cfn_reading *r, struct ix_sv from,
                               const struct ix_json *resource, struct ix_err *err) {
    struct references refs = {.r = r, .from = from, .err = err};
    ix_map_init(&refs.seen, &r->arena);
    ix_cfn_each_reference(ix_json_get(resource, "Properties"), relate_reference, &refs);
    const struct ix_json *depends = ix_json_get(resource, "DependsOn");
    if (ix_json_kind(depends) == IX_JSON_STRING) {
        relate_once(&refs, ix_json_string(depends), NULL);
    }
    for (const struct ix_json *d = ix_json_first(depends); d; d = ix_json_next(d)) {
        if (ix_json_kind(d) == IX_JSON_STRING) {
            relate_once(&refs, ix_json_string(d), NULL);
        }
    }
    return refs.code;
}

/* The last of several with one logical id counts; the first walk knows how many there are. */
static bool comes_again(struct ix_cfn_reading *r, struct ix_sv logical_id) {
    union ix_map_value *times = ix_map_find(&r->logical_ids, logical_id);
    return times && times->number-- > 1;
}

static uint32_t flags_of(struct ix_cfn_reading *r, const struct ix_json *resource,
                         struct ix_sv type) {
    uint32_t flags = IX_FLAG_PLANNED;
    if (ix_cfn_has_function(ix_json_get(resource, "Properties"))) {
        flags |= IX_FLAG_UNRESOLVED;
        r->counts.unresolved++;
    }
    /* A module is replaced by its resources when the stack is made. */
    if (ix_sv_ends(type, IX_SV("::MODULE"))) {
        flags |= IX_FLAG_COMPONENT;
    }
    r->counts.conditional += !ix_sv_empty(ix_json_get_string(resource, "Condition"));
    return flags;
}

static enum ix_code push_resource(struct ix_cfn_reading *r, struct ix_sv logical_id,
                                  struct ix_json *node, struct ix_sv type, struct ix_err *err) {
    const struct ix_json *own = ix_json_get(node, "Properties");
    enum ix_json_kind kind = ix_json_kind(own);
    bool object = kind == IX_JSON_OBJECT;
    r->counts.odd_properties += !object && kind != IX_JSON_NONE && kind != IX_JSON_NULL;
    struct ix_json *properties =
        object ? ix_json_clone(&r->arena, own) : ix_json_new_object(&r->arena);
    struct ix_sv name = literal_name(r, properties, type);
    struct ix_resource resource = {
        .address = logical_id,
        .native_type = type,
        .name = ix_sv_empty(name) ? logical_id : name,
        .created_ms = IX_TIME_UNKNOWN,
        .modified_ms = IX_TIME_UNKNOWN,
        .flags = flags_of(r, node, type),
        .properties = properties,
    };
    add_attributes(r, node, properties);
    add_exports(r, logical_id, properties);
    ix_cfn_read_tags(r, ix_json_get(own, "Tags"), &resource);
    enum ix_code code = ix_cfn_push(r, &resource, err);
    return code == IX_OK ? relate_all(r, logical_id, node, err) : code;
}

static enum ix_code read_resource(struct ix_cfn_reading *r, struct ix_sv key, struct ix_json *node,
                                  struct ix_err *err) {
    struct ix_sv type = ix_json_get_string(node, "Type");
    if (ix_sv_starts(key, IX_SV("Fn::ForEach::"))) {
        r->counts.loops++;
    } else if (ix_sv_starts(key, IX_SV("Fn::"))) {
        r->counts.transforms++;
    } else if (comes_again(r, key)) {
        r->counts.repeated++;
    } else if (ix_sv_empty(type) || ix_sv_empty(key)) {
        r->counts.malformed++;
    } else {
        return push_resource(r, key, node, type, err);
    }
    return IX_OK;
}

/* ---- transforms of the whole template ---- */

static enum ix_code note_transform(struct ix_cfn_reading *r, const struct ix_json *transform,
                                   struct ix_err *err) {
    struct ix_sv name = ix_json_string(transform);
    if (ix_sv_empty(name)) {
        name = ix_json_get_string(transform, "Name");
    }
    struct ix_sv reason = ix_arena_printf(
        &r->arena, "transform %.*s: what it adds or changes at deployment is not seen",
        IX_SV_FMT(name));
    return ix_sv_empty(name) ? IX_OK : ix_cfn_note(r, reason, false, err);
}

static enum ix_code read_transform(struct ix_cfn_reading *r, struct ix_sv key, struct ix_json *node,
                                   struct ix_err *err) {
    (void)key;
    if (ix_json_kind(node) != IX_JSON_ARRAY) {
        return note_transform(r, node, err);
    }
    enum ix_code code = IX_OK;
    for (const struct ix_json *t = ix_json_first(node); t && code == IX_OK; t = ix_json_next(t)) {
        code = note_transform(r, t, err);
    }
    return code;
}

/* ---- whole templates ---- */

static const struct ix_cfn_member first_walk[] = {
    {"Resources", IX_CFN_EACH_NAME, keep_logical_id},
    {"Outputs", IX_CFN_EACH_MEMBER, keep_output},
    {0},
};

static const struct ix_cfn_member second_walk[] = {
    {"Resources", IX_CFN_EACH_MEMBER, read_resource},
    {"Transform", IX_CFN_ONE, read_transform},
    {0},
};

static void forget_logical_ids(struct ix_cfn_reading *r) {
    ix_arena_reset(&r->ids);
    ix_map_init(&r->logical_ids, &r->ids);
    ix_map_init(&r->exports, &r->ids);
}

enum ix_code ix_cfn_template_stream(struct ix_cfn_reading *r, struct ix_err *err) {
    forget_logical_ids(r);
    enum ix_code code = ix_cfn_walk_stream(r, first_walk, err);
    return code == IX_OK ? ix_cfn_walk_stream(r, second_walk, err) : code;
}

enum ix_code ix_cfn_template_tree(struct ix_cfn_reading *r, const struct ix_json *tree,
                                  struct ix_err *err) {
    forget_logical_ids(r);
    enum ix_code code = ix_cfn_walk_tree(r, first_walk, tree, err);
    return code == IX_OK ? ix_cfn_walk_tree(r, second_walk, tree, err) : code;
}

static enum ix_code parse_yaml(struct ix_arena *arena, struct ix_sv text, struct ix_json **ret_tree,
                               struct ix_err *err) {
    struct ix_stream *stream = NULL;
    struct ix_yaml_reader *reader = NULL;
    int64_t line;
    enum ix_code code = ix_stream_open_memory(text, &stream, err);
    if (code == IX_OK) {
        code = ix_yaml_reader_open(stream, ix_cfn_long_form, NULL, &reader, err);
    }
    if (code == IX_OK) {
        code = ix_yaml_reader_next(reader, arena, ret_tree, &line, err);
    }
    ix_yaml_reader_close(reader);
    ix_stream_close(stream);
    return code;
}

static enum ix_code parse_body(struct ix_arena *arena, struct ix_sv text, struct ix_json **ret_tree,
                               struct ix_err *err) {
    bool json = ix_sv_starts(ix_sv_trim(text), IX_SV("{"));
    enum ix_code code =
        json ? ix_json_parse(arena, text, ret_tree, err) : parse_yaml(arena, text, ret_tree, err);
    return code == IX_OK ? code : ix_err_wrap(err, "TemplateBody");
}

enum ix_code ix_cfn_template_body(struct ix_cfn_reading *r, struct ix_sv key, struct ix_json *node,
                                  struct ix_err *err) {
    (void)key;
    struct ix_json *tree = NULL;
    enum ix_code code = IX_OK;
    if (ix_json_kind(node) == IX_JSON_STRING) {
        code = parse_body(&r->document, ix_json_string(node), &tree, err);
    } else {
        tree = ix_json_clone(&r->document, node);
    }
    if (code == IX_OK) {
        code = ix_arena_check(&r->document, err);
    }
    return code == IX_OK ? ix_cfn_template_tree(r, tree, err) : code;
}

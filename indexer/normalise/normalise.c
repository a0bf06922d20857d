/* The sink, and the order of the steps.
 *
 * A record lives in the normaliser's arena and is gone once the next sink has returned. Secrets are
 * dropped before anything is derived, so that no uid, name or tag is made from one.
 */
#include "indexer/normalise/normalise.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/map.h"
#include "indexer/normalise/identity.h"
#include "indexer/normalise/managed.h"
#include "indexer/normalise/secrets.h"
#include "indexer/normalise/tags.h"
#include "indexer/normalise/tristate.h"
#include "indexer/normalise/type.h"
#include "indexer/normalise/unfold.h"

enum { RECORD_MEMORY_MAX = 16 * (size_t)IX_PROPERTIES_MAX }; /* bytes: trees are larger than text */

enum {
    KEEP_MEMORY_MAX = 64 << 20, /* bytes: types are few, and so are addresses with secrets */
    TYPES_MAX = 4096,
    TYPE_SIZE_MAX = 256, /* bytes of a spelling that is kept */
};

/* Of bills, which repeat themselves from line to line: what was found of texts, each where its hash
 * says, until another takes its place. */
enum { KNOWN_TEXTS = 1 << 14, KNOWN_TEXT_MAX = 125 };
struct known_text {
    uint8_t size;     /* 0: none */
    bool is_clean;    /* it holds no secret */
    bool is_key_safe; /* as the name of a tag it speaks of none */
    char bytes[KNOWN_TEXT_MAX];
};

struct ix_normaliser {
    struct ix_sink sink; /* first: sinks are cast */
    struct ix_sink *next;
    struct ix_arena arena; /* of one record */
    struct ix_arena keep;  /* of the run */
    struct ix_map types;   /* by provider and spelling: struct type_facts */
    struct ix_map cut;     /* what an address was, by hash: its number among those that are alike */
    struct ix_map alike;   /* what is left of an address: how many there are */
    struct known_text *known; /* KNOWN_TEXTS of them, once there is a bill */
};

/* ---- one resource ---- */

/* What follows from a type's spelling, the same for all of that type. */
struct type_facts {
    struct ix_sv type, service;
    const struct ix_type *family; /* NULL: none is known */
    struct ix_secret_rules secrets;
};

/* The family of a spelling that nobody listed is the one that the rule leads to, if there is one.
 */
static struct type_facts facts_of(struct ix_arena *arena, const struct ix_resource *r) {
    struct ix_sv type = ix_type_canonical(arena, r->native_type, r->provider);
    return (struct type_facts){
        .type = type,
        .service = ix_type_service(type),
        .family = ix_type_find(type),
        .secrets = ix_secret_rules_of(r->native_type, type),
    };
}

/* An access key's id is its public name; only where it is that, it stays (the key itself does not).
 */
static bool is_named_by_key_id(const struct ix_resource *r) {
    return ix_sv_eq(r->type, IX_SV("aws.iam.access_key")) && r->native_id.size == 20 &&
           (ix_sv_starts(r->native_id, IX_SV("AKIA")) || ix_sv_starts(r->native_id, IX_SV("ASIA")));
}

static void clean_texts(struct ix_arena *arena, struct ix_resource *r) {
    struct ix_sv own_id = is_named_by_key_id(r) ? r->native_id : (struct ix_sv){0};
    struct ix_sv *texts[] = {&r->native_id, &r->name,  &r->account, &r->region,
                             &r->zone,      &r->stack, &r->project};
    r->address = ix_secret_cut(arena, r->address);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        *texts[i] = ix_secret_clean(arena, *texts[i]);
    }
    if (ix_sv_eq_cstr(r->native_id, IX_SECRET_MARKER)) {
        r->native_id = own_id; /* else none: two secrets are not one id */
    }
}

static void clean_properties(struct ix_arena *arena, struct ix_secret_rules rules,
                             struct ix_resource *r) {
    struct ix_json *properties = ix_json_clone(arena, r->properties);
    if (properties) {
        ix_unfold(arena, properties);
        ix_secrets_drop(arena, properties, rules);
    }
    r->properties = properties;
}

static enum ix_code normalise(const struct ix_resource *resource, const struct type_facts *facts,
                              struct ix_arena *arena, struct ix_resource *ret_normal,
                              struct ix_err *err) {
    struct ix_resource r = *resource;
    r.type = facts->type;
    r.service = facts->service;
    r.kind = ix_sv_cstr(facts->family ? facts->family->kind : NULL);
    r.category = ix_sv_cstr(facts->family ? facts->family->category : NULL);
    clean_properties(arena, facts->secrets, &r);
    clean_texts(arena, &r);
    r.tags = ix_tags_clean(arena, r.tags, r.tag_count, &r.tag_count);
    ix_identity_place(arena, &r, facts->family);
    r.uid = ix_identity_uid(arena, &r, facts->family);
    r.managed_by = ix_managed_by(arena, &r);
    r.encrypted = ix_tristate_encrypted(r.type, r.properties);
    r.public_ = ix_tristate_public(r.type, r.properties);
    if (arena->failed) {
        return ix_arena_check(arena, err);
    }
    *ret_normal = r;
    return IX_OK;
}

enum ix_code ix_normalise(const struct ix_resource *resource, struct ix_arena *arena,
                          struct ix_resource *ret_normal, struct ix_err *err) {
    const struct type_facts facts = facts_of(arena, resource);
    return normalise(resource, &facts, arena, ret_normal, err);
}

/* ---- types ---- */

/* NULL when memory is gone. */
static const struct type_facts *keep_facts(struct ix_normaliser *n, const struct ix_resource *r,
                                           struct ix_sv key) {
    union ix_map_value *slot = ix_map_put(&n->types, key, NULL);
    struct type_facts *facts = IX_NEW(&n->keep, struct type_facts);
    if (!slot || !facts) {
        return NULL;
    }
    *facts = facts_of(&n->keep, r);
    facts->type = ix_arena_copy(&n->keep, facts->type); /* may lie in the record */
    facts->service = ix_type_service(facts->type);
    slot->pointer = facts;
    return facts;
}

/* A run meets few types many times, so what follows from them is kept. Past the limits it is worked
 * out each time. */
static struct type_facts known_facts(struct ix_normaliser *n, const struct ix_resource *r) {
    if (r->native_type.size + r->provider.size > TYPE_SIZE_MAX) {
        return facts_of(&n->arena, r);
    }
    struct ix_sv key =
        ix_arena_printf(&n->arena, "%.*s %.*s", IX_SV_FMT(r->provider), IX_SV_FMT(r->native_type));
    const union ix_map_value *slot = ix_map_find(&n->types, key);
    const struct type_facts *facts = slot ? slot->pointer : NULL;
    if (!slot && n->types.count < TYPES_MAX) {
        facts = keep_facts(n, r, key);
    }
    return facts ? *facts : facts_of(&n->arena, r);
}

/* ---- addresses ---- */

/* Two addresses that differ only in their secrets stay two: the second and further ones get a
 * number in the order of their coming. A digest would tell them apart as well, and would tell a
 * guess at the secret from a wrong one. The hash stays in memory. */
static struct ix_sv cut_address(struct ix_normaliser *n, struct ix_sv address) {
    struct ix_sv left = ix_secret_cut(&n->arena, address);
    if (ix_sv_eq(left, address)) {
        return address;
    }
    struct ix_hash hash = ix_hash_of(address);
    struct ix_sv key = ix_sv_of((const char *)hash.bytes, sizeof hash.bytes);
    bool added = false;
    union ix_map_value *number = ix_map_put(&n->cut, key, &added);
    union ix_map_value *count = number && added ? ix_map_put(&n->alike, left, NULL) : NULL;
    if (count) {
        number->number = ++count->number;
    }
    bool first = !number || number->number <= 1;
    return first ? left
                 : ix_arena_printf(&n->arena, "%.*s #%lld", IX_SV_FMT(left),
                                   (long long)number->number);
}

/* ---- the sink ---- */

/* What does not fit is said, never silently gone. */
static enum ix_code note_tags(struct ix_normaliser *n, const struct ix_resource *given,
                              const struct ix_resource *normal, struct ix_err *err) {
    struct ix_note note = {
        .source = normal->source,
        .path = normal->address,
        .reason = ix_tags_fault(&n->arena, given->tags, given->tag_count),
    };
    return ix_sv_empty(note.reason) ? ix_arena_check(&n->arena, err)
                                    : ix_sink_note(n->next, &note, err);
}

static enum ix_code take_resource(struct ix_sink *sink, const struct ix_resource *resource,
                                  struct ix_err *err) {
    struct ix_normaliser *n = (struct ix_normaliser *)sink;
    struct ix_resource given = *resource;
    struct ix_resource normal;
    ix_arena_reset(&n->arena);
    given.address = cut_address(n, resource->address);
    const struct type_facts facts = known_facts(n, resource);
    enum ix_code code = normalise(&given, &facts, &n->arena, &normal, err);
    code = code == IX_OK ? ix_arena_check(&n->keep, err) : code;
    if (code == IX_OK) {
        code = note_tags(n, resource, &normal, err);
    }
    return code == IX_OK ? ix_sink_resource(n->next, &normal, err) : code;
}

static enum ix_code take_relation(struct ix_sink *sink, const struct ix_relation *relation,
                                  struct ix_err *err) {
    struct ix_normaliser *n = (struct ix_normaliser *)sink;
    struct ix_relation normal = *relation;
    ix_arena_reset(&n->arena);
    normal.from_address = cut_address(n, relation->from_address);
    normal.to_address = cut_address(n, relation->to_address);
    normal.to_id = ix_identity_id(&n->arena, ix_secret_clean(&n->arena, relation->to_id));
    normal.path = ix_secret_cut(&n->arena, relation->path);
    enum ix_code code = ix_arena_check(&n->arena, err);
    code = code == IX_OK ? ix_arena_check(&n->keep, err) : code;
    return code == IX_OK ? ix_sink_relation(n->next, &normal, err) : code;
}

static enum ix_code take_scope(struct ix_sink *sink, const struct ix_scope *scope,
                               struct ix_err *err) {
    struct ix_normaliser *n = (struct ix_normaliser *)sink;
    struct ix_scope normal = *scope;
    ix_arena_reset(&n->arena);
    normal.text = ix_secret_clean(&n->arena, scope->text);
    enum ix_code code = ix_arena_check(&n->arena, err);
    return code == IX_OK ? ix_sink_scope(n->next, &normal, err) : code;
}

static enum ix_code take_note(struct ix_sink *sink, const struct ix_note *note,
                              struct ix_err *err) {
    struct ix_normaliser *n = (struct ix_normaliser *)sink;
    struct ix_note normal = *note;
    ix_arena_reset(&n->arena);
    normal.path = ix_secret_clean(&n->arena, note->path);
    normal.reason = ix_secret_clean(&n->arena, note->reason);
    enum ix_code code = ix_arena_check(&n->arena, err);
    return code == IX_OK ? ix_sink_note(n->next, &normal, err) : code;
}

/* ---- bills ---- */

/* Where such a text would be; NULL: it is too long to be kept. */
static struct known_text *place_of(struct ix_normaliser *n, struct ix_sv text) {
    bool fits = text.size > 0 && text.size <= KNOWN_TEXT_MAX;
    return fits ? &n->known[ix_hash_short(text) % KNOWN_TEXTS] : NULL;
}

static bool is_known(const struct known_text *known, struct ix_sv text) {
    return known && known->size == text.size && memcmp(known->bytes, text.data, text.size) == 0;
}

static void remember(struct known_text *known, struct ix_sv text, bool is_clean, bool is_key_safe) {
    if (known && !is_known(known, text)) {
        *known = (struct known_text){.size = (uint8_t)text.size};
        memcpy(known->bytes, text.data, text.size);
    }
    if (known) {
        known->is_clean |= is_clean;
        known->is_key_safe |= is_key_safe;
    }
}

/* Most texts need one glance; the others, if they are known. */
static struct ix_sv clean_text(struct ix_normaliser *n, struct ix_sv text) {
    if (!ix_secret_possible(text)) {
        return text;
    }
    struct known_text *known = place_of(n, text);
    if (is_known(known, text) && known->is_clean) {
        return text;
    }
    struct ix_sv clean = ix_secret_clean(&n->arena, text);
    if (clean.data == text.data && clean.size == text.size) {
        remember(known, text, true, false);
    }
    return clean;
}

/* The name of a value: whether it speaks of a secret. */
static bool is_secret_name(struct ix_normaliser *n, struct ix_sv key) {
    struct known_text *known = place_of(n, key);
    if (is_known(known, key) && known->is_key_safe) {
        return false;
    }
    if (ix_secret_name(key)) {
        return true;
    }
    remember(known, key, false, true);
    return false;
}

/* Members of an object, cleaned as tags are: a value by its name and by its shape. */
static const struct ix_json *clean_object(struct ix_normaliser *n, const struct ix_json *object) {
    struct ix_json *clean = object ? ix_json_new_object(&n->arena) : NULL;
    for (const struct ix_json *m = ix_json_first(object); m; m = ix_json_next(m)) {
        struct ix_sv key = clean_text(n, ix_json_key(m));
        bool text = ix_json_kind(m) == IX_JSON_STRING;
        struct ix_sv value = ix_json_string(m);
        bool secret = text && is_secret_name(n, key) && ix_secret_worth(value);
        ix_json_set(&n->arena, clean, key,
                    text ? ix_json_new_string(&n->arena, secret ? IX_SV(IX_SECRET_MARKER)
                                                                : clean_text(n, value))
                         : ix_json_clone(&n->arena, m));
    }
    return clean;
}

/* Whether plain tags may stay as they are. */
static bool are_clean(struct ix_normaliser *n, struct ix_sv tags) {
    struct ix_sv key;
    struct ix_sv value;
    while (ix_cost_tags_next(&tags, &key, &value)) {
        bool same = clean_text(n, key).data == key.data && clean_text(n, value).data == value.data;
        if (!same || is_secret_name(n, key)) {
            return false;
        }
    }
    return true;
}

static void clean_tags(struct ix_normaliser *n, struct ix_cost_line *line) {
    if (line->tags_text.data && are_clean(n, line->tags_text)) {
        return;
    }
    const struct ix_json *tags = line->tags;
    if (line->tags_text.data) {
        tags = ix_cost_tags_object(&n->arena, line->tags_text);
        line->tags_text = (struct ix_sv){0};
    }
    line->tags = clean_object(n, tags);
}

static enum ix_code take_cost(struct ix_sink *sink, const struct ix_cost_line *line,
                              struct ix_err *err) {
    struct ix_normaliser *n = (struct ix_normaliser *)sink;
    struct ix_cost_line normal = *line;
    ix_arena_reset(&n->arena);
    n->known = n->known ? n->known : calloc(KNOWN_TEXTS, sizeof *n->known);
    if (!n->known) {
        return ix_err_nomem(err);
    }
    for (int c = 0; c < IX_FOCUS_COUNT; c++) {
        bool text =
            ix_focus_columns[c].type == IX_FOCUS_TEXT || ix_focus_columns[c].type == IX_FOCUS_JSON;
        if (text && line->text[c].data) {
            normal.text[c] = clean_text(n, line->text[c]);
        }
    }
    clean_tags(n, &normal);
    normal.extra = clean_object(n, line->extra);
    enum ix_code code = ix_arena_check(&n->arena, err);
    return code == IX_OK ? ix_sink_cost(n->next, &normal, err) : code;
}

enum ix_code ix_normaliser_new(struct ix_sink *next, struct ix_normaliser **ret_normaliser,
                               struct ix_err *err) {
    struct ix_normaliser *n = calloc(1, sizeof *n);
    if (!n) {
        return ix_err_nomem(err);
    }
    n->sink = (struct ix_sink){.resource = take_resource,
                               .relation = take_relation,
                               .scope = take_scope,
                               .note = take_note,
                               .cost = take_cost};
    n->next = next;
    ix_arena_init(&n->arena, RECORD_MEMORY_MAX);
    ix_arena_init(&n->keep, KEEP_MEMORY_MAX);
    ix_map_init(&n->types, &n->keep);
    ix_map_init(&n->cut, &n->keep);
    ix_map_init(&n->alike, &n->keep);
    *ret_normaliser = n;
    return IX_OK;
}

void ix_normaliser_free(struct ix_normaliser *normaliser) {
    if (normaliser) {
        ix_arena_done(&normaliser->arena);
        ix_arena_done(&normaliser->keep);
        free(normaliser->known);
        free(normaliser);
    }
}

struct ix_sink *ix_normaliser_sink(struct ix_normaliser *normaliser) {
    return &normaliser->sink;
}

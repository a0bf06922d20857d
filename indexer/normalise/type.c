/* The table of families lies in types.def; here are the index over its spellings and the rule for
 * types that no line names.
 *
 * The index is an open hash table in static memory, built at the first question and only read
 * afterwards. Before a lookup a spelling is brought to its key: what varies without changing the
 * type (the version of a Kubernetes or Azure API) is left out.
 */
#include "indexer/normalise/type.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

const char *const ix_kinds[] = {
#define IX_KIND_ROW(name) name,
#define IX_CATEGORY_ROW(name)
#include "indexer/normalise/kinds.def"
#undef IX_KIND_ROW
#undef IX_CATEGORY_ROW
    NULL,
};

const char *const ix_categories[] = {
#define IX_KIND_ROW(name)
#define IX_CATEGORY_ROW(name) name,
#include "indexer/normalise/kinds.def"
#undef IX_KIND_ROW
#undef IX_CATEGORY_ROW
    NULL,
};

static const struct ix_type types[] = {
#define IX_TYPE_ROW(name, kind, category, spellings, id_pattern, console)                          \
    {name, spellings, kind, category, id_pattern, console},
#include "indexer/normalise/types.def"
#undef IX_TYPE_ROW
};

enum {
    TYPE_COUNT = sizeof types / sizeof *types,
    SLOT_COUNT = 32768, /* a power of two, well over the number of spellings */
    KEY_SIZE = 256,
};

struct slot {
    struct ix_sv spelling;
    const struct ix_type *type;
};

static struct slot slots[SLOT_COUNT];
static size_t slots_used;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* FNV-1a over the folded bytes */
static size_t hash_nocase(struct ix_sv text) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < text.size; i++) {
        hash = (hash ^ (unsigned char)lower(text.data[i])) * 0x100000001b3u;
    }
    return (size_t)(hash ^ (hash >> 32));
}

/* The slot of a spelling, or the empty one where it would go. */
static struct slot *slot_of(struct ix_sv spelling) {
    size_t at = hash_nocase(spelling) % SLOT_COUNT;
    while (slots[at].type && !ix_sv_eq_nocase(slots[at].spelling, spelling)) {
        at = (at + 1) % SLOT_COUNT;
    }
    return &slots[at];
}

static void enter(struct ix_sv spelling, const struct ix_type *type) {
    struct slot *slot = slot_of(spelling);
    if (!slot->type) {
        *slot = (struct slot){.spelling = spelling, .type = type};
        slots_used++;
        assert(slots_used < SLOT_COUNT / 2);
    }
}

static void build(void) {
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        struct ix_sv rest = ix_sv_cstr(types[i].spellings);
        struct ix_sv spelling;
        enter(ix_sv_cstr(types[i].name), &types[i]);
        while (ix_sv_split(&rest, ' ', &spelling)) {
            if (!ix_sv_empty(spelling)) {
                enter(spelling, &types[i]);
            }
        }
    }
}

static const struct ix_type *find_exact(struct ix_sv spelling) {
    return slot_of(spelling)->type;
}

/* v1, v2beta1, v20230301preview: how APIs name their versions */
static bool is_version(struct ix_sv text) {
    return text.size >= 2 && text.data[0] == 'v' && is_digit(text.data[1]);
}

static struct ix_sv before(struct ix_sv text, size_t at) {
    return ix_sv_sub(text, 0, at == IX_SV_NPOS ? text.size : at);
}

static struct ix_sv after(struct ix_sv text, size_t at) {
    return at == IX_SV_NPOS ? (struct ix_sv){0} : ix_sv_from(text, at + 1);
}

/* The API group of "apps/v1"; of "v1" and of Pulumi's "core/v1" it is empty. */
static struct ix_sv group_of(struct ix_sv api_version) {
    size_t slash = ix_sv_find_char(api_version, '/');
    struct ix_sv group = before(api_version, slash);
    bool core = (slash == IX_SV_NPOS && is_version(group)) || ix_sv_eq_cstr(group, "core");
    return core ? (struct ix_sv){0} : group;
}

/* "apps/v1 Deployment" and kubernetes:apps/v1:Deployment in their two halves. */
static bool is_kubernetes(struct ix_sv type, struct ix_sv *ret_group, struct ix_sv *ret_kind) {
    const struct ix_sv token = IX_SV("kubernetes:");
    bool is_token = ix_sv_starts_nocase(type, token);
    struct ix_sv rest = is_token ? ix_sv_from(type, token.size) : type;
    size_t cut = is_token ? ix_sv_rfind_char(rest, ':') : ix_sv_find_char(rest, ' ');
    if (cut == IX_SV_NPOS) {
        return false;
    }
    *ret_group = group_of(before(rest, cut));
    *ret_kind = ix_sv_trim(after(rest, cut));
    return !ix_sv_empty(*ret_kind);
}

struct key {
    char bytes[KEY_SIZE];
    size_t size;
    bool cut; /* longer than any spelling of the table */
};

static void key_add(struct key *key, struct ix_sv text) {
    if (key->cut || text.size > KEY_SIZE - key->size) {
        key->cut = true;
        return;
    }
    if (text.size) {
        memcpy(key->bytes + key->size, text.data, text.size);
        key->size += text.size;
    }
}

static const struct ix_type *key_find(const struct key *key) {
    return key->cut ? NULL : find_exact(ix_sv_of(key->bytes, key->size));
}

static const struct ix_type *find_kubernetes(struct ix_sv group, struct ix_sv kind) {
    struct key key = {.size = 0};
    key_add(&key, IX_SV("k8s:"));
    key_add(&key, group);
    key_add(&key, IX_SV("/"));
    key_add(&key, kind);
    return key_find(&key);
}

/* azure-native:compute/v20230301:VirtualMachine without its version */
static const struct ix_type *find_unversioned(struct ix_sv type) {
    size_t slash = ix_sv_find_char(type, '/');
    size_t colon = ix_sv_rfind_char(type, ':');
    if (slash == IX_SV_NPOS || colon == IX_SV_NPOS || colon < slash ||
        !is_version(ix_sv_sub(type, slash + 1, colon))) {
        return NULL;
    }
    struct key key = {.size = 0};
    key_add(&key, before(type, slash));
    key_add(&key, ix_sv_from(type, colon));
    return key_find(&key);
}

/* kubernetes_deployment_v1 is kubernetes_deployment */
static const struct ix_type *find_unsuffixed(struct ix_sv type) {
    size_t cut = ix_sv_rfind_char(type, '_');
    bool versioned = cut != IX_SV_NPOS && ix_sv_starts_nocase(type, IX_SV("kubernetes_")) &&
                     is_version(after(type, cut));
    return versioned ? find_exact(before(type, cut)) : NULL;
}

const struct ix_type *ix_type_find(struct ix_sv native_type) {
    pthread_once(&once, build);
    struct ix_sv group;
    struct ix_sv kind;
    const struct ix_type *type = find_exact(native_type);
    if (!type && is_kubernetes(native_type, &group, &kind)) {
        type = find_kubernetes(group, kind);
    }
    type = type ? type : find_unversioned(native_type);
    return type ? type : find_unsuffixed(native_type);
}

/* Providers go by one name whatever the tool calls them. */
static struct ix_sv house_provider(struct ix_sv provider) {
    static const struct {
        const char *from, *to;
    } names[] = {
        {"azurerm", "azure"},   {"azure-native", "azure"}, {"google", "gcp"},
        {"google-beta", "gcp"}, {"google-native", "gcp"},  {"aws-native", "aws"},
        {"awscc", "aws"},       {"k8s", "kubernetes"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (ix_sv_eq_nocase(provider, ix_sv_cstr(names[i].from))) {
            return ix_sv_cstr(names[i].to);
        }
    }
    return provider;
}

/* A word begins at i: camelCase, or the last capital of DBInstance. */
static bool begins_word(struct ix_sv text, size_t i) {
    if (i == 0 || !is_upper(text.data[i]) || text.data[i - 1] == '_') {
        return false;
    }
    bool next_is_small = i + 1 < text.size && text.data[i + 1] >= 'a' && text.data[i + 1] <= 'z';
    return !is_upper(text.data[i - 1]) || next_is_small;
}

/* Room for an underscore before every byte. */
static struct ix_sv snake(struct ix_arena *arena, struct ix_sv text) {
    char *out = ix_arena_alloc(arena, text.size * 2 + 1);
    size_t size = 0;
    for (size_t i = 0; out && i < text.size; i++) {
        if (begins_word(text, i)) {
            out[size++] = '_';
        }
        char c = lower(text.data[i]);
        out[size++] = c == '/' || c == '-' || c == ' ' || c == ':' || c == '.' ? '_' : c;
    }
    return ix_sv_of(out, size);
}

static struct ix_sv lowered(struct ix_arena *arena, struct ix_sv text) {
    char *out = ix_arena_alloc(arena, text.size + 1);
    for (size_t i = 0; out && i < text.size; i++) {
        out[i] = lower(text.data[i]);
    }
    return ix_sv_of(out, out ? text.size : 0);
}

static struct ix_sv joined(struct ix_arena *arena, struct ix_sv provider, struct ix_sv service,
                           struct ix_sv name) {
    provider = lowered(arena, house_provider(provider));
    service = lowered(arena, service);
    name = snake(arena, name);
    if (ix_sv_empty(service)) {
        return ix_arena_printf(arena, "%.*s.%.*s", IX_SV_FMT(provider), IX_SV_FMT(name));
    }
    return ix_arena_printf(arena, "%.*s.%.*s.%.*s", IX_SV_FMT(provider), IX_SV_FMT(service),
                           IX_SV_FMT(name));
}

/* AWS::AppMesh::Mesh */
static struct ix_sv from_cloudformation(struct ix_arena *arena, struct ix_sv type, size_t at) {
    struct ix_sv rest = ix_sv_from(type, at + 2);
    size_t next = ix_sv_find(rest, IX_SV("::"));
    struct ix_sv service = next == IX_SV_NPOS ? (struct ix_sv){0} : before(rest, next);
    struct ix_sv name = next == IX_SV_NPOS ? rest : ix_sv_from(rest, next + 2);
    return joined(arena, before(type, at), service, name);
}

/* aws:appmesh/mesh:Mesh; eks:index:Cluster; the inventory's s3:bucket, which needs the provider */
static struct ix_sv from_token(struct ix_arena *arena, struct ix_sv type, struct ix_sv provider) {
    size_t first = ix_sv_find_char(type, ':');
    size_t last = ix_sv_rfind_char(type, ':');
    struct ix_sv package = before(type, first);
    struct ix_sv name = after(type, last);
    if (first == last) {
        return ix_sv_empty(provider) ? joined(arena, package, (struct ix_sv){0}, name)
                                     : joined(arena, provider, package, name);
    }
    struct ix_sv module = ix_sv_sub(type, first + 1, last);
    module = before(module, ix_sv_find_char(module, '/'));
    if (ix_sv_eq_nocase(module, IX_SV("index"))) {
        module = (struct ix_sv){0};
    }
    return joined(arena, package, module, name);
}

/* microsoft.sql/servers/databases; compute.googleapis.com/Instance */
static struct ix_sv from_path(struct ix_arena *arena, struct ix_sv type, struct ix_sv provider) {
    const struct ix_sv google = IX_SV(".googleapis.com");
    size_t slash = ix_sv_find_char(type, '/');
    struct ix_sv head = before(type, slash);
    struct ix_sv name = after(type, slash);
    if (ix_sv_starts_nocase(head, IX_SV("microsoft."))) {
        return joined(arena, IX_SV("azure"), after(head, ix_sv_find_char(head, '.')), name);
    }
    if (ix_sv_ends(head, google)) {
        return joined(arena, IX_SV("gcp"), ix_sv_sub(head, 0, head.size - google.size), name);
    }
    return ix_sv_empty(provider) ? joined(arena, head, (struct ix_sv){0}, name)
                                 : joined(arena, provider, head, name);
}

/* aws_appmesh_mesh has a service in it, github_repository_webhook has not: only the large clouds
 * have so many types that they need one. */
static struct ix_sv from_terraform(struct ix_arena *arena, struct ix_sv type) {
    size_t cut = ix_sv_find_char(type, '_');
    struct ix_sv provider = house_provider(before(type, cut));
    struct ix_sv rest = after(type, cut);
    size_t next = ix_sv_find_char(rest, '_');
    bool cloud = ix_sv_eq_cstr(provider, "aws") || ix_sv_eq_cstr(provider, "azure") ||
                 ix_sv_eq_cstr(provider, "gcp");
    return cloud && next != IX_SV_NPOS
               ? joined(arena, provider, before(rest, next), after(rest, next))
               : joined(arena, provider, (struct ix_sv){0}, rest);
}

static struct ix_sv from_kubernetes(struct ix_arena *arena, struct ix_sv group, struct ix_sv kind) {
    return joined(arena, IX_SV("kubernetes"), ix_sv_empty(group) ? IX_SV("core") : group, kind);
}

static struct ix_sv by_rule(struct ix_arena *arena, struct ix_sv type, struct ix_sv provider) {
    struct ix_sv group;
    struct ix_sv kind;
    size_t at = ix_sv_find(type, IX_SV("::"));
    if (at != IX_SV_NPOS) {
        return from_cloudformation(arena, type, at);
    }
    if (is_kubernetes(type, &group, &kind)) {
        return from_kubernetes(arena, group, kind);
    }
    if (ix_sv_find_char(type, ':') != IX_SV_NPOS) {
        return from_token(arena, type, provider);
    }
    if (ix_sv_find_char(type, '/') != IX_SV_NPOS) {
        return from_path(arena, type, provider);
    }
    if (ix_sv_find_char(type, '_') != IX_SV_NPOS && ix_sv_find_char(type, '.') == IX_SV_NPOS) {
        return from_terraform(arena, type);
    }
    return lowered(arena, type);
}

struct ix_sv ix_type_canonical(struct ix_arena *arena, struct ix_sv native_type,
                               struct ix_sv provider) {
    const struct ix_type *type = ix_type_find(native_type);
    return type ? ix_sv_cstr(type->name) : by_rule(arena, native_type, provider);
}

/* An API group has dots of its own, so the service is all between the first and the last part. */
struct ix_sv ix_type_service(struct ix_sv canonical) {
    size_t first = ix_sv_find_char(canonical, '.');
    size_t last = ix_sv_rfind_char(canonical, '.');
    return first == last ? (struct ix_sv){0} : ix_sv_sub(canonical, first + 1, last);
}

size_t ix_type_count(void) {
    return TYPE_COUNT;
}

const struct ix_type *ix_type_at(size_t index) {
    return index < TYPE_COUNT ? &types[index] : NULL;
}

/* ---- words for suggestions ---- */

static const char **all_words;

static size_t count_words(void) {
    size_t count = 1;
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        count += 3;
        for (const char *c = types[i].spellings; *c; c++) {
            count += *c == ' ';
        }
    }
    return count;
}

/* A terminated copy that lives as long as the program. */
static const char *keep(struct ix_sv text) {
    return strndup(text.data, text.size);
}

static void gather_words(void) {
    const char **words = calloc(count_words(), sizeof *words);
    size_t count = 0;
    for (size_t i = 0; words && i < TYPE_COUNT; i++) {
        struct ix_sv rest = ix_sv_cstr(types[i].spellings);
        struct ix_sv spelling;
        words[count++] = types[i].name;
        words[count++] = strrchr(types[i].name, '.') + 1;
        while (ix_sv_split(&rest, ' ', &spelling)) {
            const char *kept = spelling.size ? keep(spelling) : NULL;
            if (kept) {
                words[count++] = kept;
            }
        }
    }
    all_words = words;
}

const char *const *ix_type_words(void) {
    static pthread_once_t gathered = PTHREAD_ONCE_INIT;
    pthread_once(&gathered, gather_words);
    return all_words;
}

struct ix_json *ix_type_row(struct ix_arena *arena, const struct ix_type *type) {
    struct ix_json *row = ix_json_new_object(arena);
    ix_json_set_string(arena, row, "type", ix_sv_cstr(type->name));
    ix_json_set_string(arena, row, "kind", ix_sv_cstr(type->kind));
    ix_json_set_string(arena, row, "category", ix_sv_cstr(type->category));
    ix_json_set_string(arena, row, "spellings", ix_sv_cstr(type->spellings));
    return row;
}

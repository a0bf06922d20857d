/* One walk over the tree, depth first. Each frame knows its parent, so that the path of a resource
 * reference is written only when one is found. The depth is bounded by IX_JSON_DEPTH_MAX. */
#include "collectors/pulumi/value.h"
#include "indexer/model/resource.h"

#define TAG_KEY       "4dabf18193072939515e22adb298388d"
#define SECRET_TAG    "1b47061264138c4ac30d75fd1eb44270"
#define UNKNOWN_VALUE "04da6b54-80e4-46f7-96ec-b56ff0331ba9" /* not known when it was written */

struct frame {
    const struct frame *parent; /* NULL at the top */
    struct ix_sv key;           /* empty inside an array */
    size_t index;
};

static void clean(struct ix_pulumi_values *v, struct ix_json *node, const struct frame *frame);

static void hide(struct ix_pulumi_values *v, struct ix_json *node) {
    ix_json_become_string(v->arena, node, IX_SV(IX_SECRET_MARKER));
}

static struct ix_sv path_of(struct ix_pulumi_values *v, const struct frame *frame) {
    if (!frame) {
        return (struct ix_sv){0};
    }
    struct ix_sv before = path_of(v, frame->parent);
    if (ix_sv_empty(frame->key)) {
        return ix_arena_printf(v->arena, "%.*s[%zu]", IX_SV_FMT(before), frame->index);
    }
    return ix_arena_printf(v->arena, "%.*s%s%.*s", IX_SV_FMT(before),
                           ix_sv_empty(before) ? "" : ".", IX_SV_FMT(frame->key));
}

/* ---- tagged values ---- */

static void clean_secret(struct ix_pulumi_values *v, struct ix_json *node,
                         const struct frame *frame) {
    (void)frame;
    v->secrets++;
    hide(v, node);
}

/* Path, address and hash stay; the text itself may be anything. */
static void clean_asset(struct ix_pulumi_values *v, struct ix_json *node,
                        const struct frame *frame) {
    struct ix_json *text = ix_json_get(node, "text");
    ix_json_remove(node, IX_SV(TAG_KEY));
    if (text) {
        v->texts++;
        hide(v, text);
    }
    clean(v, ix_json_get(node, "assets"), frame);
}

static void clean_resource(struct ix_pulumi_values *v, struct ix_json *node,
                           const struct frame *frame) {
    ix_json_remove(node, IX_SV(TAG_KEY));
    struct ix_json *id = ix_json_get(node, "id");
    clean(v, id, frame);
    struct ix_pulumi_reference *reference = IX_NEW(v->arena, struct ix_pulumi_reference);
    if (reference) {
        *reference = (struct ix_pulumi_reference){
            .next = v->references,
            .urn = ix_json_get_string(node, "urn"),
            .path = path_of(v, frame),
        };
        v->references = reference;
    }
}

static void clean_output(struct ix_pulumi_values *v, struct ix_json *node,
                         const struct frame *frame) {
    if (ix_json_is_true(ix_json_get(node, "secret"))) {
        clean_secret(v, node, frame);
        return;
    }
    const struct ix_json *value = ix_json_get(node, "value");
    struct ix_json *plain = value ? ix_json_clone(v->arena, value) : ix_json_new_null(v->arena);
    if (plain) {
        ix_json_replace(node, plain);
        clean(v, node, frame);
    }
}

/* Bytes that are no UTF-8 come as base64; they stay so. */
static void clean_bytes(struct ix_pulumi_values *v, struct ix_json *node,
                        const struct frame *frame) {
    (void)v;
    (void)frame;
    ix_json_remove(node, IX_SV(TAG_KEY));
}

static bool hex_bits(struct ix_sv text, uint64_t *ret_bits) {
    uint64_t bits = 0;
    for (size_t i = 0; i < text.size; i++) {
        const char *digits = "0123456789abcdef";
        const char *digit = text.data[i] ? strchr(digits, text.data[i]) : NULL;
        if (!digit) {
            return false;
        }
        bits = bits << 4 | (uint64_t)(digit - digits);
    }
    *ret_bits = bits;
    return text.size == 16;
}

/* NaN and the infinities, which JSON has no number for: the bits of IEEE 754, as hexadecimal. */
static void clean_float(struct ix_pulumi_values *v, struct ix_json *node,
                        const struct frame *frame) {
    (void)frame;
    struct ix_sv text = ix_json_get_string(node, "value");
    uint64_t bits = 0;
    if (hex_bits(text, &bits) && (bits >> 52 & 0x7FF) == 0x7FF) {
        bool nan = (bits & ((UINT64_C(1) << 52) - 1)) != 0;
        text = nan ? IX_SV("NaN") : bits >> 63 ? IX_SV("-Infinity") : IX_SV("Infinity");
    }
    ix_json_become_string(v->arena, node, text);
}

static const struct {
    struct ix_sv tag;
    void (*clean)(struct ix_pulumi_values *v, struct ix_json *node, const struct frame *frame);
} tags[] = {
    {IX_SV_INIT(SECRET_TAG), clean_secret},
    {IX_SV_INIT("c44067f5952c0a294b673a41bacd8c17"), clean_asset},
    {IX_SV_INIT("0def7320c3a5731c473e5ecbe6d01bc7"), clean_asset}, /* archive: the same members */
    {IX_SV_INIT("5cf8f73096256a8f31e491e813e4eb8e"), clean_resource},
    {IX_SV_INIT("d0e6a833031e9bbcd3f4e8bde6ca49a4"), clean_output},
    {IX_SV_INIT("803fd3297a5875dc03ca845dda5d2a98"), clean_bytes},
    {IX_SV_INIT("8ad145fe-0d11-4827-bfd7-1abcbf086f5c"), clean_float},
};

static void clean_tagged(struct ix_pulumi_values *v, struct ix_json *node, struct ix_sv tag,
                         const struct frame *frame) {
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        if (ix_sv_eq(tag, tags[i].tag)) {
            tags[i].clean(v, node, frame);
            return;
        }
    }
    v->unknown++;
    hide(v, node);
}

/* ---- plain values ---- */

/* Kept by Pulumi and its providers for themselves; `__inputs` repeats the inputs. */
static bool is_internal(struct ix_sv key) {
    static const char *const names[] = {"__defaults", "__meta", "__inputs"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (ix_sv_eq_cstr(key, names[i])) {
            return true;
        }
    }
    return false;
}

/* Serialised code with all that it captured; a whole Kubernetes object, Secrets included. */
static bool may_hold_anything(struct ix_sv key) {
    return ix_sv_eq(key, IX_SV("__provider")) ||
           ix_sv_eq(key, IX_SV("kubectl.kubernetes.io/last-applied-configuration"));
}

static void clean_member(struct ix_pulumi_values *v, struct ix_json *object, struct ix_json *member,
                         const struct frame *parent) {
    struct frame frame = {.parent = parent, .key = ix_json_key(member)};
    if (is_internal(frame.key)) {
        ix_json_remove(object, frame.key);
    } else if (may_hold_anything(frame.key)) {
        v->texts++;
        hide(v, member);
    } else {
        clean(v, member, &frame);
    }
}

static void clean_object(struct ix_pulumi_values *v, struct ix_json *node,
                         const struct frame *frame) {
    const struct ix_json *tag = ix_json_get(node, TAG_KEY);
    if (tag) {
        clean_tagged(v, node, ix_json_string(tag), frame);
        return;
    }
    struct ix_json *next;
    for (struct ix_json *member = ix_json_first(node); member; member = next) {
        next = ix_json_next(member);
        clean_member(v, node, member, frame);
    }
}

static void clean_array(struct ix_pulumi_values *v, struct ix_json *node,
                        const struct frame *parent) {
    struct frame frame = {.parent = parent};
    for (struct ix_json *e = ix_json_first(node); e; e = ix_json_next(e)) {
        clean(v, e, &frame);
        frame.index++;
    }
}

static void clean_string(struct ix_pulumi_values *v, struct ix_json *node) {
    if (ix_sv_eq(ix_json_string(node), IX_SV(UNKNOWN_VALUE))) {
        struct ix_json *null = ix_json_new_null(v->arena);
        if (null) {
            ix_json_replace(node, null);
        }
    }
}

static void clean(struct ix_pulumi_values *v, struct ix_json *node, const struct frame *frame) {
    switch (ix_json_kind(node)) {
    case IX_JSON_OBJECT:
        clean_object(v, node, frame);
        break;
    case IX_JSON_ARRAY:
        clean_array(v, node, frame);
        break;
    case IX_JSON_STRING:
        clean_string(v, node);
        break;
    default:
        break;
    }
}

void ix_pulumi_values_clean(struct ix_pulumi_values *values, struct ix_json *node) {
    clean(values, node, NULL);
}

bool ix_pulumi_value_is_secret(const struct ix_json *node) {
    return ix_sv_eq(ix_json_get_string(node, TAG_KEY), IX_SV(SECRET_TAG)) ||
           ix_sv_eq(ix_json_string(node), IX_SV(IX_SECRET_MARKER));
}

/* Any JSON as one resource: the first line is its native type, the second its provider, the rest
 * its properties. What comes out has a uid and a type, and cleaning it again finds nothing more. */
#include <assert.h>

#include "indexer/normalise/normalise.h"
#include "indexer/normalise/secrets.h"

enum { MEMORY_MAX = 256 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(void *context, struct ix_sv text) {
    struct ix_arena *arena = context;
    struct ix_sv again = ix_secret_clean(arena, text);
    assert(again.data == text.data || arena->failed || ix_sv_eq(again, text));
}

/* Whatever stands around it, nothing of a secret is left. */
static void check_cut(struct ix_arena *arena, struct ix_sv text) {
    struct ix_sv cut = ix_secret_cut(arena, text);
    assert(arena->failed || !ix_secret_shape(cut));
}

static void check_node(struct ix_arena *arena, const struct ix_json *node) {
    check_text(arena, ix_json_string(node));
    for (struct ix_json *n = ix_json_first(node); n; n = ix_json_next(n)) {
        check_node(arena, n);
    }
}

static void normalise_one(struct ix_arena *arena, const struct ix_resource *resource) {
    struct ix_resource normal;
    struct ix_err err = {0};
    if (ix_normalise(resource, arena, &normal, &err) != IX_OK) {
        assert(err.text[0] != '\0');
        return;
    }
    assert(!ix_sv_empty(normal.uid));
    assert(ix_sv_empty(normal.native_type) || !ix_sv_empty(normal.type));
    check_node(arena, normal.properties);
    check_text(arena, normal.name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct ix_sv rest = ix_sv_of((const char *)data, size);
    struct ix_resource resource = {
        .source = IX_SV("fuzz"), .source_kind = IX_SV("terraform"), .address = IX_SV("there")};
    struct ix_arena arena;
    struct ix_json *properties = NULL;
    struct ix_err err = {0};
    ix_arena_init(&arena, MEMORY_MAX);
    check_cut(&arena, rest);
    ix_sv_split(&rest, '\n', &resource.native_type);
    ix_sv_split(&rest, '\n', &resource.provider);
    if (ix_json_parse(&arena, rest, &properties, &err) == IX_OK) {
        resource.properties = properties;
        resource.native_id = ix_json_get_string(properties, "id");
        resource.name = ix_json_get_string(properties, "name");
        normalise_one(&arena, &resource);
    }
    ix_arena_done(&arena);
    return 0;
}

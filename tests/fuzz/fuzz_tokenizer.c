/* Any bytes as text and as a question about it, and as JSON properties: words stay inside their
 * text, every text holds its own parts, and the walk over properties ends. */
#include <assert.h>

#include "indexer/model/property.h"
#include "indexer/model/words.h"

enum { MEMORY_MAX = 64 << 20, PARTS_ASKED = 63 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bounds {
    size_t size, parts, last_begin;
};

static int check_word(void *context, const struct ix_word *word) {
    struct bounds *b = context;
    assert(word->size > 0 && word->size <= IX_WORD_MAX);
    assert(word->begin < word->end && word->end <= b->size && word->begin >= b->last_begin);
    b->last_begin = word->begin;
    b->parts += !word->beside;
    return 0;
}

static enum ix_code count_property(void *context, const struct ix_property *property,
                                   struct ix_err *err) {
    (void)err;
    assert(property->path.size > 0 && property->path.size <= IX_PROPERTY_PATH_MAX);
    ++*(size_t *)context;
    return IX_OK;
}

/* Whatever the bytes, the walk ends; what our own writer wrote is read to its end. */
static void check_properties(struct ix_sv text) {
    struct ix_arena arena;
    struct ix_json *node = NULL;
    struct ix_err err = {0};
    struct ix_buf stored = {0};
    struct ix_buf words = {0};
    size_t count = 0;
    (void)(ix_property_visit(text, count_property, &count, &err) == IX_OK);
    err = (struct ix_err){0};
    (void)(ix_property_words(&words, text, &err) == IX_OK);
    err = (struct ix_err){0};
    ix_buf_clear(&words);
    ix_arena_init(&arena, MEMORY_MAX);
    if (ix_json_parse(&arena, text, &node, &err) == IX_OK) {
        ix_json_write_canonical(&stored, node);
        assert(ix_property_visit(ix_buf_sv(&stored), count_property, &count, &err) == IX_OK);
        assert(ix_property_words(&words, ix_buf_sv(&stored), &err) == IX_OK);
    }
    ix_buf_done(&words);
    ix_buf_done(&stored);
    ix_arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct ix_sv text = ix_sv_of((const char *)data, size);
    struct bounds bounds = {.size = size};
    ix_words_visit(text, false, check_word, &bounds);
    assert(bounds.parts == ix_words_count(text));
    if (bounds.parts > 0 && bounds.parts <= PARTS_ASKED) {
        assert(ix_words_match(text, text));
    }
    check_properties(text);
    return 0;
}

/* The text index where its parts are large: FTS5's own check compares each with the rows, page by
 * page and word by word. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "store.h"

/* {"text": "<word> <word> …"}: as many words as no load of them fits into memory with another's. */
static char *document_of(const char *word, size_t count) {
    size_t size = strlen(word);
    char *text = malloc(count * size + 32);
    cr_assert_not_null(text);
    char *at = text + sprintf(text, "{\"text\": \"");
    for (size_t i = 0; i < count; i++, at += size) {
        memcpy(at, word, size);
    }
    strcpy(at, "\"}");
    return text;
}

static void put(struct store *s, unsigned number, const char *properties) {
    char address[32];
    char uid[32];
    snprintf(address, sizeof address, "aws_vpc.x[%u]", number);
    snprintf(uid, sizeof uid, "uid-%u", number);
    store_put(s, address, uid, properties);
}

static int64_t segments(struct store *s) {
    return store_number(s, "SELECT count(DISTINCT segid) FROM search_idx");
}

/* Of four million places a run is made, so each of these is put aside by itself; the list of the
 * word fills thousands of leaves, more than one page of their index has room for. */
Test(text_index, holds_lists_that_fill_thousands_of_pages) {
    enum { RESOURCES = 6, WORDS = 4 << 20 };
    struct store s;
    char *large = document_of("a ", WORDS);
    char *small = document_of("a bucketV2 ", 3);
    store_open(&s);
    store_begin(&s, "large", "terraform");
    for (unsigned i = 0; i < RESOURCES; i++) {
        put(&s, 2 * i, small);
        put(&s, 2 * i + 1, large);
    }
    store_publish(&s);
    cr_assert_str_empty(store_broken(&s));
    cr_assert_eq(segments(&s), 1, "what was put aside is merged");
    cr_assert_gt(store_number(&s, "SELECT count(*) FROM search_data WHERE id >> 31 & 31 = 1"), 0,
                 "the index of pages has a second level");
    store_done(&s);
    free(large);
    free(small);
}

/* What is told again in the same run, by an address that then means something else, is taken out
 * where it is: among what was gathered, or, when that was put aside, out of the index. */
Test(text_index, forgets_what_is_taken_out_in_the_run_that_put_it_in) {
    enum { WORDS = 5 << 20 };
    struct store s;
    char *large = document_of("b ", WORDS);
    store_open(&s);
    for (unsigned aside = 0; aside < 2; aside++) {
        store_begin(&s, aside ? "put aside" : "in memory", "terraform");
        put(&s, 0, "{\"text\": \"first\"}");
        put(&s, 1, aside ? large : "{}");
        put(&s, 2, "{\"text\": \"third\"}");
        put(&s, 0, "{\"text\": \"other\"}");
        put(&s, 1, "{\"text\": \"small\"}");
        store_publish(&s);
        cr_assert_str_empty(store_broken(&s), "%u", aside);
    }
    store_done(&s);
    free(large);
}

Test(text_index, has_few_segments_after_many_runs) {
    enum { RUNS = 100, SEGMENTS_MAX = 16 };
    struct store s;
    store_open(&s);
    for (unsigned i = 0; i < RUNS; i++) {
        char properties[64];
        snprintf(properties, sizeof properties, "{\"n\": %u, \"at\": \"run%u\"}", i, i);
        store_begin(&s, "many", "terraform");
        put(&s, i, properties);
        store_publish_as_is(&s);
    }
    cr_assert_str_empty(store_broken(&s));
    cr_assert_leq(segments(&s), SEGMENTS_MAX);
    store_done(&s);
}

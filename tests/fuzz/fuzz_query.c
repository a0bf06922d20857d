/* Query text: whatever is typed gives a plan, or an error that can be drawn under the text. */
#include "query/caret.h"
#include "query/plan.h"

#include <stdint.h>
#include <stdlib.h>

enum { ARENA_MAX = 256 << 20 };

static void draw(struct ix_sv text, const struct ix_err *err) {
    struct ix_buf buf = {0};
    if (err->text[0] == '\0' || err->begin > err->end || err->end > text.size + 1) {
        abort();
    }
    ix_caret_print(&buf, text, err);
    ix_buf_done(&buf);
}

static void print(const struct ix_plan *plan) {
    struct ix_buf buf = {0};
    ix_plan_print(&buf, plan);
    ix_buf_done(&buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct ix_sv text = ix_sv_of((const char *)data, size);
    struct ix_query_settings settings = {.now_ms = INT64_C(1742040000000)};
    struct ix_arena arena;
    struct ix_query query;
    struct ix_plan plan;
    struct ix_err err = {0};
    ix_arena_init(&arena, ARENA_MAX);
    if (ix_query_parse(&arena, text, &query, &err) == IX_OK &&
        ix_query_check(&arena, &query, &settings, &plan, &err) == IX_OK) {
        print(&plan);
    } else {
        draw(text, &err);
    }
    ix_arena_done(&arena);
    return 0;
}

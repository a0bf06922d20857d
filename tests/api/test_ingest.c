/* Indexing over HTTP: runs, what they say, and whose turn it is. */
#include <criterion/criterion.h>

#include "indexer/warehouse/warehouse.h"
#include "tests/api/called.h"

#define NDJSON "application/x-ndjson"
#define LINE(source, address)                                                                      \
    "{\"record\":\"resource\",\"source\":\"" source "\",\"address\":\"" address                    \
    "\",\"native_type\":\"aws_instance\",\"name\":\"" address "\"}\n"

Test(ingest, each_source_is_a_run) {
    struct world w;
    world_init(&w);
    cr_expect_eq(post(&w, "/api/v1/ingest", NDJSON, LINE("a", "x") LINE("a", "y") LINE("b", "z")),
                 200);
    cr_expect_str_eq(at(&w, "runs.0.source"), "\"a\"");
    cr_expect_str_eq(at(&w, "runs.0.added"), "2");
    cr_expect_str_eq(at(&w, "runs.1.source"), "\"b\"");
    cr_expect_str_eq(at(&w, "runs.1.generation"), "2");
    cr_expect_eq(post(&w, "/api/v1/ingest", NDJSON, LINE("a", "x")), 200);
    cr_expect_str_eq(at(&w, "runs.0.retired"), "1");
    cr_expect_eq(get(&w, "/api/v1/search?q=type:instance"), 200);
    cr_expect_str_eq(at(&w, "count.value"), "2");
    world_done(&w);
}

Test(ingest, the_request_may_name_the_source) {
    struct world w;
    world_init(&w);
    cr_expect_eq(post(&w, "/api/v1/ingest?source=mine", NDJSON, LINE("a", "x") LINE("b", "y")),
                 200);
    cr_expect_str_eq(at(&w, "runs.0.source"), "\"mine\"");
    cr_expect_str_eq(at(&w, "runs.1"), "");
    world_done(&w);
}

Test(ingest, notes_come_with_the_answer) {
    struct world w;
    world_init(&w);
    cr_expect_eq(post(&w, "/api/v1/ingest", NDJSON,
                      LINE("a", "x") "{\"record\":\"note\",\"source\":\"a\",\"path\":\"p\","
                                     "\"reason\":\"not read\",\"skipped\":true}\n"),
                 200, "%s", body_text(&w));
    cr_expect_str_eq(at(&w, "notes.0.reason"), "\"not read\"");
    cr_expect_str_eq(at(&w, "notes.0.skipped"), "1");
    world_done(&w);
}

Test(ingest, a_bad_line_leaves_nothing) {
    struct world w;
    world_init(&w);
    world_fill(&w);
    cr_expect_eq(post(&w, "/api/v1/ingest", NDJSON, LINE("a", "x") "{\"record\":\n"), 400);
    cr_expect(strstr(at(&w, "detail"), "line 2"), "%s", body_text(&w));
    cr_expect_str_eq(at(&w, "position"), "");
    cr_expect_eq(get(&w, "/api/v1/search?q=source:a"), 200);
    cr_expect_str_eq(at(&w, "items"), "[]");
    world_done(&w);
}

#define TERRAFORM                                                                                  \
    "{\"version\":4,\"terraform_version\":\"1.9.0\",\"serial\":1,\"lineage\":\"l\",\"resources\":" \
    "[]}"

Test(ingest, other_formats_are_refused) {
    static const char *const bodies[] = {
        "", "[]", "resources: []\n", "\x1f\x8b\x08", TERRAFORM,
    };
    struct world w;
    world_init(&w);
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        cr_expect_eq(post(&w, "/api/v1/ingest", NDJSON, bodies[i]), 400, "%s: %s", bodies[i],
                     body_text(&w));
        cr_expect(strstr(at(&w, "detail"), "exchange format"), "%s", body_text(&w));
    }
    world_done(&w);
}

Test(ingest, while_somebody_writes_it_says_who) {
    struct world w;
    struct ix_warehouse *writer;
    struct ix_err err = {0};
    world_init(&w);
    const struct ix_open_options options = {.mode = IX_OPEN_WRITE};
    cr_assert_eq(ix_warehouse_open(w.folder, &options, &writer, &err), IX_OK, "%s", err.text);
    cr_expect_eq(post(&w, "/api/v1/ingest", NDJSON, LINE("a", "x")), 503);
    cr_expect_str_eq(at(&w, "code"), "\"busy\"");
    cr_expect(strstr(at(&w, "detail"), "process"), "%s", body_text(&w));
    cr_expect_str_eq(header(&w, "Retry-After"), "1");
    ix_warehouse_close(writer);
    cr_expect_eq(post(&w, "/api/v1/ingest", NDJSON, LINE("a", "x")), 200);
    world_done(&w);
}

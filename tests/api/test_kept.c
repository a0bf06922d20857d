/* What clients may keep: entity tags, and compressed bodies. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/stream.h"
#include "tests/api/called.h"

static int ask_again(struct world *w, const char *target, const char *tag) {
    char headers[256];
    snprintf(headers, sizeof headers, "If-None-Match: %s", tag);
    return get_with(w, target, headers);
}

Test(kept, an_answer_is_not_sent_twice) {
    static const char *const targets[] = {
        "/api/v1/search?q=web", "/api/v1/sources",      "/api/v1/runs",
        "/api/v1/types",        "/api/v1/openapi.json", "/api/v1/fields?word=type",
    };
    struct world w;
    world_init(&w);
    world_fill(&w);
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        cr_expect_eq(get(&w, targets[i]), 200);
        const char *tag = header(&w, "ETag");
        cr_expect_eq(strncmp(tag, "W/\"", 3), 0, "%s: %s", targets[i], tag);
        cr_expect_eq(ask_again(&w, targets[i], tag), 304, "%s", targets[i]);
        cr_expect_eq(w.response.body.size, 0);
        cr_expect_str_eq(header(&w, "ETag"), tag);
        cr_expect_str_eq(header(&w, "Content-Type"), "");
        const char *list = ix_arena_printf(&w.arena, "\"other\", %s", tag + 2).data;
        cr_expect_eq(ask_again(&w, targets[i], list), 304, "%s", targets[i]);
        cr_expect_eq(ask_again(&w, targets[i], "*"), 304, "%s", targets[i]);
        cr_expect_eq(ask_again(&w, targets[i], "W/\"1-0\""), 200, "%s", targets[i]);
    }
    world_done(&w);
}

Test(kept, a_tag_is_of_one_question_and_one_generation) {
    static const char *const others[] = {
        "/api/v1/search?q=webs",
        "/api/v1/search?q=web&limit=7",
        "/api/v1/search?q=web&properties=true",
        "/api/v1/search?q=web&count=false",
    };
    struct world w;
    world_init(&w);
    world_fill(&w);
    get(&w, "/api/v1/search?q=web");
    const char *tag = header(&w, "ETag");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        cr_expect_eq(ask_again(&w, others[i], tag), 200, "%s", others[i]);
    }
    world_fill_many(&w, 1);
    cr_expect_eq(ask_again(&w, "/api/v1/search?q=web", tag), 200);
    world_done(&w);
}

Test(kept, what_time_alone_changes_has_no_tag) {
    static const char *const queries[] = {
        "first_seen:%3Enow-7d", "age%3E30d", "created:today", "kind:volume+%7C+project+name,+age",
        ".size:%3Enow-1d",
    };
    struct world w;
    world_init(&w);
    world_fill(&w);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        const char *target = ix_arena_printf(&w.arena, "/api/v1/search?q=%s", queries[i]).data;
        cr_expect_eq(get(&w, target), 200, "%s", body_text(&w));
        cr_expect_str_eq(header(&w, "ETag"), "", "%s", queries[i]);
        cr_expect_str_eq(header(&w, "Cache-Control"), "no-store", "%s", queries[i]);
    }
    get(&w, "/api/v1/search?q=created:2025-03");
    cr_expect_str_neq(header(&w, "ETag"), "");
    world_done(&w);
}

Test(kept, a_discarded_run_shows_in_the_lists) {
    struct world w;
    world_init(&w);
    world_fill(&w);
    get(&w, "/api/v1/runs");
    const char *tag = header(&w, "ETag");
    int status = post(&w, "/api/v1/ingest", "application/x-ndjson",
                      "{\"record\":\"resource\",\"source\":\"x\",\"address\":\"a\",\"native_type\":"
                      "\"t\"}\n{\"record\":\"nonsense\"}\n");
    cr_expect_eq(status, 400);
    cr_expect_eq(ask_again(&w, "/api/v1/runs", tag), 200);
    cr_expect_str_eq(at(&w, "items.0.outcome"), "\"discarded\"");
    world_done(&w);
}

static size_t expand(struct ix_sv bytes, char *to, size_t room) {
    struct ix_stream *stream;
    struct ix_err err = {0};
    size_t size = 0;
    size_t got = 1;
    cr_assert_eq(ix_stream_open_memory(bytes, &stream, &err), IX_OK);
    while (got > 0) {
        cr_assert_eq(ix_stream_read(stream, to + size, room - size, &got, &err), IX_OK, "%s",
                     err.text);
        size += got;
    }
    ix_stream_close(stream);
    return size;
}

Test(kept, bodies_are_compressed_when_asked_for) {
    enum { ROOM = 1 << 20 };
    struct world w;
    world_init(&w);
    world_fill_many(&w, 100);
    cr_expect_eq(get_with(&w, "/api/v1/search", "Accept-Encoding: gzip;q=0, br"), 200);
    cr_expect_str_eq(header(&w, "Content-Encoding"), "");
    const char *plain = body_text(&w);
    cr_expect_eq(get_with(&w, "/api/v1/search", "Accept-Encoding: br, gzip;q=0.5"), 200);
    cr_expect_str_eq(header(&w, "Content-Encoding"), "gzip");
    cr_expect_lt(w.response.body.size, strlen(plain));
    char *expanded = malloc(ROOM);
    size_t size = expand(w.response.body, expanded, ROOM);
    cr_expect(ix_sv_eq(ix_sv_of(expanded, size), ix_sv_cstr(plain)));
    free(expanded);
    cr_expect_eq(get_with(&w, "/livez", "Accept-Encoding: gzip"), 200);
    cr_expect_str_eq(header(&w, "Content-Encoding"), "");
    world_done(&w);
}

/* Answers of any length: pieces, end marks, and what happens when the warehouse changes between. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/api/called.h"

static size_t count_lines(const char *text) {
    size_t lines = 0;
    for (; *text; text++) {
        lines += *text == '\n';
    }
    return lines;
}

/* The last line as JSON. */
static const struct ix_json *end_mark(struct world *w, const char *text) {
    struct ix_err err = {0};
    struct ix_json *node = NULL;
    struct ix_sv line = ix_sv_trim(ix_sv_cstr(text));
    size_t before = ix_sv_rfind_char(line, '\n');
    line = before == IX_SV_NPOS ? line : ix_sv_from(line, before + 1);
    cr_assert_eq(ix_json_parse(&w->arena, line, &node, &err), IX_OK, "%s", err.text);
    cr_assert(ix_json_is_true(ix_json_get(node, "end")), "no end mark: %.*s", IX_SV_FMT(line));
    return node;
}

static void expect_mark(const struct ix_json *mark, int64_t rows, bool complete, bool consistent) {
    int64_t value = -1;
    cr_expect(ix_json_int64(ix_json_get(mark, "rows"), &value));
    cr_expect_eq(value, rows);
    cr_expect_eq(ix_json_is_true(ix_json_get(mark, "complete")), complete);
    cr_expect_eq(ix_json_is_true(ix_json_get(mark, "consistent")), consistent);
}

Test(streams, a_short_one_is_a_body) {
    struct world w;
    world_init(&w);
    world_fill(&w);
    cr_expect_eq(get(&w, "/api/v1/search?q=kind:instance&format=ndjson"), 200);
    cr_expect_null(w.response.stream);
    cr_expect_eq(count_lines(body_text(&w)), 3);
    expect_mark(end_mark(&w, body_text(&w)), 2, true, true);
    cr_expect_eq(get(&w, "/api/v1/search?q=kind:instance+%7C+sort+by+name&format=csv"), 200);
    cr_expect_str_eq(body_text(&w),
                     "name,kind,type,region,account,managed_by,id\r\n"
                     "api,instance,aws.ec2.instance,us-east-1,,terraform,i-0123456789abcdef1\r\n"
                     "web,instance,aws.ec2.instance,eu-west-1,,terraform,i-0123456789abcdef0\r\n");
    cr_expect_str_eq(header(&w, "Infradex-End"), "rows=2, complete, consistent, generation=2");
    cr_expect_str_eq(header(&w, "Trailer"), "");
    world_done(&w);
}

Test(streams, cells_of_csv_are_quoted_where_they_must) {
    struct world w;
    world_init(&w);
    world_fill(&w);
    cr_expect_eq(
        get(&w, "/api/v1/search?q=kind:bucket+%7C+project+name,+tag.note,+tag.env+%7C+as+csv"),
        200);
    cr_expect_str_eq(body_text(&w), "name,tag.note,tag.env\r\nacme-logs,\"a, \"\"b\"\"\",prod\r\n");
    world_done(&w);
}

Test(streams, everything_is_given_once) {
    static const char *const queries[] = {
        "q=kind:volume",                         /* the engine's order */
        "q=kind:volume+%7C+sort+by+name",        /* an order of its own */
        "q=kind:volume+%7C+project+name,+.size", /* rows of columns */
        "q=aws",                                 /* words, not ranked in a stream */
    };
    enum { COUNT = 6000 };
    struct world w;
    world_init(&w);
    world_fill_many(&w, COUNT);
    bool *seen = calloc(COUNT, sizeof *seen);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        int pieces;
        memset(seen, 0, COUNT * sizeof *seen);
        const char *target =
            ix_arena_printf(&w.arena, "/api/v1/search?%s&format=ndjson", queries[i]).data;
        cr_assert_eq(get(&w, target), 200, "%s", body_text(&w));
        const char *text = whole_text(&w, &pieces);
        cr_expect_gt(pieces, 1, "%s", queries[i]);
        cr_expect_not(ix_api_stream_broken(w.response.stream));
        expect_mark(end_mark(&w, text), COUNT, true, true);
        for (const char *name = text; (name = strstr(name, "\"name\":\"n")); name++) {
            long number = strtol(name + 9, NULL, 10);
            cr_assert(number >= 0 && number < COUNT && !seen[number], "%s: %ld", queries[i],
                      number);
            seen[number] = true;
        }
        for (long n = 0; n < COUNT; n++) {
            cr_assert(seen[n], "%s: n%ld is missing", queries[i], n);
        }
    }
    free(seen);
    world_done(&w);
}

Test(streams, a_limit_holds_across_pieces_and_gives_a_cursor) {
    struct world w;
    world_init(&w);
    world_fill_many(&w, 3000);
    cr_expect_eq(get(&w, "/api/v1/search?q=kind:volume&format=ndjson&limit=2500"), 200);
    const struct ix_json *mark = end_mark(&w, whole_text(&w, NULL));
    expect_mark(mark, 2500, true, true);
    struct ix_sv next = ix_json_get_string(mark, "next");
    cr_assert(!ix_sv_empty(next));
    const char *target =
        ix_arena_printf(&w.arena, "/api/v1/search?q=kind:volume&format=ndjson&cursor=%.*s",
                        IX_SV_FMT(next))
            .data;
    cr_expect_eq(get(&w, target), 200);
    expect_mark(end_mark(&w, whole_text(&w, NULL)), 500, true, true);
    world_done(&w);
}

/* Takes one piece, indexes, takes the rest. */
static const char *read_across_a_run(struct world *w) {
    struct ix_buf text = {0};
    bool more = true;
    struct ix_api_response response = w->response; /* kept from the next call */
    w->response = (struct ix_api_response){0};
    ix_api_stream_next(response.stream, w->worker, &text, &more);
    cr_assert(more);
    world_fill(w);
    while (more) {
        ix_api_stream_next(response.stream, w->worker, &text, &more);
    }
    ix_api_response_done(&w->response);
    w->response = response;
    const char *copy = ix_arena_copy(&w->arena, ix_buf_sv(&text)).data;
    ix_buf_done(&text);
    return copy;
}

Test(streams, indexing_meanwhile_is_told_at_the_end) {
    struct world w;
    world_init(&w);
    world_fill_many(&w, 2000);
    cr_expect_eq(get(&w, "/api/v1/search?q=kind:volume&format=ndjson"), 200);
    expect_mark(end_mark(&w, read_across_a_run(&w)), 2000, true, false);
    world_done(&w);
}

#define SORTED "/api/v1/search?q=kind:volume+%7C+sort+by+name&format="

Test(streams, a_sorted_one_is_of_one_generation) {
    struct world w;
    world_init(&w);
    world_fill_many(&w, 2000);
    cr_expect_eq(get(&w, SORTED "ndjson"), 200);
    const char *text = read_across_a_run(&w);
    const struct ix_json *mark = end_mark(&w, text);
    expect_mark(mark, 2000, true, true);
    int64_t generation = -1;
    const struct ix_json *meta = ix_json_get(mark, "meta");
    cr_expect(ix_json_int64(ix_json_get(meta, "generation"), &generation));
    cr_expect_eq(generation, 1);
    world_done(&w);
}

#define NEWEST_FIRST "/api/v1/search?q=kind:volume+%7C+sort+by+id+desc&format=ndjson"

/* From the last of `count` volumes downwards, none left out; how many. */
static long expect_downwards(const char *text, long count) {
    long expected = count;
    for (const char *name = text; (name = strstr(name, "\"name\":\"n")); name++) {
        expected--;
        cr_assert_eq(strtol(name + 9, NULL, 10), expected);
    }
    return count - expected;
}

/* More rows than one run asks for. */
Test(streams, the_order_holds_from_run_to_run) {
    enum { COUNT = 10000 };
    struct world w;
    world_init(&w);
    world_fill_many(&w, COUNT);
    cr_expect_eq(get(&w, NEWEST_FIRST), 200);
    const char *text = whole_text(&w, NULL);
    expect_mark(end_mark(&w, text), COUNT, true, true);
    cr_expect_eq(expect_downwards(text, COUNT), COUNT);
    world_done(&w);
}

static int files_in(const char *folder) {
    int count = 0;
    DIR *stream = opendir(folder);
    cr_assert(stream);
    while (readdir(stream)) {
        count++;
    }
    closedir(stream);
    return count;
}

Test(streams, a_sorted_one_keeps_a_file_without_a_name_until_it_is_read) {
    enum { PIECE_AND_A_ROW = 66 << 10 };
    struct world w;
    world_init(&w);
    world_fill_many(&w, 2000);
    cr_expect_eq(get(&w, SORTED "csv"), 200);
    cr_expect_eq(ix_api_spooled_now(w.api).open, 1);
    cr_expect_gt(ix_api_spooled_now(w.api).bytes, PIECE_AND_A_ROW);
    int before = files_in(w.folder);
    cr_expect_eq(call(&w, "HEAD", SORTED "csv", NULL, (struct ix_sv){0}), 200);
    cr_expect_eq(ix_api_spooled_now(w.api).open, 0, "closing the answer before did not free it");
    cr_expect_eq(ix_api_spooled_now(w.api).made, 1, "rows were made that nobody wants");
    cr_expect_eq(files_in(w.folder), before);
    cr_expect_eq(get(&w, SORTED "csv"), 200);
    for (bool more = true; more;) {
        struct ix_buf piece = {0};
        ix_api_stream_next(w.response.stream, w.worker, &piece, &more);
        cr_expect_lt(piece.size, PIECE_AND_A_ROW);
        ix_buf_done(&piece);
    }
    cr_expect_eq(ix_api_spooled_now(w.api).open, 0, "what is read needs no room");
    cr_expect_eq(ix_api_spooled_now(w.api).bytes, 0);
    world_done(&w);
}

static void world_init_with_room(struct world *w, int64_t bytes) {
    world_init_with(w, (struct ix_api_options){.query_time_ms = 20000, .spool_bytes_max = bytes});
    world_fill_many(w, 2000);
}

Test(streams, sorted_ones_share_a_limit) {
    enum { ROOM = 128 << 10 };
    struct world w;
    world_init_with_room(&w, ROOM);
    cr_expect_eq(get(&w, SORTED "csv"), 200); /* more than half of the room each */
    struct ix_api_response first = w.response;
    w.response = (struct ix_api_response){0};
    cr_expect_leq(ix_api_spooled_now(w.api).bytes, ROOM);
    cr_expect_eq(get(&w, SORTED "csv&limit=1990"), 503, "%s", body_text(&w));
    cr_expect_str_eq(at(&w, "code"), "\"busy\"");
    cr_expect_str_eq(header(&w, "Retry-After"), "1");
    cr_expect_eq(ix_api_spooled_now(w.api).refused, 1);
    ix_api_response_done(&first);
    cr_expect_eq(ix_api_spooled_now(w.api).bytes, 0);
    cr_expect_eq(get(&w, SORTED "csv&limit=1990"), 200);
    world_done(&w);
}

Test(streams, a_sorted_one_beyond_the_limit_is_refused_before_it_begins) {
    struct world w;
    world_init_with_room(&w, 100 << 10);
    cr_expect_eq(get(&w, SORTED "ndjson"), 400);
    cr_expect_str_eq(at(&w, "code"), "\"limit\"");
    cr_expect_eq(get(&w, SORTED "ndjson&limit=10"), 200, "what fits into a piece needs no room");
    cr_expect_eq(get(&w, "/api/v1/search?q=kind:volume&format=ndjson"), 200);
    expect_mark(end_mark(&w, whole_text(&w, NULL)), 2000, true, true);
    cr_expect_eq(ix_api_spooled_now(w.api).open, 0);
    world_done(&w);
}

/* CSV that is made whole has no way to say that it was cut, until its end mark is asked for. */
static void expect_csv_in_time_or_a_status(struct world *w, int count) {
    int status = get(w, SORTED "csv");
    cr_assert(status == 200 || status == 400, "%d", status);
    if (status == 200) {
        cr_expect_eq(count_lines(whole_text(w, NULL)), (size_t)count + 1);
    }
    status = get(w, SORTED "csv&end_mark=true");
    cr_assert(status == 200 || status == 400, "%d", status);
    if (status == 200) {
        size_t rows = count_lines(whole_text(w, NULL)) - 1;
        const char *field =
            w->response.stream
                ? ix_arena_copy(&w->arena, ix_api_stream_trailer(w->response.stream)).data
                : header(w, "Infradex-End");
        cr_expect(ix_sv_starts(ix_sv_cstr(field), ix_arena_printf(&w->arena, "rows=%zu, ", rows)),
                  "%s", field);
        cr_expect((rows == (size_t)count) != (strstr(field, "code=\"limit\"") != NULL), "%s",
                  field);
    }
}

/* However little time there is: whole, or said to be cut, or a status; and every run goes on where
 * time ended the one before. */
Test(streams, a_sorted_one_without_time_says_so) {
    enum { COUNT = 10000 };
    static const int64_t times_ms[] = {1, 2, 4, 8, 16, 32, 64};
    struct world w;
    world_init(&w);
    world_fill_many(&w, COUNT);
    int cut = 0;
    for (size_t i = 0; i < sizeof times_ms / sizeof *times_ms; i++) {
        struct ix_err err = {0};
        struct ix_api_options options = w.options;
        options.query_time_ms = times_ms[i];
        struct world hurried = {.options = options, .folder = ""};
        ix_arena_init(&hurried.arena, 0);
        cr_assert_eq(ix_api_open(&options, &hurried.api, &err), IX_OK);
        cr_assert_eq(ix_api_worker_open(hurried.api, &hurried.worker, &err), IX_OK);
        int status = get(&hurried, NEWEST_FIRST);
        cr_assert(status == 200 || status == 400, "%d", status);
        cut += status == 400;
        if (status == 200) {
            const char *text = whole_text(&hurried, NULL);
            const struct ix_json *mark = end_mark(&hurried, text);
            bool whole = ix_json_is_true(ix_json_get(mark, "complete"));
            expect_mark(mark, expect_downwards(text, COUNT), whole, true);
            cr_expect(whole || ix_sv_eq_cstr(ix_json_get_string(mark, "code"), "limit"));
            cut += !whole;
        }
        expect_csv_in_time_or_a_status(&hurried, COUNT);
        ix_api_response_done(&hurried.response);
        ix_api_worker_close(hurried.worker);
        ix_api_close(hurried.api);
        ix_arena_done(&hurried.arena);
    }
    cr_expect_gt(cut, 0, "a millisecond was enough");
    world_done(&w);
}

#define VOLUMES "/api/v1/search?q=kind:volume"

static const char *trailer_after(struct world *w, const char *target) {
    cr_assert_eq(get(w, target), 200, "%s", body_text(w));
    cr_assert(w->response.stream);
    (void)whole_text(w, NULL);
    cr_expect_not(ix_api_stream_broken(w->response.stream));
    return ix_arena_copy(&w->arena, ix_api_stream_trailer(w->response.stream)).data;
}

Test(streams, csv_has_its_end_mark_behind_the_body) {
    struct world w;
    world_init(&w);
    world_fill_many(&w, 3000);
    cr_expect_str_eq(trailer_after(&w, VOLUMES "&format=csv"),
                     "rows=3000, complete, consistent, generation=1");
    cr_expect_str_eq(header(&w, "Trailer"), "Infradex-End");
    cr_expect_str_eq(header(&w, "Infradex-End"), "", "it cannot be known yet");
    cr_expect_str_eq(trailer_after(&w, SORTED "csv"),
                     "rows=3000, complete, consistent, generation=1");
    const char *cut = trailer_after(&w, VOLUMES "&format=csv&limit=2500");
    const char *next = strstr(cut, ", next=\"");
    cr_assert(next && cut[strlen(cut) - 1] == '"', "%s", cut);
    const char *rest = ix_arena_printf(&w.arena, VOLUMES "&format=csv&cursor=%.*s",
                                       (int)strlen(next + 8) - 1, next + 8)
                           .data;
    cr_expect_eq(get(&w, rest), 200, "%s", body_text(&w));
    cr_expect_eq(count_lines(whole_text(&w, NULL)), 501);
    cr_expect_eq(get(&w, VOLUMES "&format=ndjson"), 200);
    cr_expect_str_eq(header(&w, "Trailer"), "");
    cr_expect(ix_sv_empty(ix_api_stream_trailer(w.response.stream)));
    w.is_old = true;
    cr_expect_eq(get(&w, VOLUMES "&format=csv&end_mark=true"), 200);
    cr_expect_str_eq(header(&w, "Trailer"), "", "HTTP/1.0 has no place for it");
    world_done(&w);
}

Test(streams, the_end_mark_of_csv_says_that_the_warehouse_changed) {
    struct world w;
    world_init(&w);
    world_fill_many(&w, 2000);
    cr_expect_eq(get(&w, VOLUMES "&format=csv"), 200);
    (void)read_across_a_run(&w);
    const char *mark = ix_arena_copy(&w.arena, ix_api_stream_trailer(w.response.stream)).data;
    cr_expect_str_eq(mark, "rows=2000, complete, consistent=?0, generation=3");
    world_done(&w);
}

/* The client goes away between two pieces. */
static const char *read_until_cancelled(struct world *w, bool *ret_broken) {
    struct ix_buf text = {0};
    bool more = true;
    ix_api_stream_next(w->response.stream, w->worker, &text, &more);
    cr_assert(more);
    w->cancelled = true;
    while (more) {
        ix_api_stream_next(w->response.stream, w->worker, &text, &more);
    }
    *ret_broken = ix_api_stream_broken(w->response.stream);
    const char *copy = ix_arena_copy(&w->arena, ix_buf_sv(&text)).data;
    ix_buf_done(&text);
    w->cancelled = false;
    return copy;
}

Test(streams, what_is_cut_off_says_so) {
    bool broken;
    struct world w;
    world_init(&w);
    world_fill_many(&w, 8000);
    cr_expect_eq(get(&w, "/api/v1/search?q=.size%3E5&format=ndjson"), 200);
    const struct ix_json *mark = end_mark(&w, read_until_cancelled(&w, &broken));
    cr_expect_not(ix_json_is_true(ix_json_get(mark, "complete")));
    cr_expect(ix_sv_eq_cstr(ix_json_get_string(mark, "code"), "cancelled"));
    cr_expect_not(broken);
    cr_expect_eq(get(&w, "/api/v1/search?q=.size%3E5&format=csv"), 200);
    (void)read_until_cancelled(&w, &broken);
    cr_expect(broken);
    cr_expect_eq(get(&w, "/api/v1/search?q=.size%3E5&format=csv&end_mark=true"), 200);
    (void)read_until_cancelled(&w, &broken);
    cr_expect_not(broken);
    const char *field = ix_arena_copy(&w.arena, ix_api_stream_trailer(w.response.stream)).data;
    cr_expect(
        strstr(field, "complete=?0, consistent, generation=1, code=\"cancelled\", detail=%\""),
        "%s", field);
    w.is_old = true;
    cr_expect_eq(get(&w, "/api/v1/search?q=.size%3E5&format=csv&end_mark=true"), 200);
    (void)read_until_cancelled(&w, &broken);
    cr_expect(broken, "there is no place for the field");
    world_done(&w);
}

Test(streams, a_fault_in_the_query_is_still_a_status) {
    struct world w;
    world_init(&w);
    world_fill(&w);
    cr_expect_eq(get(&w, "/api/v1/search?q=regoin:x&format=csv"), 400);
    cr_expect_str_eq(at(&w, "suggestion"), "\"region\"");
    cr_expect_eq(get(&w, "/api/v1/search?q=a+%7C+explain&format=csv"), 400);
    world_done(&w);
}

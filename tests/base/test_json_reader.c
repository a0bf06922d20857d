/* Walking documents: events, values taken and skipped, places of faults, outlines. */
#include "base/json_reader.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static struct ix_arena arena;
static struct ix_stream *stream;
static struct ix_json_reader *reader;
static struct ix_err err;

static void begin(void) {
    ix_arena_init(&arena, 0);
    err = (struct ix_err){0};
}

static void end(void) {
    ix_json_reader_close(reader);
    ix_stream_close(stream);
    ix_arena_done(&arena);
}

TestSuite(json_reader, .init = begin, .fini = end);

static void open_text(struct ix_sv text) {
    cr_assert_eq(ix_stream_open_memory(text, &stream, &err), IX_OK);
    cr_assert_eq(ix_json_reader_open(stream, &reader, &err), IX_OK);
}

/* One letter an event, the keys' text in between. */
static void walk(char *to, size_t size) {
    static const char letters[] = ".{}[]:s";
    struct ix_json_event event = {.kind = IX_JSON_EVENT_KEY};
    size_t used = 0;
    while (event.kind != IX_JSON_EVENT_END) {
        cr_assert_eq(ix_json_reader_next(reader, &event, &err), IX_OK, "%s", err.text);
        used += (size_t)snprintf(to + used, size - used, "%.*s%c", IX_SV_FMT(event.text),
                                 letters[event.kind]);
    }
}

Test(json_reader, gives_events_in_order) {
    char events[200];
    open_text(IX_SV("\xEF\xBB\xBF {\"a\" : [1, \"x\\\"\", {}], \"b\\u0041\": null}\n[] 7 "));
    walk(events, sizeof events);
    cr_expect_str_eq(events, "{a:[ss{}]bA:s}[]s.");
}

Test(json_reader, takes_the_scalar_of_an_event) {
    struct ix_json_event event;
    struct ix_json *node;
    open_text(IX_SV("[\"x\", 12345678901234567890, 3]"));
    cr_assert_eq(ix_json_reader_next(reader, &event, &err), IX_OK);
    cr_assert_eq(ix_json_reader_next(reader, &event, &err), IX_OK);
    cr_assert_eq(event.kind, IX_JSON_EVENT_SCALAR);
    cr_assert_eq(ix_json_reader_value(reader, &arena, &node, &err), IX_OK);
    cr_expect(ix_sv_eq(ix_json_string(node), IX_SV("x")));
    cr_assert_eq(ix_json_reader_next(reader, &event, &err), IX_OK);
    cr_assert_eq(ix_json_reader_value(reader, &arena, &node, &err), IX_OK);
    cr_expect(ix_sv_eq(ix_json_number_text(&arena, node), IX_SV("12345678901234567890")));
    cr_assert_eq(ix_json_reader_next(reader, &event, &err), IX_OK);
    cr_assert_eq(event.kind, IX_JSON_EVENT_SCALAR);
    cr_assert_eq(ix_json_reader_next(reader, &event, &err), IX_OK);
    cr_expect_eq(event.kind, IX_JSON_EVENT_ARRAY_END);
}

Test(json_reader, slices_elements_out_of_an_array) {
    struct ix_json_event event;
    struct ix_json *node = NULL;
    size_t count = 0;
    open_text(IX_SV("{\"skip\":{\"a\":[1,{\"b\":2}]},\"list\":[{\"n\":1},{\"n\":2},3],\"z\":0}"));
    cr_assert_eq(ix_json_reader_next(reader, &event, &err), IX_OK);
    cr_assert_eq(ix_json_reader_next(reader, &event, &err), IX_OK);
    cr_assert_eq(ix_json_reader_skip(reader, &err), IX_OK);
    cr_assert_eq(ix_json_reader_next(reader, &event, &err), IX_OK);
    cr_assert(ix_sv_eq(event.text, IX_SV("list")));
    cr_assert_eq(ix_json_reader_next(reader, &event, &err), IX_OK);
    cr_assert_eq(event.kind, IX_JSON_EVENT_ARRAY_BEGIN);
    while (ix_json_reader_value(reader, &arena, &node, &err) == IX_OK && node) {
        count++;
    }
    cr_expect_eq(count, 3);
    cr_assert_eq(ix_json_reader_next(reader, &event, &err), IX_OK, "%s", err.text);
    cr_expect(ix_sv_eq(event.text, IX_SV("z")));
}

static enum ix_code skip_whole(struct ix_sv text) {
    enum ix_json_kind kind = IX_JSON_NULL;
    enum ix_code code = IX_OK;
    err = (struct ix_err){0};
    open_text(text);
    while (code == IX_OK && kind != IX_JSON_NONE) {
        code = ix_json_reader_peek(reader, &kind, &err);
        code = code == IX_OK && kind != IX_JSON_NONE ? ix_json_reader_skip(reader, &err) : code;
    }
    ix_json_reader_close(reader);
    ix_stream_close(stream);
    reader = NULL;
    stream = NULL;
    return code;
}

Test(json_reader, checks_what_it_skips) {
    static const struct {
        struct ix_sv text;
        size_t at;
    } faults[] = {
        {IX_SV_INIT("[1,]"), 3},
        {IX_SV_INIT("{\"a\":1,}"), 7},
        {IX_SV_INIT("{\"a\" 1}"), 5},
        {IX_SV_INIT("[1"), 2},
        {IX_SV_INIT("[tru]"), 1},
        {IX_SV_INIT("[\"\\\0\"]"), 3},
        {IX_SV_INIT("[\"\\u00\0x\"]"), 6},
        {IX_SV_INIT("[\"a\nb\"]"), 3},
        {IX_SV_INIT("}"), 0},
        {IX_SV_INIT("[1}"), 2},
        {IX_SV_INIT("{1:2}"), 1},
        {IX_SV_INIT("[\"x"), 3},
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        cr_expect_eq(skip_whole(faults[i].text), IX_INVALID, "%s", faults[i].text.data);
        cr_expect_eq(err.begin, faults[i].at, "%s: byte %zu", faults[i].text.data, err.begin);
    }
    cr_expect_eq(skip_whole(IX_SV(" \n")), IX_OK);
}

Test(json_reader, bounds_the_depth_it_walks) {
    static char text[100000];
    memset(text, '[', sizeof text);
    cr_expect_eq(skip_whole(ix_sv_of(text, sizeof text)), IX_LIMIT);
}

/* Far more than a window, with values across its edges. */
Test(json_reader, reads_across_windows) {
    struct ix_buf text = {0};
    ix_buf_add_char(&text, '[');
    for (int i = 0; i < 20000; i++) {
        ix_buf_printf(&text, "%s{\"name\":\"value \\u00e9 %d\"}", i ? ",\n" : "", i);
    }
    ix_buf_add_char(&text, ']');
    open_text(ix_buf_sv(&text));
    struct ix_json_event event;
    struct ix_json *node = NULL;
    int count = 0;
    cr_assert_eq(ix_json_reader_next(reader, &event, &err), IX_OK);
    while (ix_json_reader_value(reader, &arena, &node, &err) == IX_OK && node) {
        char expected[40];
        snprintf(expected, sizeof expected, "value \xC3\xA9 %d", count++);
        cr_assert(ix_sv_eq_cstr(ix_json_get_string(node, "name"), expected), "%s", expected);
        ix_arena_reset(&arena);
    }
    cr_expect_eq(count, 20000);
    cr_expect_eq(ix_json_reader_line(reader), 20000);
    ix_buf_done(&text);
}

Test(json_reader, outlines_a_document) {
    struct ix_json *node = NULL;
    struct ix_buf buf = {0};
    cr_assert_eq(ix_stream_open_memory(IX_SV("{\"a\":[1,2,3,4,5],\"b\":{\"c\":{\"d\":{\"e\":"
                                             "{\"f\":{\"g\":1}}}}},\"s\":\"x\"}"),
                                       &stream, &err),
                 IX_OK);
    cr_assert_eq(ix_json_outline(stream, 0, &arena, &node, &err), IX_OK, "%s", err.text);
    ix_json_write(&buf, node);
    cr_expect_str_eq(ix_buf_cstr(&buf),
                     "{\"a\":[1,2,3],\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{}}}}},\"s\":\"x\"}");
    ix_buf_done(&buf);
}

Test(json_reader, finds_the_fault_of_the_broken_sample) {
    const char *folder = getenv("IX_SAMPLES_DIR");
    char path[1024];
    struct ix_json *node = NULL;
    snprintf(path, sizeof path, "%s/terraform/broken-syntax.tfstate", folder ? folder : "");
    if (!folder || ix_stream_open_file(path, &stream, &err) != IX_OK) {
        fprintf(stderr, "skipped: the samples are not here\n");
        return;
    }
    cr_expect_eq(ix_json_outline(stream, 0, &arena, &node, &err), IX_INVALID);
    cr_expect_eq(err.begin, 297);
    cr_expect_not_null(strstr(err.text, "line 16, column 7"), "%s", err.text);
}

/* The first look at an input: its form, its outline, who claims it. */
#include <criterion/criterion.h>

#include "collectors/run.h"

static enum ix_code open_bytes(const struct ix_input *input, struct ix_stream **ret_stream,
                               struct ix_err *err) {
    const struct ix_sv *bytes = input->open_context;
    return ix_stream_open_memory(*bytes, ret_stream, err);
}

static struct ix_input inspect(struct ix_arena *arena, const struct ix_sv *bytes) {
    struct ix_input input = {
        .path = IX_SV("test"),
        .base_name = IX_SV("test"),
        .open = open_bytes,
        .open_context = (void *)bytes,
    };
    struct ix_err err = {0};
    ix_arena_init(arena, 0);
    cr_assert_eq(ix_input_inspect(&input, arena, &err), IX_OK, "%s", err.text);
    return input;
}

#define ROW(form, text)                                                                            \
    {                                                                                              \
        form, {                                                                                    \
            text, sizeof(text) - 1                                                                 \
        }                                                                                          \
    }

static const struct {
    enum ix_input_form form;
    struct ix_sv bytes;
} forms[] = {
    ROW(IX_FORM_EMPTY, ""),
    ROW(IX_FORM_EMPTY, " \r\n\t"),
    ROW(IX_FORM_EMPTY, "\xEF\xBB\xBF\n"),
    ROW(IX_FORM_JSON, "{\"a\": 1}"),
    ROW(IX_FORM_JSON, "\xEF\xBB\xBF  [1]"),
    ROW(IX_FORM_JSON, "{} {}"),
    ROW(IX_FORM_JSON, "{broken"),
    ROW(IX_FORM_YAML, "a: 1\n"),
    ROW(IX_FORM_YAML, "{\"a\": 1}\n---\n{\"b\": \"---\"}\n"),
    ROW(IX_FORM_JSON, "{\"a\": \"\\n---\"}\n{}"),
    ROW(IX_FORM_YAML, "# words\n\n---\na: 1\n"),
    ROW(IX_FORM_YAML, "- a\n- b\n"),
    ROW(IX_FORM_YAML, "%YAML 1.1\n---\na: 1\n"),
    ROW(IX_FORM_YAML, "Resources:\n  A: 1\n"),
    ROW(IX_FORM_TEXT, "just words\n"),
    ROW(IX_FORM_TEXT, "resource \"a\" \"b\" {\n}\n"),
    ROW(IX_FORM_TEXT, "http://a/b\n"),
    ROW(IX_FORM_BINARY, "\x7f"
                        "ELF\0\0"),
    ROW(IX_FORM_BINARY, "\xff\xfe{}"),
    ROW(IX_FORM_BINARY, "caf\xe9"),
};

Test(input, has_the_form_its_bytes_say) {
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct ix_arena arena;
        struct ix_input input = inspect(&arena, &forms[i].bytes);
        cr_assert_eq(input.form, forms[i].form, "row %zu: form %d", i, (int)input.form);
        ix_arena_done(&arena);
    }
}

Test(input, cut_within_a_letter_by_the_head_is_still_text) {
    static char bytes[IX_INPUT_HEAD + 16];
    for (size_t lead = 1; lead <= 3; lead++) {
        memset(bytes, 'a', sizeof bytes);
        memcpy(bytes, "a: ", 3);
        memcpy(bytes + IX_INPUT_HEAD - lead, "\xF0\x9F\x8C\x8D", 4);
        struct ix_sv text = ix_sv_of(bytes, sizeof bytes);
        struct ix_arena arena;
        struct ix_input input = inspect(&arena, &text);
        cr_assert_eq(input.form, IX_FORM_YAML, "cut after %zu bytes: %d", lead, (int)input.form);
        ix_arena_done(&arena);
    }
}

Test(input, shows_the_outline_of_its_first_document_that_is_not_empty) {
    const struct ix_sv bytes = IX_SV("---\n---\n# none\n---\nkind: Pod\nitems: [1]\n");
    struct ix_arena arena;
    struct ix_input input = inspect(&arena, &bytes);
    cr_assert(ix_sv_eq_cstr(ix_json_get_string(input.outline, "kind"), "Pod"));
    ix_arena_done(&arena);
}

Test(input, that_is_broken_has_a_fault_with_its_place) {
    const struct ix_sv json = IX_SV("{\"a\": 1,\n \"b\": }");
    const struct ix_sv yaml = IX_SV("a: 1\nb: [1\n");
    const struct ix_sv *const both[] = {&json, &yaml};
    for (size_t i = 0; i < 2; i++) {
        struct ix_arena arena;
        struct ix_input input = inspect(&arena, both[i]);
        cr_assert_null(input.outline);
        cr_assert_neq(ix_sv_find(input.fault, IX_SV("line")), IX_SV_NPOS, "%.*s",
                      IX_SV_FMT(input.fault));
        ix_arena_done(&arena);
    }
}

static const struct {
    const char *collector; /* "": nobody */
    struct ix_sv bytes;
} claims[] = {
    ROW("terraform", "{\"version\": 4, \"terraform_version\": \"1.5.0\", \"serial\": 1, "
                     "\"lineage\": \"l\", \"outputs\": {}, \"resources\": []}"),
    ROW("pulumi", "{\"version\": 3, \"deployment\": {\"manifest\": {}, \"resources\": []}}"),
    ROW("cloudformation", "Resources:\n  A:\n    Type: AWS::S3::Bucket\n"),
    ROW("kubernetes", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n"),
    ROW("ndjson", "{\"record\":\"resource\",\"address\":\"a\",\"native_type\":\"t\"}\n"),
    ROW("", "{\"apple\": 1}"),
    ROW("", "version: 3\nservices: {}\n"),
    ROW("", "words"),
};

Test(input, is_claimed_by_the_collector_of_its_format) {
    for (size_t i = 0; i < sizeof claims / sizeof *claims; i++) {
        struct ix_arena arena;
        struct ix_recognised recognised;
        struct ix_input input = inspect(&arena, &claims[i].bytes);
        const struct ix_collector *collector = ix_input_recognise(&input, &arena, &recognised);
        cr_assert_str_eq(collector ? collector->name : "", claims[i].collector, "row %zu", i);
        ix_arena_done(&arena);
    }
}

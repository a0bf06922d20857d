/* Looking at one input before anybody claims it: is it empty, JSON, YAML, other text or binary, and
 * what is the outline of its first document. All collectors decide by what is found here, so a
 * file is opened and parsed for recognition once, not once per collector. */
#include "base/json_reader.h"
#include "base/yaml.h"
#include "collectors/run.h"

static bool is_white(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct ix_sv without_bom(struct ix_sv text) {
    struct ix_sv bom = IX_SV("\xEF\xBB\xBF");
    return ix_sv_starts(text, bom) ? ix_sv_from(text, bom.size) : text;
}

static struct ix_sv without_white(struct ix_sv text) {
    while (text.size && is_white(text.data[0])) {
        text = ix_sv_from(text, 1);
    }
    return text;
}

/* A multi-byte character may be cut by the end of the head: up to three bytes are let go. */
static bool is_text(struct ix_sv head) {
    if (ix_sv_find_char(head, '\0') != IX_SV_NPOS) {
        return false;
    }
    for (size_t cut = 0; cut <= 3 && cut <= head.size; cut++) {
        if (ix_sv_is_utf8(ix_sv_sub(head, 0, head.size - cut))) {
            return cut == 0 || head.size > IX_INPUT_HEAD - 4;
        }
    }
    return false;
}

static bool is_key_char(char c) {
    return c != ':' && c != '{' && c != '=' && c != '(' && c != ';';
}

/* "key:" at the end of the line or before a space, "- item", a document mark, a directive. */
static bool line_is_yaml(struct ix_sv line) {
    if (ix_sv_starts(line, IX_SV("---")) || ix_sv_starts(line, IX_SV("- ")) ||
        ix_sv_starts(line, IX_SV("%YAML"))) {
        return true;
    }
    size_t at = 0;
    while (at < line.size && is_key_char(line.data[at])) {
        at++;
    }
    bool colon = at > 0 && at < line.size && line.data[at] == ':';
    return colon && (at + 1 == line.size || is_white(line.data[at + 1]));
}

/* The first line that is neither blank nor a comment decides. */
static bool looks_like_yaml(struct ix_sv head) {
    struct ix_sv line;
    while (ix_sv_split(&head, '\n', &line)) {
        line = ix_sv_trim(line);
        if (line.size && line.data[0] != '#') {
            return line_is_yaml(line);
        }
    }
    return false;
}

/* JSON has no line that begins so: strings hold no line feeds. */
static bool has_document_mark(struct ix_sv text) {
    return ix_sv_find(text, IX_SV("\n---")) != IX_SV_NPOS;
}

static enum ix_input_form form_of(struct ix_sv head) {
    struct ix_sv text = without_white(without_bom(head));
    if (text.size == 0) {
        return IX_FORM_EMPTY;
    }
    if (!is_text(head)) {
        return IX_FORM_BINARY;
    }
    if (text.data[0] == '{' || text.data[0] == '[') {
        return has_document_mark(text) ? IX_FORM_YAML : IX_FORM_JSON;
    }
    return looks_like_yaml(text) ? IX_FORM_YAML : IX_FORM_TEXT;
}

static enum ix_code read_head(struct ix_stream *stream, struct ix_arena *arena,
                              struct ix_sv *ret_head, struct ix_err *err) {
    char *head = ix_arena_alloc(arena, IX_INPUT_HEAD);
    if (!head) {
        return ix_err_nomem(err);
    }
    size_t size = 0;
    for (size_t got = 1; got > 0 && size < IX_INPUT_HEAD; size += got) {
        enum ix_code code = ix_stream_read(stream, head + size, IX_INPUT_HEAD - size, &got, err);
        if (code != IX_OK) {
            return code;
        }
    }
    *ret_head = ix_sv_of(head, size);
    return IX_OK;
}

/* The first document that is not empty. */
static enum ix_code yaml_outline(struct ix_stream *stream, struct ix_arena *arena,
                                 struct ix_json **ret_node, struct ix_err *err) {
    struct ix_yaml_reader *reader = NULL;
    enum ix_code code = ix_yaml_reader_open(stream, NULL, NULL, &reader, err);
    struct ix_json *node = NULL;
    int64_t line;
    while (code == IX_OK) {
        code = ix_yaml_reader_next(reader, arena, &node, &line, err);
        if (code != IX_OK || !node || ix_json_kind(node) != IX_JSON_NULL) {
            break;
        }
    }
    ix_yaml_reader_close(reader);
    *ret_node = node;
    return code;
}

static enum ix_code outline_of(struct ix_stream *stream, enum ix_input_form form,
                               struct ix_arena *arena, struct ix_json **ret_node,
                               struct ix_err *err) {
    return form == IX_FORM_JSON ? ix_json_outline(stream, 0, arena, ret_node, err)
                                : yaml_outline(stream, arena, ret_node, err);
}

/* A fault of the text is a finding about the input; only the world's faults are errors here. */
static bool is_fault_of_text(enum ix_code code) {
    return code == IX_INVALID || code == IX_LIMIT;
}

static enum ix_code find_outline(struct ix_input *input, struct ix_arena *arena,
                                 struct ix_err *err) {
    struct ix_stream *stream = NULL;
    enum ix_code code = ix_input_open(input, &stream, err);
    if (code != IX_OK) {
        return code;
    }
    struct ix_err fault = {0};
    code = outline_of(stream, input->form, arena, &input->outline, &fault);
    ix_stream_close(stream);
    if (code != IX_OK) {
        input->outline = NULL;
        if (!is_fault_of_text(code)) {
            return ix_err_set(err, code, "%s", fault.text);
        }
        input->fault = ix_arena_copy(arena, ix_sv_cstr(fault.text));
        input->fault_byte = fault.begin;
    }
    return ix_arena_check(arena, err);
}

/* Windows writes UTF-16 where others write UTF-8, with a mark in front or without. */
static bool is_utf16(struct ix_sv head) {
    enum { LOOKED_AT = 64 };
    size_t zeros[2] = {0};
    head = ix_sv_sub(head, 0, LOOKED_AT);
    for (size_t i = 0; i < head.size; i++) {
        zeros[i % 2] += head.data[i] == '\0';
    }
    size_t most = zeros[0] > zeros[1] ? zeros[0] : zeros[1];
    size_t least = zeros[0] + zeros[1] - most;
    return ix_sv_starts(head, IX_SV("\xFF\xFE")) || ix_sv_starts(head, IX_SV("\xFE\xFF")) ||
           (head.size > 1 && least == 0 && most >= head.size / 2);
}

static size_t first_foreign_byte(struct ix_sv head) {
    size_t at = 0;
    size_t size;
    while (at < head.size && head.data[at] != '\0' && (size = ix_sv_utf8_size(head, at)) > 0) {
        at += size;
    }
    return at;
}

static struct ix_sv fault_of_binary(struct ix_arena *arena, struct ix_sv head) {
    if (is_utf16(head)) {
        return IX_SV("text in UTF-16: save it as UTF-8 (iconv -f UTF-16 -t UTF-8)");
    }
    if (ix_sv_starts(head, IX_SV("PK\x03\x04"))) { /* PKWARE's APPNOTE, 4.3.7 */
        return IX_SV("a ZIP archive: unpack it first (unzip), or export with gzip");
    }
    size_t at = first_foreign_byte(head);
    const char *what = at < head.size && head.data[at] == '\0' ? "a NUL byte" : "no UTF-8";
    return ix_arena_printf(arena, "not text in UTF-8: byte %zu is %s", at, what);
}

enum ix_code ix_input_inspect(struct ix_input *input, struct ix_arena *arena, struct ix_err *err) {
    struct ix_stream *stream = NULL;
    enum ix_code code = ix_input_open(input, &stream, err);
    if (code != IX_OK) {
        return code;
    }
    code = read_head(stream, arena, &input->head, err);
    ix_stream_close(stream);
    if (code != IX_OK) {
        return code;
    }
    input->form = form_of(input->head);
    if (input->form == IX_FORM_BINARY) {
        input->fault = fault_of_binary(arena, input->head);
        return ix_arena_check(arena, err);
    }
    bool has_outline = input->form == IX_FORM_JSON || input->form == IX_FORM_YAML;
    return has_outline ? find_outline(input, arena, err) : IX_OK;
}

const struct ix_collector *ix_input_recognise(const struct ix_input *input, struct ix_arena *arena,
                                              struct ix_recognised *ret_recognised) {
    const struct ix_collector *best = NULL;
    *ret_recognised = (struct ix_recognised){0};
    for (const struct ix_collector *const *c = ix_collectors; *c; c++) {
        struct ix_recognised recognised = {0};
        (*c)->recognise(input, arena, &recognised);
        if (recognised.claim != IX_CLAIM_NONE &&
            (!best || recognised.confidence > ret_recognised->confidence)) {
            best = *c;
            *ret_recognised = recognised;
        }
    }
    return best;
}

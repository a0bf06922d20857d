/* What a test is about: a field, a tag, or a path into the properties. */
#include "query/field.h"
#include "query/parse.h"
#include "query/suggest.h"

#include <stdio.h>

/* ---- fields ---- */

/* `foo:bar` with a dot in front, when it is short enough to be shown. */
static const char *as_property(struct ix_parser *parser, size_t begin, size_t end, char *hint,
                               size_t hint_size) {
    enum { SHOWN_MAX = 40 };
    struct ix_sv text = parser->lexer.text;
    while (end < text.size && !ix_lex_ends_word(text.data[end])) {
        end++;
    }
    struct ix_sv word = ix_sv_sub(text, begin, end - (text.data[end - 1] == ':'));
    bool fits = word.size <= SHOWN_MAX;
    snprintf(hint, hint_size, "; use .%.*s for a property, or quote it to search the text",
             fits ? (int)word.size : (int)(sizeof "name" - 1), fits ? word.data : "name");
    return hint;
}

static void unknown_field(struct ix_parser *parser, size_t begin, size_t end) {
    struct ix_sv name = ix_sv_sub(parser->lexer.text, begin, end);
    char hint[IX_SUGGEST_HINT_SIZE], property[IX_SUGGEST_HINT_SIZE];
    struct ix_suggest suggest;
    ix_suggest_init(&suggest, name);
    ix_suggest_add_fields(&suggest);
    as_property(parser, begin, end, property, sizeof property);
    ix_parse_fail(parser, begin, end, ix_suggest_hint(&suggest, hint, property),
                  "unknown field ‘%.*s’", ix_query_shown(name), name.data);
}

bool ix_parse_field(struct ix_parser *parser, size_t begin, size_t end,
                    struct ix_target *ret_target) {
    struct ix_sv name = ix_sv_sub(parser->lexer.text, begin, end);
    if (ix_sv_empty(name)) {
        ix_parse_fail(parser, begin, begin + 1, "; quote it to search the text",
                      "expected a field name before ‘:’");
        return false;
    }
    if (!ix_field_find(name)) {
        unknown_field(parser, begin, end);
        return false;
    }
    *ret_target = (struct ix_target){
        .kind = IX_TARGET_FIELD,
        .name = name,
        .begin = begin,
        .end = end,
    };
    parser->lexer.pos = end;
    return true;
}

/* ---- tags ---- */

bool ix_parse_at_tag(struct ix_sv word, enum ix_tag_class *ret_class, size_t *ret_size) {
    static const char *const names[] = {"tag", "label", "annotation"};
    static const enum ix_tag_class classes[] = {IX_TAG, IX_LABEL, IX_ANNOTATION};
    for (size_t i = 0; i < 3; i++) {
        size_t size = strlen(names[i]);
        if (!ix_sv_starts_nocase(word, ix_sv_cstr(names[i]))) {
            continue;
        }
        size += size < word.size && (word.data[size] == 's' || word.data[size] == 'S');
        if (size < word.size && strchr(".[:", word.data[size])) {
            *ret_class = classes[i];
            *ret_size = size;
            return true;
        }
    }
    return false;
}

static bool quoted_name(struct ix_parser *parser, struct ix_sv *ret_name) {
    struct ix_token token;
    if (!ix_parse_peek(parser, &token)) {
        return false;
    }
    if (token.kind != IX_TOKEN_STRING) {
        ix_parse_expected(parser, "a quoted name", "");
        return false;
    }
    parser->lexer.pos = token.end;
    *ret_name = token.text;
    return true;
}

/* A key runs to the operator, whatever it holds. */
static bool plain_key(struct ix_parser *parser, struct ix_target *target) {
    size_t size = 0;
    for (char c; c = ix_lex_char(&parser->lexer, size), !ix_lex_ends_word(c) && c != ':';) {
        size++;
    }
    if (size == 0) {
        ix_parse_expected(parser, "a tag key",
                          "; keys with other characters are quoted: tag.\"a b\"");
        return false;
    }
    target->name = ix_sv_sub(parser->lexer.text, parser->lexer.pos, parser->lexer.pos + size);
    parser->lexer.pos += size;
    if (ix_sv_eq_nocase(target->name, IX_SV("key"))) {
        target->kind = IX_TARGET_TAG_KEY;
    } else if (ix_sv_eq_nocase(target->name, IX_SV("value"))) {
        target->kind = IX_TARGET_TAG_VALUE;
    }
    return true;
}

/* `tag:k=v`: the name is k and the values follow the `=`; `tag:x`: the match follows the colon. */
static void pair_key(struct ix_parser *parser, struct ix_target *target) {
    size_t size = 1;
    target->kind = IX_TARGET_TAG_ANY;
    if (ix_lex_char(&parser->lexer, 1) == '"') {
        struct ix_lexer lexer = parser->lexer;
        struct ix_err err = {0};
        struct ix_token token;
        lexer.pos++;
        if (ix_lex_next(&lexer, &token, &err) == IX_OK && ix_lex_char(&lexer, 0) == '=') {
            target->name = token.text;
            parser->lexer.pos = lexer.pos + 1;
        }
        return;
    }
    while (!ix_lex_ends_word(ix_lex_char(&parser->lexer, size))) {
        size++;
    }
    if (size > 1 && ix_lex_char(&parser->lexer, size) == '=') {
        target->name =
            ix_sv_sub(parser->lexer.text, parser->lexer.pos + 1, parser->lexer.pos + size);
        parser->lexer.pos += size + 1;
    }
}

bool ix_parse_tag(struct ix_parser *parser, enum ix_tag_class tag_class, size_t size,
                  struct ix_target *ret_target) {
    struct ix_target target = {
        .kind = IX_TARGET_TAG,
        .tag_class = tag_class,
        .begin = parser->lexer.pos,
    };
    bool good = true;
    parser->lexer.pos += size;
    switch (ix_lex_char(&parser->lexer, 0)) {
    case ':':
        pair_key(parser, &target);
        break;
    case '[':
        parser->lexer.pos++;
        good = quoted_name(parser, &target.name) && ix_parse_expect(parser, IX_TOKEN_RBRACKET);
        break;
    default:
        parser->lexer.pos++;
        good = ix_lex_char(&parser->lexer, 0) == '"' ? quoted_name(parser, &target.name)
                                                     : plain_key(parser, &target);
    }
    target.end = parser->lexer.pos;
    *ret_target = target;
    return good && !ix_parse_failed(parser);
}

/* ---- paths ---- */

static bool ends_segment(char c) {
    return ix_lex_ends_word(c) || c == '.' || c == ':' || c == '*';
}

static struct ix_path_step *add_step(struct ix_parser *parser, struct ix_parse_list *steps,
                                     enum ix_path_step_kind kind) {
    struct ix_path_step *step =
        ix_parse_list_add(parser, steps, sizeof *step, IX_PATH_STEPS_MAX, "steps in a path");
    if (step) {
        step->kind = kind;
    }
    return step;
}

/* A name, a quoted name, or `**`. */
static bool path_name(struct ix_parser *parser, struct ix_parse_list *steps) {
    struct ix_lexer *lexer = &parser->lexer;
    size_t size = 0;
    bool deep = ix_lex_char(lexer, 0) == '*' && ix_lex_char(lexer, 1) == '*';
    struct ix_path_step *step = add_step(parser, steps, deep ? IX_STEP_DEEP : IX_STEP_NAME);
    if (!step) {
        return false;
    }
    if (deep) {
        lexer->pos += 2;
        return true;
    }
    if (ix_lex_char(lexer, 0) == '"') {
        return quoted_name(parser, &step->name);
    }
    while (!ends_segment(ix_lex_char(lexer, size))) {
        size++;
    }
    if (size == 0) {
        ix_parse_fail(parser, lexer->pos, lexer->pos, "; for example .instanceType:t3.micro",
                      "expected the name of a property");
        return false;
    }
    step->name = ix_sv_sub(lexer->text, lexer->pos, lexer->pos + size);
    lexer->pos += size;
    return true;
}

/* [*], [0] or ["odd key"]; stands at the bracket. */
static bool path_bracket(struct ix_parser *parser, struct ix_parse_list *steps) {
    struct ix_path_step *step = add_step(parser, steps, IX_STEP_NAME);
    struct ix_token token;
    parser->lexer.pos++;
    if (!step || !ix_parse_peek(parser, &token)) {
        return false;
    }
    if (token.kind == IX_TOKEN_STRING) {
        step->name = token.text;
    } else if (ix_parse_is_word(token, "*")) {
        step->kind = IX_STEP_EACH;
    } else if (token.kind == IX_TOKEN_WORD && ix_sv_to_int64(token.text, &step->index) &&
               step->index >= 0) {
        step->kind = IX_STEP_INDEX;
    } else {
        ix_parse_expected(parser, "*, a number or a quoted name", "");
        return false;
    }
    parser->lexer.pos = token.end;
    return ix_parse_expect(parser, IX_TOKEN_RBRACKET);
}

bool ix_parse_path(struct ix_parser *parser, bool relative, struct ix_target *ret_target) {
    struct ix_parse_list steps = {0};
    size_t begin = parser->lexer.pos;
    if (!relative) {
        parser->lexer.pos++;
    }
    if (!path_name(parser, &steps)) {
        return false;
    }
    for (;;) {
        char c = ix_lex_char(&parser->lexer, 0);
        if (c == '.') {
            parser->lexer.pos++;
        }
        if (c != '.' && c != '[') {
            break;
        }
        if (c == '[' ? !path_bracket(parser, &steps) : !path_name(parser, &steps)) {
            return false;
        }
    }
    if (ix_lex_char(&parser->lexer, 0) == '*' && !parser->sums) {
        ix_parse_fail(parser, parser->lexer.pos, parser->lexer.pos + 1,
                      "; use [*] for any element and ** for any depth",
                      "a name in a path cannot hold ‘*’");
        return false;
    }
    *ret_target = (struct ix_target){
        .kind = IX_TARGET_PATH,
        .steps = steps.items,
        .step_count = steps.count,
        .begin = begin,
        .end = parser->lexer.pos,
    };
    return true;
}

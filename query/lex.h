/* From query text to tokens.
 *
 * What a character means depends on where it stands (`-` negates only at the start of a term, `/`
 * opens a regex only as a value, `:` is part of a word), so the parser drives the lexer: it holds
 * a position, asks for the next token or the next value there, and may set the position back.
 */
#ifndef IX_QUERY_LEX_H
#define IX_QUERY_LEX_H

#include "query/ast.h"

enum ix_token_kind {
#define IX_TOKEN_ROW(symbol, name) IX_TOKEN_##symbol,
#include "query/token.def"
#undef IX_TOKEN_ROW
};

struct ix_token {
    enum ix_token_kind kind;
    struct ix_sv text; /* WORD as written; STRING and REGEX: what is inside */
    bool nocase;       /* REGEX with i */
    size_t begin, end;
};

struct ix_lexer {
    struct ix_sv text;
    size_t pos;
    struct ix_arena *arena; /* for quoted texts with escapes */
};

/* Passes white space, reads one token, and stands behind it. IX_INVALID for a quote that is never
 * closed. */
IX_MUST_CHECK enum ix_code ix_lex_next(struct ix_lexer *lexer, struct ix_token *ret_token,
                                       struct ix_err *err);

/* Reads one value right here (white space is not passed): a quoted text, a regex, or a run of word
 * bytes, in which `ago(...)` is one piece. *ret_found false: no value stands here. */
IX_MUST_CHECK enum ix_code ix_lex_value(struct ix_lexer *lexer, struct ix_literal *ret_literal,
                                        bool *ret_found, struct ix_err *err);

void ix_lex_space(struct ix_lexer *lexer);
/* The byte `ahead` places on; 0 past the end. */
char ix_lex_char(const struct ix_lexer *lexer, size_t ahead);
/* True for white space, the end and the bytes that end a word: ( ) | " , { } [ ] < > = ~ ! */
bool ix_lex_ends_word(char c);
bool ix_lex_is_space(char c);

const char *ix_token_name(enum ix_token_kind kind);

/* An error at [begin, end) of the query: "WHAT (column N)HINT". Columns count characters from 1.
 * `hint` may be "" or begins with its own punctuation. */
enum ix_code ix_query_fail(struct ix_err *err, struct ix_sv text, enum ix_code code, size_t begin,
                           size_t end, const char *hint, const char *format, ...) IX_PRINTF(7, 8);

/* For "%.*s" in messages: the bytes of a text that are shown, whole characters, at most 60. */
int ix_query_shown(struct ix_sv text);

#endif

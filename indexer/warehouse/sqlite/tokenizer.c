/* A tokenizer for FTS5 (https://sqlite.org/fts5.html, section 7): "infradex", by the one definition
 * of words (indexer/model/words.h). */
#include "indexer/model/words.h"
#include "indexer/warehouse/sqlite/best.h"
#include "indexer/warehouse/sqlite/engine.h"
#include "indexer/warehouse/sqlite/rank.h"

typedef int token_fn(void *context, int flags, const char *token, int size, int begin, int end);

static int create(void *context, const char **arguments, int count, Fts5Tokenizer **ret) {
    (void)context, (void)arguments, (void)count;
    static int only_one; /* tokenizers have no state; FTS5 wants a pointer */
    *ret = (Fts5Tokenizer *)&only_one;
    return SQLITE_OK;
}

static void delete_tokenizer(Fts5Tokenizer *tokenizer) {
    (void)tokenizer;
}

struct receiver {
    void *context;
    token_fn *token;
};

static int give_word(void *context, const struct ix_word *word) {
    const struct receiver *r = context;
    return r->token(r->context, word->beside ? FTS5_TOKEN_COLOCATED : 0, word->text,
                    (int)word->size, (int)word->begin, (int)word->end);
}

static int tokenize_words(Fts5Tokenizer *tokenizer, void *context, int flags, const char *text,
                          int size, token_fn *token) {
    (void)tokenizer;
    struct receiver r = {context, token};
    return ix_words_visit(ix_sv_of(text, (size_t)size), (flags & FTS5_TOKENIZE_QUERY) != 0,
                          give_word, &r);
}

/* NULL, and SQLite's code of what was wrong, when it cannot be had. */
static fts5_api *api_of(sqlite3 *db, int *ret_result) {
    fts5_api *api = NULL;
    sqlite3_stmt *s = NULL;
    *ret_result = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &s, NULL);
    if (*ret_result == SQLITE_OK) {
        *ret_result = sqlite3_bind_pointer(s, 1, &api, "fts5_api_ptr", NULL);
    }
    if (*ret_result == SQLITE_OK) {
        sqlite3_step(s);
        *ret_result = sqlite3_reset(s);
    }
    sqlite3_finalize(s);
    return api;
}

enum ix_code ix_sqlite_add_tokenizers(struct ix_sqlite *e, struct ix_err *err) {
    fts5_tokenizer words = {create, delete_tokenizer, tokenize_words};
    int result = SQLITE_OK;
    fts5_api *api = api_of(e->db, &result);
    if (!api && result != SQLITE_OK && result != SQLITE_ERROR) {
        return ix_sqlite_fail(e, "the text index", err);
    }
    if (!api) {
        return ix_err_set(err, IX_UNSUPPORTED, "this SQLite library was built without FTS5");
    }
    bool added = api->xCreateTokenizer(api, "infradex", NULL, &words, NULL) == SQLITE_OK &&
                 ix_rank_add(e, api) == SQLITE_OK && ix_best_add(e, api) == SQLITE_OK;
    return added ? IX_OK : ix_err_nomem(err);
}

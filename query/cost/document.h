/* A YAML file that a report reads (rules, budgets), as a tree whose errors name the line. */
#ifndef IX_QUERY_COST_DOCUMENT_H
#define IX_QUERY_COST_DOCUMENT_H

#include "base/json.h"
#include "base/map.h"

enum { IX_COST_DOCUMENT_MAX = 1 << 20 }; /* bytes of the file */

struct ix_cost_document {
    struct ix_sv file; /* its name, for errors */
    struct ix_arena *arena;
    struct ix_err *err;
    struct ix_json *root;
    struct ix_map places; /* the line of each node that has one, by its address */
};

/* The tree is of the arena. An empty name is "the file". IX_INVALID, IX_LIMIT. */
IX_MUST_CHECK enum ix_code ix_cost_document_read(struct ix_sv text, struct ix_sv name,
                                                 struct ix_arena *arena,
                                                 struct ix_cost_document *ret_document,
                                                 struct ix_err *err);
/* From 1. What is inside of an alias is where the alias is. */
int64_t ix_cost_document_line(const struct ix_cost_document *document, const struct ix_json *node);
/* "budgets.yaml, line 3: <what>", IX_INVALID */
enum ix_code ix_cost_document_fail(struct ix_cost_document *document, const struct ix_json *node,
                                   const char *what);
/* Every member of `object` is one of `words`, which spaces separate. IX_INVALID with a suggestion.
 */
IX_MUST_CHECK enum ix_code ix_cost_document_keys(struct ix_cost_document *document,
                                                 const struct ix_json *object, const char *words);
/* The text of a member, trimmed; empty when there is none. IX_INVALID when it is none. */
IX_MUST_CHECK enum ix_code ix_cost_document_word(struct ix_cost_document *document,
                                                 const struct ix_json *object, const char *name,
                                                 struct ix_sv *ret_word);

#endif

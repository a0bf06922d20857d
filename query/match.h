/* Does a value pass? The meaning of plan.h's tests and property predicates, on JSON in memory.
 *
 * The engine's indexes find candidates quickly; what they cannot decide exactly (elements, paths of
 * any depth, case, versions) is decided here, value by value. Regexes are compiled once: prepare a
 * predicate with ix_matcher_new, then ask as often as needed from one thread.
 */
#ifndef IX_QUERY_MATCH_H
#define IX_QUERY_MATCH_H

#include "base/json.h"
#include "query/plan.h"

struct ix_matcher;

/* `pred`: PROP, ELEMENT, LEN, COMPARE, AND, OR, NOT, TRUE, FALSE; borrowed. */
IX_MUST_CHECK enum ix_code ix_matcher_new(const struct ix_pred *pred,
                                          struct ix_matcher **ret_matcher, struct ix_err *err);
/* For a test of plain text values (fields kept as text); `versions`: a range compares them part by
 * part as dotted versions. */
IX_MUST_CHECK enum ix_code ix_matcher_new_test(const struct ix_test *test, bool versions,
                                               struct ix_matcher **ret_matcher, struct ix_err *err);
void ix_matcher_free(struct ix_matcher *matcher); /* takes NULL */

/* IX_LIMIT when a regex spent its step budget: the answer is unknown, not false. */
IX_MUST_CHECK enum ix_code ix_matcher_json(struct ix_matcher *matcher,
                                           const struct ix_json *properties, bool *ret_holds,
                                           struct ix_err *err);
/* The same of properties as text; the empty text is no properties at all. */
IX_MUST_CHECK enum ix_code ix_matcher_json_text(struct ix_matcher *matcher, struct ix_sv properties,
                                                bool *ret_holds, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_matcher_text(struct ix_matcher *matcher, struct ix_sv text,
                                           bool *ret_holds, struct ix_err *err);

/* The values at a path, in order, arrays at its end opened up: what `project` shows. `visit`
 * returns false to stop. */
void ix_path_each(const struct ix_path *path, const struct ix_json *node,
                  bool (*visit)(void *context, const struct ix_json *value), void *context);
/* The same, with arrays at the end as they are. */
void ix_path_each_whole(const struct ix_path *path, const struct ix_json *node,
                        bool (*visit)(void *context, const struct ix_json *value), void *context);

#endif

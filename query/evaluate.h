/* Values of expressions: what stands on the two sides of a function test.
 *
 * An expression has as many values as its properties have; a function or operator is applied to
 * each combination and gives nothing where it has no meaning (a word plus one, a division by
 * zero). A comparison holds when one value of the left and one of the right pass.
 */
#ifndef IX_QUERY_EVALUATE_H
#define IX_QUERY_EVALUATE_H

#include "base/json.h"
#include "query/plan.h"

enum {
    IX_EVALUATE_VALUES_MAX = 10000, /* of one expression of one resource: IX_LIMIT beyond */
    IX_EVALUATE_TEXT_MAX = 1 << 20, /* bytes of one text */
};

/* `node`: the properties or the element; of a row (pred->compare.of_row) the array that lowering
 * makes: properties, tags, then the fields. Works in `scratch`. */
IX_MUST_CHECK enum ix_code ix_evaluate(struct ix_arena *scratch, const struct ix_pred *pred,
                                       const struct ix_json *node, bool *ret_holds,
                                       struct ix_err *err);

/* The values of what is calculated, as JSON: nothing when it has none, a list when it has several.
 * Times are texts, lengths of time numbers of seconds. `node`: as above. */
IX_MUST_CHECK enum ix_code ix_evaluate_json(struct ix_arena *scratch,
                                            const struct ix_computed *computed,
                                            const struct ix_json *node, struct ix_buf *out,
                                            struct ix_err *err);

#endif

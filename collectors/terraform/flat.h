/* Flat attributes: the form of states before Terraform 0.12, and of `attributes_flat` after it.
 *
 *   "ingress.#": "1", "ingress.41.cidr_blocks.#": "1", "ingress.41.cidr_blocks.0": "10.0.0.0/8",
 *   "tags.%": "2", "tags.kubernetes.io/role": "node", "tags.Name": "web"
 *
 * becomes {"ingress": [{"cidr_blocks": ["10.0.0.0/8"]}], "tags": {...}}. Source: Terraform's
 * "flatmap" convention: `#` counts the elements of a list or set, `%` the entries of a map; a set's
 * elements are named by a hash; keys of a map may hold dots, its values are never nested. States of
 * Terraform before 0.7 count maps with `#` too: what has other than numbers below it is a map.
 *
 * There is no schema, so values stay strings: "true" and "42" are not guessed at.
 */
#ifndef IX_COLLECTORS_TERRAFORM_FLAT_H
#define IX_COLLECTORS_TERRAFORM_FLAT_H

#include "base/json.h"

enum { IX_TF_FLAT_KEYS_MAX = 32 << 10, IX_TF_FLAT_DEPTH_MAX = 64 };

/* *ret_attributes is a new object in `arena`, the same whatever order the keys have. What cannot be
 * nested (a value and parts of it at once, or too deep) is kept at the top under its flat key, with
 * a dot at its end where that name is taken. `flat` that is no object gives NULL.
 * IX_LIMIT, IX_NOMEM. */
IX_MUST_CHECK enum ix_code ix_tf_flat_expand(struct ix_arena *arena, const struct ix_json *flat,
                                             struct ix_json **ret_attributes, struct ix_err *err);

#endif

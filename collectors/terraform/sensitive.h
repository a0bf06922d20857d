/* Hides what a state says is sensitive, before anybody else sees it.
 *
 * Two forms: paths (`sensitive_attributes` of state version 4) and a mirror of the values with
 * `true` where something is sensitive (`sensitive_values` of `show -json`, `after_sensitive` of a
 * plan). Both replace the whole value at the place by IX_SECRET_MARKER. Where mark and value do not
 * fit together (elements of sets have no place of their own, unknown kinds of steps), the container
 * around is hidden: rather too much than too little. Null stays null.
 * Sources: Terraform's state format version 4; "JSON Output Format", values representation.
 */
#ifndef IX_COLLECTORS_TERRAFORM_SENSITIVE_H
#define IX_COLLECTORS_TERRAFORM_SENSITIVE_H

#include "base/json.h"

/* `paths`: an array of paths, each an array of steps: {"type": "get_attr", "value": "name"},
 * {"type": "index", "value": {"value": 0, "type": "number"}}; a bare string or number as a step,
 * and a bare string as a path, are taken too. NULL or null: nothing to hide. */
void ix_tf_sensitive_hide_paths(struct ix_arena *arena, struct ix_json *attributes,
                                const struct ix_json *paths);

void ix_tf_sensitive_hide_mirror(struct ix_arena *arena, struct ix_json *values,
                                 const struct ix_json *mirror);

#endif

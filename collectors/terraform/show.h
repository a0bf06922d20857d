/* The tree of modules that `show -json` writes, for states (`values`) and plans (`planned_values`)
 * alike. */
#ifndef IX_COLLECTORS_TERRAFORM_SHOW_H
#define IX_COLLECTORS_TERRAFORM_SHOW_H

#include "collectors/terraform/reading.h"

enum { IX_TF_MODULE_DEPTH_MAX = 64 };

/* Reads the object that is the value of `values` or `planned_values`. */
IX_MUST_CHECK enum ix_code ix_tf_show_values(struct ix_tf_reading *reading, struct ix_err *err);

/* A member of what `show -json` writes of a state; also of the state before a plan. */
ix_tf_member_fn ix_tf_show_member;

/* The variant of a deposed instance, empty for a live one. */
struct ix_sv ix_tf_show_deposed(struct ix_tf_reading *reading, struct ix_sv key);

#endif

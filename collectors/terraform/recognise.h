/* What a file of Terraform's or OpenTofu's making is, told by its content. */
#ifndef IX_COLLECTORS_TERRAFORM_RECOGNISE_H
#define IX_COLLECTORS_TERRAFORM_RECOGNISE_H

#include "collectors/collector.h"

enum ix_tf_document {
    IX_TF_NONE,         /* none of those that are read */
    IX_TF_STATE_V4,     /* state version 4: `resources` with `instances` */
    IX_TF_STATE_LEGACY, /* versions 1 to 3: `modules` */
    IX_TF_SHOW_STATE,   /* `terraform show -json` of a state: `values` */
    IX_TF_PLAN,         /* `terraform show -json` of a plan */
};

/* Only of what is read; what is refused or ignored is IX_TF_NONE. */
enum ix_tf_document ix_tf_recognise_document(const struct ix_input *input);

/* The collector's `recognise`. The source kind is "plan" for plans; for states "opentofu" when the
 * text shows it (a provider from OpenTofu's registry, the envelope of its encryption), else
 * "terraform": both write the same formats, and OpenTofu keeps the addresses of a state it took
 * over until it next writes it, so "terraform" does not prove that OpenTofu was not used. */
void ix_tf_recognise(const struct ix_input *input, struct ix_arena *arena,
                     struct ix_recognised *ret_recognised);

#endif

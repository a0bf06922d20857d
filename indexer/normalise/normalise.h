/* Normalisation: from what a source says to what we mean.
 *
 * A sink in front of another sink. Each resource passes through these steps, each in its own file:
 * JSON strings inside properties become structures (unfold.h), secrets are dropped (secrets.h),
 * the type family is found (type.h), account and region are read out of ids (identity.h), the uid
 * is built (identity.h), tags are cleaned (tags.h), the three-state flags are set (tristate.h),
 * `managed_by` is decided (managed.h). Relations get their far ids written as uids are; the texts
 * of relations, scopes and notes lose what has the shape of a secret.
 */
#ifndef IX_INDEXER_NORMALISE_NORMALISE_H
#define IX_INDEXER_NORMALISE_NORMALISE_H

#include "indexer/model/sink.h"

struct ix_normaliser;

/* `next` is borrowed and must outlive the normaliser. */
IX_MUST_CHECK enum ix_code
ix_normaliser_new(struct ix_sink *next, struct ix_normaliser **ret_normaliser, struct ix_err *err);
void ix_normaliser_free(struct ix_normaliser *normaliser); /* takes NULL */
struct ix_sink *ix_normaliser_sink(struct ix_normaliser *normaliser);

/* One resource by itself: `ret` borrows from `resource` and from `arena`. Pure. */
IX_MUST_CHECK enum ix_code ix_normalise(const struct ix_resource *resource, struct ix_arena *arena,
                                        struct ix_resource *ret_normal, struct ix_err *err);

#endif

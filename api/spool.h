/* Rows that are made once and read later: temporary files in the data folder, which have no name
 * and so are gone with the process, however it ends.
 *
 * What all of them hold together has a limit, because they share the disk with the warehouse. */
#ifndef IX_API_SPOOL_H
#define IX_API_SPOOL_H

#include "base/buf.h"

/* All spools of one ix_api. Safe to use from any thread. */
struct ix_spools {
    const char *folder; /* borrowed */
    int64_t bytes_max;  /* of all together; 0: no limit */
    int64_t bytes;      /* held now */
    int64_t open;       /* spools that are there now */
    int64_t made;       /* since the beginning */
    int64_t refused;    /* for want of room */
};

struct ix_spool;

/* IX_IO when the folder takes no files. `spools` must outlive it. */
IX_MUST_CHECK enum ix_code ix_spool_new(struct ix_spools *spools, struct ix_spool **ret_spool,
                                        struct ix_err *err);
void ix_spool_free(struct ix_spool *spool); /* takes NULL; its room is free again */

/* Appends. IX_LIMIT when it alone would be more than the limit, IX_BUSY when it is with the others;
 * IX_IO. */
IX_MUST_CHECK enum ix_code ix_spool_add(struct ix_spool *spool, struct ix_sv bytes,
                                        struct ix_err *err);
/* Appends to `out` what comes next, `most` bytes of it at most; nothing at the end. IX_IO,
 * IX_NOMEM. */
IX_MUST_CHECK enum ix_code ix_spool_read(struct ix_spool *spool, size_t most, struct ix_buf *out,
                                         struct ix_err *err);
/* True: all that was added was read. */
bool ix_spool_is_read(const struct ix_spool *spool);

#endif

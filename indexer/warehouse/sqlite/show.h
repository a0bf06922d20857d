/* Words and sources by their numbers, as they were read, for as long as nobody writes. */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_SHOW_H
#define IX_INDEXER_WAREHOUSE_SQLITE_SHOW_H

#include "indexer/warehouse/shown.h"
#include "indexer/warehouse/sqlite/engine.h"

struct ix_names;

enum ix_code ix_sqlite_show(struct ix_warehouse *warehouse, int64_t rid, bool properties,
                            struct ix_arena *arena, struct ix_shown *ret_shown, struct ix_err *err);
/* ix_word(wid): the word of that number; NULL where there is none. */
IX_MUST_CHECK enum ix_code ix_names_add_function(struct ix_sqlite *e, struct ix_err *err);
void ix_names_free(struct ix_names *names); /* takes NULL */

#endif

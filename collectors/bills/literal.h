/* Nested cells of bills: JSON, or what Python prints of the same lists and objects. */
#ifndef IX_COLLECTORS_BILLS_LITERAL_H
#define IX_COLLECTORS_BILLS_LITERAL_H

#include "base/json.h"

/* The cell as a tree of the arena: JSON, or a literal of Python (Language Reference, "Literals":
 * texts in single or double quotes, None, True, False). IX_INVALID is that of the JSON. */
IX_MUST_CHECK enum ix_code ix_bill_json(struct ix_arena *arena, struct ix_sv cell,
                                        struct ix_json **ret_node, struct ix_err *err);

#endif

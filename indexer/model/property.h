/* Properties as the index keeps them: which paths hold which values.
 *
 * A path is written with its names joined by '.'; arrays are passed through ("ingress.cidr" is cidr
 * of any element of ingress), as the query language reads paths. Names that hold '.', '[' or '"',
 * and the empty name, are written ["so"], with '"' and '\' escaped.
 *
 * A term of the index is a path alone (there is something there: not null, {} or []), or
 * path '=' value: the value's text, ASCII letters folded, cut to IX_PROPERTY_VALUE_MAX bytes.
 */
#ifndef IX_INDEXER_MODEL_PROPERTY_H
#define IX_INDEXER_MODEL_PROPERTY_H

#include "base/json.h"

enum {
    IX_PROPERTY_VALUE_MAX = 64,
    IX_PROPERTY_PATH_MAX = 512, /* bytes; what is deeper is not indexed */
    IX_TERM_SEPARATOR = 0x1F,   /* between terms in the text given to the index */
};

/* Appends '.' (unless `path` is empty) and the name. */
void ix_property_path_add(struct ix_buf *path, struct ix_sv name);

/* Calls `visit` for every scalar that is not null, and for every object that is not empty (value
 * object). `path` is good during the call. */
void ix_property_visit(const struct ix_json *properties,
                       void (*visit)(void *context, struct ix_sv path, const struct ix_json *value),
                       void *context);

/* Appends the value as it stands in a term. */
void ix_property_fold_value(struct ix_buf *term, struct ix_sv value);
/* All terms of the properties, each once, separated. */
void ix_property_terms(struct ix_buf *terms, const struct ix_json *properties);

#endif

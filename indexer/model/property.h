/* Properties as the index keeps them: which paths hold which values.
 *
 * Read from the document as it is stored (JSON text made by ix_json_write_canonical), without
 * building a tree: this is done for every document that is written.
 *
 * A path is written with its names joined by '.'; arrays are passed through ("ingress.cidr" is cidr
 * of any element of ingress), as the query language reads paths. Names that hold '.', '[' or '"',
 * and the empty name, are written ["so"], with '"' and '\' escaped.
 *
 * A term of the index is a path alone (there is something there: not null, {} or []), path '='
 * value as it is written, or, when folding ASCII letters changes the value, path '~' the folded
 * value. Values are cut to IX_PROPERTY_VALUE_MAX bytes.
 */
#ifndef IX_INDEXER_MODEL_PROPERTY_H
#define IX_INDEXER_MODEL_PROPERTY_H

#include "base/json.h"

enum {
    IX_PROPERTY_VALUE_MAX = 64,
    IX_PROPERTY_PATH_MAX = 512, /* bytes; what is deeper is not indexed */
};

/* Appends '.' (unless `path` is empty) and the name. */
void ix_property_path_add(struct ix_buf *path, struct ix_sv name);

struct ix_property {
    struct ix_sv path;
    enum ix_json_kind kind; /* of a scalar that is not null, or OBJECT */
    struct ix_sv text;      /* of a scalar: a string's content, else as it is written */
};

/* Of one property or term; what is not IX_OK ends the walk and is its result. */
typedef enum ix_code ix_property_fn(void *context, const struct ix_property *property,
                                    struct ix_err *err);
typedef enum ix_code ix_term_fn(void *context, struct ix_sv term, struct ix_err *err);

/* Calls `visit` for every scalar that is not null, and for every object that is not empty, in the
 * order of the text; slices are good during the call. IX_CORRUPT when `document` is not the text of
 * a JSON value. */
IX_MUST_CHECK enum ix_code ix_property_visit(struct ix_sv document, ix_property_fn *visit,
                                             void *context, struct ix_err *err);

/* Calls `add` with each term of the property, built in `term`. */
IX_MUST_CHECK enum ix_code ix_property_terms(const struct ix_property *property,
                                             struct ix_buf *term, ix_term_fn *add, void *context,
                                             struct ix_err *err);
/* Appends what follows the path in a term: '=' and the value, or '~' and the folded value. */
void ix_property_value_add(struct ix_buf *term, struct ix_sv value, bool folded);

/* Appends names, texts and numbers, for the text index; IX_CORRUPT as above. */
IX_MUST_CHECK enum ix_code ix_property_words(struct ix_buf *words, struct ix_sv document,
                                             struct ix_err *err);

#endif

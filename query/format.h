/* Rows of JSON objects written out for programs: as one JSON document, as NDJSON, or as CSV.
 *
 * What goes to a file and what goes over HTTP is the same bytes, made here. Rows are appended to a
 * buffer one by one, so that an answer of any length needs the memory of one row.
 *
 *   JSON     {"items":[{…},\n{…}\n],"count":…}, or for rows of named columns
 *            {"columns":[…],"rows":[[…],\n[…]\n],…}
 *   NDJSON   an object a line
 *   CSV      RFC 4180 with a heading; cells as ix_format_cell writes them
 */
#ifndef IX_QUERY_FORMAT_H
#define IX_QUERY_FORMAT_H

#include "base/buf.h"
#include "base/json.h"

enum { IX_FORMAT_COLUMNS_MAX = 64 };

/* The columns of resources where nobody named others. */
#define IX_FORMAT_USUAL_COLUMNS "name,kind,type,region,account,managed_by,id"

/* Names of members, dotted: "tags.env". Borrowed. */
struct ix_format_columns {
    struct ix_sv names[IX_FORMAT_COLUMNS_MAX];
    size_t count;
};

/* Adds names separated by commas, white space around them dropped. IX_LIMIT. */
IX_MUST_CHECK enum ix_code ix_format_columns_add(struct ix_format_columns *columns,
                                                 struct ix_sv list, struct ix_err *err);

/* The member of that name, else the member of a member; NULL when there is none. */
const struct ix_json *ix_format_member(const struct ix_json *row, struct ix_sv name);
/* A value as one cell: texts as they are, lists of scalars with commas, null as nothing, anything
 * else as JSON. */
void ix_format_cell(struct ix_buf *buf, const struct ix_json *value);

void ix_format_csv_heading(struct ix_buf *buf, const struct ix_format_columns *columns);
void ix_format_csv_row(struct ix_buf *buf, const struct ix_format_columns *columns,
                       const struct ix_json *row);

void ix_format_ndjson_row(struct ix_buf *buf, const struct ix_json *row);

/* A JSON document: begin, rows, end. `columns` NULL: rows are whole objects. */
void ix_format_json_begin(struct ix_buf *buf, const struct ix_format_columns *columns);
void ix_format_json_row(struct ix_buf *buf, const struct ix_format_columns *columns,
                        const struct ix_json *row, bool first);
/* `tail`: an object whose members follow the rows; may be NULL. */
void ix_format_json_end(struct ix_buf *buf, const struct ix_json *tail);

#endif

/* JSON trees (RFC 8259), parsed by cJSON, kept in an arena, exact about numbers.
 *
 * A node and all its text live in the arena it was made in; nothing is freed by itself. Number
 * tokens that a double cannot give back (above 2^53, long decimals, large exponents) keep their
 * exact text and are written out byte for byte. Object keys keep their order; of repeated keys the
 * last one counts (as in the parsers of the tools whose files we read). U+0000 inside a string
 * and bytes that are no UTF-8 become U+FFFD: a string of ours is always UTF-8 without NUL.
 *
 * Reading functions take NULL for "no such node" and answer with nothing, so that a path of
 * lookups needs one check at its end. Building functions never fail by themselves: the arena's
 * sticky failure tells.
 */
#ifndef IX_BASE_JSON_H
#define IX_BASE_JSON_H

#include "base/arena.h"
#include "base/buf.h"

struct ix_json; /* a node */

enum ix_json_kind {
    IX_JSON_NONE, /* no such node */
    IX_JSON_NULL,
    IX_JSON_FALSE,
    IX_JSON_TRUE,
    IX_JSON_NUMBER,
    IX_JSON_STRING,
    IX_JSON_ARRAY,
    IX_JSON_OBJECT,
};

enum { IX_JSON_DEPTH_MAX = 256 }; /* nested arrays and objects in one value */

/* Parses one whole JSON value (white space around it is allowed, anything else is an error).
 * On an error err->begin is the byte within `text`, the message has line and column.
 * IX_INVALID, IX_LIMIT (too deep), IX_NOMEM. */
IX_MUST_CHECK enum ix_code ix_json_parse(struct ix_arena *arena, struct ix_sv text,
                                         struct ix_json **ret_node, struct ix_err *err);

/* ---- reading ---- */
enum ix_json_kind ix_json_kind(const struct ix_json *node);
/* The member with exactly this name, NULL when there is none or `node` is not an object. */
struct ix_json *ix_json_get(const struct ix_json *node, const char *name);
struct ix_json *ix_json_get_sv(const struct ix_json *node, struct ix_sv name);
/* Follows names one after another; the list ends with NULL: ix_json_path(n, "a", "b", NULL). */
struct ix_json *ix_json_path(const struct ix_json *node, ...) __attribute__((sentinel));
struct ix_json *ix_json_at(const struct ix_json *node, size_t index); /* array element */
size_t ix_json_count(const struct ix_json *node); /* elements or members; walks them */
/* Elements and members in order: for (n = ix_json_first(p); n; n = ix_json_next(n)). */
struct ix_json *ix_json_first(const struct ix_json *node);
struct ix_json *ix_json_next(const struct ix_json *node);
struct ix_sv ix_json_key(const struct ix_json *node); /* the member's name, else empty */
/* The text of a string; empty for anything else. */
struct ix_sv ix_json_string(const struct ix_json *node);
/* ix_json_string of a member. */
struct ix_sv ix_json_get_string(const struct ix_json *node, const char *name);
/* The exact text of a number as it is written out; a short number's text is put into the arena. */
struct ix_sv ix_json_number_text(struct ix_arena *arena, const struct ix_json *node);
/* The text of a string, a number or a truth value; false, and nothing, of anything else. */
bool ix_json_scalar_text(struct ix_arena *arena, const struct ix_json *node,
                         struct ix_sv *ret_text);
bool ix_json_double(const struct ix_json *node, double *ret_value); /* nearest double */
/* Only when the number is an integer that fits exactly. */
bool ix_json_int64(const struct ix_json *node, int64_t *ret_value);
bool ix_json_is_true(const struct ix_json *node);
/* Structural equality; objects without regard to the order of their members. */
bool ix_json_equal(const struct ix_json *a, const struct ix_json *b);

/* ---- building ---- (each returns NULL when the arena failed; `parent` NULL is ignored) */
struct ix_json *ix_json_new_null(struct ix_arena *arena);
struct ix_json *ix_json_new_bool(struct ix_arena *arena, bool value);
struct ix_json *ix_json_new_string(struct ix_arena *arena, struct ix_sv value);
struct ix_json *ix_json_new_int64(struct ix_arena *arena, int64_t value);
/* `text` must be a JSON number, kept as it is. A text that is none gives a string node. */
struct ix_json *ix_json_new_number(struct ix_arena *arena, struct ix_sv text);
struct ix_json *ix_json_new_array(struct ix_arena *arena);
struct ix_json *ix_json_new_object(struct ix_arena *arena);
struct ix_json *ix_json_clone(struct ix_arena *arena, const struct ix_json *node);

/* Puts `child` at the end of an array. A node has one parent at most. */
void ix_json_append(struct ix_json *array, struct ix_json *child);
/* Sets the member (replacing one of that name in its place). */
void ix_json_set(struct ix_arena *arena, struct ix_json *object, struct ix_sv name,
                 struct ix_json *child);
/* Puts a member at the end without looking for one of that name: for objects of many members.
 * Once all are in, ix_json_drop_repeated keeps the last of each name; false: out of memory. */
void ix_json_add(struct ix_arena *arena, struct ix_json *object, struct ix_sv name,
                 struct ix_json *child);
/* The same without a copy of the name, which must live as long as the tree. */
void ix_json_add_constant(struct ix_json *object, const char *name, struct ix_json *child);
IX_MUST_CHECK bool ix_json_drop_repeated(struct ix_json *object);
void ix_json_set_string(struct ix_arena *arena, struct ix_json *object, const char *name,
                        struct ix_sv value);
void ix_json_remove(struct ix_json *object, struct ix_sv name);
/* Gives a member another name, in its place. No other member of its object may have it. */
void ix_json_rename(struct ix_arena *arena, struct ix_json *member, struct ix_sv name);
/* Makes `node` what `by` is, in its place and under its key; `by` may not be used afterwards. */
void ix_json_replace(struct ix_json *node, struct ix_json *by);
/* Makes `node` this string, in its place and under its key (secrets are dropped with this). */
void ix_json_become_string(struct ix_arena *arena, struct ix_json *node, struct ix_sv value);

/* ---- writing ---- */
/* Appends compact JSON; exact numbers byte for byte; strings as UTF-8, bytes that are no UTF-8
 * as U+FFFD. */
void ix_json_write(struct ix_buf *buf, const struct ix_json *node);
/* The same with object members sorted by name at every depth: equal values, equal bytes. */
void ix_json_write_canonical(struct ix_buf *buf, const struct ix_json *node);
/* Only the quoted, escaped string. */
void ix_json_write_string(struct ix_buf *buf, struct ix_sv text);

#endif

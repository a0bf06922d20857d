/* ix_sv: a borrowed run of bytes. It owns nothing, is not terminated, and zeroed is empty.
 *
 * Who owns the bytes is said by whoever hands the slice out; a slice is good as long as its
 * owner keeps the bytes unchanged. All comparisons are by byte; "nocase" folds ASCII only.
 */
#ifndef IX_BASE_SV_H
#define IX_BASE_SV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct ix_sv {
    const char *data; /* NULL only when size is 0 */
    size_t size;
};

/* A slice of a string literal, usable in initialisers. */
#define IX_SV(literal) ((struct ix_sv){.data = (literal), .size = sizeof(literal) - 1})

/* The same for static initialisers, where ISO C takes no compound literal. */
#define IX_SV_INIT(literal)                                                                        \
    { .data = (literal), .size = sizeof(literal) - 1 }

/* For printf: printf("%.*s", IX_SV_FMT(sv)). */
#define IX_SV_FMT(sv) (int)(sv).size, (sv).data ? (sv).data : ""

static inline struct ix_sv ix_sv_of(const char *data, size_t size) {
    return (struct ix_sv){.data = data, .size = size};
}
/* NULL gives the empty slice. */
static inline struct ix_sv ix_sv_cstr(const char *text) {
    return (struct ix_sv){.data = text, .size = text ? strlen(text) : 0};
}
static inline bool ix_sv_empty(struct ix_sv sv) {
    return sv.size == 0;
}
static inline bool ix_sv_eq(struct ix_sv a, struct ix_sv b) {
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}
/* `from` and `to` are clamped to the slice. */
static inline struct ix_sv ix_sv_sub(struct ix_sv sv, size_t from, size_t to) {
    to = to > sv.size ? sv.size : to;
    from = from > to ? to : from;
    return (struct ix_sv){.data = sv.data ? sv.data + from : NULL, .size = to - from};
}
static inline struct ix_sv ix_sv_from(struct ix_sv sv, size_t from) {
    return ix_sv_sub(sv, from, sv.size);
}

#define IX_SV_NPOS SIZE_MAX

int ix_sv_cmp(struct ix_sv a, struct ix_sv b); /* as memcmp, the shorter first */
bool ix_sv_eq_nocase(struct ix_sv a, struct ix_sv b);
bool ix_sv_eq_cstr(struct ix_sv a, const char *b);
bool ix_sv_starts(struct ix_sv sv, struct ix_sv prefix);
bool ix_sv_ends(struct ix_sv sv, struct ix_sv suffix);
bool ix_sv_starts_nocase(struct ix_sv sv, struct ix_sv prefix);
size_t ix_sv_find(struct ix_sv sv, struct ix_sv needle); /* first place, else IX_SV_NPOS */
size_t ix_sv_find_nocase(struct ix_sv sv, struct ix_sv needle);
size_t ix_sv_find_char(struct ix_sv sv, char c);
size_t ix_sv_rfind_char(struct ix_sv sv, char c);
struct ix_sv ix_sv_trim(struct ix_sv sv); /* without ASCII white space at both ends */

/* Cuts at the first `separator`: *ret_head is what is before it, *rest what is after (empty when
 * there is none). Returns false once *rest was empty at the call: a loop condition. An empty
 * piece at the very end is not reported. */
bool ix_sv_split(struct ix_sv *rest, char separator, struct ix_sv *ret_head);

/* The whole slice as a decimal integer; false when it is not one or does not fit. */
bool ix_sv_to_int64(struct ix_sv sv, int64_t *ret_value);
/* The whole slice as a JSON number (RFC 8259 section 6), read in the C locale. */
bool ix_sv_to_double(struct ix_sv sv, double *ret_value);

/* Edit distance (insert, delete, replace, swap of neighbours) ignoring case, for suggestions;
 * slices over 64 bytes give a large number. */
size_t ix_sv_distance(struct ix_sv a, struct ix_sv b);

/* The length of the well-formed UTF-8 sequence at `at` (RFC 3629 section 4), 0 when there is none.
 */
size_t ix_sv_utf8_size(struct ix_sv sv, size_t at);
/* True when the bytes are well-formed UTF-8 (RFC 3629). */
bool ix_sv_is_utf8(struct ix_sv sv);

#endif

/* The nearest word by edit distance; a longer word may be further away. */
#include "query/suggest.h"

#include "query/field.h"

#include <ctype.h>
#include <stdio.h>

#define HINT_BEFORE "; did you mean ‘"
#define HINT_AFTER  "’?"

/* A bit for each letter that is in the text. */
static uint64_t letters_of(struct ix_sv text) {
    uint64_t letters = 0;
    for (size_t i = 0; i < text.size; i++) {
        letters |= UINT64_C(1) << (tolower((unsigned char)text.data[i]) & 63);
    }
    return letters;
}

void ix_suggest_init(struct ix_suggest *suggest, struct ix_sv wanted) {
    enum { FARTHEST = 3 };
    size_t limit = (wanted.size + 2) / 4;
    *suggest = (struct ix_suggest){
        .wanted = wanted,
        .letters = letters_of(wanted),
        .distance = (limit > FARTHEST ? FARTHEST : limit) + 1,
    };
}

/* One step of the distance changes the size by one at most, and takes away one letter and brings
 * one. Of thousands of words few are left for the distance itself. */
static bool can_be_nearer(const struct ix_suggest *suggest, struct ix_sv word) {
    size_t wanted = suggest->wanted.size;
    size_t longer = wanted > word.size ? wanted - word.size : word.size - wanted;
    if (longer >= suggest->distance) {
        return false;
    }
    uint64_t letters = letters_of(word);
    int missing = __builtin_popcountll(suggest->letters & ~letters);
    int more = __builtin_popcountll(letters & ~suggest->letters);
    return (size_t)(missing > more ? missing : more) < suggest->distance;
}

void ix_suggest_add(struct ix_suggest *suggest, const char *words) {
    struct ix_sv rest = ix_sv_cstr(words), word;
    while (ix_sv_split(&rest, ' ', &word)) {
        if (!can_be_nearer(suggest, word)) {
            continue;
        }
        size_t distance = ix_sv_distance(suggest->wanted, word);
        if (!ix_sv_empty(word) && distance < suggest->distance && distance < word.size) {
            suggest->distance = distance;
            suggest->best = word;
        }
    }
}

void ix_suggest_add_fields(struct ix_suggest *suggest) {
    for (enum ix_field field = 0; field < IX_FIELD_COUNT; field++) {
        ix_suggest_add(suggest, ix_field_info(field)->name);
        ix_suggest_add(suggest, ix_field_info(field)->aliases);
    }
    ix_suggest_add(suggest, "tag label annotation");
}

const char *ix_suggest_hint(const struct ix_suggest *suggest, char hint[IX_SUGGEST_HINT_SIZE],
                            const char *otherwise) {
    if (ix_sv_empty(suggest->best)) {
        return otherwise;
    }
    snprintf(hint, IX_SUGGEST_HINT_SIZE, HINT_BEFORE "%.*s" HINT_AFTER, IX_SV_FMT(suggest->best));
    return hint;
}

struct ix_sv ix_suggest_hinted(struct ix_sv message) {
    size_t before = ix_sv_find(message, IX_SV(HINT_BEFORE));
    if (before == IX_SV_NPOS) {
        return (struct ix_sv){0};
    }
    struct ix_sv rest = ix_sv_from(message, before + sizeof HINT_BEFORE - 1);
    size_t after = ix_sv_find(rest, IX_SV(HINT_AFTER));
    return after == IX_SV_NPOS ? (struct ix_sv){0} : ix_sv_sub(rest, 0, after);
}

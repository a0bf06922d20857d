/* One pass, byte by byte. */
#include "indexer/model/words.h"

#include <stdlib.h>

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_small_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool in_run(char c) {
    return is_upper(c) || is_small_or_digit(c) || (unsigned char)c >= 0x80;
}

/* A part begins at `at`, inside the run [begin, end). */
static bool begins_part(struct ix_sv text, size_t begin, size_t end, size_t at) {
    if (at == begin || !is_upper(text.data[at])) {
        return at == begin;
    }
    bool after_small = is_small_or_digit(text.data[at - 1]);
    bool last_of_acronym = is_upper(text.data[at - 1]) && at + 1 < end &&
                           text.data[at + 1] >= 'a' && text.data[at + 1] <= 'z';
    return after_small || last_of_acronym;
}

static void fold(struct ix_word *word, struct ix_sv text, size_t begin, size_t end) {
    word->begin = begin;
    word->end = end;
    word->beside = false;
    word->size = end - begin < IX_WORD_MAX ? end - begin : IX_WORD_MAX;
    for (size_t i = 0; i < word->size; i++) {
        char c = text.data[begin + i];
        word->text[i] = is_upper(c) ? (char)(c - 'A' + 'a') : c;
    }
}

static size_t part_end(struct ix_sv text, size_t begin, size_t end, size_t at) {
    do {
        at++;
    } while (at < end && !begins_part(text, begin, end, at));
    return at;
}

static int visit_run(struct ix_sv text, size_t begin, size_t end, bool query,
                     int (*visit)(void *context, const struct ix_word *word), void *context) {
    for (size_t at = begin; at < end;) {
        struct ix_word word;
        size_t next = part_end(text, begin, end, at);
        fold(&word, text, at, next);
        int result = visit(context, &word);
        if (result == 0 && at == begin && next < end && !query) {
            fold(&word, text, begin, end);
            word.beside = true;
            result = visit(context, &word);
        }
        if (result != 0) {
            return result;
        }
        at = next;
    }
    return 0;
}

int ix_words_visit(struct ix_sv text, bool query,
                   int (*visit)(void *context, const struct ix_word *word), void *context) {
    for (size_t at = 0; at < text.size;) {
        size_t begin = at;
        while (at < text.size && in_run(text.data[at])) {
            at++;
        }
        int result = at > begin ? visit_run(text, begin, at, query, visit, context) : 0;
        if (result != 0) {
            return result;
        }
        at += at == begin;
    }
    return 0;
}

/* ---- matching ---- */

/* What is asked for, and how far each place of the text has got: bit n of `alive` says that the n
 * first parts stand just before here. */
enum { PARTS_MAX = 63 };

struct search {
    struct ix_word *parts;
    size_t count;
    uint64_t alive, next; /* after the place before, after this place */
};

static int collect_part(void *context, const struct ix_word *word) {
    struct search *s = context;
    if (s->count == PARTS_MAX) {
        return 1;
    }
    s->parts[s->count++] = *word;
    return 0;
}

static int count_part(void *context, const struct ix_word *word) {
    (void)word;
    ++*(size_t *)context;
    return 0;
}

size_t ix_words_count(struct ix_sv text) {
    size_t count = 0;
    ix_words_visit(text, true, count_part, &count);
    return count;
}

static int follow(void *context, const struct ix_word *word) {
    struct search *s = context;
    if (!word->beside) {
        s->alive = s->next | 1;
        s->next = 0;
    }
    for (size_t i = 0; i < s->count; i++) {
        bool same =
            s->parts[i].size == word->size && memcmp(s->parts[i].text, word->text, word->size) == 0;
        if (same && (s->alive >> i & 1)) {
            s->next |= UINT64_C(1) << (i + 1);
        }
    }
    return s->next >> s->count & 1;
}

bool ix_words_match(struct ix_sv text, struct ix_sv words) {
    struct ix_word parts[PARTS_MAX];
    struct search s = {.parts = parts};
    ix_words_visit(words, true, collect_part, &s);
    return s.count > 0 && ix_words_visit(text, false, follow, &s) != 0;
}

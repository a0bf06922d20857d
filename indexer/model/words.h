/* Words of infrastructure text: the one definition that the text index, tests of names and the
 * naive evaluator share.
 *
 * A run is a stretch of ASCII letters and digits and of any bytes above 0x7F; everything else
 * separates (so ARNs, paths, addresses, snake_case and dotted names fall into parts, and typing a
 * part, or several in order, finds the whole). Inside a run, camelCase begins new parts: before a
 * capital that follows a small letter or digit, and before the last capital of an acronym
 * ("HTTPServer" is HTTP Server). Parts stand one after another; a run of several parts is also one
 * word at the place of its first part ("bucketV2": bucket, v2, and bucketv2 beside bucket).
 * ASCII letters are folded; other letters are compared as they are. A word is cut to IX_WORD_MAX
 * bytes.
 */
#ifndef IX_INDEXER_MODEL_WORDS_H
#define IX_INDEXER_MODEL_WORDS_H

#include "base/sv.h"

enum { IX_WORD_MAX = 64 };

struct ix_word {
    char text[IX_WORD_MAX]; /* folded */
    size_t size;
    size_t begin, end; /* bytes of the text it came from */
    bool beside;       /* stands at the place of the word before it */
};

/* `query`: only parts, no runs beside them (what is asked for is asked in parts). Returns what
 * `visit` returns first that is not 0. */
int ix_words_visit(struct ix_sv text, bool query,
                   int (*visit)(void *context, const struct ix_word *word), void *context);

/* The parts of `words` stand in `text`, in this order and side by side. No parts: false. */
bool ix_words_match(struct ix_sv text, struct ix_sv words);
size_t ix_words_count(struct ix_sv text); /* parts */

#endif

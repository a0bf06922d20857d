/* The classic matcher with one place to come back to: linear in practice, never worse than
 * pattern x text, no recursion. */
#include "base/glob.h"

#include <ctype.h>

static size_t character_size(struct ix_sv text, size_t at) {
    size_t size = 1;
    while (at + size < text.size && ((unsigned char)text.data[at + size] & 0xC0) == 0x80) {
        size++;
    }
    return size;
}

static bool same(char a, char b, bool nocase) {
    return nocase ? tolower((unsigned char)a) == tolower((unsigned char)b) : a == b;
}

bool ix_glob_match(struct ix_sv pattern, struct ix_sv text, bool nocase) {
    size_t p = 0;
    size_t t = 0;
    size_t star = IX_SV_NPOS; /* the place after the last `*`, and where the text was then */
    size_t star_text = 0;
    while (t < text.size || p < pattern.size) {
        bool escaped = p + 1 < pattern.size && pattern.data[p] == '\\';
        char c = p < pattern.size ? pattern.data[p + escaped] : '\0';
        if (p < pattern.size && !escaped && c == '*') {
            star = ++p;
            star_text = t;
        } else if (p < pattern.size && t < text.size && !escaped && c == '?') {
            p++;
            t += character_size(text, t);
        } else if (p < pattern.size && t < text.size && same(c, text.data[t], nocase)) {
            p += 1 + escaped;
            t++;
        } else if (star != IX_SV_NPOS && star_text < text.size) {
            p = star;
            t = ++star_text;
        } else {
            return false;
        }
    }
    return true;
}

/* What the two output streams are: a terminal or not, how wide, whether colour is welcome. Looked
 * at once, at the start; everything that prints asks here (https://no-color.org for NO_COLOR). */
#ifndef IX_CLI_TERMINAL_H
#define IX_CLI_TERMINAL_H

#include "base/sv.h"

struct ix_terminal {
    bool out_is_terminal, err_is_terminal;
    bool colour;       /* for standard output */
    size_t width;      /* columns of standard output; 0: not a terminal, no limit */
    int progress_size; /* characters of the progress line now on standard error */
};

struct ix_terminal ix_terminal_look(void);

/* Text from outside may hold what a terminal would obey. The bytes of such a character at the start
 * of `text`: a control character (C0, DEL, C1), or one that turns the order of letters round
 * (Unicode Bidirectional Algorithm, section 2); 0 for any other. */
size_t ix_terminal_control(struct ix_sv text);
/* Puts blanks in their places; line feeds stay where `lines` says so. */
void ix_terminal_clean(char *text, size_t size, bool lines);

/* Columns that the text takes: its characters (UTF-8), wide ones (East Asian) counted as the C
 * library's wcwidth says. */
size_t ix_terminal_text_width(struct ix_sv text);
/* The longest beginning of `text` that takes at most `width` columns. */
struct ix_sv ix_terminal_fit(struct ix_sv text, size_t width);
/* The longest end of it. */
struct ix_sv ix_terminal_fit_end(struct ix_sv text, size_t width);

/* One line on standard error that is overwritten; nothing when that is no terminal. */
void ix_terminal_progress(struct ix_terminal *terminal, struct ix_sv text);
void ix_terminal_progress_end(struct ix_terminal *terminal);

#endif

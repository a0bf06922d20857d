/* Terminals: width from the kernel, colour only where it is welcome, text measured in columns. */
#include "cli/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

static size_t width_of(int fd) {
    struct winsize size = {0};
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col;
    }
    return 80;
}

static bool is_set(const char *name) {
    const char *value = getenv(name);
    return value && *value;
}

struct ix_terminal ix_terminal_look(void) {
    struct ix_terminal terminal = {
        .out_is_terminal = isatty(STDOUT_FILENO),
        .err_is_terminal = isatty(STDERR_FILENO),
    };
    const char *term = getenv("TERM");
    bool dumb = !term || strcmp(term, "dumb") == 0;
    terminal.colour = terminal.out_is_terminal && !dumb && !is_set("NO_COLOR");
    terminal.width = terminal.out_is_terminal ? width_of(STDOUT_FILENO) : 0;
    return terminal;
}

size_t ix_terminal_control(struct ix_sv text) {
    static const struct ix_sv turning[] = {
        IX_SV_INIT("\u202A"), IX_SV_INIT("\u202B"), IX_SV_INIT("\u202C"),
        IX_SV_INIT("\u202D"), IX_SV_INIT("\u202E"), IX_SV_INIT("\u2066"),
        IX_SV_INIT("\u2067"), IX_SV_INIT("\u2068"), IX_SV_INIT("\u2069"),
    };
    unsigned char c = text.size > 0 ? (unsigned char)text.data[0] : ' ';
    if (c < 0x20 || c == 0x7F) {
        return 1;
    }
    if (c == 0xC2 && text.size > 1 && (unsigned char)text.data[1] < 0xA0) {
        return 2;
    }
    for (size_t i = 0; c == 0xE2 && i < sizeof turning / sizeof *turning; i++) {
        if (ix_sv_starts(text, turning[i])) {
            return turning[i].size;
        }
    }
    return 0;
}

void ix_terminal_clean(char *text, size_t size, bool lines) {
    for (size_t at = 0; at < size; at++) {
        size_t control = ix_terminal_control(ix_sv_of(text + at, size - at));
        if (control > 0 && !(lines && text[at] == '\n')) {
            memset(text + at, ' ', control);
        }
    }
}

/* The columns of the character at the start of `text` and, in *ret_size, its bytes. */
static size_t first_width(struct ix_sv text, size_t *ret_size) {
    *ret_size = ix_terminal_control(text);
    if (*ret_size > 0) {
        return 1; /* a blank is put in its place */
    }
    mbstate_t state = {0};
    wchar_t wide;
    size_t size = mbrtowc(&wide, text.data, text.size, &state);
    if (size == 0 || size == (size_t)-1 || size == (size_t)-2) {
        *ret_size = 1;
        return 1;
    }
    *ret_size = size;
    int columns = wcwidth(wide);
    return columns < 0 ? 0 : (size_t)columns;
}

size_t ix_terminal_text_width(struct ix_sv text) {
    size_t width = 0;
    for (size_t size; text.size; text = ix_sv_from(text, size)) {
        width += first_width(text, &size);
    }
    return width;
}

struct ix_sv ix_terminal_fit(struct ix_sv text, size_t width) {
    size_t used = 0;
    size_t at = 0;
    while (at < text.size) {
        size_t size;
        used += first_width(ix_sv_from(text, at), &size);
        if (used > width) {
            break;
        }
        at += size;
    }
    return ix_sv_sub(text, 0, at);
}

struct ix_sv ix_terminal_fit_end(struct ix_sv text, size_t width) {
    size_t excess = ix_terminal_text_width(text);
    while (text.size && excess > width) {
        size_t size;
        size_t columns = first_width(text, &size);
        excess -= columns < excess ? columns : excess;
        text = ix_sv_from(text, size);
    }
    return text;
}

void ix_terminal_progress(struct ix_terminal *terminal, struct ix_sv text) {
    if (terminal->err_is_terminal) {
        struct ix_sv fitting = ix_terminal_fit(text, width_of(STDERR_FILENO) - 1);
        terminal->progress_size = fprintf(stderr, "\r\033[K%.*s", IX_SV_FMT(fitting));
        fflush(stderr);
    }
}

void ix_terminal_progress_end(struct ix_terminal *terminal) {
    if (terminal->progress_size > 0) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
        terminal->progress_size = 0;
    }
}

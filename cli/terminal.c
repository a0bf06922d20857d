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

/* The columns of the character at the start of `text` and, in *ret_size, its bytes. */
static size_t first_width(struct ix_sv text, size_t *ret_size) {
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

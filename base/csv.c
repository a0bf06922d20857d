/* One window of bytes in which a row is found whole: on the way to its end, where each cell ends is
 * noted. Then quotes are taken out of the cells where they stand, so that no cell is copied
 * elsewhere. */
#include "base/csv.h"

#include <stdlib.h>

#include "base/buf.h"

enum { STEP = 256 << 10 };

struct ix_csv {
    struct ix_stream *stream;
    struct ix_buf window;
    size_t begin; /* of what is not given yet */
    bool ended, started;
    char separator;
    int64_t line;
    struct ix_sv *cells;
    bool *quoted;
    uint32_t *ends; /* of cells, from the beginning of the row */
    size_t count, faulty_cell;
    bool crowded; /* the row has more cells than there is room for */
};

enum ix_code ix_csv_new(struct ix_stream *stream, struct ix_csv **ret_csv, struct ix_err *err) {
    struct ix_csv *csv = calloc(1, sizeof *csv);
    struct ix_sv *cells = calloc(IX_CSV_CELLS_MAX, sizeof *cells);
    bool *quoted = calloc(IX_CSV_CELLS_MAX, sizeof *quoted);
    uint32_t *ends = calloc(IX_CSV_CELLS_MAX, sizeof *ends);
    if (!csv || !cells || !quoted || !ends) {
        free(csv);
        free(cells);
        free(quoted);
        free(ends);
        return ix_err_nomem(err);
    }
    *csv = (struct ix_csv){.stream = stream,
                           .separator = ',',
                           .line = 1,
                           .cells = cells,
                           .quoted = quoted,
                           .ends = ends};
    *ret_csv = csv;
    return IX_OK;
}

void ix_csv_free(struct ix_csv *csv) {
    if (csv) {
        ix_buf_done(&csv->window);
        free(csv->cells);
        free(csv->quoted);
        free(csv->ends);
        free(csv);
    }
}

/* ---- the window ---- */

static enum ix_code more(struct ix_csv *csv, struct ix_err *err) {
    if (csv->begin > 0) {
        csv->window.size -= csv->begin;
        memmove(csv->window.data, csv->window.data + csv->begin, csv->window.size);
        csv->begin = 0;
    }
    size_t got = 0;
    char *to = ix_buf_reserve(&csv->window, STEP);
    if (!to) {
        return ix_buf_check(&csv->window, err);
    }
    enum ix_code code = ix_stream_read(csv->stream, to, STEP, &got, err);
    csv->window.size += got;
    csv->ended = got == 0;
    return code;
}

static struct ix_sv left(const struct ix_csv *csv) {
    return ix_sv_from(ix_buf_sv(&csv->window), csv->begin);
}

/* ---- where a row ends ---- */

enum place {
    CELL_BEGINS,
    PLAIN,
    QUOTED,
    CLOSED, /* behind a quote inside of quotes: the next byte tells whether it was the last one */
};

/* A scan of the row at hand that goes on when more bytes have come. */
struct scan {
    size_t at;
    enum place place;
    int64_t lines;   /* line ends inside of quotes */
    size_t line_end; /* the first one from `at` on; where there is none, the end of the bytes */
};

/* Where `c` stands, from `from` on and before `size`; `size`: nowhere. */
static size_t find_byte(const char *text, size_t from, size_t size, char c) {
    const char *found = from < size ? memchr(text + from, c, size - from) : NULL;
    return found ? (size_t)(found - text) : size;
}

static void end_cell(struct ix_csv *csv, size_t at) {
    csv->crowded |= csv->count == IX_CSV_CELLS_MAX;
    if (!csv->crowded) {
        csv->ends[csv->count++] = (uint32_t)at;
    }
}

/* Behind the next quote, which may be one of two. */
static void pass_quoted(struct scan *scan, struct ix_sv text) {
    size_t to = find_byte(text.data, scan->at, text.size, '"');
    while (scan->line_end < to) {
        scan->lines++;
        scan->line_end = find_byte(text.data, scan->line_end + 1, text.size, '\n');
    }
    scan->place = to < text.size ? CLOSED : QUOTED;
    scan->at = to + (to < text.size);
}

/* Behind the next separator, or to the end of the row. */
static void pass_plain(struct ix_csv *csv, struct scan *scan, struct ix_sv text) {
    size_t to = find_byte(text.data, scan->at, scan->line_end, csv->separator);
    bool ended = to < scan->line_end;
    scan->place = ended ? CELL_BEGINS : PLAIN;
    scan->at = to + ended;
    if (ended) {
        end_cell(csv, to);
    }
}

/* True when the row's end was found: scan->at is there. All cells but the last are noted. */
static bool find_end(struct ix_csv *csv, struct scan *scan, struct ix_sv text) {
    scan->line_end = find_byte(text.data, scan->line_end, text.size, '\n');
    while (scan->at < text.size) {
        bool quote = text.data[scan->at] == '"';
        if (scan->place == QUOTED) {
            pass_quoted(scan, text);
        } else if (quote && scan->place != PLAIN) {
            scan->place = QUOTED; /* the first one, or the second of two */
            scan->at++;
        } else if (scan->at < scan->line_end) {
            pass_plain(csv, scan, text);
        } else {
            return true;
        }
    }
    return false;
}

/* ---- cells ---- */

/* Takes the quotes out; *ret_rest is what follows the closing one. */
static struct ix_sv unquote(char *text, size_t size, struct ix_sv *ret_rest) {
    size_t from = find_byte(text, 1, size, '"');
    size_t to = from;
    while (from + 1 < size && text[from + 1] == '"') { /* one of two stays */
        from++;
        do {
            text[to++] = text[from++];
        } while (from < size && text[from] != '"');
    }
    *ret_rest = ix_sv_from(ix_sv_of(text, size), from + (from < size));
    return ix_sv_of(text + 1, to - 1);
}

static void make_cell(struct ix_csv *csv, size_t at, char *text, size_t size) {
    bool quoted = size > 0 && text[0] == '"';
    struct ix_sv cell = ix_sv_of(text, size);
    if (quoted) {
        struct ix_sv rest;
        cell = unquote(text, size, &rest);
        if (!ix_sv_empty(ix_sv_trim(rest)) && csv->faulty_cell == SIZE_MAX) {
            csv->faulty_cell = at;
        }
    }
    csv->quoted[at] = quoted;
    csv->cells[at] = cell;
}

/* The row has these bytes. False: it has too many cells. */
static bool cut(struct ix_csv *csv, char *text, size_t size) {
    size_t from = 0;
    end_cell(csv, size);
    csv->faulty_cell = SIZE_MAX;
    for (size_t i = 0; !csv->crowded && i < csv->count; i++) {
        make_cell(csv, i, text + from, csv->ends[i] - from);
        from = csv->ends[i] + 1;
    }
    return !csv->crowded;
}

/* ---- rows ---- */

char ix_csv_separator(struct ix_sv heading) {
    static const char candidates[] = ",;\t";
    size_t counts[sizeof candidates] = {0};
    bool in_quotes = false;
    for (size_t i = 0; i < heading.size && (in_quotes || heading.data[i] != '\n'); i++) {
        const char *which = strchr(candidates, heading.data[i]);
        in_quotes ^= heading.data[i] == '"';
        if (!in_quotes && which && *which) {
            counts[which - candidates]++;
        }
    }
    size_t best = 0;
    for (size_t i = 1; i < sizeof candidates - 1; i++) {
        best = counts[i] > counts[best] ? i : best;
    }
    return candidates[best];
}

static void start(struct ix_csv *csv) {
    static const char mark[] = "\xEF\xBB\xBF";
    csv->started = true;
    if (ix_sv_starts(left(csv), ix_sv_cstr(mark))) {
        csv->begin += sizeof mark - 1;
    }
    csv->separator = ix_csv_separator(left(csv));
}

static enum ix_code too_long(const struct ix_csv *csv, struct ix_err *err) {
    return ix_err_set(err, IX_LIMIT, "line %lld: a row of more than %d bytes or %d cells",
                      (long long)csv->line, IX_CSV_ROW_MAX, IX_CSV_CELLS_MAX);
}

/* Gets the whole row into the window. */
static enum ix_code get_row(struct ix_csv *csv, struct scan *scan, bool *ret_found,
                            struct ix_err *err) {
    *scan = (struct scan){0};
    csv->count = 0;
    csv->crowded = false;
    for (;;) {
        *ret_found = find_end(csv, scan, left(csv));
        if (*ret_found || csv->ended) {
            break;
        }
        if (scan->at > IX_CSV_ROW_MAX) {
            return too_long(csv, err);
        }
        enum ix_code code = more(csv, err);
        if (code != IX_OK) {
            return code;
        }
    }
    if (!*ret_found && scan->place == QUOTED) {
        return ix_err_set(err, IX_INVALID, "line %lld: a quote is never closed",
                          (long long)csv->line);
    }
    return scan->at > IX_CSV_ROW_MAX ? too_long(csv, err) : IX_OK;
}

static size_t without_return(const char *text, size_t size) {
    return size - (size > 0 && text[size - 1] == '\r');
}

enum ix_code ix_csv_next(struct ix_csv *csv, struct ix_csv_row *ret_row, bool *ret_more,
                         struct ix_err *err) {
    enum ix_code code = IX_OK;
    *ret_more = false;
    while (!csv->started && code == IX_OK) { /* the heading must be there to be looked at */
        code = more(csv, err);
        if (csv->ended || ix_sv_find_char(left(csv), '\n') != IX_SV_NPOS ||
            left(csv).size > IX_CSV_ROW_MAX) {
            start(csv);
        }
    }
    while (code == IX_OK) {
        struct scan scan;
        bool found;
        code = get_row(csv, &scan, &found, err);
        if (code != IX_OK || (!found && scan.at == 0)) {
            break;
        }
        char *text = csv->window.data + csv->begin;
        size_t size = without_return(text, scan.at);
        int64_t line = csv->line;
        csv->begin += scan.at + found;
        csv->line += scan.lines + 1;
        if (size == 0) {
            continue;
        }
        if (!cut(csv, text, size)) {
            csv->line = line;
            return too_long(csv, err);
        }
        *ret_row = (struct ix_csv_row){csv->cells, csv->quoted, csv->count, line, csv->faulty_cell};
        *ret_more = true;
        break;
    }
    return code;
}

/* A bar is as long as its value in eighths of a character. Over time every series has its own
 * scale, from 0 to its largest period, since it is the course that is looked at there. */
#include "cli/draw.h"

enum { USUAL_WIDTH = 100, NAME_MOST = 48, GAP = 2, BAR_LEAST = 10, EIGHTHS = 8 };

struct drawing {
    struct ix_buf *buf;
    const struct ix_charts *charts;
    const struct ix_chart *chart;
    struct ix_arena *scratch;
    size_t name_width, number_width, bar_width;
};

static void put_times(struct ix_buf *buf, const char *text, size_t count) {
    for (size_t i = 0; i < count; i++) {
        ix_buf_add_cstr(buf, text);
    }
}

/* Names come from outside: no control characters. */
static void put_name(const struct drawing *d, struct ix_sv name) {
    bool cut = ix_terminal_text_width(name) > d->name_width;
    struct ix_sv shown = ix_terminal_fit(name, d->name_width - cut);
    for (size_t at = 0; at < shown.size;) {
        size_t control = ix_terminal_control(ix_sv_from(shown, at));
        ix_buf_add_char(d->buf, control > 0 ? ' ' : shown.data[at]);
        at += control > 0 ? control : 1;
    }
    ix_buf_add_cstr(d->buf, cut ? "…" : "");
    put_times(d->buf, " ", d->name_width - ix_terminal_text_width(shown) - cut + GAP);
}

static void put_number(const struct drawing *d, struct ix_chart_cell cell) {
    struct ix_sv text = ix_chart_label(d->charts, d->scratch, cell);
    put_times(d->buf, " ", d->number_width - text.size);
    ix_buf_add(d->buf, text);
}

static void measure(struct drawing *d, size_t width) {
    d->name_width = d->number_width = 0;
    for (size_t s = 0; s < d->chart->series_count; s++) {
        const struct ix_chart_series *series = &d->chart->series[s];
        size_t name = ix_terminal_text_width(series->name);
        size_t number = ix_chart_label(d->charts, d->scratch, series->total).size;
        d->name_width = name > d->name_width ? name : d->name_width;
        d->number_width = number > d->number_width ? number : d->number_width;
    }
    size_t name_most = width / 3 < NAME_MOST ? width / 3 : NAME_MOST;
    d->name_width = d->name_width > name_most ? name_most : d->name_width;
    size_t taken = d->name_width + d->number_width + 2 * (size_t)GAP;
    d->bar_width = width > taken + BAR_LEAST ? width - taken : BAR_LEAST;
}

/* ---- bars ---- */

static const char *const parts[EIGHTHS] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

/* What is below 0 is drawn hollow. */
static void put_bar(const struct drawing *d, double value, double largest) {
    bool below = value < 0;
    double size = below ? -value : value;
    size_t eighths =
        largest > 0 ? (size_t)(size / largest * (double)(d->bar_width * EIGHTHS) + 0.5) : 0;
    size_t full = eighths / EIGHTHS;
    size_t rest = eighths % EIGHTHS;
    if (size > 0 && eighths == 0) {
        rest = 1;
    }
    put_times(d->buf, below ? "░" : "█", full);
    ix_buf_add_cstr(d->buf, below && rest ? "░" : parts[rest]);
    put_times(d->buf, " ", d->bar_width - full - (rest > 0 && full < d->bar_width));
}

static void put_bars(const struct drawing *d) {
    double largest = 0;
    for (size_t s = 0; s < d->chart->series_count; s++) {
        double value = ix_money_double(d->chart->series[s].total.sum);
        value = value < 0 ? -value : value;
        largest = value > largest ? value : largest;
    }
    for (size_t s = 0; s < d->chart->series_count; s++) {
        const struct ix_chart_series *series = &d->chart->series[s];
        put_name(d, series->name);
        put_bar(d, ix_money_double(series->total.sum), largest);
        put_times(d->buf, " ", GAP);
        put_number(d, series->total);
        ix_buf_add_char(d->buf, '\n');
    }
}

/* ---- over time ---- */

/* Periods that stand in one character when there are more than fit. */
static size_t periods_each(const struct drawing *d) {
    return (d->chart->period_count + d->bar_width - 1) / d->bar_width;
}

static bool sum_of(const struct ix_chart_series *series, size_t from, size_t until, double *ret) {
    bool known = false;
    *ret = 0;
    for (size_t i = from; i < until; i++) {
        known = known || series->cells[i].known;
        *ret += ix_money_double(series->cells[i].sum);
    }
    return known;
}

static void put_course(const struct drawing *d, const struct ix_chart_series *series) {
    static const char *const heights[EIGHTHS] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    size_t each = periods_each(d);
    size_t count = d->chart->period_count;
    double low = 0;
    double high = 0;
    double value;
    for (size_t i = 0; i < count; i += each) {
        (void)sum_of(series, i, i + each < count ? i + each : count, &value);
        low = value < low ? value : low;
        high = value > high ? value : high;
    }
    for (size_t i = 0; i < count; i += each) {
        bool known = sum_of(series, i, i + each < count ? i + each : count, &value);
        size_t height =
            high > low ? (size_t)((value - low) / (high - low) * (EIGHTHS - 1) + 0.5) : 0;
        ix_buf_add_cstr(d->buf, known ? heights[height] : " ");
    }
}

static void put_courses(const struct drawing *d) {
    size_t each = periods_each(d);
    for (size_t s = 0; s < d->chart->series_count; s++) {
        const struct ix_chart_series *series = &d->chart->series[s];
        put_name(d, series->name);
        put_course(d, series);
        put_times(d->buf, " ", GAP);
        put_number(d, series->total);
        ix_buf_add_char(d->buf, '\n');
    }
    put_times(d->buf, " ", d->name_width + GAP);
    ix_buf_printf(d->buf, "%.*s to %.*s", IX_SV_FMT(d->chart->periods[0]),
                  IX_SV_FMT(d->chart->periods[d->chart->period_count - 1]));
    if (each > 1) {
        ix_buf_printf(d->buf, ", %zu in one character", each);
    }
    ix_buf_add_cstr(d->buf, "; each line has its own scale\n");
}

void ix_draw_charts(struct ix_buf *buf, const struct ix_terminal *terminal,
                    const struct ix_charts *charts, struct ix_arena *scratch) {
    struct drawing d = {.buf = buf, .charts = charts, .scratch = scratch};
    size_t width = terminal->width ? terminal->width : USUAL_WIDTH;
    for (size_t i = 0; i < charts->count; i++) {
        d.chart = &charts->items[i];
        if (charts->count > 1 || !ix_sv_empty(d.chart->unit)) {
            ix_buf_printf(
                buf, "%s%.*s\n", i ? "\n" : "",
                IX_SV_FMT(ix_sv_empty(d.chart->unit) ? IX_SV("(no currency)") : d.chart->unit));
        }
        measure(&d, width);
        if (charts->has_time) {
            put_courses(&d);
        } else {
            put_bars(&d);
        }
    }
}

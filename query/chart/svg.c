/* Lengths in the units of the picture, from doubles; the texts beside them are of the exact sums.
 */
#include "query/chart/svg.h"

#include <math.h>
#include <stdio.h>

enum {
    WIDTH = 960,
    HEIGHT = 540, /* of a chart over time */
    LEFT = 90,
    TOP = 84,
    RIGHT = 240, /* the legend */
    BOTTOM = 50,
    NAMES = 300, /* left of bars */
    ROW = 26,
    GRID_LINES = 5,
    NAME_CHARACTERS = 25, /* of the legend */
    BAR_NAME_CHARACTERS = 38,
    CHARACTER = 8, /* a little more than a digit is wide */
};

/* Okabe and Ito's colours, which most colour-blind people tell apart, and two more; grey for what
 * is put together. */
static const char *const colours[] = {"#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9",
                                      "#d55e00", "#7f6db5", "#b8a100", "#6b4c2a"};
static const char *const others_colour = "#a6a6a6";

struct drawing {
    struct ix_buf *buf;
    const struct ix_charts *charts;
    const struct ix_chart *chart;
    struct ix_arena *scratch;
    double top;             /* of the chart in the picture */
    double low, high, step; /* of the axis of values */
};

/* ---- text ---- */

static void put_text(struct ix_buf *buf, struct ix_sv text) {
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        switch (c) {
        case '<':
            ix_buf_add_cstr(buf, "&lt;");
            break;
        case '>':
            ix_buf_add_cstr(buf, "&gt;");
            break;
        case '&':
            ix_buf_add_cstr(buf, "&amp;");
            break;
        case '"':
            ix_buf_add_cstr(buf, "&quot;");
            break;
        default: /* XML 1.0 has no other control characters, not even escaped */
            ix_buf_add_char(buf, c < 0x20 || c == 0x7F ? ' ' : (char)c);
        }
    }
}

/* At most so many characters, the last of them an ellipsis when it was longer. */
static void put_short(struct ix_buf *buf, struct ix_sv text, size_t most) {
    size_t count = 0;
    size_t end = text.size;
    for (size_t i = 0; i < text.size; i++) {
        bool begins = ((unsigned char)text.data[i] & 0xC0) != 0x80;
        count += begins;
        end = begins && count == most ? i : end;
    }
    put_text(buf, count > most ? ix_sv_sub(text, 0, end) : text);
    ix_buf_add_cstr(buf, count > most ? "…" : "");
}

static void put_label(struct drawing *d, double x, double y, const char *anchor, struct ix_sv text,
                      size_t most) {
    ix_buf_printf(d->buf, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor);
    put_short(d->buf, text, most);
    ix_buf_add_cstr(d->buf, "</text>\n");
}

static const char *colour_of(const struct drawing *d, size_t series) {
    size_t count = sizeof colours / sizeof *colours;
    return d->charts->has_time && series < count ? colours[series]
           : d->charts->has_time                 ? others_colour
                                                 : colours[0];
}

/* A shape with what it stands for under the pointer. */
static void put_rect(struct drawing *d, double x, double y, double width, double height,
                     const char *colour) {
    ix_buf_printf(d->buf, "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"%s\">",
                  x, y, width, height, colour);
}

static void put_title(struct drawing *d, struct ix_sv period, const struct ix_chart_series *series,
                      struct ix_chart_cell cell) {
    char number[IX_MONEY_TEXT_SIZE];
    ix_buf_add_cstr(d->buf, "<title>");
    put_text(d->buf, period);
    ix_buf_add_cstr(d->buf, ix_sv_empty(period) ? "" : " ");
    put_text(d->buf, series->name);
    ix_buf_add_cstr(d->buf, ": ");
    put_text(d->buf, ix_money_format(cell.sum, number));
    ix_buf_add_char(d->buf, ' ');
    put_text(d->buf, d->chart->unit);
    ix_buf_add_cstr(d->buf, "</title></rect>\n");
}

/* ---- the axis of values ---- */

/* 1, 2 or 5 times a power of ten, so that a few lines reach `span`. */
static double nice_step(double span) {
    double raw = span / GRID_LINES;
    double power = pow(10, floor(log10(raw)));
    double factor = raw / power;
    return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
}

static void set_axis(struct drawing *d, double low, double high) {
    double span = high - low;
    d->step = span > 0 ? nice_step(span) : 1;
    d->low = floor(low / d->step) * d->step;
    d->high = span > 0 ? ceil(high / d->step) * d->step : 1;
}

/* What is above and what is below 0 is stacked apart. */
static void measure_stacks(struct drawing *d) {
    double low = 0;
    double high = 0;
    for (size_t p = 0; p < d->chart->period_count; p++) {
        double up = 0;
        double down = 0;
        for (size_t s = 0; s < d->chart->series_count; s++) {
            double value = ix_money_double(d->chart->series[s].cells[p].sum);
            up += value > 0 ? value : 0;
            down += value < 0 ? value : 0;
        }
        high = up > high ? up : high;
        low = down < low ? down : low;
    }
    set_axis(d, low, high);
}

static double y_of(const struct drawing *d, double value) {
    double height = HEIGHT - TOP - BOTTOM;
    return d->top + TOP + height * (d->high - value) / (d->high - d->low);
}

/* As many decimals as the step needs. */
static struct ix_sv axis_text(const struct drawing *d, double value) {
    struct ix_money amount = {0};
    char text[IX_DECIMALS_SIZE];
    bool rounded = false;
    int decimals = d->step < 1 ? (int)ceil(-log10(d->step) - 1e-9) : 0;
    struct ix_sv number = ix_decimals(value, decimals, text);
    if (decimals > 2 || ix_money_parse(number, &amount, &rounded, &(struct ix_err){0}) != IX_OK) {
        return ix_arena_copy(d->scratch, number);
    }
    char display[IX_MONEY_DISPLAY_SIZE];
    number = ix_money_display(amount, display, &rounded);
    enum { HUNDREDTHS = 3 }; /* ".00" */
    return ix_arena_copy(d->scratch,
                         decimals ? number : ix_sv_sub(number, 0, number.size - HUNDREDTHS));
}

static void put_grid(struct drawing *d) {
    ix_buf_add_cstr(d->buf, "<g class=\"axis\">\n");
    int lines = (int)round((d->high - d->low) / d->step);
    for (int i = 0; i <= lines; i++) {
        double value = d->low + i * d->step;
        double y = y_of(d, value);
        bool zero = fabs(value) < d->step / 2;
        ix_buf_printf(d->buf, "<line x1=\"%d\" x2=\"%d\" y1=\"%.2f\" y2=\"%.2f\" stroke=\"%s\"/>\n",
                      LEFT, WIDTH - RIGHT, y, y, zero ? "#555" : "#ddd");
        put_label(d, LEFT - 8, y + 4, "end", axis_text(d, zero ? 0 : value), NAME_CHARACTERS);
    }
    ix_buf_add_cstr(d->buf, "</g>\n");
}

/* ---- columns over time ---- */

static void put_column(struct drawing *d, size_t period, double x, double width) {
    double up = 0;
    double down = 0;
    for (size_t s = 0; s < d->chart->series_count; s++) {
        const struct ix_chart_series *series = &d->chart->series[s];
        double value = ix_money_double(series->cells[period].sum);
        if (value == 0) {
            continue;
        }
        double *end = value > 0 ? &up : &down;
        double from = y_of(d, *end);
        *end += value;
        double to = y_of(d, *end);
        put_rect(d, x, from < to ? from : to, width, fabs(to - from), colour_of(d, s));
        put_title(d, d->chart->periods[period], series, series->cells[period]);
    }
}

static void put_columns(struct drawing *d) {
    double slot = (double)(WIDTH - LEFT - RIGHT) / (double)d->chart->period_count;
    double label = CHARACTER * (double)(d->chart->periods[0].size + 1);
    size_t every = (size_t)ceil(label / slot);
    for (size_t p = 0; p < d->chart->period_count; p++) {
        double x = LEFT + slot * (double)p;
        put_column(d, p, x + slot * 0.12, slot * 0.76);
        if (p % every == 0) {
            put_label(d, x + slot / 2, d->top + HEIGHT - BOTTOM + 20, "middle",
                      d->chart->periods[p], NAME_CHARACTERS);
        }
    }
}

/* In the order of the stack, which is the order of size. */
static void put_legend(struct drawing *d) {
    enum { LINE = 38, BOX = 12 };
    double x = WIDTH - RIGHT + 20;
    for (size_t s = 0; s < d->chart->series_count; s++) {
        const struct ix_chart_series *series = &d->chart->series[s];
        double y = d->top + TOP + LINE * (double)s;
        put_rect(d, x, y, BOX, BOX, colour_of(d, s));
        put_title(d, (struct ix_sv){0}, series, series->total);
        put_label(d, x + BOX + 8, y + 11, "start", series->name, NAME_CHARACTERS);
        ix_buf_add_cstr(d->buf, "<g fill=\"#666\">");
        put_label(d, x + BOX + 8, y + 26, "start",
                  ix_chart_label(d->charts, d->scratch, series->total), NAME_CHARACTERS);
        ix_buf_add_cstr(d->buf, "</g>");
    }
}

/* ---- bars ---- */

static void measure_bars(struct drawing *d) {
    double low = 0;
    double high = 0;
    for (size_t s = 0; s < d->chart->series_count; s++) {
        double value = ix_money_double(d->chart->series[s].total.sum);
        high = value > high ? value : high;
        low = value < low ? value : low;
    }
    d->low = low;
    d->high = high > low ? high : low + 1;
}

static void put_bars(struct drawing *d) {
    enum { LABELS = 130, BAR = 18 }; /* right of the bars */
    double unit = (WIDTH - NAMES - LABELS) / (d->high - d->low);
    double zero = NAMES - d->low * unit;
    for (size_t s = 0; s < d->chart->series_count; s++) {
        const struct ix_chart_series *series = &d->chart->series[s];
        double value = ix_money_double(series->total.sum);
        double y = d->top + TOP + ROW * (double)s;
        double length = fabs(value) * unit;
        put_label(d, NAMES - 10, y + 13, "end", series->name, BAR_NAME_CHARACTERS);
        put_rect(d, value < 0 ? zero - length : zero, y, length, BAR, colour_of(d, s));
        put_title(d, (struct ix_sv){0}, series, series->total);
        put_label(d, (value < 0 ? zero : zero + length) + 6, y + 13, "start",
                  ix_chart_label(d->charts, d->scratch, series->total), NAME_CHARACTERS);
    }
}

/* ---- the picture ---- */

static double height_of(const struct ix_charts *charts, const struct ix_chart *chart) {
    return charts->has_time ? HEIGHT : TOP + ROW * (double)chart->series_count + BOTTOM;
}

static struct ix_sv total_text(const struct drawing *d, struct ix_arena *arena) {
    struct ix_chart_cell total = {0};
    struct ix_err ignored = {0};
    for (size_t s = 0; s < d->chart->series_count; s++) {
        const struct ix_chart_cell *cell = &d->chart->series[s].total;
        total.known = total.known || cell->known;
        if (ix_money_add(&total.sum, cell->sum, &ignored) != IX_OK) {
            return (struct ix_sv){0};
        }
    }
    struct ix_sv label = ix_chart_label(d->charts, arena, total);
    return ix_arena_printf(arena, "total %.*s %.*s", IX_SV_FMT(label), IX_SV_FMT(d->chart->unit));
}

static void put_chart(struct drawing *d, struct ix_sv title) {
    ix_buf_printf(d->buf, "<text x=\"24\" y=\"%.0f\" font-size=\"20\" font-weight=\"bold\">",
                  d->top + 36);
    put_short(d->buf, title, 80);
    ix_buf_printf(d->buf, "</text>\n<text x=\"24\" y=\"%.0f\" fill=\"#666\">", d->top + 58);
    put_text(d->buf, total_text(d, d->scratch));
    ix_buf_add_cstr(d->buf, "</text>\n");
    if (!d->charts->has_time) {
        measure_bars(d);
        put_bars(d);
        return;
    }
    measure_stacks(d);
    put_grid(d);
    put_columns(d);
    put_legend(d);
}

void ix_charts_write_svg(struct ix_buf *buf, const struct ix_charts *charts, struct ix_sv title,
                         struct ix_arena *scratch) {
    struct drawing d = {.buf = buf, .charts = charts, .scratch = scratch};
    double height = charts->count ? 0 : TOP;
    for (size_t i = 0; i < charts->count; i++) {
        height += height_of(charts, &charts->items[i]);
    }
    ix_buf_printf(buf,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %.0f\" width=\"%d\" "
                  "height=\"%.0f\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"13\" "
                  "fill=\"#222\" role=\"img\" aria-label=\"",
                  WIDTH, height, WIDTH, height);
    put_text(buf, title);
    ix_buf_printf(buf, "\">\n<rect width=\"%d\" height=\"%.0f\" fill=\"#fff\"/>\n", WIDTH, height);
    for (size_t i = 0; i < charts->count; i++) {
        d.chart = &charts->items[i];
        put_chart(&d, title);
        d.top += height_of(charts, d.chart);
    }
    if (charts->count == 0) {
        put_label(&d, 24, 36, "start", IX_SV("nothing to draw: no rows"), WIDTH);
    }
    ix_buf_add_cstr(buf, "</svg>\n");
}

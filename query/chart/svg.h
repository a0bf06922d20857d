/* Charts as one SVG document (SVG 1.1, no script, no outside resource): columns stacked over time,
 * or bars below one another. As large as a slide (16:9), a chart below the other. The exact numbers
 * are in the titles of the shapes, which browsers show under the pointer. */
#ifndef IX_QUERY_CHART_SVG_H
#define IX_QUERY_CHART_SVG_H

#include "query/chart/chart.h"

/* Errors of memory stay in the buffer. */
void ix_charts_write_svg(struct ix_buf *buf, const struct ix_charts *charts, struct ix_sv title,
                         struct ix_arena *scratch);

#endif

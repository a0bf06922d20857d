/* Charts at the terminal, of block characters: bars below one another, or a line of small columns
 * for each series over time. */
#ifndef IX_CLI_DRAW_H
#define IX_CLI_DRAW_H

#include "cli/terminal.h"
#include "query/chart/chart.h"

/* Errors of memory stay in the buffer. */
void ix_draw_charts(struct ix_buf *buf, const struct ix_terminal *terminal,
                    const struct ix_charts *charts, struct ix_arena *scratch);

#endif

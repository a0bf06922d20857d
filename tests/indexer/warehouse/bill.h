/* Bills for tests: lines from few words, and what they come to, added one by one. */
#ifndef IX_TESTS_WAREHOUSE_BILL_H
#define IX_TESTS_WAREHOUSE_BILL_H

#include "indexer/warehouse/cost.h"
#include "store.h"

struct bill_line {
    const char *billing, *begin; /* times */
    const char *service, *account, *region, *category, *currency, *resource, *description;
    const char *tags, *extra;                 /* JSON */
    const char *amount[IX_COST_METRIC_COUNT]; /* NULL: unknown */
};

void bill_put(struct store *s, const struct bill_line *line);

/* The value of a line as the answer has it; NULL is null. `text` is scratch. */
enum { BILL_TEXT_SIZE = 64 };
const char *bill_value(const struct bill_line *line, const struct ix_cost_dimension *of,
                       char text[BILL_TEXT_SIZE]);

/* Asks, and compares with what the lines come to when they are added one by one. */
void bill_compare(struct store *s, const struct bill_line *lines, size_t count,
                  const struct ix_cost_question *question, const char *name);

/* The answer, "begin value value sum currency lines unknown" a line; static text. */
const char *bill_answer(struct store *s, const struct ix_cost_question *question);

#endif

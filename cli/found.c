/* A search of the warehouse in the data folder. */
#include "cli/found.h"

#include <stdlib.h>

#include "indexer/normalise/tristate.h"
#include "indexer/normalise/type.h"
#include "query/run.h"

struct local {
    struct ix_found found; /* first: it is what callers hold */
    struct ix_invocation *invocation;
    struct ix_warehouse *warehouse;
    struct ix_answer *answer;
};

static enum ix_code next_row(struct ix_found *found, struct ix_arena *arena,
                             struct ix_json **ret_row, struct ix_err *err) {
    return ix_answer_next(((struct local *)found)->answer, arena, ret_row, err);
}

static enum ix_code read_tail(struct ix_found *found, struct ix_json **ret_tail,
                              struct ix_err *err) {
    struct local *l = (struct local *)found;
    return ix_answer_tail(l->answer, l->invocation->arena, ret_tail, err);
}

static void close_local(struct ix_found *found) {
    struct local *l = (struct local *)found;
    ix_answer_close(l->answer);
    ix_warehouse_close(l->warehouse);
    free(l);
}

static void describe(struct local *l) {
    struct ix_found *f = &l->found;
    f->next = next_row;
    f->tail = read_tail;
    f->close = close_local;
    f->is_resources = ix_answer_is_resources(l->answer);
    f->explanation = ix_answer_explanation(l->answer);
    f->format = ix_sv_cstr(ix_plan_format_name(ix_answer_format(l->answer)));
    for (size_t i = 0; i < ix_answer_column_count(l->answer); i++) {
        f->columns = ix_arena_printf(l->invocation->arena, "%.*s%s%.*s", IX_SV_FMT(f->columns),
                                     i ? "," : "", IX_SV_FMT(ix_answer_column(l->answer, i)));
    }
}

static enum ix_code ask(struct local *l, struct ix_sv text, struct ix_err *err) {
    const struct ix_settings *settings = &l->invocation->settings;
    const struct ix_run_query_settings query = {
        .now_ms = l->invocation->now_ms,
        .limit = settings->limit,
        .properties = ix_found_with_properties(l->invocation),
        .count = true,
        .cursor = settings->cursor,
        .kinds = ix_kinds,
        .categories = ix_categories,
        .types = ix_type_words(),
        .rules = ix_tristate_rules,
    };
    enum ix_code code = ix_invocation_open(l->invocation, IX_OPEN_READ, &l->warehouse, err);
    return code == IX_OK ? ix_query_run(l->warehouse, text, &query, &l->answer, err) : code;
}

enum ix_code ix_found_in_warehouse(struct ix_invocation *invocation, struct ix_sv text,
                                   struct ix_found **ret_found, struct ix_err *err) {
    struct local *l = calloc(1, sizeof *l);
    if (!l) {
        return ix_err_nomem(err);
    }
    l->invocation = invocation;
    enum ix_code code = ask(l, text, err);
    if (code != IX_OK) {
        close_local(&l->found);
        return code;
    }
    describe(l);
    *ret_found = &l->found;
    return IX_OK;
}

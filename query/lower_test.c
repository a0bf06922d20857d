/* Tests that the engine asks back: a matcher behind a function pointer. */
#include <stdlib.h>

#include "query/lower_pred.h"

static bool ask_text(void *context, struct ix_sv value, struct ix_err *err) {
    bool holds = false;
    return ix_matcher_text(context, value, &holds, err) == IX_OK && holds;
}

static bool ask_json(void *context, struct ix_sv value, struct ix_err *err) {
    bool holds = false;
    return ix_matcher_json_text(context, value, &holds, err) == IX_OK && holds;
}

static bool keep_matcher(struct ix_lowering *l, struct ix_matcher *matcher) {
    struct ix_lowered *lowered = l->lowered;
    if (lowered->matcher_count == lowered->matcher_capacity) {
        size_t capacity = lowered->matcher_capacity ? lowered->matcher_capacity * 2 : 8;
        struct ix_matcher **matchers = realloc(lowered->matchers, capacity * sizeof *matchers);
        if (!matchers) {
            ix_err_nomem(l->err);
            return false;
        }
        lowered->matchers = matchers;
        lowered->matcher_capacity = capacity;
    }
    lowered->matchers[lowered->matcher_count++] = matcher;
    return true;
}

static const struct ix_value_test *new_test(struct ix_lowering *l, struct ix_matcher *matcher,
                                            bool (*holds)(void *, struct ix_sv, struct ix_err *)) {
    if (!keep_matcher(l, matcher)) {
        ix_matcher_free(matcher);
        return NULL;
    }
    struct ix_value_test *test = IX_NEW(l->arena, struct ix_value_test);
    if (!test) {
        ix_err_nomem(l->err);
        return NULL;
    }
    *test = (struct ix_value_test){.holds = holds, .context = matcher};
    return test;
}

const struct ix_value_test *ix_lower_text_test(struct ix_lowering *l, const struct ix_test *test,
                                               bool versions) {
    struct ix_matcher *matcher = NULL;
    return ix_matcher_new_test(test, versions, &matcher, l->err) == IX_OK
               ? new_test(l, matcher, ask_text)
               : NULL;
}

const struct ix_value_test *ix_lower_json_test(struct ix_lowering *l, const struct ix_pred *pred) {
    struct ix_matcher *matcher = NULL;
    return ix_matcher_new(pred, &matcher, l->err) == IX_OK ? new_test(l, matcher, ask_json) : NULL;
}

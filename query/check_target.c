/* Tags and properties. */
#include "query/check.h"

/* ---- tags ---- */

/* Google's labels are kept as tags, so `label.` looks at both. */
unsigned ix_check_tag_classes(enum ix_tag_class tag_class) {
    return tag_class == IX_LABEL ? 1u << IX_LABEL | 1u << IX_TAG : 1u << tag_class;
}

static struct ix_leaf tag_leaf(unsigned classes, struct ix_span span) {
    struct ix_leaf leaf = {
        .proto = {.kind = IX_PRED_TAG, .begin = span.begin, .end = span.end},
        .test_offset = IX_TEST_OFFSET(tag.test),
        .class_ = IX_CLASS_WHOLE,
        .what = IX_SV("tag"),
    };
    leaf.proto.tag.classes = classes;
    leaf.proto.tag.key_test.op = IX_OP_EXISTS;
    leaf.proto.tag.test.op = IX_OP_EXISTS;
    return leaf;
}

struct ix_pred *ix_check_any_tag(struct ix_checker *checker, unsigned classes,
                                 struct ix_span span) {
    struct ix_leaf leaf = tag_leaf(classes, span);
    struct ix_test exists = {.op = IX_OP_EXISTS};
    return ix_check_leaf(checker, &leaf, &exists);
}

/* Values of tags are words of a vocabulary; but < and > look at them as at properties. */
static void choose_class(struct ix_leaf *leaf, const struct ix_match *match) {
    bool order = match->kind == IX_MATCH_RANGE ||
                 (match->kind == IX_MATCH_COMPARE && match->op != IX_COMPARE_EQ &&
                  match->op != IX_COMPARE_NE && match->op < IX_COMPARE_LIKE);
    leaf->class_ = order ? IX_CLASS_PROPERTY : IX_CLASS_WHOLE;
}

static bool is_word(const struct ix_match *match, const char *word) {
    return match->kind == IX_MATCH_VALUES && match->value_count == 1 &&
           match->values[0].kind == IX_LITERAL_BARE &&
           ix_sv_eq_nocase(match->values[0].text, ix_sv_cstr(word));
}

/* tag:none, tag:all, tag:x (a key or a value is x). */
static struct ix_pred *any_tag(struct ix_checker *checker, unsigned classes,
                               const struct ix_match *match, struct ix_span span) {
    struct ix_leaf key = tag_leaf(classes, span), value = key;
    if (match->kind == IX_MATCH_EXISTS || is_word(match, "all") || is_word(match, "none")) {
        struct ix_pred *any = ix_check_any_tag(checker, classes, span);
        return ix_pred_not_if(checker, match->negated != is_word(match, "none"), any);
    }
    struct ix_match positive = *match;
    positive.negated = false;
    key.test_offset = IX_TEST_OFFSET(tag.key_test);
    struct ix_pred *either =
        ix_pred_pair(checker, IX_PRED_OR, ix_check_match(checker, &key, &positive),
                     ix_check_match(checker, &value, &positive));
    return ix_pred_not_if(checker, match->negated, either);
}

struct ix_pred *ix_check_tag(struct ix_checker *checker, const struct ix_target *target,
                             const struct ix_match *match, struct ix_span span) {
    unsigned classes = ix_check_tag_classes(target->tag_class);
    struct ix_leaf leaf = tag_leaf(classes, span);
    switch (target->kind) {
    case IX_TARGET_TAG_KEY:
        leaf.test_offset = IX_TEST_OFFSET(tag.key_test);
        return ix_check_match(checker, &leaf, match);
    case IX_TARGET_TAG_VALUE:
        return ix_check_match(checker, &leaf, match);
    case IX_TARGET_TAG_ANY:
        if (ix_sv_empty(target->name)) {
            return any_tag(checker, classes, match, span);
        }
        break;
    default:
        break;
    }
    choose_class(&leaf, match);
    leaf.what = ix_sv_sub(checker->text, target->begin, target->end);
    leaf.proto.tag.key_test = ix_check_text_test(checker, IX_OP_EQ, target->name);
    return ix_check_match(checker, &leaf, match);
}

/* ---- properties ---- */

struct ix_path ix_check_fixed_path(struct ix_checker *checker, struct ix_sv text) {
    struct ix_path path = {0};
    struct ix_sv rest = text, name;
    path.steps = ix_arena_array(checker->arena, IX_PATH_STEPS_MAX, sizeof *path.steps);
    while (path.steps && path.count < IX_PATH_STEPS_MAX && ix_sv_split(&rest, '.', &name)) {
        path.steps[path.count++] = (struct ix_path_step){.kind = IX_STEP_NAME, .name = name};
    }
    return path;
}

struct ix_pred *ix_check_path(struct ix_checker *checker, const struct ix_target *target,
                              const struct ix_match *match, struct ix_span span) {
    struct ix_leaf leaf = {
        .proto = {.kind = IX_PRED_PROP, .begin = span.begin, .end = span.end},
        .test_offset = IX_TEST_OFFSET(prop.test),
        .class_ = IX_CLASS_PROPERTY,
        .what = ix_sv_sub(checker->text, target->begin, target->end),
    };
    leaf.proto.prop.path = (struct ix_path){target->steps, target->step_count};
    return ix_check_match(checker, &leaf, match);
}

/* The file of rules: what is read from it, and that each error says its line. */
#include "query/cost/rules.h"

#include <criterion/criterion.h>
#include <string.h>

#include "query/cost/document.h"

enum { MEMORY_MAX = 4 << 20 };

static enum ix_code read_text(const char *text, struct ix_arena *arena, struct ix_cost_rules *rules,
                              struct ix_err *err) {
    ix_arena_init(arena, MEMORY_MAX);
    return ix_cost_rules_read(ix_sv_cstr(text), IX_SV("r.yaml"), arena, rules, err);
}

static void refuse(const char *text, const char *wanted) {
    struct ix_arena arena;
    struct ix_cost_rules rules;
    struct ix_err err = {0};
    cr_expect_eq(read_text(text, &arena, &rules, &err), IX_INVALID, "%s", text);
    cr_expect(strstr(err.text, wanted), "‘%s’ is not in ‘%s’", wanted, err.text);
    ix_arena_done(&arena);
}

Test(rules, are_read_in_their_order_with_targets_that_have_one_name) {
    struct ix_arena arena;
    struct ix_cost_rules rules;
    struct ix_err err = {0};
    cr_assert_eq(read_text("dimension: team\n"
                           "rules:\n"
                           "  - target: web\n"
                           "    where: service=A\n"
                           "  - name: support\n"
                           "    split: {web: 2, shop: 0.5}\n"
                           "  - split: in proportion\n"
                           "  - split: evenly\n"
                           "    among: [shop, web]\n",
                           &arena, &rules, &err),
                 IX_OK, "%s", err.text);
    cr_expect(ix_sv_eq_cstr(rules.dimension, "team"));
    cr_assert_eq(rules.rule_count, 4);
    cr_assert_eq(rules.target_count, 2);
    cr_expect(ix_sv_eq_cstr(rules.rules[0].name, "rule 1"));
    cr_expect(ix_sv_eq_cstr(rules.rules[0].where, "service=A"));
    cr_expect_eq(rules.rules[1].line, 5);
    cr_expect_eq(rules.rules[1].manner, IX_COST_BY_WEIGHTS);
    cr_expect_eq(rules.rules[1].parts[1].weight.nano, 500000000);
    cr_expect_eq(rules.rules[2].part_count, 1, "only web has a rule of its own");
    cr_expect_eq(rules.rules[3].parts[0].target, 1);
    ix_arena_done(&arena);
}

Test(rules, that_cannot_be_understood_say_where) {
    refuse("", "r.yaml, line 1: expected `dimension: team`");
    refuse("dimension: team\nrules: []\n", "line 2: expected");
    refuse("dimension: team\nruels: []\n", "line 2: unknown key ‘ruels’; did you mean ‘rules’?");
    refuse("dimension: team\nrules:\n  - target: a\n    wehre: service=A\n",
           "line 4: unknown key ‘wehre’; did you mean ‘where’?");
    refuse("dimension: team\nrules:\n  - where: service=A\n", "line 3: a rule has either");
    refuse("dimension: team\nrules:\n  - target: a\n    split: evenly\n", "line 3: a rule has");
    refuse("dimension: team\nrules:\n  - target: a\n  - b\n", "line 4: a rule is a mapping");
    refuse("dimension: team\nrules:\n  - target: unallocated\n", "line 3: a target is a word");
    refuse("dimension: team\nrules:\n  - split:\n      a: 1\n      b: -2\n", "line 5: a weight");
    refuse("dimension: team\nrules:\n  - split:\n      a: some\n", "line 4: a weight");
    refuse("dimension: team\nrules:\n  - split: sometimes\n", "line 3: split is one of");
    refuse("dimension: team\nrules:\n  - split: evenly\n", "line 3: no rule has a target");
    refuse("dimension: team\nrules:\n  - split: evenly\n    among: [a, a]\n", "named twice");
    refuse("dimension: team\nrules:\n  - target: a\n    query:\n", "expected a text here");
    refuse("dimension: [\n", "r.yaml: line 2");
}

Test(documents, know_the_line_of_what_is_inside_of_an_alias) {
    struct ix_cost_document d;
    struct ix_arena arena;
    struct ix_err err = {0};
    ix_arena_init(&arena, MEMORY_MAX);
    cr_assert_eq(ix_cost_document_read(IX_SV("a: &x\n  b: 1\nc:\n  - *x\n  - <<: *x\n    e: 2\n"),
                                       IX_SV("d.yaml"), &arena, &d, &err),
                 IX_OK);
    const struct ix_json *list = ix_json_get(d.root, "c");
    cr_expect_eq(ix_cost_document_line(&d, ix_json_get(ix_json_get(d.root, "a"), "b")), 2);
    cr_expect_eq(ix_cost_document_line(&d, ix_json_at(list, 0)), 4);
    cr_expect_eq(ix_cost_document_line(&d, ix_json_get(ix_json_at(list, 0), "b")), 4);
    cr_expect_eq(ix_cost_document_line(&d, ix_json_get(ix_json_at(list, 1), "b")), 5);
    cr_expect_eq(ix_cost_document_line(&d, ix_json_get(ix_json_at(list, 1), "e")), 6);
    cr_expect_eq(ix_cost_document_line(&d, NULL), 1);
    ix_arena_done(&arena);
}

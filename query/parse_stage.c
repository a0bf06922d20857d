/* The whole query: a search part, then stages. stage.def has their names; those that this version
 * does not do are known by name, so that the answer can say so. */
#include "query/parse.h"
#include "query/suggest.h"

#include <stdio.h>

struct verb_row {
    const char *name, *aliases, *meanwhile;
    bool ready;
};

static const struct verb_row verbs[] = {
#define IX_VERB_ROW(symbol, name, aliases, ready, meanwhile)                                       \
    [IX_VERB_##symbol] = {(name), (aliases), (meanwhile), (ready)},
#include "query/stage.def"
#undef IX_VERB_ROW
};

static bool is_called(const struct verb_row *row, struct ix_sv name) {
    struct ix_sv rest = ix_sv_cstr(row->aliases), alias;
    if (ix_sv_eq_nocase(name, ix_sv_cstr(row->name))) {
        return true;
    }
    while (ix_sv_split(&rest, ' ', &alias)) {
        if (ix_sv_eq_nocase(name, alias)) {
            return true;
        }
    }
    return false;
}

static void unknown_stage(struct ix_parser *parser, struct ix_token token) {
    char hint[IX_SUGGEST_HINT_SIZE];
    struct ix_suggest suggest;
    ix_suggest_init(&suggest, token.text);
    for (enum ix_verb verb = 0; verb < IX_VERB_TOTAL; verb++) {
        ix_suggest_add(&suggest, verbs[verb].name);
        ix_suggest_add(&suggest, verbs[verb].aliases);
    }
    ix_parse_fail(
        parser, token.begin, token.end,
        ix_suggest_hint(&suggest, hint,
                        "; stages are where, count, facet, summarize, sort, top, limit, skip, "
                        "project, distinct, cost, as, explain"),
        "unknown stage ‘%.*s’", ix_query_shown(token.text), token.text.data);
}

static bool find_verb(struct ix_parser *parser, struct ix_token token, enum ix_verb *ret_verb) {
    char hint[IX_SUGGEST_HINT_SIZE];
    for (enum ix_verb verb = IX_VERB_HOP + 1; verb < IX_VERB_TOTAL; verb++) {
        if (!is_called(&verbs[verb], token.text)) {
            continue;
        }
        if (!verbs[verb].ready) {
            snprintf(hint, sizeof hint, "; meanwhile %s", verbs[verb].meanwhile);
            ix_query_fail(parser->err, parser->lexer.text, IX_UNSUPPORTED, token.begin, token.end,
                          hint, "the stage ‘%s’ is not part of this version yet", verbs[verb].name);
            return false;
        }
        *ret_verb = verb;
        return true;
    }
    unknown_stage(parser, token);
    return false;
}

/* ---- one function a shape of stage ---- */

static bool hop_stage(struct ix_parser *parser, struct ix_stage_node *stage) {
    struct ix_token token;
    stage->verb = IX_VERB_HOP;
    stage->hop = IX_NEW(parser->arena, struct ix_hop_node);
    if (!stage->hop || !ix_parse_hop(parser, stage->hop)) {
        return false;
    }
    if (ix_parse_accept_word(parser, "as")) {
        if (!ix_parse_peek(parser, &token) || token.kind != IX_TOKEN_WORD) {
            ix_parse_expected(parser, "a name after ‘as’", "");
            return false;
        }
        stage->name = token.text;
        parser->lexer.pos = token.end;
    }
    if (ix_parse_peek(parser, &token) && ix_parse_begins_term(token)) {
        stage->search = ix_parse_or(parser);
    }
    return !ix_parse_failed(parser);
}

static bool by_items(struct ix_parser *parser, struct ix_stage_node *stage) {
    bool sums = stage->verb == IX_VERB_SUMMARIZE && !parser->columns;
    (void)ix_parse_accept_word(parser, "by");
    return ix_parse_items(parser, sums, &stage->items, &stage->item_count);
}

static bool count_stage(struct ix_parser *parser, struct ix_stage_node *stage) {
    return !ix_parse_at_word(parser, "by") || by_items(parser, stage);
}

static bool facet_stage(struct ix_parser *parser, struct ix_stage_node *stage) {
    enum { TOP_MAX = 10000 };
    return by_items(parser, stage) &&
           (!ix_parse_accept_word(parser, "top") ||
            ix_parse_int(parser, "a number after ‘top’", 1, TOP_MAX, &stage->n));
}

/* ---- summarize ---- */

static const struct {
    const char *name;
    bool takes_value;
} aggregates[] = {
#define IX_AGGREGATE_ROW(name, aggregate, fraction, takes_value) {(name), (takes_value)},
#include "query/aggregate.def"
#undef IX_AGGREGATE_ROW
};
enum { AGGREGATES = sizeof aggregates / sizeof *aggregates };

static bool find_aggregate(struct ix_parser *parser, struct ix_token token, size_t *ret_row) {
    struct ix_suggest suggest;
    char hint[IX_SUGGEST_HINT_SIZE];
    ix_suggest_init(&suggest, token.text);
    for (*ret_row = 0; *ret_row < AGGREGATES; ++*ret_row) {
        ix_suggest_add(&suggest, aggregates[*ret_row].name);
        if (ix_sv_eq_nocase(token.text, ix_sv_cstr(aggregates[*ret_row].name))) {
            return true;
        }
    }
    ix_parse_fail(parser, token.begin, token.end,
                  ix_suggest_hint(&suggest, hint,
                                  "; count(), sum(.x), avg, min, max, median, p95, dcount, share"),
                  "unknown aggregate ‘%.*s’", ix_query_shown(token.text), token.text.data);
    return false;
}

/* The name in front of `=`, or behind `as`. */
static bool aggregate_name(struct ix_parser *parser, struct ix_aggregate_node *node) {
    const size_t pos = parser->lexer.pos;
    struct ix_token name;
    if (!ix_parse_peek(parser, &name) || name.kind != IX_TOKEN_WORD) {
        return !ix_parse_failed(parser);
    }
    parser->lexer.pos = name.end;
    if (ix_parse_accept(parser, IX_TOKEN_EQ)) {
        node->name = name.text;
    } else {
        parser->lexer.pos = pos;
    }
    return !ix_parse_failed(parser);
}

static bool aggregate(struct ix_parser *parser, struct ix_aggregate_node *node) {
    struct ix_token token;
    if (!aggregate_name(parser, node) || !ix_parse_peek(parser, &token)) {
        return false;
    }
    if (token.kind != IX_TOKEN_WORD) {
        ix_parse_expected(parser, "an aggregate", "; for example n=count(), cores=sum(.cpu)");
        return false;
    }
    node->begin = token.begin;
    parser->lexer.pos = token.end;
    if (!find_aggregate(parser, token, &node->row) || !ix_parse_expect(parser, IX_TOKEN_LPAREN) ||
        (aggregates[node->row].takes_value &&
         !(parser->columns ? ix_parse_expr(parser, &node->value)
                           : ix_parse_sum(parser, &node->value))) ||
        !ix_parse_expect(parser, IX_TOKEN_RPAREN)) {
        return false;
    }
    node->end = parser->lexer.pos;
    if (ix_parse_accept_word(parser, "as")) {
        if (!ix_parse_peek(parser, &token) || token.kind != IX_TOKEN_WORD) {
            ix_parse_expected(parser, "a name after ‘as’", "");
            return false;
        }
        node->name = token.text;
        parser->lexer.pos = token.end;
    }
    return !ix_parse_failed(parser);
}

static bool summarize_stage(struct ix_parser *parser, struct ix_stage_node *stage) {
    struct ix_parse_list list = {0};
    do {
        struct ix_aggregate_node *node =
            ix_parse_list_add(parser, &list, sizeof *node, IX_QUERY_ITEMS_MAX / 2, "aggregates");
        if (!node || !aggregate(parser, node)) {
            return false;
        }
    } while (ix_parse_accept(parser, IX_TOKEN_COMMA));
    stage->aggregates = list.items;
    stage->aggregate_count = list.count;
    return !ix_parse_at_word(parser, "by") || by_items(parser, stage);
}

static bool top_stage(struct ix_parser *parser, struct ix_stage_node *stage) {
    if (!ix_parse_int(parser, "a number after ‘top’", 1, INT32_MAX, &stage->n)) {
        return false;
    }
    if (!ix_parse_at_word(parser, "by")) {
        ix_parse_expected(parser, "‘by’", "; for example top 10 by created");
        return false;
    }
    return by_items(parser, stage);
}

static bool format_stage(struct ix_parser *parser, struct ix_stage_node *stage) {
    static const char *const charts[] = {"bar", "line", "area", "stacked", "pie"};
    struct ix_token token;
    if (!ix_parse_peek(parser, &token)) {
        return false;
    }
    if (token.kind != IX_TOKEN_WORD) {
        ix_parse_expected(parser, "a format", "; formats are table, csv, json, ndjson, yaml");
        return false;
    }
    stage->name = token.text;
    stage->name_begin = token.begin;
    stage->name_end = parser->lexer.pos = token.end;
    for (size_t i = 0; i < sizeof charts / sizeof charts[0]; i++) {
        (void)ix_parse_accept_word(parser, charts[i]);
    }
    return !ix_parse_failed(parser);
}

static bool stage_rest(struct ix_parser *parser, struct ix_stage_node *stage) {
    switch (stage->verb) {
    case IX_VERB_WHERE:
        parser->relative = parser->columns;
        stage->search = ix_parse_or(parser);
        parser->relative = false;
        return stage->search != NULL;
    case IX_VERB_COUNT:
        return count_stage(parser, stage);
    case IX_VERB_FACET:
        return facet_stage(parser, stage);
    case IX_VERB_SUMMARIZE:
        return summarize_stage(parser, stage);
    case IX_VERB_SORT:
        return by_items(parser, stage);
    case IX_VERB_TOP:
        return top_stage(parser, stage);
    case IX_VERB_LIMIT:
        return ix_parse_int(parser, "a number after ‘limit’", 0, INT32_MAX, &stage->n);
    case IX_VERB_SKIP:
        return ix_parse_int(parser, "a number after ‘skip’", 0, INT32_MAX, &stage->n);
    case IX_VERB_PROJECT:
    case IX_VERB_DISTINCT:
        return ix_parse_items(parser, !parser->columns, &stage->items, &stage->item_count);
    case IX_VERB_PROJECT_AWAY:
        return ix_parse_items(parser, false, &stage->items, &stage->item_count);
    case IX_VERB_COST:
        return ix_parse_cost(parser, &stage->cost);
    case IX_VERB_AS:
        return format_stage(parser, stage);
    default:
        return true;
    }
}

static bool named_stage(struct ix_parser *parser, struct ix_token token,
                        struct ix_stage_node *stage) {
    if (token.kind != IX_TOKEN_WORD) {
        ix_parse_expected(parser, "a stage after ‘|’", "");
        return false;
    }
    if (!find_verb(parser, token, &stage->verb)) {
        return false;
    }
    parser->lexer.pos = token.end;
    return stage_rest(parser, stage);
}

static const char *stray_hint(enum ix_token_kind kind) {
    return kind == IX_TOKEN_COMMA    ? "; lists are written field:a,b or field:(a, b)"
           : kind == IX_TOKEN_RPAREN ? "; this bracket closes nothing"
                                     : "";
}

static bool makes_columns(enum ix_verb verb) {
    return verb == IX_VERB_COUNT || verb == IX_VERB_FACET || verb == IX_VERB_PROJECT ||
           verb == IX_VERB_DISTINCT || verb == IX_VERB_SUMMARIZE || verb == IX_VERB_COST;
}

static bool one_stage(struct ix_parser *parser, struct ix_parse_list *stages) {
    struct ix_token token;
    bool piped = ix_parse_accept(parser, IX_TOKEN_PIPE);
    if (!ix_parse_peek(parser, &token)) {
        return false;
    }
    bool hop = ix_parse_at_hop(token);
    if (!piped && !hop) {
        ix_parse_expected(parser, "‘|’ or the end", stray_hint(token.kind));
        return false;
    }
    struct ix_stage_node *stage =
        ix_parse_list_add(parser, stages, sizeof *stage, IX_QUERY_STAGES_MAX, "stages");
    if (!stage) {
        return false;
    }
    stage->begin = token.begin;
    bool good = hop ? hop_stage(parser, stage) : named_stage(parser, token, stage);
    stage->end = parser->lexer.pos;
    parser->columns = parser->columns || makes_columns(stage->verb);
    return good && !ix_parse_failed(parser);
}

bool ix_parse_stages(struct ix_parser *parser, struct ix_query *query) {
    struct ix_parse_list stages = {0};
    struct ix_token token;
    for (;;) {
        if (!ix_parse_peek(parser, &token)) {
            return false;
        }
        if (token.kind == IX_TOKEN_END) {
            break;
        }
        if (!one_stage(parser, &stages)) {
            return false;
        }
    }
    query->stages = stages.items;
    query->stage_count = stages.count;
    return true;
}

/* ---- the whole ---- */

static enum ix_code check_text(struct ix_sv text, struct ix_err *err) {
    size_t nul = ix_sv_find_char(text, '\0');
    if (text.size > IX_QUERY_TEXT_MAX) {
        return ix_err_set(err, IX_LIMIT, "a query may have at most %d bytes", IX_QUERY_TEXT_MAX);
    }
    if (nul != IX_SV_NPOS) {
        return ix_err_set_at(err, IX_INVALID, nul, nul + 1, "the query holds a zero byte");
    }
    if (!ix_sv_is_utf8(text)) {
        return ix_err_set(err, IX_INVALID, "the query is not UTF-8");
    }
    return IX_OK;
}

static bool parse_all(struct ix_parser *parser, struct ix_query *query) {
    struct ix_token token;
    if (!ix_parse_peek(parser, &token)) {
        return false;
    }
    if (token.kind != IX_TOKEN_END && token.kind != IX_TOKEN_PIPE && !ix_parse_at_hop(token)) {
        query->search = ix_parse_or(parser);
        if (!query->search) {
            return false;
        }
    }
    return ix_parse_stages(parser, query);
}

enum ix_code ix_query_parse(struct ix_arena *arena, struct ix_sv text, struct ix_query *ret_query,
                            struct ix_err *err) {
    struct ix_query query = {.text = text};
    enum ix_code code = check_text(text, err);
    if (code != IX_OK) {
        return code;
    }
    struct ix_parser parser = {
        .lexer = {.text = text, .arena = arena},
        .arena = arena,
        .err = err,
    };
    if (!parse_all(&parser, &query)) {
        return err->code != IX_OK ? err->code : ix_arena_check(arena, err);
    }
    *ret_query = query;
    return ix_arena_check(arena, err);
}

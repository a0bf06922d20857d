/* Completion: what could stand at a place of a query.
 *
 * The text up to the place is read by the query's own lexer; the last tokens say whether a stage, a
 * field or a value is being typed. Names come from the tables of the language, values from the
 * warehouse: they are counted by a query, so that what is suggested also finds something. A text
 * that cannot be read gets no suggestions, which is no error: it is being typed. */
#include "api/handlers.h"
#include "query/cost/field.h"
#include "query/cost/name.h"
#include "query/field.h"
#include "query/lex.h"
#include "query/listing.h"
#include "query/resource.h"
#include "query/run.h"

enum { ITEMS_MAX = 100, VALUES_MAX = 20 };

/* Where the text ends, as far as tokens tell. */
struct spot {
    struct ix_token last[3]; /* newest first: the word being typed, what is before it, … */
    struct ix_sv word;       /* being typed; may be empty */
    size_t begin;            /* of it */
    struct ix_sv list;       /* the field whose list of values goes on here; else empty */
    bool in_group;           /* that list is in parentheses */
    enum { NO_COSTS, IN_COST, BEHIND_COST } costs; /* of the stage `cost` */
};

struct completing {
    struct ix_call *call;
    struct ix_json *items;
    size_t count;
    size_t begin; /* of what the items stand for; they reach up to the place */
};

static struct ix_json *add_item(struct completing *c, struct ix_sv text, const char *kind) {
    if (c->count == ITEMS_MAX) {
        return NULL;
    }
    struct ix_arena *arena = c->call->arena;
    struct ix_json *item = ix_json_new_object(arena);
    ix_json_set_string(arena, item, "text", text);
    ix_json_set_string(arena, item, "kind", ix_sv_cstr(kind));
    ix_json_append(c->items, item);
    c->count++;
    return item;
}

static void add_helped(struct completing *c, struct ix_sv text, const char *kind,
                       const char *help) {
    struct ix_json *item = add_item(c, text, kind);
    if (item && help[0]) {
        ix_json_set_string(c->call->arena, item, "help", ix_sv_cstr(help));
    }
}

static void add_counted(struct completing *c, struct ix_sv text, const char *kind,
                        const struct ix_json *count) {
    struct ix_json *item = add_item(c, text, kind);
    if (item && count) {
        ix_json_set(c->call->arena, item, IX_SV("count"), ix_json_clone(c->call->arena, count));
    }
}

/* Adds those of `words` that begin with the prefix. */
static void add_words(struct completing *c, const char *const *words, struct ix_sv prefix,
                      const char *kind) {
    for (; *words; words++) {
        if (ix_sv_starts_nocase(ix_sv_cstr(*words), prefix)) {
            add_item(c, ix_sv_cstr(*words), kind);
        }
    }
}

/* ---- names ---- */

static void add_stages(struct completing *c, struct ix_sv prefix) {
    static const struct {
        const char *name;
        bool ready;
    } stages[] = {
#define IX_VERB_ROW(symbol, name, aliases, ready, meanwhile) {(name), (ready)},
#include "query/stage.def"
#undef IX_VERB_ROW
    };
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        struct ix_sv name = ix_sv_cstr(stages[i].name);
        if (stages[i].ready && !ix_sv_empty(name) && ix_sv_starts_nocase(name, prefix)) {
            add_item(c, name, "stage");
        }
    }
}

static void add_formats(struct completing *c, struct ix_sv prefix) {
    static const char *const formats[] = {"table", "csv", "json", "ndjson", "yaml", "chart", NULL};
    add_words(c, formats, prefix, "format");
}

static bool begins_with(const char *words, struct ix_sv prefix) {
    struct ix_sv rest = ix_sv_cstr(words);
    struct ix_sv word;
    while (ix_sv_split(&rest, ' ', &word)) {
        if (ix_sv_starts_nocase(word, prefix)) {
            return true;
        }
    }
    return false;
}

static bool is_ordered(enum ix_field_kind kind) {
    return kind == IX_KIND_TIME || kind == IX_KIND_AGE || kind == IX_KIND_DELETED ||
           kind == IX_KIND_BYTES || kind == IX_KIND_VERSION || kind == IX_KIND_RELATION_COUNT;
}

static void add_operators(struct completing *c, const struct ix_field_info *info) {
    static const char *const usual[] = {":", "=", "!=", "~", "!~", NULL};
    static const char *const ordered[] = {":", "<", "<=", ">", ">=", NULL};
    for (const char *const *o = is_ordered(info->kind) ? ordered : usual; *o; o++) {
        add_item(c, ix_arena_printf(c->call->arena, "%s%s", info->name, *o), "operator");
    }
}

/* cost.month, cost.mtd, ...: the field is nothing without its window. */
static void add_costs(struct completing *c, const struct ix_field_info *info, struct ix_sv prefix) {
    struct ix_sv rest = ix_sv_cstr(ix_cost_field_windows);
    struct ix_sv window;
    while (ix_sv_split(&rest, ' ', &window)) {
        struct ix_sv name =
            ix_arena_printf(c->call->arena, "%s.%.*s", info->name, IX_SV_FMT(window));
        if (ix_sv_starts_nocase(name, prefix)) {
            const char *mark = ix_sv_eq_cstr(window, "basis") ? ":" : ">";
            add_helped(c, ix_arena_printf(c->call->arena, "%.*s%s", IX_SV_FMT(name), mark), "field",
                       info->help);
        }
    }
}

static void add_fields(struct completing *c, struct ix_sv prefix) {
    for (size_t i = 0; i < IX_FIELD_COUNT; i++) {
        const struct ix_field_info *info = ix_field_info((enum ix_field)i);
        if (info->kind == IX_KIND_LATER) {
            continue;
        }
        if (info->kind == IX_KIND_COST) {
            add_costs(c, info, prefix);
        } else if (ix_sv_eq_nocase(ix_sv_cstr(info->name), prefix)) {
            add_operators(c, info);
        } else if (begins_with(info->name, prefix) || begins_with(info->aliases, prefix)) {
            add_helped(c, ix_arena_printf(c->call->arena, "%s:", info->name), "field", info->help);
        }
    }
}

static void add_terms(struct completing *c, struct ix_sv prefix) {
    static const char *const keywords[] = {"AND", "OR", "NOT", "has(", "no(", "count(", NULL};
    static const char *const classes[] = {"tag.", "label.", "annotation.", NULL};
    add_fields(c, prefix);
    add_words(c, classes, prefix, "field");
    add_words(c, keywords, prefix, "keyword");
}

/* ---- what the warehouse holds ---- */

/* Only what is known before the first word needs no reader; without one there are no values. */
static struct ix_warehouse *reader_of(struct completing *c) {
    struct ix_warehouse *reader;
    struct ix_err ignored = {0};
    const bool *cancelled = c->call->request->cancelled;
    return ix_worker_reader(c->call->worker, cancelled, &reader, &ignored) == IX_OK ? reader : NULL;
}

/* A value as it must be typed. */
static struct ix_sv as_typed(struct ix_arena *arena, struct ix_sv value) {
    bool plain = value.size > 0;
    for (size_t i = 0; i < value.size; i++) {
        plain = plain && !ix_lex_ends_word(value.data[i]) && !strchr("\\'*?/", value.data[i]);
    }
    return plain ? value : ix_query_quote(arena, value);
}

static void add_answer(struct completing *c, struct ix_answer *answer, struct ix_sv prefix) {
    struct ix_json *row = NULL;
    struct ix_err ignored = {0};
    while (ix_answer_next(answer, c->call->arena, &row, &ignored) == IX_OK && row) {
        const struct ix_json *value = ix_json_first(row);
        struct ix_sv text = ix_json_string(value);
        if (!ix_sv_empty(text) && ix_sv_starts_nocase(text, prefix)) {
            add_counted(c, as_typed(c->call->arena, text), "value", ix_json_next(value));
        }
    }
}

static void add_values(struct completing *c, struct ix_sv field, struct ix_sv prefix) {
    const struct ix_run_query_settings settings = {
        .now_ms = c->call->request->now_ms,
        .limit = VALUES_MAX,
    };
    struct ix_sv text = ix_arena_printf(c->call->arena, "%.*s:%.*s* | count by %.*s",
                                        IX_SV_FMT(field), IX_SV_FMT(prefix), IX_SV_FMT(field));
    struct ix_warehouse *reader = reader_of(c);
    struct ix_answer *answer;
    struct ix_err ignored = {0};
    if (reader && ix_query_run(reader, text, &settings, &answer, &ignored) == IX_OK) {
        add_answer(c, answer, prefix);
        ix_answer_close(answer);
    }
}

static void add_paths(struct completing *c, struct ix_sv prefix) {
    struct ix_warehouse *reader = reader_of(c);
    struct ix_json *rows;
    struct ix_err ignored = {0};
    bool more;
    struct ix_sv word = ix_sv_from(prefix, 1); /* without the dot */
    if (!reader || ix_listing_read(reader, IX_LIST_PATHS, word, 10 * ITEMS_MAX, c->call->arena,
                                   &rows, &more, &ignored) != IX_OK) {
        return;
    }
    for (const struct ix_json *n = ix_json_first(rows); n; n = ix_json_next(n)) {
        struct ix_sv path = ix_json_get_string(n, "path");
        if (ix_sv_starts_nocase(path, word)) {
            struct ix_sv text = ix_arena_printf(c->call->arena, ".%.*s", IX_SV_FMT(path));
            add_counted(c, text, "property", ix_json_get(n, "resources"));
        }
    }
}

/* A key as it must be typed behind "tag.". */
static struct ix_sv key_as_typed(struct ix_arena *arena, struct ix_sv key) {
    bool plain = key.size > 0;
    for (size_t i = 0; i < key.size; i++) {
        plain = plain && !ix_lex_ends_word(key.data[i]) && !strchr("\\'*?:=<>~!", key.data[i]);
    }
    return plain ? key : ix_query_quote(arena, key);
}

static void add_tags(struct completing *c, struct ix_sv prefix) {
    struct ix_arena *arena = c->call->arena;
    struct ix_warehouse *reader = reader_of(c);
    struct ix_json *rows;
    struct ix_err ignored = {0};
    bool more;
    if (!reader ||
        ix_listing_read(reader, IX_LIST_TAGS, prefix, ITEMS_MAX, arena, &rows, &more, &ignored)) {
        return;
    }
    for (const struct ix_json *n = ix_json_first(rows); n; n = ix_json_next(n)) {
        struct ix_sv key = key_as_typed(arena, ix_json_get_string(n, "key"));
        struct ix_sv class_ = ix_json_get_string(n, "class");
        add_item(c, ix_arena_printf(arena, "%.*s.%.*s:", IX_SV_FMT(class_), IX_SV_FMT(key)),
                 "field");
    }
}

/* ---- values of a field ---- */

static void add_flags(struct completing *c, struct ix_sv prefix) {
    static const char *const flags[] = {
#define IX_FLAG_ROW(symbol, bit, name, help) name,
#include "indexer/model/flag.def"
#undef IX_FLAG_ROW
        NULL,
    };
    add_words(c, flags, prefix, "value");
}

static void add_values_of(struct completing *c, struct ix_sv field, struct ix_sv prefix) {
    static const char *const facts[] = {"true", "false", "unknown", NULL};
    static const char *const times[] = {"now-1d", "now-7d", "now-30d", "today", "yesterday", NULL};
    const struct ix_field_info *info = ix_field_find(field);
    enum ix_field_kind kind = info ? info->kind : IX_KIND_WORDS;
    if (kind == IX_KIND_TRISTATE || kind == IX_KIND_FLAGGED) {
        add_words(c, facts, prefix, "value");
    } else if (kind == IX_KIND_FLAG || kind == IX_KIND_IS) {
        add_flags(c, prefix);
    } else if (kind == IX_KIND_TIME) {
        add_words(c, times, prefix, "value");
    } else if (!info || (kind != IX_KIND_COST && (info->traits & IX_TRAIT_SORT))) {
        add_values(c, field, prefix);
    }
}

/* ---- the place ---- */

static bool stands_after(const struct ix_token *token, const struct ix_token *before) {
    return before->end == token->begin && before->end > 0;
}

/* The part of a word before the colon; empty when there is none. */
static struct ix_sv field_of(const struct ix_token *token) {
    size_t colon = token->kind == IX_TOKEN_WORD ? ix_sv_find_char(token->text, ':') : IX_SV_NPOS;
    return colon == IX_SV_NPOS ? (struct ix_sv){0} : ix_sv_sub(token->text, 0, colon);
}

/* field:a,b and field:(a, b OR c): a list goes on over commas, and over anything in parentheses. */
static void follow_list(struct spot *spot, const struct ix_token *token) {
    const struct ix_token *before = &spot->last[0];
    bool touches = stands_after(token, before);
    bool goes_on = touches && (before->kind == IX_TOKEN_COMMA || token->kind == IX_TOKEN_END);
    if (token->kind == IX_TOKEN_LPAREN && touches && !ix_sv_empty(field_of(before))) {
        spot->list = field_of(before);
        spot->in_group = true;
    } else if (token->kind == IX_TOKEN_RPAREN) {
        spot->in_group = false;
        spot->list = (struct ix_sv){0};
    } else if (token->kind == IX_TOKEN_COMMA && touches && !spot->in_group) {
        struct ix_sv field = field_of(before);
        spot->list = ix_sv_empty(field) ? spot->list : field;
    } else if (!spot->in_group && !goes_on) {
        spot->list = (struct ix_sv){0};
    }
}

static void follow_costs(struct spot *spot, const struct ix_token *token) {
    if (token->kind == IX_TOKEN_PIPE && spot->costs == IN_COST) {
        spot->costs = BEHIND_COST;
    } else if (token->kind == IX_TOKEN_WORD && spot->last[0].kind == IX_TOKEN_PIPE &&
               ix_sv_eq_nocase(token->text, IX_SV("cost"))) {
        spot->costs = IN_COST;
    }
}

/* False when the text cannot be read so far: an open quote. */
static bool find_spot(struct ix_call *call, struct ix_sv text, struct spot *ret_spot) {
    struct ix_lexer lexer = {.text = text, .arena = call->arena};
    struct spot spot = {.begin = text.size};
    struct ix_err ignored = {0};
    for (;;) {
        struct ix_token token;
        if (ix_lex_next(&lexer, &token, &ignored) != IX_OK) {
            return false;
        }
        follow_list(&spot, &token);
        follow_costs(&spot, &token);
        if (token.kind == IX_TOKEN_END) {
            break;
        }
        spot.last[2] = spot.last[1];
        spot.last[1] = spot.last[0];
        spot.last[0] = token;
    }
    if (spot.last[0].kind == IX_TOKEN_WORD && spot.last[0].end == text.size) {
        spot.begin = spot.last[0].begin;
        spot.word = ix_sv_from(text, spot.begin);
    } else { /* a new word begins here */
        spot.last[2] = spot.last[1];
        spot.last[1] = spot.last[0];
    }
    *ret_spot = spot;
    return true;
}

static bool is_of_tags(struct ix_sv word) {
    return ix_sv_starts_nocase(word, IX_SV("tag.")) || ix_sv_starts_nocase(word, IX_SV("label.")) ||
           ix_sv_starts_nocase(word, IX_SV("annotation."));
}

static bool is_comparison(const struct ix_token *token) {
    return token->kind >= IX_TOKEN_EQ && token->kind <= IX_TOKEN_NOT_LIKE;
}

/* ---- the stage `cost`, and the columns behind it ---- */

struct cost_names {
    struct completing *c;
    struct ix_sv typed;
};

static void add_cost_name(void *context, const char *prefix, const char *name) {
    const struct cost_names *names = context;
    struct ix_sv whole = ix_arena_printf(names->c->call->arena, "%s%s", prefix, name);
    if (ix_sv_starts_nocase(whole, names->typed)) {
        (void)add_item(names->c, whole, "field");
    }
}

static void add_cost_names(struct completing *c, bool columns, struct ix_sv typed) {
    static const char *const amounts[] = {"amount", "lines", "currency", NULL};
    struct cost_names names = {c, typed};
    if (columns) {
        add_words(c, amounts, typed, "field");
    }
    ix_cost_name_each(add_cost_name, &names);
}

static bool is_word(const struct ix_token *token, const char *word) {
    return token->kind == IX_TOKEN_WORD && ix_sv_eq_nocase(token->text, ix_sv_cstr(word));
}

static void add_cost_words(struct completing *c, const struct ix_token *before,
                           struct ix_sv typed) {
    static const char *const words[] = {"by",        "last",   "since",      "until", "in",
                                        "effective", "billed", "contracted", "list",  NULL};
    static const char *const lengths[] = {"30d", "3mo", "6mo", "12mo", NULL};
    static const char *const times[] = {"now-30d", "now-90d",   "now-365d",
                                        "today",   "yesterday", NULL};
    if (is_word(before, "by") || before->kind == IX_TOKEN_COMMA) {
        add_cost_names(c, false, typed);
    } else if (is_word(before, "last")) {
        add_words(c, lengths, typed, "value");
    } else if (is_word(before, "since") || is_word(before, "until") || is_word(before, "in")) {
        add_words(c, times, typed, "value");
    } else {
        add_words(c, words, typed, "keyword");
    }
}

static void complete_at(struct completing *c, const struct spot *spot) {
    const struct ix_token *before = &spot->last[1];
    size_t colon = ix_sv_find_char(spot->word, ':');
    c->begin = spot->begin;
    if (before->kind == IX_TOKEN_PIPE) {
        add_stages(c, spot->word);
    } else if (spot->costs == IN_COST) {
        add_cost_words(c, before, spot->word);
    } else if (is_comparison(before) && before->end == spot->begin &&
               spot->last[2].kind == IX_TOKEN_WORD) {
        add_values_of(c, spot->last[2].text, spot->word);
    } else if (!ix_sv_empty(spot->list)) {
        add_values_of(c, spot->list, spot->word);
    } else if (colon != IX_SV_NPOS) {
        c->begin = spot->begin + colon + 1;
        add_values_of(c, ix_sv_sub(spot->word, 0, colon), ix_sv_from(spot->word, colon + 1));
    } else if (before->kind == IX_TOKEN_WORD && ix_sv_eq(before->text, IX_SV("as")) &&
               spot->last[2].kind == IX_TOKEN_PIPE) {
        add_formats(c, spot->word);
    } else if (spot->costs == BEHIND_COST) {
        add_cost_names(c, true, spot->word);
    } else if (ix_sv_starts(spot->word, IX_SV("."))) {
        add_paths(c, spot->word);
    } else if (is_of_tags(spot->word)) {
        add_tags(c, spot->word);
    } else {
        add_terms(c, spot->word);
    }
}

/* The text before the place. Past its end is its end, and inside a character is before it: who
 * counts otherwise than in bytes still gets something. */
static struct ix_sv text_before(const struct ix_call *call) {
    struct ix_sv text = call->arguments.text;
    int64_t position = call->arguments.position;
    if (position >= 0 && position < (int64_t)text.size) {
        text.size = (size_t)position;
        while (!ix_sv_is_utf8(text)) {
            text.size--;
        }
    }
    return text;
}

enum ix_code ix_api_complete(struct ix_call *call, struct ix_err *err) {
    struct completing c = {.call = call, .items = ix_json_new_array(call->arena)};
    struct ix_json *answer = ix_json_new_object(call->arena);
    struct ix_sv text = text_before(call);
    struct spot spot;
    c.begin = text.size;
    if (find_spot(call, text, &spot)) {
        complete_at(&c, &spot);
    }
    ix_json_set(call->arena, answer, IX_SV("start"),
                ix_json_new_int64(call->arena, (int64_t)c.begin));
    ix_json_set(call->arena, answer, IX_SV("end"),
                ix_json_new_int64(call->arena, (int64_t)text.size));
    ix_json_set(call->arena, answer, IX_SV("items"), c.items);
    ix_reply_never_keep(call);
    enum ix_code code = ix_arena_check(call->arena, err);
    return code == IX_OK ? ix_reply_json(call, answer, err) : code;
}

/* The rows are few (tens) and read once a resource, so they are walked; a row costs one comparison
 * of text for every type that is not its own. */
#include "indexer/normalise/tristate.h"

#include "indexer/normalise/path.h"

enum flag { ENCRYPTED, PUBLIC };
enum test { ON, OFF, SOME, GIVEN, IS, SHUT, HAS, OPEN };

struct row {
    struct ix_sv type;
    enum flag flag;
    enum test test;
    const char *paths, *word;
};

static const struct row rows[] = {
#define IX_TRISTATE_ROW(type, flag, test, paths, word) {IX_SV_INIT(type), flag, test, paths, word},
#include "indexer/normalise/tristate.def"
#undef IX_TRISTATE_ROW
};

enum { ROW_COUNT = sizeof rows / sizeof *rows };

struct ask {
    const struct row *row;
    enum ix_tristate answer;
};

static enum ix_tristate yes_if(bool yes) {
    return yes ? IX_YES : IX_NO;
}

/* true, "true" and the like of sources that keep every value as text */
static enum ix_tristate boolean(const struct ix_json *node) {
    switch (ix_json_kind(node)) {
    case IX_JSON_TRUE:
        return IX_YES;
    case IX_JSON_FALSE:
        return IX_NO;
    case IX_JSON_STRING:
        if (ix_sv_eq_nocase(ix_json_string(node), IX_SV("true"))) {
            return IX_YES;
        }
        return ix_sv_eq_nocase(ix_json_string(node), IX_SV("false")) ? IX_NO : IX_UNKNOWN;
    default:
        return IX_UNKNOWN;
    }
}

static enum ix_tristate opposite(enum ix_tristate value) {
    return value == IX_UNKNOWN ? IX_UNKNOWN : yes_if(value == IX_NO);
}

static bool is_word(const char *word, struct ix_sv text) {
    return ix_sv_eq_nocase(text, ix_sv_cstr(word));
}

static bool has_word(const struct ix_json *node, const char *word) {
    bool found = ix_json_kind(node) == IX_JSON_STRING && is_word(word, ix_json_string(node));
    for (struct ix_json *n = ix_json_first(node); n && !found; n = ix_json_next(n)) {
        found = has_word(n, word);
    }
    return found;
}

static bool is_world(struct ix_sv text) {
    return ix_sv_eq_cstr(text, "0.0.0.0/0") || ix_sv_eq_cstr(text, "::/0") ||
           ix_sv_eq_cstr(text, "*") || ix_sv_eq_nocase(text, IX_SV("Internet"));
}

static enum ix_tristate something(const struct ix_json *node) {
    enum ix_json_kind kind = ix_json_kind(node);
    bool listed = kind == IX_JSON_ARRAY || kind == IX_JSON_OBJECT;
    if (kind == IX_JSON_STRING) {
        return yes_if(!ix_sv_empty(ix_json_string(node)));
    }
    return kind == IX_JSON_NULL ? IX_NO : yes_if(!listed || ix_json_first(node));
}

/* A rule that lets nothing in from outside. */
static bool is_closed(const struct ix_json *rule) {
    static const char *const words[][2] = {
        {"access", "deny"}, {"direction", "outbound"}, {"direction", "egress"}, {"type", "egress"}};
    bool closed = false;
    for (struct ix_json *n = ix_json_first(rule); n && !closed; n = ix_json_next(n)) {
        struct ix_sv name = ix_json_key(n);
        bool denies = ix_name_same(name, IX_SV("deny")) || ix_name_same(name, IX_SV("denied"));
        closed = (denies && something(n) == IX_YES) ||
                 (ix_name_same(name, IX_SV("disabled")) && boolean(n) == IX_YES);
        for (size_t i = 0; i < sizeof words / sizeof *words && !closed; i++) {
            closed = ix_name_same(name, ix_sv_cstr(words[i][0])) &&
                     is_word(words[i][1], ix_json_string(n));
        }
    }
    return closed;
}

/* cidr_blocks, CidrIp, source_address_prefixes, ...: a port or a description may be "*" too */
static bool names_source(struct ix_sv name) {
    return ix_sv_find_nocase(name, IX_SV("cidr")) != IX_SV_NPOS ||
           ix_name_same(name, IX_SV("source_address_prefix")) ||
           ix_name_same(name, IX_SV("source_address_prefixes"));
}

static bool is_open(const struct ix_json *node, bool source) {
    enum ix_json_kind kind = ix_json_kind(node);
    bool open = kind == IX_JSON_STRING && source && is_world(ix_json_string(node));
    if (kind == IX_JSON_OBJECT && is_closed(node)) {
        return false;
    }
    for (struct ix_json *n = ix_json_first(node); n && !open; n = ix_json_next(n)) {
        open = is_open(n, kind == IX_JSON_OBJECT ? names_source(ix_json_key(n)) : source);
    }
    return open;
}

static enum ix_tristate judge(const struct row *row, const struct ix_json *node) {
    switch (row->test) {
    case ON:
        return boolean(node);
    case OFF:
        return opposite(boolean(node));
    case SOME:
        return something(node);
    case GIVEN:
        return something(node) == IX_YES ? IX_YES : IX_UNKNOWN;
    case SHUT:
        return boolean(node) == IX_YES || is_word(row->word, ix_json_string(node)) ? IX_NO
                                                                                   : IX_UNKNOWN;
    case IS:
        return ix_sv_empty(ix_json_string(node)) ? IX_UNKNOWN
                                                 : yes_if(is_word(row->word, ix_json_string(node)));
    case HAS:
        return yes_if(has_word(node, row->word));
    case OPEN:
        return yes_if(is_open(node, true));
    }
    return IX_UNKNOWN;
}

/* A yes ends the walk over the nodes of a path. */
static int ask_node(void *context, const struct ix_json *node) {
    struct ask *ask = context;
    enum ix_tristate answer = judge(ask->row, node);
    ask->answer = answer > ask->answer ? answer : ask->answer;
    return ask->answer == IX_YES;
}

static void ask_row(struct ask *ask, const struct ix_json *properties) {
    struct ix_sv rest = ix_sv_cstr(ask->row->paths);
    struct ix_sv path;
    if (ask->row->test == OPEN && is_closed(properties)) {
        ask->answer = IX_NO; /* the thing is one rule by itself */
        return;
    }
    while (ask->answer != IX_YES && ix_sv_split(&rest, ' ', &path)) {
        ix_path_visit(properties, path, ask_node, ask);
    }
}

static enum ix_tristate ask_all(struct ix_sv type, enum flag flag,
                                const struct ix_json *properties) {
    struct ask ask = {0};
    for (size_t i = 0; i < ROW_COUNT && ask.answer != IX_YES; i++) {
        if (rows[i].flag == flag && ix_sv_eq(type, rows[i].type)) {
            ask.row = &rows[i];
            ask_row(&ask, properties);
        }
    }
    return ask.answer;
}

enum ix_tristate ix_tristate_encrypted(struct ix_sv type, const struct ix_json *properties) {
    return ask_all(type, ENCRYPTED, properties);
}

enum ix_tristate ix_tristate_public(struct ix_sv type, const struct ix_json *properties) {
    return ask_all(type, PUBLIC, properties);
}

/* ---- in words ---- */

#define FLAG_ENCRYPTED          "encrypted "
#define FLAG_PUBLIC             "public "
#define TEST_ON(paths, word)    paths " is true"
#define TEST_OFF(paths, word)   paths " is false"
#define TEST_SOME(paths, word)  "something in " paths
#define TEST_GIVEN(paths, word) paths " is given; else unknown"
#define TEST_IS(paths, word)    paths " is " word
#define TEST_SHUT(paths, word)  "not when " paths " is true " word "; else unknown"
#define TEST_HAS(paths, word)   word " below " paths
#define TEST_OPEN(paths, word)  paths " is open to the whole world"

const char *const ix_tristate_rules[] = {
#define IX_TRISTATE_ROW(type, flag, test, paths, word)                                             \
    FLAG_##flag type ": " TEST_##test(paths, word),
#include "indexer/normalise/tristate.def"
#undef IX_TRISTATE_ROW
    NULL,
};

/* Secrets by shape: one pass over the text, looking at the rows only where a token can begin.
 *
 * A false alarm costs one value of one property; a miss writes a secret to disk. So the rows ask
 * for the prefix and for enough characters behind it, and no more.
 */
#include "indexer/normalise/secrets.h"

#include <assert.h>
#include <pthread.h>

enum {
    JWT_PART_MIN = 8,
    SENDGRID_PART_MIN = 16,
    TERRAFORM_PREFIX = 14,
    TEXT_MIN = 6,
    KEY_BLOCK_MIN = 20, /* bytes of the shortest mark that begins a private key */
};

enum class_ { UPPER, WORD, BASE64 }; /* A-Z0-9; A-Za-z0-9_-; WORD and +/= */

struct shape {
    struct ix_sv prefix;
    size_t min; /* characters of the class that follow the prefix */
    enum class_ class_;
};

/* The vendors' own documents on their token formats; lengths are the shortest ever issued. Ordered
 * by their first character, which is looked up. LS0t...: private keys once more, in base64
 * ("-----BEGIN ", what kind, and the start of PRIVATE KEY). */
static const struct shape shapes[] = {
    {IX_SV_INIT("ABSK"), 40, WORD},
    {IX_SV_INIT("AGE-SECRET-KEY-1"), 20, UPPER},
    {IX_SV_INIT("AIza"), 35, WORD},
    {IX_SV_INIT("AKIA"), 16, UPPER},
    {IX_SV_INIT("ASIA"), 16, UPPER},
    {IX_SV_INIT("ATATT3"), 20, WORD},
    {IX_SV_INIT("ATBB"), 20, WORD},
    {IX_SV_INIT("Basic "), 24, BASE64},
    {IX_SV_INIT("Bearer "), 20, WORD},
    {IX_SV_INIT("FwoGZXIvYXdz"), 16, BASE64},
    {IX_SV_INIT("GOCSPX-"), 20, WORD},
    {IX_SV_INIT("HRKU-"), 20, WORD},
    {IX_SV_INIT("IQoJb3JpZ2lu"), 16, BASE64},
    {IX_SV_INIT("LS0tLS1CRUdJTiBFQyBQUklWQVRFI"), 8, WORD},
    {IX_SV_INIT("LS0tLS1CRUdJTiBFTkNSWVBURUQgU"), 8, WORD},
    {IX_SV_INIT("LS0tLS1CRUdJTiBPUEVOU1NIIFBSS"), 8, WORD},
    {IX_SV_INIT("LS0tLS1CRUdJTiBQUklWQVRFIEtFW"), 8, WORD},
    {IX_SV_INIT("LS0tLS1CRUdJTiBSU0EgUFJJVkFUR"), 8, WORD},
    {IX_SV_INIT("NRAK-"), 20, WORD},
    {IX_SV_INIT("PMAK-"), 20, WORD},
    {IX_SV_INIT("dapi"), 32, WORD},
    {IX_SV_INIT("dckr_pat_"), 20, WORD},
    {IX_SV_INIT("doo_v1_"), 16, WORD},
    {IX_SV_INIT("dop_v1_"), 16, WORD},
    {IX_SV_INIT("dor_v1_"), 16, WORD},
    {IX_SV_INIT("gho_"), 16, WORD},
    {IX_SV_INIT("ghp_"), 16, WORD},
    {IX_SV_INIT("ghr_"), 16, WORD},
    {IX_SV_INIT("ghs_"), 16, WORD},
    {IX_SV_INIT("ghu_"), 16, WORD},
    {IX_SV_INIT("github_pat_"), 16, WORD},
    {IX_SV_INIT("glc_eyJ"), 16, WORD},
    {IX_SV_INIT("gldt-"), 16, WORD},
    {IX_SV_INIT("glpat-"), 16, WORD},
    {IX_SV_INIT("glptt-"), 16, WORD},
    {IX_SV_INIT("glrt-"), 16, WORD},
    {IX_SV_INIT("glsa_"), 16, WORD},
    {IX_SV_INIT("hf_"), 30, WORD},
    {IX_SV_INIT("hooks.slack.com/services/"), 8, WORD},
    {IX_SV_INIT("hvb."), 16, WORD},
    {IX_SV_INIT("hvs."), 16, WORD},
    {IX_SV_INIT("lin_api_"), 20, WORD},
    {IX_SV_INIT("nfp_"), 30, WORD},
    {IX_SV_INIT("npm_"), 36, WORD},
    {IX_SV_INIT("ops_eyJ"), 16, WORD},
    {IX_SV_INIT("pscale_tkn_"), 16, WORD},
    {IX_SV_INIT("pul-"), 40, WORD},
    {IX_SV_INIT("pypi-"), 16, WORD},
    {IX_SV_INIT("rk_live_"), 10, WORD},
    {IX_SV_INIT("rk_test_"), 10, WORD},
    {IX_SV_INIT("rubygems_"), 30, WORD},
    {IX_SV_INIT("sbp_"), 30, WORD},
    {IX_SV_INIT("shpat_"), 16, WORD},
    {IX_SV_INIT("shpca_"), 16, WORD},
    {IX_SV_INIT("shppa_"), 16, WORD},
    {IX_SV_INIT("shpss_"), 16, WORD},
    {IX_SV_INIT("sk-ant-"), 16, WORD},
    {IX_SV_INIT("sk-proj-"), 16, WORD},
    {IX_SV_INIT("sk-svcacct-"), 16, WORD},
    {IX_SV_INIT("sk_live_"), 10, WORD},
    {IX_SV_INIT("sk_test_"), 10, WORD},
    {IX_SV_INIT("sntrys_"), 20, WORD},
    {IX_SV_INIT("sq0atp-"), 16, WORD},
    {IX_SV_INIT("sq0csp-"), 16, WORD},
    {IX_SV_INIT("tskey-"), 16, WORD},
    {IX_SV_INIT("whsec_"), 16, WORD},
    {IX_SV_INIT("xapp-"), 10, WORD},
    {IX_SV_INIT("xoxa-"), 10, WORD},
    {IX_SV_INIT("xoxb-"), 10, WORD},
    {IX_SV_INIT("xoxe-"), 10, WORD},
    {IX_SV_INIT("xoxp-"), 10, WORD},
    {IX_SV_INIT("xoxr-"), 10, WORD},
    {IX_SV_INIT("xoxs-"), 10, WORD},
    {IX_SV_INIT("ya29."), 16, WORD},
};

enum { SHAPE_COUNT = sizeof shapes / sizeof *shapes };

_Static_assert(SHAPE_COUNT <= UINT8_MAX, "a row is counted in a byte");

/* Names whose value, up to the next ';', is a key; compared without case. */
static const struct ix_sv keys[] = {
    IX_SV_INIT("AccountKey="),
    IX_SV_INIT("SharedAccessKey="),
    IX_SV_INIT("SharedAccessSignature="),
    IX_SV_INIT("password="),
    IX_SV_INIT("pwd="),
    IX_SV_INIT("?sig="),
    IX_SV_INIT("&sig="),
    IX_SV_INIT("?token="),
    IX_SV_INIT("&token="),
    IX_SV_INIT("access_token="),
    IX_SV_INIT("api_key="),
    IX_SV_INIT("client_secret="),
};

static bool is_alnum(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool in_class(char c, enum class_ class_) {
    if (class_ == UPPER) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    }
    bool sign = class_ == BASE64 && (c == '+' || c == '/' || c == '=');
    return is_alnum(c) || c == '_' || c == '-' || sign;
}

static size_t run(struct ix_sv text, size_t at, enum class_ class_) {
    size_t end = at;
    while (end < text.size && in_class(text.data[end], class_)) {
        end++;
    }
    return end - at;
}

/* The first row that begins with each character, or with a later one. Every word of every text
 * asks, so it is worked out once. */
static uint8_t first_rows[UINT8_MAX + 2];

static void find_first_rows(void) {
    for (size_t i = 0; i < SHAPE_COUNT; i++) {
        first_rows[(unsigned char)shapes[i].prefix.data[0] + 1] = (uint8_t)(i + 1);
    }
    for (size_t c = 1; c < sizeof first_rows; c++) {
        first_rows[c] = first_rows[c] > 0 ? first_rows[c] : first_rows[c - 1];
    }
}

/* ---- a glance: pairs of characters that secrets have ---- */

/* Tokens are known by their first two characters, where a word begins; what else is looked for has
 * a pair that is rare in other texts, wherever it stands: a URL, the beginning of a private key,
 * PuTTY-User-Key-File, .atlasv1. */
static const char pairs_of_words[][3] = {"ey", "SG"}; /* beside the shapes */
static const char pairs_anywhere[][3] = {":/", "--", "uT", "tl"};

/* Each character that tokens begin with has a bit, and each of the other pairs. */
enum { ALWAYS_BIT = 31 };
static const uint32_t always = UINT32_C(1) << ALWAYS_BIT; /* as if the character before had it */
static struct {
    uint32_t begins;  /* the bits of pairs that begin with it; and always */
    uint32_t follows; /* of those that end with it; and always, when it is suspect by itself */
    uint32_t behind;  /* of those that may begin behind it, in a word or where one begins */
} glances[UINT8_MAX + 1];

static void add_pair(const char *pair, uint32_t bit) {
    glances[(unsigned char)pair[0]].begins |= bit;
    glances[(unsigned char)pair[1]].follows |= bit;
}

static void add_pair_of_words(const char *pair, uint32_t *next) {
    uint32_t bit = glances[(unsigned char)pair[0]].begins & ~always;
    add_pair(pair, bit ? bit : *next);
    *next <<= bit ? 0 : 1;
}

static void find_pairs(void) {
    uint32_t next = 1;
    uint32_t anywhere = always;
    for (size_t c = 0; c < sizeof glances / sizeof *glances; c++) {
        glances[c].begins = always;
        glances[c].follows = c == '=' || c == '\n' ? always : 0;
    }
    for (size_t i = 0; i < SHAPE_COUNT; i++) {
        add_pair_of_words(shapes[i].prefix.data, &next);
    }
    for (size_t i = 0; i < sizeof pairs_of_words / sizeof *pairs_of_words; i++) {
        add_pair_of_words(pairs_of_words[i], &next);
    }
    for (size_t i = 0; i < sizeof pairs_anywhere / sizeof *pairs_anywhere; i++, next <<= 1) {
        add_pair(pairs_anywhere[i], next);
        anywhere |= next;
    }
    for (size_t c = 0; c < sizeof glances / sizeof *glances; c++) {
        glances[c].behind = is_alnum((char)c) ? anywhere : UINT32_MAX;
    }
    assert(next < always);
}

bool ix_secret_possible(struct ix_sv text) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    uint32_t before = always; /* bits of the pairs that the next character may end */
    uint32_t behind = UINT32_MAX;
    uint32_t found = 0;
    (void)pthread_once(&once, find_pairs);
    for (size_t i = 0; i < text.size; i++) {
        const unsigned char c = (unsigned char)text.data[i];
        found |= glances[c].follows & before;
        before = glances[c].begins & behind;
        behind = glances[c].behind;
    }
    return found != 0;
}

/* ---- tokens ---- */

/* `rest` begins where a token can begin. */
static bool begins_shape(struct ix_sv rest) {
    unsigned char c = (unsigned char)rest.data[0];
    for (size_t i = first_rows[c]; i < first_rows[c + 1]; i++) {
        const struct shape *shape = &shapes[i];
        if (rest.size > shape->min && rest.data[1] == shape->prefix.data[1] &&
            ix_sv_starts(rest, shape->prefix) &&
            run(rest, shape->prefix.size, shape->class_) >= shape->min) {
            return true;
        }
    }
    return false;
}

/* prefix, run, '.', run */
static bool begins_pair(struct ix_sv rest, struct ix_sv prefix, struct ix_sv second, size_t min) {
    if (rest.data[0] != prefix.data[0] || !ix_sv_starts(rest, prefix)) {
        return false;
    }
    size_t first = run(rest, prefix.size, WORD);
    struct ix_sv tail = ix_sv_from(rest, prefix.size + first);
    return first >= min && tail.size > 1 && tail.data[0] == '.' &&
           ix_sv_starts(ix_sv_from(tail, 1), second) && run(tail, 1, WORD) >= min;
}

static bool begins_token(struct ix_sv rest) {
    return begins_shape(rest) ||
           begins_pair(rest, IX_SV("eyJ"), IX_SV("eyJ"), JWT_PART_MIN) || /* RFC 7519 section 3 */
           begins_pair(rest, IX_SV("SG."), (struct ix_sv){0}, SENDGRID_PART_MIN);
}

/* Where a secret begins; IX_SV_NPOS: there is none. */
static size_t find_token(struct ix_sv text) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    bool inside = false;
    (void)pthread_once(&once, find_first_rows);
    for (size_t i = 0; i < text.size; i++) {
        if (!inside && begins_token(ix_sv_from(text, i))) {
            return i;
        }
        inside = is_alnum(text.data[i]);
    }
    return IX_SV_NPOS;
}

/* RFC 7468 section 2, and PuTTY's own */
static size_t find_private_key(struct ix_sv text) {
    if (text.size < KEY_BLOCK_MIN) {
        return IX_SV_NPOS;
    }
    size_t begin = ix_sv_find(text, IX_SV("-----BEGIN "));
    if (begin != IX_SV_NPOS &&
        ix_sv_find(ix_sv_from(text, begin), IX_SV("PRIVATE KEY")) != IX_SV_NPOS) {
        return begin;
    }
    return ix_sv_find(text, IX_SV("PuTTY-User-Key-File-"));
}

/* A value, and no reference to one: $(pwd), ${var}, <yours>; what was cut before stays as it is. */
static bool value_follows(struct ix_sv rest) {
    size_t end = 0;
    while (end < rest.size && !strchr(";&, \t\r\n\"'", rest.data[end])) {
        end++;
    }
    struct ix_sv value = ix_sv_sub(rest, 0, end);
    return !ix_sv_empty(value) && !strchr("$<%{*", value.data[0]) &&
           ix_sv_find(value, IX_SV(IX_SECRET_MARKER)) == IX_SV_NPOS;
}

/* The place of the value. */
static size_t find_value_of(struct ix_sv text, struct ix_sv key) {
    size_t from = 0;
    size_t at;
    while ((at = ix_sv_find_nocase(ix_sv_from(text, from), key)) != IX_SV_NPOS) {
        from += at + key.size;
        if (value_follows(ix_sv_from(text, from))) {
            return from;
        }
    }
    return IX_SV_NPOS;
}

static size_t find_value(struct ix_sv text) {
    size_t first = IX_SV_NPOS;
    if (ix_sv_find_char(text, '=') == IX_SV_NPOS) {
        return first;
    }
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        size_t at = find_value_of(text, keys[i]);
        first = at < first ? at : first;
    }
    return first;
}

static size_t find_terraform_token(struct ix_sv text) {
    size_t at = text.size > TERRAFORM_PREFIX ? ix_sv_find(text, IX_SV(".atlasv1.")) : IX_SV_NPOS;
    bool found = at != IX_SV_NPOS && at >= TERRAFORM_PREFIX &&
                 run(text, at - TERRAFORM_PREFIX, WORD) >= TERRAFORM_PREFIX;
    return found ? at - TERRAFORM_PREFIX : IX_SV_NPOS;
}

/* IX_SV_NPOS is larger than any place. */
static size_t find_secret(struct ix_sv text) {
    static size_t (*const finders[])(struct ix_sv text) = {find_token, find_private_key, find_value,
                                                           find_terraform_token};
    size_t first = IX_SV_NPOS;
    for (size_t i = 0; text.size > TEXT_MIN && i < sizeof finders / sizeof *finders; i++) {
        size_t at = finders[i](text);
        first = at < first ? at : first;
    }
    return first;
}

bool ix_secret_shape(struct ix_sv text) {
    return find_secret(text) != IX_SV_NPOS;
}

/* ---- passwords in URLs (RFC 3986 section 3.2.1) ---- */

static bool ends_authority(char c) {
    return c == '/' || c == '"' || c == '\'' || c == '<' || c == '>' || c == ' ' || c == '\t' ||
           c == '\r' || c == '\n';
}

/* The password of the user part that begins the text; empty when there is none. A '?' or '#' that
 * nobody escaped is taken as part of it. */
static struct ix_sv url_password(struct ix_sv rest) {
    size_t end = 0;
    while (end < rest.size && !ends_authority(rest.data[end])) {
        end++;
    }
    struct ix_sv authority = ix_sv_sub(rest, 0, end);
    size_t at = ix_sv_rfind_char(authority, '@');
    struct ix_sv user = ix_sv_sub(authority, 0, at == IX_SV_NPOS ? 0 : at);
    size_t colon = ix_sv_find_char(user, ':');
    return colon == IX_SV_NPOS ? (struct ix_sv){0} : ix_sv_from(user, colon + 1);
}

/* The marker in the place of the bytes [begin, end). */
static struct ix_sv with_marker(struct ix_arena *arena, struct ix_sv text, size_t begin,
                                size_t end) {
    struct ix_sv tail = ix_sv_from(text, end);
    return ix_arena_printf(arena, "%.*s" IX_SECRET_MARKER "%.*s", (int)begin, text.data,
                           IX_SV_FMT(tail));
}

static struct ix_sv clean_urls(struct ix_arena *arena, struct ix_sv text) {
    const struct ix_sv mark = IX_SV("://");
    const struct ix_sv marker = IX_SV(IX_SECRET_MARKER);
    size_t from = 0;
    size_t at;
    while ((at = ix_sv_find(ix_sv_from(text, from), mark)) != IX_SV_NPOS) {
        from += at + mark.size;
        struct ix_sv password = url_password(ix_sv_from(text, from));
        if (ix_sv_empty(password) || ix_sv_eq(password, marker)) {
            continue;
        }
        size_t begin = (size_t)(password.data - text.data);
        text = with_marker(arena, text, begin, begin + password.size);
        from = begin + marker.size;
    }
    return text;
}

struct ix_sv ix_secret_clean(struct ix_arena *arena, struct ix_sv text) {
    bool secret = ix_secret_shape(text) || ix_secret_lines(text);
    return secret ? IX_SV(IX_SECRET_MARKER) : clean_urls(arena, text);
}

/* Where a secret ends is not asked: what follows it goes too, up to the end of a key in quotes. */
struct ix_sv ix_secret_cut(struct ix_arena *arena, struct ix_sv text) {
    size_t begin;
    text = clean_urls(arena, text);
    while ((begin = find_secret(text)) != IX_SV_NPOS) {
        size_t quote = ix_sv_find(ix_sv_from(text, begin), IX_SV("\"]"));
        text = with_marker(arena, text, begin, quote == IX_SV_NPOS ? text.size : begin + quote);
    }
    return text;
}

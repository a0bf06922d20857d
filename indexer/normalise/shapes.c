/* Secrets by shape: one pass over the text, looking at the rows only where a token can begin.
 *
 * A false alarm costs one value of one property; a miss writes a secret to disk. So the rows ask
 * for the prefix and for enough characters behind it, and no more.
 */
#include "indexer/normalise/secrets.h"

enum {
    JWT_PART_MIN = 8,
    SENDGRID_PART_MIN = 16,
    TERRAFORM_PREFIX = 14,
    TEXT_MIN = 6,
};

enum class_ { UPPER, WORD }; /* A-Z0-9; A-Za-z0-9_- */

struct shape {
    const char *prefix;
    size_t min; /* characters of the class that follow the prefix */
    enum class_ class_;
};

/* The vendors' own documents on their token formats; lengths are the shortest ever issued. */
static const struct shape shapes[] = {
    {"AKIA", 16, UPPER},
    {"ASIA", 16, UPPER},
    {"ghp_", 16, WORD},
    {"gho_", 16, WORD},
    {"ghu_", 16, WORD},
    {"ghs_", 16, WORD},
    {"ghr_", 16, WORD},
    {"github_pat_", 16, WORD},
    {"glpat-", 16, WORD},
    {"xoxb-", 10, WORD},
    {"xoxa-", 10, WORD},
    {"xoxp-", 10, WORD},
    {"xoxr-", 10, WORD},
    {"xoxs-", 10, WORD},
    {"sk_live_", 10, WORD},
    {"rk_live_", 10, WORD},
    {"AIza", 35, WORD},
    {"ya29.", 16, WORD},
    {"npm_", 36, WORD},
    {"pypi-", 16, WORD},
    {"dop_v1_", 16, WORD},
    {"hvs.", 16, WORD},
    {"pul-", 40, WORD},
    {"sk_test_", 10, WORD},
    {"whsec_", 16, WORD},
    {"glrt-", 16, WORD},
    {"gldt-", 16, WORD},
    {"shpat_", 16, WORD},
    {"AGE-SECRET-KEY-1", 20, UPPER},
    {"Bearer ", 20, WORD},
    {"hooks.slack.com/services/", 8, WORD},
    /* private keys once more, in base64: "-----BEGIN ", what kind, and the start of PRIVATE KEY */
    {"LS0tLS1CRUdJTiBSU0EgUFJJVkFUR", 8, WORD},
    {"LS0tLS1CRUdJTiBQUklWQVRFIEtFW", 8, WORD},
    {"LS0tLS1CRUdJTiBFQyBQUklWQVRFI", 8, WORD},
    {"LS0tLS1CRUdJTiBPUEVOU1NIIFBSS", 8, WORD},
    {"LS0tLS1CRUdJTiBFTkNSWVBURUQgU", 8, WORD},
};

enum { SHAPE_COUNT = sizeof shapes / sizeof *shapes };

/* Names whose value, up to the next ';', is a key; compared without case. */
static const char *const keys[] = {
    "AccountKey=", "SharedAccessKey=", "SharedAccessSignature=", "password=", "pwd=", "?sig=",
    "&sig=",       "client_secret=",
};

static bool is_alnum(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool in_class(char c, enum class_ class_) {
    if (class_ == UPPER) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    }
    return is_alnum(c) || c == '_' || c == '-';
}

static size_t run(struct ix_sv text, size_t at, enum class_ class_) {
    size_t end = at;
    while (end < text.size && in_class(text.data[end], class_)) {
        end++;
    }
    return end - at;
}

/* `rest` begins where a token can begin. */
static bool begins_shape(struct ix_sv rest) {
    for (size_t i = 0; i < SHAPE_COUNT; i++) {
        if (rest.data[0] != shapes[i].prefix[0]) {
            continue;
        }
        struct ix_sv prefix = ix_sv_cstr(shapes[i].prefix);
        if (ix_sv_starts(rest, prefix) &&
            run(rest, prefix.size, shapes[i].class_) >= shapes[i].min) {
            return true;
        }
    }
    return false;
}

/* prefix, run, '.', run */
static bool begins_pair(struct ix_sv rest, struct ix_sv prefix, struct ix_sv second, size_t min) {
    if (!ix_sv_starts(rest, prefix)) {
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

static bool has_token(struct ix_sv text) {
    bool inside = false;
    for (size_t i = 0; i < text.size; i++) {
        if (!inside && begins_token(ix_sv_from(text, i))) {
            return true;
        }
        inside = is_alnum(text.data[i]);
    }
    return false;
}

/* RFC 7468 section 2, and PuTTY's own */
static bool has_private_key(struct ix_sv text) {
    size_t begin = ix_sv_find(text, IX_SV("-----BEGIN "));
    if (begin != IX_SV_NPOS &&
        ix_sv_find(ix_sv_from(text, begin), IX_SV("PRIVATE KEY")) != IX_SV_NPOS) {
        return true;
    }
    return ix_sv_find(text, IX_SV("PuTTY-User-Key-File-")) != IX_SV_NPOS;
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

static bool has_value_of(struct ix_sv text, struct ix_sv key) {
    size_t at;
    while ((at = ix_sv_find_nocase(text, key)) != IX_SV_NPOS) {
        text = ix_sv_from(text, at + key.size);
        if (value_follows(text)) {
            return true;
        }
    }
    return false;
}

static bool has_key(struct ix_sv text) {
    bool found = false;
    if (ix_sv_find_char(text, '=') == IX_SV_NPOS) {
        return false;
    }
    for (size_t i = 0; i < sizeof keys / sizeof *keys && !found; i++) {
        found = has_value_of(text, ix_sv_cstr(keys[i]));
    }
    return found;
}

static bool has_terraform_token(struct ix_sv text) {
    size_t at = ix_sv_find(text, IX_SV(".atlasv1."));
    return at != IX_SV_NPOS && at >= TERRAFORM_PREFIX &&
           run(text, at - TERRAFORM_PREFIX, WORD) >= TERRAFORM_PREFIX;
}

bool ix_secret_shape(struct ix_sv text) {
    return text.size > TEXT_MIN &&
           (has_token(text) || has_private_key(text) || has_key(text) || has_terraform_token(text));
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
        struct ix_sv tail = ix_sv_from(text, begin + password.size);
        char *joined = ix_arena_alloc(arena, begin + marker.size + tail.size + 1);
        if (!joined) {
            return marker;
        }
        memcpy(joined, text.data, begin);
        memcpy(joined + begin, marker.data, marker.size);
        memcpy(joined + begin + marker.size, tail.data ? tail.data : "", tail.size);
        text = ix_sv_of(joined, begin + marker.size + tail.size);
        from = begin + marker.size;
    }
    return text;
}

struct ix_sv ix_secret_clean(struct ix_arena *arena, struct ix_sv text) {
    return ix_secret_shape(text) ? IX_SV(IX_SECRET_MARKER) : clean_urls(arena, text);
}

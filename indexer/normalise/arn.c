/* What must never happen is that a topic's policy becomes the topic because it shows the topic's
 * ARN. So an ARN is believed only where it speaks of the type: by the family's pattern when there
 * is one, else by words.
 */
#include "indexer/normalise/arn.h"

#include "indexer/normalise/path.h"

/* Last words of types that are parts or settings of something else. */
static const char *const part_words[] = {
    "policy",     "attachment",   "association", "rotation",      "target",
    "version",    "item",         "validation",  "membership",    "configuration",
    "permission", "notification", "tag",         "schedule",      "certificate",
    "settings",   "lock",         "logging",     "notifications",
};

bool ix_arn_parse(struct ix_sv text, struct ix_arn *ret_arn) {
    struct ix_sv rest = text;
    struct ix_sv head;
    struct ix_arn arn = {.whole = text};
    struct ix_sv *parts[] = {&arn.partition, &arn.service, &arn.region, &arn.account};
    if (!ix_sv_split(&rest, ':', &head) || !ix_sv_eq_cstr(head, "arn")) {
        return false;
    }
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!ix_sv_split(&rest, ':', parts[i])) {
            return false;
        }
    }
    arn.resource = rest;
    *ret_arn = arn;
    return !ix_sv_empty(arn.service) && !ix_sv_empty(rest) && !ix_sv_empty(arn.partition) &&
           ix_sv_find_char(text, ' ') == IX_SV_NPOS && ix_sv_find_char(text, '$') == IX_SV_NPOS &&
           ix_sv_find(rest, IX_SV("arn:")) == IX_SV_NPOS;
}

/* "function" of function:name, "role" of role/path/name; empty for a resource without a type. */
static struct ix_sv resource_type(const struct ix_arn *arn) {
    size_t colon = ix_sv_find_char(arn->resource, ':');
    size_t slash = ix_sv_find_char(arn->resource, '/');
    size_t end = colon < slash ? colon : slash;
    return ix_sv_sub(arn->resource, 0, end == IX_SV_NPOS ? 0 : end);
}

static struct ix_sv last_segment(struct ix_sv type) {
    size_t dot = ix_sv_rfind_char(type, '.');
    return ix_sv_from(type, dot == IX_SV_NPOS ? 0 : dot + 1);
}

/* The pattern's service, and what it writes before its first placeholder. */
static bool fits_pattern(const struct ix_arn *arn, const char *pattern_text) {
    struct ix_arn pattern;
    if (!ix_arn_parse(ix_sv_cstr(pattern_text), &pattern)) {
        return false;
    }
    size_t brace = ix_sv_find_char(pattern.resource, '{');
    struct ix_sv literal = ix_sv_sub(pattern.resource, 0, brace);
    bool bare = ix_sv_empty(literal) && ix_sv_find_char(pattern.resource, '/') == IX_SV_NPOS;
    return ix_sv_eq(pattern.service, arn->service) && ix_sv_starts(arn->resource, literal) &&
           !(bare && ix_sv_find_char(arn->resource, '/') != IX_SV_NPOS);
}

/* A type named after a part must meet that word in the ARN's resource type. */
static bool fits_words(const struct ix_arn *arn, struct ix_sv type) {
    struct ix_sv segment = last_segment(type);
    size_t bar = ix_sv_rfind_char(segment, '_');
    struct ix_sv word = ix_sv_from(segment, bar == IX_SV_NPOS ? 0 : bar + 1);
    for (size_t i = 0; i < sizeof part_words / sizeof *part_words; i++) {
        if (ix_sv_eq_cstr(word, part_words[i])) {
            return ix_sv_find_nocase(resource_type(arn), word) != IX_SV_NPOS;
        }
    }
    return true;
}

static bool has_pattern(const struct ix_type *family) {
    return family && strncmp(family->id_pattern, "arn:", 4) == 0;
}

static bool own_member(const struct ix_resource *r, const struct ix_type *family,
                       const char *member, struct ix_arn *ret_arn) {
    return ix_arn_parse(ix_json_get_string(r->properties, member), ret_arn) &&
           (has_pattern(family) ? fits_pattern(ret_arn, family->id_pattern)
                                : fits_words(ret_arn, r->type));
}

/* The family is one that has ARNs: a spelling of it is the service's own (sns:topic). */
static bool has_arns(const struct ix_type *family, struct ix_sv service) {
    struct ix_sv rest = ix_sv_cstr(family ? family->spellings : "");
    struct ix_sv spelling;
    while (ix_sv_split(&rest, ' ', &spelling)) {
        if (ix_sv_starts(spelling, service) && spelling.size > service.size &&
            spelling.data[service.size] == ':') {
            return true;
        }
    }
    return false;
}

/* In states and templates the id of a setting is often the ARN of what is set, so an id needs the
 * pattern, or a resource type that is the type's own word. */
static bool own_id(const struct ix_resource *r, const struct ix_type *family,
                   struct ix_arn *ret_arn) {
    if (!ix_arn_parse(r->native_id, ret_arn)) {
        return false;
    }
    if (has_pattern(family)) {
        return fits_pattern(ret_arn, family->id_pattern);
    }
    struct ix_sv word = resource_type(ret_arn);
    bool same_word = !ix_sv_empty(word) && ix_name_same(word, last_segment(r->type));
    return fits_words(ret_arn, r->type) && (same_word || has_arns(family, ret_arn->service));
}

/* Log groups are written with and without ":*" (all streams) behind them. */
static void cut_wildcard(struct ix_arn *arn) {
    if (ix_sv_ends(arn->whole, IX_SV(":*")) && arn->resource.size > 2) {
        arn->whole.size -= 2;
        arn->resource.size -= 2;
    }
}

bool ix_arn_own(const struct ix_resource *resource, const struct ix_type *family,
                struct ix_arn *ret_arn) {
    bool own = own_member(resource, family, "arn", ret_arn) ||
               own_member(resource, family, "Arn", ret_arn) || own_id(resource, family, ret_arn);
    if (own) {
        cut_wildcard(ret_arn);
    }
    return own;
}

/* ---- queues ---- */

static bool is_account(struct ix_sv text) {
    enum { ACCOUNT_DIGITS = 12 };
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
    }
    return text.size == ACCOUNT_DIGITS;
}

const char *ix_arn_partition(struct ix_sv region) {
    if (ix_sv_starts(region, IX_SV("cn-"))) {
        return "aws-cn";
    }
    return ix_sv_starts(region, IX_SV("us-gov-")) ? "aws-us-gov" : "aws";
}

bool ix_arn_of_queue(struct ix_arena *arena, struct ix_sv url, struct ix_arn *ret_arn) {
    const struct ix_sv prefix = IX_SV("https://sqs.");
    struct ix_sv rest = ix_sv_from(url, prefix.size);
    struct ix_sv region;
    struct ix_sv domain;
    struct ix_sv account;
    if (!ix_sv_starts(url, prefix) || !ix_sv_split(&rest, '.', &region) ||
        !ix_sv_split(&rest, '/', &domain) || !ix_sv_split(&rest, '/', &account)) {
        return false;
    }
    bool amazon =
        ix_sv_eq_cstr(domain, "amazonaws.com") || ix_sv_eq_cstr(domain, "amazonaws.com.cn");
    if (!amazon || !is_account(account) || ix_sv_find_char(rest, '/') != IX_SV_NPOS) {
        return false;
    }
    struct ix_sv arn = ix_arena_printf(arena, "arn:%s:sqs:%.*s:%.*s:%.*s", ix_arn_partition(region),
                                       IX_SV_FMT(region), IX_SV_FMT(account), IX_SV_FMT(rest));
    return ix_arn_parse(arn, ret_arn);
}

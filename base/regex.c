/* A wall around PCRE2 that never forgets the limits. */
#include "base/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

enum { DEPTH_LIMIT = 10000 };

struct ix_regex {
    pcre2_code *code;
    pcre2_match_context *limits;
    pcre2_match_data *match;
};

static enum ix_code compile(struct ix_regex *regex, struct ix_sv pattern, bool nocase,
                            struct ix_err *err) {
    int number;
    PCRE2_SIZE offset;
    uint32_t options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | (nocase ? PCRE2_CASELESS : 0);
    PCRE2_SPTR text = (PCRE2_SPTR)(pattern.data ? pattern.data : "");
    regex->code = pcre2_compile(text, pattern.size, options, &number, &offset, NULL);
    if (!regex->code) {
        PCRE2_UCHAR reason[128];
        pcre2_get_error_message(number, reason, sizeof reason);
        return ix_err_set_at(err, IX_INVALID, offset, offset, "in the regular expression: %s",
                             (const char *)reason);
    }
    regex->limits = pcre2_match_context_create(NULL);
    regex->match = pcre2_match_data_create_from_pattern(regex->code, NULL);
    if (!regex->limits || !regex->match) {
        return ix_err_nomem(err);
    }
    pcre2_set_match_limit(regex->limits, IX_REGEX_MATCH_LIMIT);
    pcre2_set_depth_limit(regex->limits, DEPTH_LIMIT);
    pcre2_set_heap_limit(regex->limits, IX_REGEX_HEAP_KIB);
    return IX_OK;
}

enum ix_code ix_regex_new(struct ix_sv pattern, bool nocase, struct ix_regex **ret_regex,
                          struct ix_err *err) {
    if (pattern.size > IX_REGEX_PATTERN_MAX) {
        return ix_err_set(err, IX_LIMIT, "a regular expression of more than %d bytes",
                          IX_REGEX_PATTERN_MAX);
    }
    struct ix_regex *regex = calloc(1, sizeof *regex);
    if (!regex) {
        return ix_err_nomem(err);
    }
    enum ix_code code = compile(regex, pattern, nocase, err);
    if (code != IX_OK) {
        ix_regex_free(regex);
        return code;
    }
    *ret_regex = regex;
    return IX_OK;
}

void ix_regex_free(struct ix_regex *regex) {
    if (regex) {
        pcre2_match_data_free(regex->match);
        pcre2_match_context_free(regex->limits);
        pcre2_code_free(regex->code);
        free(regex);
    }
}

enum ix_code ix_regex_search(const struct ix_regex *regex, struct ix_sv text, bool *ret_found,
                             struct ix_err *err) {
    PCRE2_SPTR subject = (PCRE2_SPTR)(text.data ? text.data : "");
    *ret_found = false;
    if (!ix_sv_is_utf8(text)) {
        return IX_OK;
    }
    int result = pcre2_match(regex->code, subject, text.size, 0, PCRE2_NO_UTF_CHECK, regex->match,
                             regex->limits);
    if (result >= 0 || result == PCRE2_ERROR_NOMATCH) {
        *ret_found = result >= 0;
        return IX_OK;
    }
    return ix_err_set(err, IX_LIMIT,
                      "the regular expression takes too many steps; make it simpler");
}

/* A version is cut into its numbers and its pre-release; both are compared piece by piece. */
#include "query/semver.h"

struct version {
    struct ix_sv numbers, pre;
    bool has_pre;
};

static struct version cut(struct ix_sv text) {
    bool v = !ix_sv_empty(text) && (text.data[0] | 32) == 'v';
    text = ix_sv_from(text, v);
    text = ix_sv_sub(text, 0, ix_sv_find_char(text, '+'));
    size_t dash = ix_sv_find_char(text, '-');
    return (struct version){
        .numbers = ix_sv_sub(text, 0, dash),
        .pre = dash == IX_SV_NPOS ? (struct ix_sv){0} : ix_sv_from(text, dash + 1),
        .has_pre = dash != IX_SV_NPOS,
    };
}

static bool is_number(struct ix_sv text) {
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
    }
    return text.size > 0;
}

static bool is_identifier(struct ix_sv text) {
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i], small = (char)(c | 32);
        if (!(small >= 'a' && small <= 'z') && !(c >= '0' && c <= '9') && c != '-') {
            return false;
        }
    }
    return text.size > 0;
}

/* Pieces between dots; an empty one at the end counts as one that fails. */
static bool all_pieces(struct ix_sv text, bool (*is)(struct ix_sv), size_t limit) {
    struct ix_sv piece;
    size_t count = 0;
    bool good = !ix_sv_empty(text) && text.data[text.size - 1] != '.';
    while (good && ix_sv_split(&text, '.', &piece)) {
        good = is(piece) && ++count <= limit;
    }
    return good;
}

bool ix_semver_is(struct ix_sv text) {
    enum { NUMBERS = 3 };
    struct version version = cut(text);
    size_t plus = ix_sv_find_char(text, '+');
    return all_pieces(version.numbers, is_number, NUMBERS) &&
           (!version.has_pre || all_pieces(version.pre, is_identifier, SIZE_MAX)) &&
           (plus == IX_SV_NPOS || all_pieces(ix_sv_from(text, plus + 1), is_identifier, SIZE_MAX));
}

static int compare_numbers(struct ix_sv a, struct ix_sv b) {
    while (a.size > 0 && a.data[0] == '0') {
        a = ix_sv_from(a, 1);
    }
    while (b.size > 0 && b.data[0] == '0') {
        b = ix_sv_from(b, 1);
    }
    if (a.size != b.size) {
        return a.size < b.size ? -1 : 1;
    }
    int order = ix_sv_cmp(a, b);
    return (order > 0) - (order < 0);
}

/* Numbers come before words. */
static int compare_pieces(struct ix_sv a, struct ix_sv b) {
    bool x = is_number(a), y = is_number(b);
    if (x && y) {
        return compare_numbers(a, b);
    }
    int order = x != y ? (x ? -1 : 1) : ix_sv_cmp(a, b);
    return (order > 0) - (order < 0);
}

/* Missing numbers are 0; of pre-releases the shorter one comes first. */
static int compare_lists(struct ix_sv a, struct ix_sv b, bool numbers) {
    while (!ix_sv_empty(a) || !ix_sv_empty(b)) {
        struct ix_sv x = {0}, y = {0};
        bool more_a = ix_sv_split(&a, '.', &x), more_b = ix_sv_split(&b, '.', &y);
        if (more_a != more_b && !numbers) {
            return more_a ? 1 : -1;
        }
        int order = numbers ? compare_numbers(x, y) : compare_pieces(x, y);
        if (order != 0) {
            return order;
        }
    }
    return 0;
}

int ix_semver_cmp(struct ix_sv a, struct ix_sv b) {
    struct version x = cut(a), y = cut(b);
    int order = compare_lists(x.numbers, y.numbers, true);
    if (order != 0) {
        return order;
    }
    if (x.has_pre != y.has_pre) {
        return x.has_pre ? -1 : 1;
    }
    return compare_lists(x.pre, y.pre, false);
}

/* The golden cases: tests/cases/NAME.t hold a title, a query, and what comes of it.
 *
 *   === title
 *   the query
 *   --- plan              (or: --- error CODE, then the text drawn with carets)
 *   ...
 *
 * Other sections (--- sql, --- rows) are read by the tests of the parts that answer them. "Now" is
 * 2025-03-15T12:00:00Z.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "query/caret.h"
#include "query/plan.h"

#define NOW_MS INT64_C(1742040000000)

struct one_case {
    struct ix_sv title, query, section, expected;
};

static struct ix_sv until(struct ix_sv *rest, const char *mark) {
    size_t at = ix_sv_find(*rest, ix_sv_cstr(mark));
    struct ix_sv head = ix_sv_sub(*rest, 0, at);
    *rest = at == IX_SV_NPOS ? (struct ix_sv){0} : ix_sv_from(*rest, at + strlen(mark));
    return head;
}

/* The next case of the file; false at its end. */
static bool next_case(struct ix_sv *rest, struct one_case *ret_case) {
    if (ix_sv_empty(*rest)) {
        return false;
    }
    struct ix_sv body = until(rest, "\n=== ");
    *ret_case = (struct one_case){
        .title = until(&body, "\n"),
        .query = until(&body, "\n--- "),
        .section = until(&body, "\n"),
        .expected = until(&body, "\n--- "),
    };
    return true;
}

static void answer(struct ix_sv text, struct ix_buf *section, struct ix_buf *buf) {
    struct ix_query_settings settings = {.now_ms = NOW_MS};
    struct ix_arena arena;
    struct ix_query query;
    struct ix_plan plan;
    struct ix_err err = {0};
    ix_arena_init(&arena, 0);
    if (ix_query_parse(&arena, text, &query, &err) == IX_OK &&
        ix_query_check(&arena, &query, &settings, &plan, &err) == IX_OK) {
        ix_buf_add_cstr(section, "plan");
        ix_plan_print(buf, &plan);
    } else {
        ix_buf_printf(section, "error %s", ix_code_name(err.code));
        ix_caret_print(buf, text, &err);
    }
    ix_arena_done(&arena);
}

static bool same(struct ix_sv a, struct ix_sv b) {
    return ix_sv_eq(ix_sv_trim(a), ix_sv_trim(b));
}

static size_t check_file(const char *path, struct ix_sv text) {
    struct one_case one;
    size_t count = 0;
    (void)until(&text, "\n=== ");
    for (; next_case(&text, &one); count++) {
        struct ix_buf section = {0}, buf = {0};
        answer(one.query, &section, &buf);
        cr_expect(same(ix_buf_sv(&section), one.section) && same(ix_buf_sv(&buf), one.expected),
                  "%s: %.*s\n%.*s\n--- %s\n%s", path, IX_SV_FMT(one.title), IX_SV_FMT(one.query),
                  ix_buf_cstr(&section), ix_buf_cstr(&buf));
        ix_buf_done(&section);
        ix_buf_done(&buf);
    }
    return count;
}

static size_t check_path(const char *path) {
    enum { FILE_MAX = 1 << 20 };
    FILE *file = fopen(path, "r");
    char *text = malloc(FILE_MAX);
    cr_assert(file && text, "cannot read %s", path);
    size_t size = fread(text, 1, FILE_MAX, file);
    fclose(file);
    size_t count = check_file(path, ix_sv_of(text, size));
    free(text);
    return count;
}

Test(query, every_case_gives_its_plan_or_its_error) {
    enum { CASES_MIN = 250 };
    const char *root = getenv("IX_SOURCE_DIR");
    cr_assert(root, "IX_SOURCE_DIR is not set");
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/cases", root);
    DIR *folder = opendir(path);
    size_t count = 0;
    cr_assert(folder, "cannot open %s", path);
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (ix_sv_ends(ix_sv_cstr(entry->d_name), IX_SV(".t"))) {
            snprintf(path, sizeof path, "%s/tests/cases/%s", root, entry->d_name);
            count += check_path(path);
        }
    }
    closedir(folder);
    cr_expect(count >= CASES_MIN, "only %zu cases were found", count);
}

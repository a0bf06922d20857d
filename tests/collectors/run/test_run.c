/* The runner: each input is a run of its own, named and scoped, and nothing goes unsaid. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "collectors/run.h"
#include "indexer/model/record.h"
#include "tests/collectors/run/folder.h"

#define GOOD "{\"record\":\"resource\",\"address\":\"a\",\"native_type\":\"t\"}\n"

/* Writes down what it is asked: one line a call, records included. */
struct recorder {
    struct ix_run_target target;
    struct ix_record_sink records;
    struct ix_buf log;
    enum ix_code refuse; /* what begin returns */
    int accept;          /* calls of begin that go well before it does */
};

static struct folder folder;
static struct recorder recorder;
static struct ix_run_settings settings;
static struct ix_run_counts counts;
static struct ix_err err;

static enum ix_code keep_line(void *context, struct ix_sv line, struct ix_err *e) {
    struct recorder *r = context;
    ix_buf_add(&r->log, line);
    return ix_buf_check(&r->log, e);
}

static enum ix_code on_begin(struct ix_run_target *target, struct ix_sv source, struct ix_sv kind,
                             struct ix_sv path, struct ix_sink **ret_sink, struct ix_err *e) {
    struct recorder *r = (struct recorder *)target;
    (void)path;
    if (r->refuse != IX_OK && r->accept-- <= 0) {
        return ix_err_set(e, r->refuse, "the target refuses");
    }
    ix_buf_printf(&r->log, "begin %.*s (%.*s)\n", IX_SV_FMT(source), IX_SV_FMT(kind));
    *ret_sink = &r->records.sink;
    return IX_OK;
}

static enum ix_code on_end(struct ix_run_target *target, enum ix_input_outcome outcome,
                           const struct ix_err *why, struct ix_err *e) {
    struct recorder *r = (struct recorder *)target;
    ix_buf_printf(&r->log, "end %d %s\n", (int)outcome, why->text);
    return ix_buf_check(&r->log, e);
}

static void on_report(struct ix_run_target *target, const struct ix_input_report *report) {
    struct recorder *r = (struct recorder *)target;
    ix_buf_printf(&r->log, "report %d %s: %lld, %.*s\n", (int)report->outcome,
                  report->collector ? report->collector->name : "nobody",
                  (long long)report->resources, IX_SV_FMT(report->reason));
}

static void begin(void) {
    folder_init(&folder);
    recorder = (struct recorder){.target = {on_begin, on_end, on_report}};
    ix_record_sink_init(&recorder.records, keep_line, &recorder);
    settings = (struct ix_run_settings){.stdin_fd = -1};
    err = (struct ix_err){0};
}

static void end(void) {
    ix_record_sink_done(&recorder.records);
    ix_buf_done(&recorder.log);
    folder_done(&folder);
}

TestSuite(run, .init = begin, .fini = end);

static enum ix_code run_paths(const struct ix_sv *paths, size_t count) {
    return ix_run_paths(paths, count, &settings, &recorder.target, &counts, &err);
}

static enum ix_code run_one(const char *name) {
    const struct ix_sv path = ix_sv_cstr(folder_path(&folder, name));
    return run_paths(&path, 1);
}

static void write_text(const char *name, const char *text) {
    folder_write(&folder, name, ix_sv_cstr(text));
}

static const char *said(void) {
    return ix_buf_cstr(&recorder.log);
}

static enum ix_code open_nothing(const struct ix_input *input, struct ix_stream **ret_stream,
                                 struct ix_err *e) {
    (void)ret_stream;
    return ix_err_errno(e, EACCES, "%s", input->path.data);
}

Test(run, says_once_which_file_cannot_be_opened) {
    struct ix_input input = {
        .path = IX_SV("a.json"), .base_name = IX_SV("a.json"), .open = open_nothing};
    cr_assert_eq(ix_run_input(&input, &settings, &recorder.target, &counts, &err), IX_OK);
    cr_assert(strstr(said(), ": 0, Permission denied"), "%s", said());
}

static bool says(const char *words) {
    return strstr(said(), words) != NULL;
}

Test(run, names_a_source_by_its_absolute_path) {
    char expected[2 * FOLDER_PATH_SIZE];
    write_text("a.ndjson", GOOD);
    cr_assert_eq(chdir(folder.path), 0);
    const struct ix_sv relative = IX_SV("./a.ndjson");
    cr_assert_eq(run_paths(&relative, 1), IX_OK, "%s", err.text);
    char *absolute = realpath("a.ndjson", NULL);
    snprintf(expected, sizeof expected, "begin %s (ndjson)\n", absolute);
    free(absolute);
    cr_assert(says(expected), "%s", said());
    cr_assert_eq(chdir("/"), 0);
}

#define OF(source, address)                                                                        \
    "{\"record\":\"resource\",\"source\":\"" source "\",\"source_kind\":\"aws\","                  \
    "\"address\":\"" address "\",\"native_type\":\"t\"}\n"

Test(run, gives_each_source_of_an_exchange_file_a_run) {
    write_text("a.ndjson", OF("one", "a") OF("two", "a") OF("two", "b"));
    cr_assert_eq(run_one("a.ndjson"), IX_OK, "%s", err.text);
    const char *one = strstr(said(), "begin one (aws)\n");
    const char *end = one ? strstr(one, "end 0 \n") : NULL;
    const char *two = end ? strstr(end, "begin two (aws)\n") : NULL;
    cr_assert(two && strstr(two, "end 0 \nreport 0 ndjson: 3, \n"), "%s", said());
    cr_assert_eq(counts.indexed, 1);
    cr_assert_eq(counts.runs, 2);
}

Test(run, keeps_the_sources_before_a_broken_one) {
    write_text("a.ndjson", OF("one", "a") OF("two", "a") OF("three", "a") "{}\n");
    cr_assert_eq(run_one("a.ndjson"), IX_OK, "%s", err.text);
    const char *three = strstr(said(), "begin three (aws)\n");
    cr_assert(three && strstr(three, "end 3 line 4"), "%s", said());
    cr_assert(says("; 2 sources before it were indexed\n"), "%s", said());
    cr_assert_eq(counts.failed, 1);
    cr_assert_eq(counts.runs, 2);
}

Test(run, has_a_failed_run_of_a_stream_that_breaks_at_once) {
    char expected[2 * FOLDER_PATH_SIZE];
    write_text("a.ndjson", "{\"record\":\"resource\",\"source\":3}\n");
    cr_assert_eq(run_one("a.ndjson"), IX_OK, "%s", err.text);
    cr_assert(says("end 3 line 1: "), "%s", said());
    char *absolute = realpath(folder_path(&folder, "a.ndjson"), NULL);
    snprintf(expected, sizeof expected, "begin %s (ndjson)\n", absolute);
    free(absolute);
    cr_assert(says(expected), "%s", said());
}

Test(run, gives_all_sources_of_an_exchange_file_one_run_when_it_is_named) {
    write_text("a.ndjson", OF("one", "a") OF("two", "b") OF("one", "c"));
    settings.source = IX_SV("all");
    cr_assert_eq(run_one("a.ndjson"), IX_OK, "%s", err.text);
    cr_assert(says("begin all (aws)\n"), "%s", said());
    cr_assert_not(says("\"source\":\"one\""), "%s", said());
    cr_assert_eq(counts.runs, 1);
}

Test(run, gives_a_named_source_of_several_inputs_a_scope_for_each) {
    write_text("a.ndjson", GOOD);
    write_text("b.ndjson", GOOD);
    settings.source = IX_SV("all");
    cr_assert_eq(run_one("."), IX_OK, "%s", err.text);
    cr_assert_eq(counts.indexed, 2);
    cr_assert(says("begin all (ndjson)\n"), "%s", said());
    cr_assert(says("/a.ndjson\",\"properties\""), "%s", said());
    cr_assert(says("/b.ndjson\",\"outcome\":\"whole\""), "%s", said());
}

Test(run, leaves_the_scopes_of_a_single_input_alone) {
    write_text("a.ndjson", GOOD);
    settings.source = IX_SV("all");
    cr_assert_eq(run_one("a.ndjson"), IX_OK, "%s", err.text);
    cr_assert(says("\"scope\":\"\",\"outcome\":\"whole\""), "%s", said());
}

Test(run, goes_on_after_a_broken_input) {
    write_text("a.ndjson", GOOD "{\"record\":\"resource\"}\n");
    write_text("b.ndjson", GOOD);
    cr_assert_eq(run_one("."), IX_OK, "%s", err.text);
    cr_assert_eq(counts.failed, 1);
    cr_assert_eq(counts.indexed, 1);
    cr_assert(says("end 3 line 2: a resource needs `address` and `native_type`\n"), "%s", said());
    cr_assert(says("report 3 ndjson: 1, line 2"), "%s", said());
    cr_assert(says("report 0 ndjson: 1, \n"), "%s", said());
}

Test(run, says_why_nobody_claims_an_input) {
    static const char *const rows[][2] = {
        {"", "the file is empty"},
        {"just words", "text of no format known here"},
        {"{\"apple\": 1, \"pear\": 2}", "(it holds: apple, pear)"},
        {"{\"a\": [1, 2", "broken JSON: "},
        {"a: [1\n", "broken YAML: "},
        {"{\"a\": \"\xff\"}", "not text in UTF-8: byte 7 is no UTF-8"},
        {"{\"gh"
         "p_abcdefghijklmnopqrstuvwxyz0123456789\": 1, \"a\\u001b[1m\": 2, \"pear\": 3}",
         "(it holds: pear)"},
        {"{\"a\\u0007\": 1}", "JSON of no format known here\n"},
        {"[1, 2]", "JSON of no format known here"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        write_text("x", rows[i][0]);
        cr_assert_eq(run_one("x"), IX_OK, "%s", err.text);
        cr_assert(says(rows[i][1]), "row %zu: %s", i, said());
        cr_assert_eq(counts.skipped, 1);
    }
    cr_assert_not(says("begin"), "%s", said());
}

Test(run, says_what_makes_an_input_no_text) {
    static const struct {
        struct ix_sv bytes;
        const char *words;
    } rows[] = {
        {IX_SV_INIT("\xFF\xFE{\0\"\0a\0"), "text in UTF-16: save it as UTF-8"},
        {IX_SV_INIT("PK\x03\x04\x14\0\0\0"), "a ZIP archive: unpack it first"},
        {IX_SV_INIT("{\0\"\0a\0\"\0:\0"), "text in UTF-16: save it as UTF-8"},
        {IX_SV_INIT("\0{\0\"\0a\0\""), "text in UTF-16: save it as UTF-8"},
        {IX_SV_INIT("{\"a\": \0 1}"), "byte 6 is a NUL byte"},
        {IX_SV_INIT("{\"terraform_version\": \"1.0\", \"serial\": \0 1}"),
         "a Terraform state or plan that is broken JSON: not text in UTF-8: byte 39"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        folder_write(&folder, "x", rows[i].bytes);
        cr_assert_eq(run_one("x"), IX_OK, "%s", err.text);
        cr_assert(says(rows[i].words), "row %zu: %s", i, said());
    }
    cr_assert_not(says("begin"), "%s", said());
}

Test(run, begins_nothing_for_what_is_refused_or_ignored) {
    write_text("terraform.tfstate", "{\"meta\":{\"key_provider.pbkdf2.a\":\"x\"},"
                                    "\"encrypted_data\":\"AA==\",\"encryption_version\":\"v0\"}");
    cr_assert_eq(run_one("terraform.tfstate"), IX_OK, "%s", err.text);
    cr_assert_eq(counts.failed, 1);
    cr_assert(says("encrypted"), "%s", said());
    cr_assert_not(says("begin"), "%s", said());
}

Test(run, reports_what_the_walk_left_out) {
    write_text(".git/config", "x");
    cr_assert_eq(run_one("."), IX_OK, "%s", err.text);
    cr_assert_eq(counts.skipped, 1);
    cr_assert(says("version control data"), "%s", said());
}

Test(run, shows_the_first_remark_of_an_indexed_input) {
    write_text("a.ndjson", GOOD "{\"record\":\"note\",\"reason\":\"one\"}\n"
                                "{\"record\":\"note\",\"reason\":\"two\"}\n");
    cr_assert_eq(run_one("a.ndjson"), IX_OK, "%s", err.text);
    cr_assert(says("report 0 ndjson: 1, one\n"), "%s", said());
}

Test(run, ends_when_the_target_fails) {
    write_text("a.ndjson", GOOD);
    write_text("b.ndjson", GOOD);
    recorder.refuse = IX_BUSY;
    cr_assert_eq(run_one("."), IX_BUSY);
    cr_assert_str_eq(err.text, "the target refuses");
    cr_assert_eq(counts.indexed, 0);
}

Test(run, ends_when_the_target_fails_between_two_sources) {
    write_text("a.ndjson", OF("one", "a") OF("two", "a"));
    write_text("b.ndjson", GOOD);
    recorder.refuse = IX_BUSY;
    recorder.accept = 1;
    cr_assert_eq(run_one("."), IX_BUSY);
    cr_assert_str_eq(err.text, "the target refuses");
    cr_assert(says("end 0 \n"), "%s", said());
    cr_assert_not(says("report"), "%s", said());
}

Test(run, ends_when_it_is_asked_to_stop) {
    const bool cancelled = true;
    write_text("a.ndjson", GOOD);
    settings.cancelled = &cancelled;
    cr_assert_eq(run_one("."), IX_CANCELLED);
    cr_assert(says("end 3 stopped\n"), "%s", said());
}

static int64_t told;

static void count_progress(void *context, struct ix_sv path, int64_t resources) {
    (void)context, (void)path;
    told = resources;
}

Test(run, tells_how_far_it_is_now_and_then) {
    struct ix_buf lines = {0};
    for (int i = 0; i < 3000; i++) {
        ix_buf_printf(&lines,
                      "{\"record\":\"resource\",\"address\":\"%d\",\"native_type\":\"t\"}\n", i);
    }
    folder_write(&folder, "a.ndjson", ix_buf_sv(&lines));
    ix_buf_done(&lines);
    settings.progress = count_progress;
    cr_assert_eq(run_one("a.ndjson"), IX_OK, "%s", err.text);
    cr_assert_eq(told, 2048);
    cr_assert(says("report 0 ndjson: 3000"));
}

Test(run, reads_standard_input_once) {
    const struct ix_sv both[] = {IX_SV("-"), IX_SV("-")};
    settings.stdin_fd = pipe_of(IX_SV(GOOD));
    cr_assert_eq(run_paths(both, 2), IX_OK, "%s", err.text);
    close(settings.stdin_fd);
    cr_assert(says("begin stdin (ndjson)\n"), "%s", said());
    cr_assert(says("standard input can be read only once"), "%s", said());
    cr_assert_eq(counts.indexed, 1);
    cr_assert_eq(counts.failed, 1);
}

Test(run, fails_when_a_named_path_does_not_exist) {
    cr_assert_eq(run_one("nowhere"), IX_NOT_FOUND);
    cr_assert_eq(counts.inputs, 0);
}

/* ---- parts of one bill, one by one and several at a time ---- */

enum { PARTS = 5, PART_ROWS = 900 };

/* A row of part 1 and of part 3 is refused; `broken`: a part that is no bill (PARTS: none). */
static void write_parts(int broken) {
    for (int part = 0; part < PARTS; part++) {
        char name[64];
        struct ix_buf text = {0};
        ix_buf_add_cstr(&text, part == broken ? "no bill\n"
                                              : "BilledCost,BillingCurrency,BillingPeriodStart,"
                                                "ChargePeriodStart,EffectiveCost,ServiceName\n");
        for (int row = 0; part != broken && row < PART_ROWS + part; row++) {
            ix_buf_printf(&text, "%s,USD,2025-01-01,2025-01-02,1,s%d\n",
                          part % 2 == 1 && row == 800 ? "dear" : "1.5", part);
        }
        snprintf(name, sizeof name, "bill-0000%d.csv", part + 1);
        folder_write(&folder, name, ix_buf_sv(&text));
        ix_buf_done(&text);
    }
}

static int compare_lines(const void *a, const void *b) {
    return ix_sv_cmp(*(const struct ix_sv *)a, *(const struct ix_sv *)b);
}

/* What the target was told, its lines sorted: which part's come first is nobody's business. */
static void read_parts(size_t readers, struct ix_buf *log) {
    enum { LINES_MAX = 8192 };
    static struct ix_sv lines[LINES_MAX];
    struct ix_sv path = ix_sv_cstr(folder_path(&folder, "bill-00003.csv"));
    size_t count = 0;
    settings.readers = readers;
    cr_assert_eq(run_paths(&path, 1), IX_OK, "%s", err.text);
    struct ix_sv rest = ix_buf_sv(&recorder.log);
    while (count < LINES_MAX && ix_sv_split(&rest, '\n', &lines[count])) {
        count++;
    }
    cr_assert_lt(count, LINES_MAX);
    qsort(lines, count, sizeof *lines, compare_lines);
    ix_buf_clear(log);
    for (size_t i = 0; i < count; i++) {
        ix_buf_add(log, lines[i]);
        ix_buf_add_char(log, '\n');
    }
    ix_buf_clear(&recorder.log);
}

Test(run, reads_several_parts_of_a_bill_as_it_reads_one_by_one) {
    struct ix_buf expected = {0};
    struct ix_buf log = {0};
    write_parts(PARTS);
    read_parts(1, &expected);
    cr_assert_eq(counts.indexed, (int64_t)PARTS);
    for (size_t readers = 2; readers < 12; readers += 3) {
        read_parts(readers, &log);
        cr_assert(ix_sv_eq(ix_buf_sv(&log), ix_buf_sv(&expected)), "%zu readers", readers);
    }
    ix_buf_done(&log);
    ix_buf_done(&expected);
}

/* Records of a run that is thrown away may be others; what is said of its inputs may not. */
static void keep_reports(struct ix_buf *log) {
    struct ix_sv rest = ix_buf_sv(&recorder.log);
    struct ix_sv line;
    ix_buf_clear(log);
    while (ix_sv_split(&rest, '\n', &line)) {
        if (ix_sv_starts(line, IX_SV("report ")) || ix_sv_starts(line, IX_SV("end "))) {
            ix_buf_add(log, line);
            ix_buf_add_char(log, '\n');
        }
    }
    ix_buf_clear(&recorder.log);
}

Test(run, names_the_same_part_of_a_bill_that_fails_whatever_is_read_at_a_time) {
    for (int broken = 0; broken < PARTS; broken++) {
        struct ix_buf expected = {0};
        struct ix_buf log = {0};
        struct ix_sv path = ix_sv_cstr(folder_path(&folder, "bill-00001.csv"));
        write_parts(broken);
        for (size_t readers = 1; readers < 8; readers += 2) {
            settings.readers = readers;
            settings.strict = broken % 2 == 0; /* then the refused rows fail, too */
            cr_assert_eq(run_paths(&path, 1), IX_OK, "%s", err.text);
            keep_reports(readers == 1 ? &expected : &log);
            cr_assert(readers == 1 || ix_sv_eq(ix_buf_sv(&log), ix_buf_sv(&expected)),
                      "part %d, %zu readers:\n%.*s\n%.*s", broken, readers,
                      IX_SV_FMT(ix_buf_sv(&log)), IX_SV_FMT(ix_buf_sv(&expected)));
        }
        ix_buf_done(&log);
        ix_buf_done(&expected);
    }
}

/* ---- bills that are runs of their own ---- */

/* Between them a state and what nobody knows; one breaks off, one has no line, rows of some are
 * refused. */
static void write_bills(void) {
    enum { BILLS = 9 };
    char name[32];
    for (int bill = 0; bill < BILLS; bill++) {
        struct ix_buf text = {0};
        ix_buf_add_cstr(&text, "BilledCost,BillingCurrency,BillingPeriodStart,ChargePeriodStart,"
                               "EffectiveCost,ServiceName\n");
        for (int row = 0; bill != 4 && row < 700 * (bill % 4) + 1; row++) {
            ix_buf_printf(&text, "%s,USD,2025-01-01,2025-01-02,1,s%d\n",
                          bill % 3 == 1 && row == 600 ? "dear" : "1.5", row);
        }
        ix_buf_add_cstr(&text, bill == 3 ? "1,\"never closed" : "");
        snprintf(name, sizeof name, "%c.csv", 'a' + bill);
        folder_write(&folder, name, ix_buf_sv(&text));
        ix_buf_done(&text);
    }
    folder_write(&folder, "b2.txt", IX_SV("of no format"));
    folder_write(&folder, "f2.ndjson",
                 IX_SV("{\"record\":\"resource\",\"source\":\"s\",\"native_type\":\"t\","
                       "\"native_id\":\"1\"}\n"));
}

/* Notes come behind the lines of their bill where it is read ahead; all else in one order. */
static void put_notes_last(struct ix_buf *ret) {
    for (int notes = 0; notes < 2; notes++) {
        struct ix_sv rest = ix_buf_sv(&recorder.log);
        struct ix_sv line;
        while (ix_sv_split(&rest, '\n', &line)) {
            if (ix_sv_starts(line, IX_SV("{\"record\":\"note\"")) == (notes == 1)) {
                ix_buf_add(ret, line);
                ix_buf_add_char(ret, '\n');
            }
        }
    }
    ix_buf_clear(&recorder.log);
}

Test(run, reads_bills_ahead_as_it_reads_one_after_another) {
    for (int strict = 0; strict < 2; strict++) {
        struct ix_buf expected = {0};
        struct ix_buf log = {0};
        struct ix_sv path = ix_sv_cstr(folder_path(&folder, "."));
        struct ix_run_counts alone = {0};
        write_bills();
        settings.strict = strict == 1;
        for (size_t readers = 1; readers < 12; readers += readers < 4 ? 1 : 3) {
            settings.readers = readers;
            cr_assert_eq(run_paths(&path, 1), IX_OK, "%s", err.text);
            if (readers == 1) {
                alone = counts;
                cr_assert_gt(counts.failed, 0);
                cr_assert_gt(counts.indexed, 5);
                cr_assert_eq(counts.skipped, 1);
            }
            cr_assert_eq(memcmp(&alone, &counts, sizeof counts), 0, "%zu readers", readers);
            ix_buf_clear(&log);
            put_notes_last(readers == 1 ? &expected : &log);
            cr_assert(readers == 1 || ix_sv_eq(ix_buf_sv(&log), ix_buf_sv(&expected)),
                      "%zu readers", readers);
        }
        ix_buf_done(&log);
        ix_buf_done(&expected);
    }
}

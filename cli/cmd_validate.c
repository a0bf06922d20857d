/* `infradex cost validate`: which rules of FOCUS a file breaks. It needs no warehouse. */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/listing.h"
#include "collectors/bills/conformance.h"

static const char columns[] = "rule,keyword,breaches,lines,check";

/* ---- rows ---- */

static struct ix_json *lines_json(struct ix_arena *arena, const int64_t *lines, size_t count) {
    struct ix_json *list = ix_json_new_array(arena);
    for (size_t i = 0; i < count; i++) {
        ix_json_append(list, ix_json_new_int64(arena, lines[i]));
    }
    return list;
}

/* "2, 3, 17 …" */
static struct ix_sv lines_text(struct ix_arena *arena, const struct ix_conformance_rule *rule) {
    struct ix_sv text = {0};
    for (size_t i = 0; i < rule->line_count; i++) {
        text = ix_arena_printf(arena, "%.*s%s%" PRId64, IX_SV_FMT(text), i ? ", " : "",
                               rule->lines[i]);
    }
    bool more = rule->breaches > (int64_t)rule->line_count && rule->line_count > 0;
    return more ? ix_arena_printf(arena, "%.*s …", IX_SV_FMT(text)) : text;
}

/* As data for programs, as sentences for people. */
static struct ix_json *rule_json(struct ix_arena *arena, const struct ix_conformance_rule *rule,
                                 bool people) {
    struct ix_json *row = ix_json_new_object(arena);
    bool always = ix_sv_empty(rule->when);
    ix_json_set_string(arena, row, "rule", rule->id);
    ix_json_set_string(arena, row, "keyword", rule->keyword);
    ix_json_set(arena, row, IX_SV("breaches"), ix_json_new_int64(arena, rule->breaches));
    if (people) {
        struct ix_sv sentence =
            always ? rule->check
                   : ix_arena_printf(arena, "%.*s, when %.*s", IX_SV_FMT(rule->check),
                                     IX_SV_FMT(rule->when));
        ix_json_set_string(arena, row, "lines", lines_text(arena, rule));
        ix_json_set_string(arena, row, "check", sentence);
    } else {
        ix_json_set(arena, row, IX_SV("lines"), lines_json(arena, rule->lines, rule->line_count));
        ix_json_set_string(arena, row, "check", rule->check);
        ix_json_set(arena, row, IX_SV("when"),
                    always ? ix_json_new_null(arena) : ix_json_new_string(arena, rule->when));
    }
    return row;
}

/* What must not be before what should not, what is frequent before what is rare. */
static int graver(const void *a, const void *b) {
    const struct ix_conformance_rule *x = *(const struct ix_conformance_rule *const *)a;
    const struct ix_conformance_rule *y = *(const struct ix_conformance_rule *const *)b;
    if (ix_conformance_must(x) != ix_conformance_must(y)) {
        return ix_conformance_must(x) ? -1 : 1;
    }
    if (x->breaches != y->breaches) {
        return x->breaches > y->breaches ? -1 : 1;
    }
    return ix_sv_cmp(x->id, y->id);
}

/* ---- all of it ---- */

struct verdict {
    int64_t of_state[IX_CONFORMANCE_OPEN + 1];
    int64_t must, should; /* broken rules */
};

static struct verdict count(const struct ix_conformance *found) {
    struct verdict verdict = {0};
    for (size_t i = 0; i < found->count; i++) {
        const struct ix_conformance_rule *rule = &found->rules[i];
        bool broken = rule->state == IX_CONFORMANCE_BROKEN;
        verdict.of_state[rule->state]++;
        verdict.must += broken && ix_conformance_must(rule);
        verdict.should += broken && !ix_conformance_must(rule);
    }
    return verdict;
}

static struct ix_json *meta_json(struct ix_arena *arena, struct ix_sv file, struct ix_sv version,
                                 const struct ix_conformance *found,
                                 const struct verdict *verdict) {
    static const char *const states[] = {[IX_CONFORMANCE_KEPT] = "kept",
                                         [IX_CONFORMANCE_BROKEN] = "broken",
                                         [IX_CONFORMANCE_ABSENT] = "column_absent",
                                         [IX_CONFORMANCE_OPEN] = "not_in_the_file"};
    struct ix_json *tail = ix_json_new_object(arena);
    struct ix_json *meta = ix_json_new_object(arena);
    struct ix_json *rules = ix_json_new_object(arena);
    for (int i = 0; i <= IX_CONFORMANCE_OPEN; i++) {
        ix_json_set(arena, rules, ix_sv_cstr(states[i]),
                    ix_json_new_int64(arena, verdict->of_state[i]));
    }
    ix_json_set_string(arena, meta, "file", file);
    ix_json_set_string(arena, meta, "version", version);
    ix_json_set(arena, meta, IX_SV("conforms"),
                ix_json_new_bool(arena, verdict->must == 0 && found->unread == 0));
    ix_json_set(arena, meta, IX_SV("rows"), ix_json_new_int64(arena, found->rows));
    ix_json_set(arena, meta, IX_SV("rows_unread"), ix_json_new_int64(arena, found->unread));
    ix_json_set(arena, meta, IX_SV("lines_unread"),
                lines_json(arena, found->unread_lines, found->unread_line_count));
    ix_json_set(arena, meta, IX_SV("rules"), rules);
    ix_json_set(arena, tail, IX_SV("meta"), meta);
    return tail;
}

static void say(struct ix_sv version, const struct ix_conformance *found,
                const struct verdict *verdict) {
    bool other = !ix_sv_eq(version, IX_SV("1.2"));
    fprintf(stderr,
            "FOCUS %.*s%s: %" PRId64 " row%s; of %zu rules %" PRId64 " kept, %" PRId64
            " broken (%" PRId64 " MUST), %" PRId64 " about columns that are not there, %" PRId64
            " not to be told from a file\n",
            IX_SV_FMT(version), other ? " (by the rules of 1.2)" : "", found->rows,
            found->rows == 1 ? "" : "s", found->count, verdict->of_state[IX_CONFORMANCE_KEPT],
            verdict->must + verdict->should, verdict->must,
            verdict->of_state[IX_CONFORMANCE_ABSENT], verdict->of_state[IX_CONFORMANCE_OPEN]);
    if (found->unread > 0) {
        fprintf(stderr,
                "%" PRId64 " row%s could not be read, the first on line %" PRId64
                ": more cells than the heading, or text behind a closing quote\n",
                found->unread, found->unread == 1 ? "" : "s", found->unread_lines[0]);
    }
}

static enum ix_code print(struct ix_invocation *invocation, struct ix_sv file,
                          const struct ix_conformance *found, const struct verdict *verdict,
                          struct ix_err *err) {
    const struct ix_settings *settings = &invocation->settings;
    enum ix_output output = ix_output_parse(settings->output);
    struct ix_arena *arena = invocation->arena;
    struct ix_sv shown = ix_sv_empty(settings->columns) ? ix_sv_cstr(columns) : settings->columns;
    struct ix_printer printer = {0};
    const struct ix_conformance_rule **broken = ix_arena_array(arena, found->count, sizeof *broken);
    size_t count = 0;
    for (size_t i = 0; broken && i < found->count; i++) {
        if (found->rules[i].state == IX_CONFORMANCE_BROKEN) {
            broken[count++] = &found->rules[i];
        }
    }
    if (count > 0) {
        qsort(broken, count, sizeof(const struct ix_conformance_rule *), graver);
    }
    enum ix_code code = ix_printer_begin(&printer, output, &invocation->terminal, shown, err);
    bool people = output == IX_OUTPUT_TABLE || output == IX_OUTPUT_CSV;
    size_t shown_count = count;
    if (settings->limit > 0 && (size_t)settings->limit < count) {
        shown_count = (size_t)settings->limit;
    }
    for (size_t i = 0; code == IX_OK && i < shown_count; i++) {
        code = ix_printer_row(&printer, rule_json(arena, broken[i], people), err);
    }
    struct ix_json *tail = meta_json(arena, file, settings->focus_version, found, verdict);
    code = ix_printer_end(&printer, tail, err);
    if (code == IX_OK && output == IX_OUTPUT_TABLE) {
        say(settings->focus_version, found, verdict);
        if (shown_count < count) {
            fprintf(stderr, "%zu of %zu broken rules; see more with --limit\n", shown_count, count);
        }
    }
    return code == IX_OK ? ix_arena_check(arena, err) : code;
}

int ix_cmd_cost_validate(struct ix_invocation *invocation, struct ix_err *err) {
    struct ix_stream *stream = NULL;
    struct ix_conformance found;
    struct verdict verdict = {0};
    if (invocation->argument_count != 2) {
        (void)ix_err_set(err, IX_INVALID, "cost validate takes one file of FOCUS");
        return IX_EXIT_USAGE;
    }
    struct ix_sv file = ix_arena_copy(invocation->arena, invocation->arguments[1]);
    enum ix_code code = ix_arena_check(invocation->arena, err);
    code = code == IX_OK ? ix_stream_open_file(file.data, &stream, err) : code;
    if (code == IX_OK) {
        ix_terminal_progress(&invocation->terminal, IX_SV("checking the rules of FOCUS"));
        code = ix_conformance_check(stream, invocation->settings.focus_version, invocation->arena,
                                    invocation->interrupted, &found, err);
        ix_terminal_progress_end(&invocation->terminal);
        code = code == IX_OK ? code : ix_err_wrap(err, "%.*s", IX_SV_FMT(file));
    }
    if (code == IX_OK) {
        verdict = count(&found);
        code = print(invocation, file, &found, &verdict, err);
    }
    ix_stream_close(stream);
    if (code != IX_OK) {
        return ix_code_exit(code);
    }
    return verdict.must > 0 || found.unread > 0 ? IX_EXIT_NOT_KEPT : IX_EXIT_OK;
}

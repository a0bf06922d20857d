/* The commands that keep the warehouse well: doctor, repair, backup. */
#include "cli/command.h"
#include "cli/printer.h"

/* ---- doctor ---- */

struct examination {
    struct ix_arena *arena;
    struct ix_printer printer;
    enum ix_finding_level worst;
    struct ix_err *err;
};

static const char *const level_words[] = {
    [IX_FINDING_OK] = "ok",
    [IX_FINDING_WARNING] = "warning",
    [IX_FINDING_BROKEN] = "broken",
};

static void tell(void *context, const struct ix_finding *finding) {
    struct examination *e = context;
    struct ix_json *row = ix_json_new_object(e->arena);
    ix_json_set_string(e->arena, row, "check", ix_sv_cstr(finding->check));
    ix_json_set_string(e->arena, row, "result", ix_sv_cstr(level_words[finding->level]));
    ix_json_set_string(e->arena, row, "found", ix_sv_cstr(finding->text));
    e->worst = finding->level > e->worst ? finding->level : e->worst;
    if (e->err->code == IX_OK) {
        (void)(ix_printer_row(&e->printer, row, e->err) == IX_OK);
    }
}

static struct ix_json *verdict(struct examination *e, struct ix_warehouse *warehouse) {
    static const char *const words[] = {
        [IX_FINDING_OK] = "the warehouse is well",
        [IX_FINDING_WARNING] = "the warehouse works; see the warnings",
        [IX_FINDING_BROKEN] = "the warehouse is broken; see what was found",
    };
    struct ix_json *tail = ix_json_new_object(e->arena);
    struct ix_hash hash;
    struct ix_err ignored = {0};
    ix_json_set_string(e->arena, tail, "verdict", ix_sv_cstr(words[e->worst]));
    if (ix_warehouse_content_hash(warehouse, &hash, &ignored) == IX_OK) {
        struct ix_buf hex = {0};
        for (size_t i = 0; i < sizeof hash.bytes; i++) {
            ix_buf_printf(&hex, "%02x", hash.bytes[i]);
        }
        ix_json_set_string(e->arena, tail, "content_hash", ix_buf_sv(&hex));
        ix_buf_done(&hex);
    }
    return tail;
}

static enum ix_code examine(struct ix_invocation *invocation, struct ix_warehouse *warehouse,
                            struct examination *e, struct ix_err *err) {
    enum ix_output output = ix_output_parse(invocation->settings.output);
    enum ix_code code = ix_printer_begin(&e->printer, output, &invocation->terminal,
                                         IX_SV("check,result,found"), err);
    code = code == IX_OK ? ix_warehouse_check(warehouse, invocation->now_ms, tell, e, err) : code;
    struct ix_json *tail = code == IX_OK ? verdict(e, warehouse) : NULL;
    code = ix_printer_end(&e->printer, tail, err);
    if (code == IX_OK && output == IX_OUTPUT_TABLE) {
        fprintf(stderr, "\n%.*s\n", IX_SV_FMT(ix_json_get_string(tail, "verdict")));
    }
    return code;
}

/* While another process writes, what can be seen by a reader is examined. */
static enum ix_code open_for_examination(struct ix_invocation *invocation,
                                         struct ix_warehouse **ret_warehouse, struct ix_err *err) {
    enum ix_code code = ix_invocation_open(invocation, IX_OPEN_WRITE_EXISTING, ret_warehouse, err);
    if (code == IX_BUSY) {
        *err = (struct ix_err){0};
        code = ix_invocation_open(invocation, IX_OPEN_READ, ret_warehouse, err);
    }
    return code;
}

int ix_cmd_doctor(struct ix_invocation *invocation, struct ix_err *err) {
    struct examination e = {.arena = invocation->arena, .err = err};
    struct ix_warehouse *warehouse;
    enum ix_code code = open_for_examination(invocation, &warehouse, err);
    if (code != IX_OK) {
        return ix_code_exit(code);
    }
    code = examine(invocation, warehouse, &e, err);
    ix_warehouse_close(warehouse);
    if (code != IX_OK) {
        return ix_code_exit(code);
    }
    return e.worst == IX_FINDING_BROKEN ? IX_EXIT_CORRUPT : IX_EXIT_OK;
}

/* ---- repair and backup ---- */

int ix_cmd_repair(struct ix_invocation *invocation, struct ix_err *err) {
    struct ix_warehouse *warehouse;
    enum ix_code code = ix_invocation_open(invocation, IX_OPEN_WRITE_EXISTING, &warehouse, err);
    if (code == IX_OK) {
        ix_terminal_progress(&invocation->terminal, IX_SV("rebuilding the indexes"));
        code = ix_warehouse_repair(warehouse, err);
        ix_warehouse_close(warehouse);
    }
    if (code == IX_OK) {
        ix_terminal_progress_end(&invocation->terminal);
        fputs("rebuilt; infradex doctor checks it\n", stderr);
    }
    return ix_code_exit(code);
}

int ix_cmd_backup(struct ix_invocation *invocation, struct ix_err *err) {
    struct ix_warehouse *warehouse;
    struct ix_sv file = ix_arena_copy(invocation->arena, invocation->arguments[0]);
    enum ix_code code = ix_arena_check(invocation->arena, err);
    code = code == IX_OK ? ix_invocation_open(invocation, IX_OPEN_READ, &warehouse, err) : code;
    if (code != IX_OK) {
        return ix_code_exit(code);
    }
    code = ix_warehouse_backup(warehouse, file.data, err);
    ix_warehouse_close(warehouse);
    if (code == IX_OK) {
        fprintf(stderr, "copied and verified: %s\n", file.data);
    }
    return ix_code_exit(code);
}

/* What commands share: where the warehouse is, and opening it. */
#include <stdlib.h>

#include "cli/command.h"

static struct ix_sv environment(const char *name) {
    return ix_sv_cstr(getenv(name));
}

enum ix_code ix_invocation_folder(const struct ix_invocation *invocation, struct ix_sv *ret_folder,
                                  struct ix_err *err) {
    struct ix_sv chosen = invocation->settings.data;
    chosen = ix_sv_empty(chosen) ? environment("INFRADEX_DATA") : chosen;
    struct ix_sv shared = environment("XDG_DATA_HOME");
    struct ix_sv home = environment("HOME");
    if (!ix_sv_empty(chosen)) {
        *ret_folder = ix_arena_copy(invocation->arena, chosen);
    } else if (!ix_sv_empty(shared) && shared.data[0] == '/') {
        *ret_folder = ix_arena_printf(invocation->arena, "%s/infradex", shared.data);
    } else if (!ix_sv_empty(home)) {
        *ret_folder = ix_arena_printf(invocation->arena, "%s/.local/share/infradex", home.data);
    } else {
        return ix_err_set(err, IX_INVALID,
                          "there is no HOME to keep the warehouse in; name a folder with --data");
    }
    return ix_arena_check(invocation->arena, err);
}

enum ix_code ix_invocation_open(struct ix_invocation *invocation, enum ix_open_mode mode,
                                struct ix_warehouse **ret_warehouse, struct ix_err *err) {
    struct ix_sv folder;
    enum ix_code code = ix_invocation_folder(invocation, &folder, err);
    if (code != IX_OK) {
        return code;
    }
    const struct ix_open_options options = {
        .mode = mode,
        .wait_ms = invocation->settings.wait_s * IX_SECOND_MS,
        .query_time_ms = invocation->settings.timeout_s * IX_SECOND_MS,
        .cancelled = invocation->interrupted,
    };
    code = ix_warehouse_open(folder.data, &options, ret_warehouse, err);
    if (code == IX_NOT_FOUND && mode != IX_OPEN_WRITE) { /* who writes makes the folder */
        struct ix_err told = {0};
        ix_err_set(&told, code, "nothing is indexed yet in %s; try: infradex index PATH",
                   folder.data);
        *err = told;
    }
    return code;
}

/* The commands that speak about the program itself: help, man, completion, version. */
#include "cli/command.h"

int ix_cmd_help(struct ix_invocation *invocation, struct ix_err *err) {
    if (invocation->argument_count == 0) {
        ix_help_program(stdout, &invocation->terminal);
        return IX_EXIT_OK;
    }
    struct ix_sv name = invocation->arguments[0];
    const struct ix_command *command = ix_command_find(name);
    if (!command) {
        ix_err_set(err, IX_INVALID, "there is no command %.*s; see infradex help", IX_SV_FMT(name));
        return IX_EXIT_USAGE;
    }
    ix_help_command(stdout, &invocation->terminal, command);
    return IX_EXIT_OK;
}

int ix_cmd_man(struct ix_invocation *invocation, struct ix_err *err) {
    (void)invocation, (void)err;
    ix_help_man_page(stdout);
    return IX_EXIT_OK;
}

int ix_cmd_completion(struct ix_invocation *invocation, struct ix_err *err) {
    enum ix_code code = ix_help_completion(stdout, invocation->arguments[0], err);
    return code == IX_OK ? IX_EXIT_OK : IX_EXIT_USAGE;
}

int ix_cmd_version(struct ix_invocation *invocation, struct ix_err *err) {
    (void)err;
    bool json = ix_sv_ends(invocation->settings.output, IX_SV("json"));
    printf(json ? "{\"version\":\"%s\"}\n" : "infradex %s\n", IX_VERSION);
    return IX_EXIT_OK;
}

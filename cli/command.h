/* The command table: one row a command. Parsing, help, completion and the man page come from the
 * rows, so that none of them can say something else than the program does. */
#ifndef IX_CLI_COMMAND_H
#define IX_CLI_COMMAND_H

#include <stdio.h>

#include "base/option.h"
#include "cli/terminal.h"
#include "indexer/warehouse/warehouse.h"

/* Stable; documented in the man page. */
enum ix_exit {
    IX_EXIT_OK = 0,
    IX_EXIT_FAILURE = 1,
    IX_EXIT_USAGE = 2,
    IX_EXIT_NO_MATCH = 3, /* with --exit-status */
    IX_EXIT_NOT_KEPT = 6, /* a budget or a specification is not kept */
    IX_EXIT_PARTLY = 7,   /* some inputs could not be indexed */
    IX_EXIT_CORRUPT = 8,
};

/* What the command line said: the common options, then the command's own. */
struct ix_settings {
    /* common */
    struct ix_sv data;
    struct ix_sv output;
    bool help;
    /* reading */
    struct ix_sv columns;
    int64_t limit;
    struct ix_sv cursor;
    struct ix_sv url; /* of a server to ask instead of the data folder */
    bool properties;
    bool exit_status;
    int64_t timeout_s;
    /* index */
    struct ix_sv source;
    bool strict;
    bool dry_run;
    bool quiet;
    int64_t wait_s;
    /* cost */
    struct ix_sv metric, by, where, query, from, until, in, versus, file, rates, focus_version;
    bool compare;
    /* serve */
    struct ix_sv address;
    int64_t port;
    bool allow_any_address;
    int64_t workers, io_threads;
    int64_t connections, connections_per_address;
    int64_t queue;
    int64_t body_mib;
    int64_t query_ms;
    int64_t rows;
    int64_t spool_mib;
    int64_t idle_s, request_s;
    struct ix_sv log_format;
};

/* One call of the program. */
struct ix_invocation {
    const struct ix_command *command;
    struct ix_settings settings;
    const struct ix_sv *arguments; /* what is no option, in order */
    size_t argument_count;
    struct ix_terminal terminal;
    int64_t now_ms;
    struct ix_arena *arena;  /* of the whole call */
    const bool *interrupted; /* set by SIGINT and SIGTERM */
};

struct ix_command {
    const char *name;
    const char *arguments; /* "PATH…", "QUERY", "ID", "" */
    const char *summary;   /* one line */
    const char *examples;  /* lines "command\twhat it does" */
    const char *about;     /* paragraphs for help and the man page; may be "" */
    size_t least_arguments, most_arguments;
    const struct ix_option *options; /* its own, in addition to the common ones; may be NULL */
    const char *arguments_are;       /* for completion: "file", "query", "shell", "command",
                                      * "report" (of costs) or "" */
    /* Returns an exit code. A failure is said once, by the caller, from `err`. */
    int (*run)(struct ix_invocation *invocation, struct ix_err *err);
};

/* What stands behind `infradex cost` and is no report over a warehouse (query/cost/cost.h). */
struct ix_cost_tool {
    const char *name, *usage, *summary;
    int (*run)(struct ix_invocation *invocation, struct ix_err *err);
};

extern const struct ix_cost_tool ix_cost_tools[]; /* ends with a row whose name is NULL */

extern const struct ix_command ix_commands[]; /* ends with a row whose name is NULL */
extern const struct ix_option ix_common_options[];

const struct ix_command *ix_command_find(struct ix_sv name);

/* Sets the settings from the arguments after the command's name; what is no option goes to
 * `arguments` (room for `count`). IX_INVALID with a suggestion. */
IX_MUST_CHECK enum ix_code ix_command_parse(struct ix_invocation *invocation, char **words,
                                            size_t count, struct ix_sv *arguments,
                                            struct ix_err *err);

/* Help, man page and completion scripts, from the table. */
void ix_help_program(FILE *to, const struct ix_terminal *terminal);
void ix_help_command(FILE *to, const struct ix_terminal *terminal,
                     const struct ix_command *command);
void ix_help_man_page(FILE *to);
IX_MUST_CHECK enum ix_code ix_help_completion(FILE *to, struct ix_sv shell, struct ix_err *err);

/* The data folder: --data, INFRADEX_DATA, else $XDG_DATA_HOME/infradex or ~/.local/share/infradex.
 */
IX_MUST_CHECK enum ix_code ix_invocation_folder(const struct ix_invocation *invocation,
                                                struct ix_sv *ret_folder, struct ix_err *err);
/* Opens the warehouse in the data folder. */
IX_MUST_CHECK enum ix_code ix_invocation_open(struct ix_invocation *invocation,
                                              enum ix_open_mode mode,
                                              struct ix_warehouse **ret_warehouse,
                                              struct ix_err *err);

/* cmd_<verb>.c */
int ix_cmd_index(struct ix_invocation *invocation, struct ix_err *err);
int ix_cmd_search(struct ix_invocation *invocation, struct ix_err *err);
int ix_cmd_show(struct ix_invocation *invocation, struct ix_err *err);
int ix_cmd_history(struct ix_invocation *invocation, struct ix_err *err);
int ix_cmd_sources(struct ix_invocation *invocation, struct ix_err *err);
int ix_cmd_runs(struct ix_invocation *invocation, struct ix_err *err);
int ix_cmd_types(struct ix_invocation *invocation, struct ix_err *err);
int ix_cmd_fields(struct ix_invocation *invocation, struct ix_err *err);
int ix_cmd_cost(struct ix_invocation *invocation, struct ix_err *err);
int ix_cmd_cost_validate(struct ix_invocation *invocation, struct ix_err *err);
int ix_cmd_export(struct ix_invocation *invocation, struct ix_err *err);
int ix_cmd_doctor(struct ix_invocation *invocation, struct ix_err *err);
int ix_cmd_repair(struct ix_invocation *invocation, struct ix_err *err);
int ix_cmd_backup(struct ix_invocation *invocation, struct ix_err *err);
int ix_cmd_serve(struct ix_invocation *invocation, struct ix_err *err);
int ix_cmd_completion(struct ix_invocation *invocation, struct ix_err *err);
int ix_cmd_man(struct ix_invocation *invocation, struct ix_err *err);
int ix_cmd_version(struct ix_invocation *invocation, struct ix_err *err);
int ix_cmd_help(struct ix_invocation *invocation, struct ix_err *err);

#endif

/* The program: finds the command, reads its options, runs it, says once what went wrong. The only
 * place that looks at the clock, catches signals and chooses exit codes. */
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/time.h"
#include "cli/command.h"

enum { ARENA_MAX = 1 << 30 };

static volatile sig_atomic_t signal_count;
static bool interrupted;

/* The first signal asks to stop; the second one ends the program. */
static void on_signal(int number) {
    interrupted = true;
    if (++signal_count > 1) {
        _Exit(128 + number);
    }
}

static void catch_signals(void) {
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is a write error like any other, */
    signal(SIGXFSZ, SIG_IGN); /* and so is a file that may not grow */
}

static int fail(struct ix_err *err, int exit_code) {
    ix_terminal_clean(err->text, strlen(err->text), true);
    fprintf(stderr, "infradex: %s\n", err->text);
    return exit_code;
}

/* `infradex search … | head` has read enough; that needs no message. */
static bool nobody_reads(void) {
    struct pollfd out = {.fd = STDOUT_FILENO};
    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR);
}

enum { NAME_SHOWN = 64 };

static int unknown_command(struct ix_sv name) {
    const char *nearest = NULL;
    size_t least = 3;
    for (const struct ix_command *c = ix_commands; c->name; c++) {
        size_t distance = ix_sv_distance(name, ix_sv_cstr(c->name));
        if (distance < least) {
            least = distance;
            nearest = c->name;
        }
    }
    if (ix_sv_starts(name, IX_SV("-"))) {
        fputs("infradex: options stand behind the command: infradex COMMAND [OPTIONS]\n", stderr);
        return IX_EXIT_USAGE;
    }
    char shown[NAME_SHOWN];
    snprintf(shown, sizeof shown, "%.*s", IX_SV_FMT(name));
    ix_terminal_clean(shown, strlen(shown), false);
    fprintf(stderr, "infradex: unknown command %s", shown);
    fprintf(stderr, nearest ? "; did you mean %s?\n" : "; see infradex help\n", nearest);
    return IX_EXIT_USAGE;
}

static int run_command(struct ix_invocation *invocation, char **words, size_t count) {
    struct ix_err err = {0};
    struct ix_sv *arguments = ix_arena_array(invocation->arena, count + 1, sizeof *arguments);
    if (!arguments) {
        ix_err_nomem(&err);
        return fail(&err, IX_EXIT_FAILURE);
    }
    if (ix_command_parse(invocation, words, count, arguments, &err) != IX_OK) {
        return fail(&err, IX_EXIT_USAGE);
    }
    if (invocation->settings.help) {
        ix_help_command(stdout, &invocation->terminal, invocation->command);
        return IX_EXIT_OK;
    }
    int exit_code = invocation->command->run(invocation, &err);
    ix_terminal_progress_end(&invocation->terminal);
    bool told = err.code == IX_OK || (err.code == IX_IO && nobody_reads());
    return told ? exit_code : fail(&err, exit_code);
}

/* What was printed may still wait in memory: a disk without room says so only now. */
static int finish(int exit_code) {
    struct ix_err err = {0};
    errno = EIO; /* of an error that was met before */
    bool written = fflush(stdout) == 0 && !ferror(stdout);
    if (written || exit_code != IX_EXIT_OK || nobody_reads()) {
        return exit_code;
    }
    ix_err_errno(&err, errno, "writing the answer");
    return fail(&err, IX_EXIT_FAILURE);
}

static bool is_help(struct ix_sv word) {
    return ix_sv_eq(word, IX_SV("--help")) || ix_sv_eq(word, IX_SV("-h"));
}

int main(int argc, char **argv) {
    setlocale(LC_CTYPE, "C.UTF-8"); /* widths of characters; numbers stay in the C locale */
    catch_signals();
    struct ix_arena arena;
    ix_arena_init(&arena, ARENA_MAX);
    struct ix_invocation invocation = {
        .terminal = ix_terminal_look(),
        .now_ms = ix_time_now_ms(),
        .arena = &arena,
        .interrupted = &interrupted,
    };
    struct ix_sv name = ix_sv_cstr(argc > 1 ? argv[1] : "--help");
    int exit_code = IX_EXIT_OK;
    if (is_help(name)) {
        ix_help_program(stdout, &invocation.terminal);
    } else {
        name = ix_sv_eq(name, IX_SV("--version")) ? IX_SV("version") : name;
        invocation.command = ix_command_find(name);
        exit_code = invocation.command ? run_command(&invocation, argv + 2, (size_t)argc - 2)
                                       : unknown_command(name);
    }
    ix_arena_done(&arena);
    return finish(exit_code);
}

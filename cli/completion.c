/* Completion scripts for bash, zsh and fish, written from the command table. They complete command
 * names, options, the choices of options, shells and files; nothing is asked of the warehouse. */
#include <string.h>

#include "cli/command.h"
#include "query/cost/cost.h"

static void put_words(FILE *to, const struct ix_option *options) {
    for (const struct ix_option *o = options; o && o->name; o++) {
        fprintf(to, " --%s", o->name);
        if (o->letter) {
            fprintf(to, " -%c", o->letter);
        }
    }
}

static void put_choices(FILE *to, const char *choices) {
    for (; *choices; choices++) {
        fputc(*choices == '|' ? ' ' : *choices, to);
    }
}

static void put_command_names(FILE *to) {
    for (const struct ix_command *c = ix_commands; c->name; c++) {
        fprintf(to, "%s%s", c == ix_commands ? "" : " ", c->name);
    }
}

static bool completes(const struct ix_command *c, const char *what) {
    return strcmp(c->arguments_are, what) == 0;
}

/* What the argument can be, where those are a few words. */
static void put_argument_words(FILE *to, const struct ix_command *c) {
    if (completes(c, "shell")) {
        fputs("bash zsh fish", to);
    } else if (completes(c, "command")) {
        put_command_names(to);
    } else if (completes(c, "report")) {
        for (const struct ix_cost_verb *verb = ix_cost_verbs; verb->name; verb++) {
            fprintf(to, "%s ", verb->name);
        }
        for (const struct ix_cost_tool *tool = ix_cost_tools; tool->name; tool++) {
            fprintf(to, "%s%s", tool == ix_cost_tools ? "" : " ", tool->name);
        }
    }
}

static bool has_argument_words(const struct ix_command *c) {
    return completes(c, "shell") || completes(c, "command") || completes(c, "report");
}

static void put_bash_command(FILE *to, const struct ix_command *c) {
    fprintf(to, "        %s) options=\"", c->name);
    put_words(to, c->options);
    put_words(to, ix_common_options);
    fputs("\"; words=\"", to);
    put_argument_words(to, c);
    fprintf(to, "\"; files=%s ;;\n", completes(c, "file") ? "yes" : "");
}

static void put_bash(FILE *to) {
    fputs("# bash completion for infradex\n_infradex() {\n"
          "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
          "    local options= words= files=\n    case $previous in\n",
          to);
    for (const struct ix_option *o = ix_common_options; o->name; o++) {
        if (o->choices) {
            fprintf(to, "        --%s|-%c) COMPREPLY=($(compgen -W \"", o->name, o->letter);
            put_choices(to, o->choices);
            fputs("\" -- \"$current\")); return ;;\n", to);
        }
    }
    fputs("        --data) COMPREPLY=($(compgen -d -- \"$current\")); return ;;\n    esac\n"
          "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        COMPREPLY=($(compgen -W \"",
          to);
    put_command_names(to);
    fputs("\" -- \"$current\"))\n        return\n    fi\n    case ${COMP_WORDS[1]} in\n", to);
    for (const struct ix_command *c = ix_commands; c->name; c++) {
        put_bash_command(to, c);
    }
    fputs("    esac\n    case $current in -*) words=$options; files= ;; esac\n"
          "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
          "    if [ -n \"$files\" ]; then COMPREPLY+=($(compgen -f -- \"$current\")); fi\n}\n"
          "complete -o filenames -F _infradex infradex\n",
          to);
}

/* Inside single quotes, where only the quote itself ends the word. */
static void put_quoted(FILE *to, const char *text) {
    for (; *text; text++) {
        if (*text == '\'') {
            fputs("'\\''", to);
        } else {
            fputc(*text, to);
        }
    }
}

/* The same for zsh's _arguments and _describe, to which brackets and colons mean something. */
static void put_zsh_quoted(FILE *to, const char *text) {
    for (; *text; text++) {
        const char one[] = {*text, '\0'};
        if (strchr("[]:", *text)) {
            fputc('\\', to);
        }
        put_quoted(to, one);
    }
}

static void put_zsh_options(FILE *to, const struct ix_option *options) {
    for (const struct ix_option *o = options; o && o->name; o++) {
        fprintf(to, " '--%s[", o->name);
        put_zsh_quoted(to, o->help);
        fputc(']', to);
        if (o->choices) {
            fprintf(to, ":%s:(", o->value_name);
            put_choices(to, o->choices);
            fputc(')', to);
        } else if (o->value_name) {
            fprintf(to, ":%s:%s", o->value_name,
                    strcmp(o->value_name, "DIR") == 0 ? "_files -/" : "");
        }
        fputc('\'', to);
    }
}

static void put_zsh(FILE *to) {
    fputs("#compdef infradex\n_infradex() {\n    local -a commands=(\n", to);
    for (const struct ix_command *c = ix_commands; c->name; c++) {
        fprintf(to, "        '%s:", c->name);
        put_zsh_quoted(to, c->summary);
        fputs("'\n", to);
    }
    fputs("    )\n    if (( CURRENT == 2 )); then\n        _describe command commands\n"
          "        return\n    fi\n    local command=$words[2]\n    shift words; (( CURRENT-- ))\n"
          "    case $command in\n",
          to);
    for (const struct ix_command *c = ix_commands; c->name; c++) {
        fprintf(to, "        %s) _arguments", c->name);
        put_zsh_options(to, c->options);
        put_zsh_options(to, ix_common_options);
        fputs(completes(c, "file") ? " '*:file:_files'" : "", to);
        if (has_argument_words(c)) {
            fprintf(to, " '1:%s:(", c->arguments_are);
            put_argument_words(to, c);
            fputs(")'", to);
        }
        fputs(" ;;\n", to);
    }
    fputs("    esac\n}\ncompdef _infradex infradex\n", to);
}

static void put_fish_options(FILE *to, const struct ix_option *options, const char *condition) {
    for (const struct ix_option *o = options; o && o->name; o++) {
        fprintf(to, "complete -c infradex %s -l %s", condition, o->name);
        if (o->letter) {
            fprintf(to, " -s %c", o->letter);
        }
        fputs(o->value_name ? " -r" : "", to);
        if (o->choices) {
            fputs(" -f -a '", to);
            put_choices(to, o->choices);
            fputc('\'', to);
        }
        fputs(" -d '", to);
        put_quoted(to, o->help);
        fputs("'\n", to);
    }
}

static void put_fish(FILE *to) {
    fputs("# fish completion for infradex\n", to);
    for (const struct ix_command *c = ix_commands; c->name; c++) {
        char condition[128];
        fprintf(to, "complete -c infradex -f -n __fish_use_subcommand -a %s -d '", c->name);
        put_quoted(to, c->summary);
        fputs("'\n", to);
        snprintf(condition, sizeof condition, "-n '__fish_seen_subcommand_from %s'", c->name);
        put_fish_options(to, c->options, condition);
        if (has_argument_words(c)) {
            fprintf(to, "complete -c infradex -f %s -a '", condition);
            put_argument_words(to, c);
            fputs("'\n", to);
        }
    }
    put_fish_options(to, ix_common_options, "");
}

enum ix_code ix_help_completion(FILE *to, struct ix_sv shell, struct ix_err *err) {
    static const struct {
        const char *name;
        void (*put)(FILE *to);
    } shells[] = {{"bash", put_bash}, {"zsh", put_zsh}, {"fish", put_fish}};
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        if (ix_sv_eq_cstr(shell, shells[i].name)) {
            shells[i].put(to);
            return IX_OK;
        }
    }
    return ix_err_set(err, IX_INVALID, "completion is there for bash, zsh and fish");
}

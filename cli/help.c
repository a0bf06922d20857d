/* Help for people at a terminal and the manual page (mdoc(7)), both from the command table. */
#include <string.h>

#include "cli/command.h"
#include "query/cost/cost.h"

enum {
    OPTION_COLUMN = 26,
    USUAL_WIDTH = 80,
    WIDEST = 100,
    TOO_NARROW = 60, /* for options and their meaning beside each other */
    NARROW_INDENT = 8,
};

static void put_strong(FILE *to, const struct ix_terminal *terminal, const char *text) {
    fprintf(to, terminal->colour ? "\033[1m%s\033[0m" : "%s", text);
}

static size_t width_of(const struct ix_terminal *terminal) {
    size_t width = terminal->width ? terminal->width : USUAL_WIDTH;
    return width > WIDEST ? WIDEST : width;
}

/* Wraps at spaces; the cursor stands at column `used`, further lines begin at `indent`. */
static void put_wrapped(FILE *to, const struct ix_terminal *terminal, struct ix_sv text,
                        size_t used, size_t indent) {
    struct ix_sv word;
    bool first = true;
    while (ix_sv_split(&text, ' ', &word)) {
        size_t size = ix_terminal_text_width(word);
        if (!first && used + 1 + size > width_of(terminal)) {
            fprintf(to, "\n%*s", (int)indent, "");
            used = indent;
            first = true;
        }
        fprintf(to, first ? "%.*s" : " %.*s", IX_SV_FMT(word));
        used += size + !first;
        first = false;
    }
    fputc('\n', to);
}

/* Calls `each` for every "command\tmeaning\n" line. */
static void for_each_example(const char *examples, FILE *to,
                             void (*each)(FILE *to, struct ix_sv command, struct ix_sv meaning)) {
    struct ix_sv rest = ix_sv_cstr(examples);
    struct ix_sv line;
    while (ix_sv_split(&rest, '\n', &line)) {
        struct ix_sv command;
        if (ix_sv_split(&line, '\t', &command)) {
            each(to, ix_sv_trim(command), line);
        }
    }
}

static void put_example(FILE *to, struct ix_sv command, struct ix_sv meaning) {
    fprintf(to, "  # %.*s\n  %.*s\n", IX_SV_FMT(meaning), IX_SV_FMT(command));
}

static void put_option(FILE *to, const struct ix_terminal *terminal, const struct ix_option *o) {
    char left[64];
    char help[256];
    snprintf(left, sizeof left, "%s%c%s--%s%s%s", o->letter ? "-" : " ",
             o->letter ? o->letter : ' ', o->letter ? ", " : "  ", o->name,
             o->value_name ? " " : "", o->value_name ? o->value_name : "");
    bool shows_default = o->fallback && strcmp(o->fallback, "0") != 0;
    snprintf(help, sizeof help, "%s%s%s%s", o->help, shows_default ? " (" : "",
             shows_default ? o->fallback : "", shows_default ? ")" : "");
    bool narrow = width_of(terminal) < TOO_NARROW;
    size_t indent = narrow ? NARROW_INDENT : OPTION_COLUMN + 4;
    if (narrow || strlen(left) > OPTION_COLUMN) {
        fprintf(to, "  %s\n%*s", left, (int)indent, "");
    } else {
        fprintf(to, "  %-*s  ", OPTION_COLUMN, left);
    }
    put_wrapped(to, terminal, ix_sv_cstr(help), indent, indent);
}

static void put_options(FILE *to, const struct ix_terminal *terminal,
                        const struct ix_option *options) {
    for (const struct ix_option *o = options; o && o->name; o++) {
        put_option(to, terminal, o);
    }
}

static bool has_reports(const struct ix_command *command) {
    return strcmp(command->arguments_are, "report") == 0;
}

static void put_reports(FILE *to, const struct ix_terminal *terminal) {
    enum { NAME_COLUMN = 15 };
    put_strong(to, terminal, "Reports\n");
    for (const struct ix_cost_verb *verb = ix_cost_verbs; verb->name; verb++) {
        fprintf(to, "  %-12s ", verb->name);
        put_wrapped(to, terminal, ix_sv_cstr(verb->summary), NAME_COLUMN, NAME_COLUMN);
        if (verb->usage) {
            fprintf(to, "%*sinfradex cost %s %s\n", NAME_COLUMN, "", verb->name, verb->usage);
        }
    }
    for (const struct ix_cost_tool *tool = ix_cost_tools; tool->name; tool++) {
        fprintf(to, "  %-12s ", tool->name);
        put_wrapped(to, terminal, ix_sv_cstr(tool->summary), NAME_COLUMN, NAME_COLUMN);
        fprintf(to, "%*sinfradex cost %s %s\n", NAME_COLUMN, "", tool->name, tool->usage);
    }
    fputc('\n', to);
}

void ix_help_program(FILE *to, const struct ix_terminal *terminal) {
    enum { NAME_COLUMN = 15 };
    put_strong(to, terminal, "infradex");
    fputs(" - one warehouse of everything you run, searched in milliseconds\n\n", to);
    put_strong(to, terminal, "Try\n");
    put_example(to, IX_SV("infradex index ."), IX_SV("read every state below this folder"));
    put_example(to, IX_SV("infradex search 'kind:bucket'"), IX_SV("find something"));
    put_example(to, IX_SV("infradex help search"), IX_SV("examples of a command"));
    fputc('\n', to);
    put_strong(to, terminal, "Commands\n");
    for (const struct ix_command *c = ix_commands; c->name; c++) {
        fprintf(to, "  %-12s ", c->name);
        put_wrapped(to, terminal, ix_sv_cstr(c->summary), NAME_COLUMN, NAME_COLUMN);
    }
    fputc('\n', to);
    put_strong(to, terminal, "Options of every command\n");
    put_options(to, terminal, ix_common_options);
}

void ix_help_command(FILE *to, const struct ix_terminal *terminal,
                     const struct ix_command *command) {
    put_strong(to, terminal, "Examples\n");
    for_each_example(command->examples, to, put_example);
    fputc('\n', to);
    put_strong(to, terminal, "Usage\n");
    fprintf(to, "  infradex %s [OPTIONS]%s%s\n\n", command->name, *command->arguments ? " " : "",
            command->arguments);
    put_wrapped(to, terminal, ix_sv_cstr(command->summary), 0, 0);
    if (*command->about) {
        put_wrapped(to, terminal, ix_sv_cstr(command->about), 0, 0);
    }
    fputc('\n', to);
    if (has_reports(command)) {
        put_reports(to, terminal);
    }
    put_strong(to, terminal, "Options\n");
    put_options(to, terminal, command->options);
    put_options(to, terminal, ix_common_options);
}

/* ---- the manual page ---- */

/* In mdoc a backslash is an escape and a leading dot or quote a request. */
static void put_mdoc(FILE *to, struct ix_sv text) {
    if (text.size && (text.data[0] == '.' || text.data[0] == '\'')) {
        fputs("\\&", to);
    }
    for (size_t i = 0; i < text.size; i++) {
        bool sentence_ends = text.data[i] == ' ' && i > 0 && text.data[i - 1] == '.';
        if (text.data[i] == '\\') {
            fputs("\\e", to);
        } else if (sentence_ends) { /* new sentence, new line */
            fputc('\n', to);
        } else if (text.data[i] == '-') {
            fputs("\\-", to);
        } else {
            fputc(text.data[i], to);
        }
    }
    fputc('\n', to);
}

static void put_mdoc_option(FILE *to, const struct ix_option *o) {
    fputs(".It ", to);
    if (o->letter) {
        fprintf(to, "Fl %c , ", o->letter);
    }
    fprintf(to, "Fl \\-%s", o->name);
    if (o->value_name) {
        fprintf(to, " Ar %s", o->value_name);
    }
    fputc('\n', to);
    put_mdoc(to, ix_sv_cstr(o->help));
}

static void put_mdoc_options(FILE *to, const struct ix_option *options) {
    if (options && options->name) {
        fputs(".Bl -tag -width Ds\n", to);
        for (const struct ix_option *o = options; o->name; o++) {
            put_mdoc_option(to, o);
        }
        fputs(".El\n", to);
    }
}

static void put_mdoc_example(FILE *to, struct ix_sv command, struct ix_sv meaning) {
    put_mdoc(to, meaning);
    fputs(".Dl ", to);
    put_mdoc(to, command);
}

static void put_mdoc_reports(FILE *to) {
    fputs(".Bl -tag -width Ds\n", to);
    for (const struct ix_cost_verb *verb = ix_cost_verbs; verb->name; verb++) {
        fprintf(to, ".It %s %s\n", verb->name, verb->usage ? verb->usage : "");
        put_mdoc(to, ix_sv_cstr(verb->summary));
    }
    for (const struct ix_cost_tool *tool = ix_cost_tools; tool->name; tool++) {
        fprintf(to, ".It %s %s\n", tool->name, tool->usage);
        put_mdoc(to, ix_sv_cstr(tool->summary));
    }
    fputs(".El\n", to);
}

static void put_mdoc_command(FILE *to, const struct ix_command *c) {
    fprintf(to, ".Ss infradex %s %s\n", c->name, c->arguments);
    put_mdoc(to, ix_sv_cstr(c->summary));
    if (*c->about) {
        fputs(".Pp\n", to);
        put_mdoc(to, ix_sv_cstr(c->about));
    }
    if (has_reports(c)) {
        put_mdoc_reports(to);
    }
    put_mdoc_options(to, c->options);
    fputs(".Pp\n", to);
    for_each_example(c->examples, to, put_mdoc_example);
}

static const struct {
    enum ix_exit code;
    const char *meaning;
} exit_codes[] = {
    {IX_EXIT_OK, "it is done"},
    {IX_EXIT_FAILURE, "it failed; the reason is on standard error"},
    {IX_EXIT_USAGE, "the command line or the query is wrong"},
    {IX_EXIT_NO_MATCH, "nothing matched, asked with --exit-status"},
    {IX_EXIT_NOT_KEPT, "a budget is broken or forecast to break; a bill breaks rules of FOCUS"},
    {IX_EXIT_PARTLY, "some inputs were indexed, others failed"},
    {IX_EXIT_CORRUPT, "the warehouse is damaged; see infradex doctor"},
};

void ix_help_man_page(FILE *to) {
    fputs(".Dd November 23, 2026\n.Dt INFRADEX 1\n.Os\n.Sh NAME\n.Nm infradex\n"
          ".Nd one warehouse of everything you run, searched in milliseconds\n"
          ".Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar options\n.Op Ar arguments\n.Sh OPTIONS\n",
          to);
    put_mdoc_options(to, ix_common_options);
    fputs(".Sh COMMANDS\n", to);
    for (const struct ix_command *c = ix_commands; c->name; c++) {
        put_mdoc_command(to, c);
    }
    fputs(".Sh ENVIRONMENT\n.Bl -tag -width Ds\n.It Ev INFRADEX_DATA\nThe data folder, unless "
          ".Fl \\-data\nis given.\n.It Ev NO_COLOR\nNo colour, when set and not empty.\n.El\n"
          ".Sh EXIT STATUS\n.Bl -tag -width Ds\n",
          to);
    for (size_t i = 0; i < sizeof exit_codes / sizeof *exit_codes; i++) {
        fprintf(to, ".It %d\n", exit_codes[i].code);
        put_mdoc(to, ix_sv_cstr(exit_codes[i].meaning));
    }
    fputs(".El\n", to);
}

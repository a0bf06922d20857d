/* The command line, read by the option tables: --name value, --name=value, -n value, -nvalue,
 * several flags in one (-ep), `--` ends the options. A query's leading "-" (-tag.owner:) is no
 * option: a word whose first letters name no option of the command goes to the arguments of
 * commands that take a query. */
#include "cli/command.h"

struct reading {
    struct ix_invocation *invocation;
    char **words;
    size_t count, at;
    struct ix_sv *arguments;
    struct ix_err *err;
};

static const struct ix_option *find_long(const struct ix_command *command, struct ix_sv name) {
    const struct ix_option *own = ix_option_find(command->options, name);
    return own ? own : ix_option_find(ix_common_options, name);
}

static const struct ix_option *find_letter(const struct ix_command *command, char letter) {
    const struct ix_option *own = ix_option_find_letter(command->options, letter);
    return own ? own : ix_option_find_letter(ix_common_options, letter);
}

static const char *nearest_in(const struct ix_option *options, struct ix_sv name, size_t *least) {
    const char *nearest = NULL;
    for (const struct ix_option *o = options; o && o->name; o++) {
        size_t distance = ix_sv_distance(name, ix_sv_cstr(o->name));
        if (distance < *least) {
            *least = distance;
            nearest = o->name;
        }
    }
    return nearest;
}

static enum ix_code unknown_option(const struct reading *r, struct ix_sv name) {
    const struct ix_command *command = r->invocation->command;
    size_t least = 3;
    const char *common = nearest_in(ix_common_options, name, &least);
    const char *own = nearest_in(command->options, name, &least);
    const char *nearest = own ? own : common;
    if (nearest) {
        return ix_err_set(r->err, IX_INVALID, "unknown option --%.*s; did you mean --%s?",
                          IX_SV_FMT(name), nearest);
    }
    return ix_err_set(r->err, IX_INVALID, "unknown option --%.*s; see infradex help %s",
                      IX_SV_FMT(name), command->name);
}

static enum ix_code set_option(struct reading *r, const struct ix_option *option,
                               const char *attached) {
    struct ix_settings *settings = &r->invocation->settings;
    if (option->type == IX_OPTION_FLAG) {
        return attached ? ix_err_set(r->err, IX_INVALID, "--%s takes no value", option->name)
                        : ix_option_set(option, settings, IX_SV("true"), r->err);
    }
    if (!attached && r->at == r->count) {
        return ix_err_set(r->err, IX_INVALID, "--%s needs a value: %s", option->name,
                          option->value_name);
    }
    const char *value = attached ? attached : r->words[r->at++];
    return ix_option_set(option, settings, ix_sv_cstr(value), r->err);
}

static enum ix_code read_long(struct reading *r, const char *word) {
    const char *equals = strchr(word, '=');
    struct ix_sv name = equals ? ix_sv_of(word, (size_t)(equals - word)) : ix_sv_cstr(word);
    const struct ix_option *option = find_long(r->invocation->command, name);
    return option ? set_option(r, option, equals ? equals + 1 : NULL) : unknown_option(r, name);
}

static enum ix_code read_letters(struct reading *r, const char *letters) {
    for (; *letters; letters++) {
        const struct ix_option *option = find_letter(r->invocation->command, *letters);
        if (!option) {
            return ix_err_set(r->err, IX_INVALID, "unknown option -%c; see infradex help %s",
                              *letters, r->invocation->command->name);
        }
        bool takes_value = option->type != IX_OPTION_FLAG;
        enum ix_code code = set_option(r, option, takes_value && letters[1] ? letters + 1 : NULL);
        if (code != IX_OK || takes_value) {
            return code;
        }
    }
    return IX_OK;
}

/* "-o", "-ojson", "-ep", but not "-tag.owner:" */
static bool is_letters(const struct ix_command *command, const char *word) {
    const struct ix_option *first = find_letter(command, word[1]);
    if (strcmp(command->arguments_are, "query") != 0) {
        return true;
    }
    if (!first || first->type != IX_OPTION_FLAG) {
        return first && (word[2] == '\0' || ix_sv_find_char(ix_sv_cstr(word), ':') == IX_SV_NPOS);
    }
    for (const char *letter = word + 2; *letter; letter++) {
        if (!find_letter(command, *letter)) {
            return false;
        }
    }
    return true;
}

static enum ix_code read_word(struct reading *r, bool *options_ended) {
    const char *word = r->words[r->at++];
    if (!*options_ended && word[0] == '-' && word[1] != '\0') {
        if (strcmp(word, "--") == 0) {
            *options_ended = true;
            return IX_OK;
        }
        if (word[1] == '-') {
            return read_long(r, word + 2);
        }
        if (is_letters(r->invocation->command, word)) {
            return read_letters(r, word + 1);
        }
    }
    r->arguments[r->invocation->argument_count++] = ix_sv_cstr(word);
    return IX_OK;
}

static enum ix_code check_count(const struct ix_invocation *invocation, struct ix_err *err) {
    const struct ix_command *command = invocation->command;
    if (invocation->argument_count < command->least_arguments) {
        return ix_err_set(err, IX_INVALID, "infradex %s needs %s; see infradex help %s",
                          command->name, command->arguments, command->name);
    }
    if (invocation->argument_count > command->most_arguments) {
        return ix_err_set(err, IX_INVALID, "infradex %s takes no further argument: %.*s",
                          command->name, IX_SV_FMT(invocation->arguments[command->most_arguments]));
    }
    return IX_OK;
}

enum ix_code ix_command_parse(struct ix_invocation *invocation, char **words, size_t count,
                              struct ix_sv *arguments, struct ix_err *err) {
    struct reading r = {
        .invocation = invocation,
        .words = words,
        .count = count,
        .arguments = arguments,
        .err = err,
    };
    invocation->arguments = arguments;
    invocation->argument_count = 0;
    enum ix_code code = ix_option_defaults(ix_common_options, &invocation->settings, err);
    if (code == IX_OK && invocation->command->options) {
        code = ix_option_defaults(invocation->command->options, &invocation->settings, err);
    }
    bool options_ended = false;
    while (code == IX_OK && r.at < count) {
        code = read_word(&r, &options_ended);
    }
    return code == IX_OK && !invocation->settings.help ? check_count(invocation, err) : code;
}

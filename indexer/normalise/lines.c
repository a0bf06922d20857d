/* Secrets in settings that are kept as one text: the configuration in a ConfigMap, a script, the
 * variables of a container as NAME=value. A line that gives a value to a secret's name makes the
 * whole text one, as it does for a password in a connection string.
 *
 * Prose and code speak of passwords too, so the value must look like one: a single word, or
 * anything in quotes, and neither a reference nor a call. */
#include "indexer/normalise/secrets.h"

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

static bool is_quote(char c) {
    return c == '"' || c == '\'';
}

static struct ix_sv without_blanks(struct ix_sv text) {
    size_t at = 0;
    while (at < text.size && is_blank(text.data[at])) {
        at++;
    }
    return ix_sv_from(text, at);
}

/* What stands before a name: a mark of a list or an option, a word of the shell, a quote. */
static struct ix_sv without_lead(struct ix_sv line) {
    line = without_blanks(line);
    size_t dashes = 0;
    while (dashes < line.size && line.data[dashes] == '-') {
        dashes++;
    }
    line = without_blanks(ix_sv_from(line, dashes));
    if (ix_sv_starts(line, IX_SV("export "))) {
        line = without_blanks(ix_sv_from(line, sizeof "export"));
    }
    bool opened = line.size > 0 && (is_quote(line.data[0]) || line.data[0] == '<');
    return ix_sv_from(line, opened);
}

static bool is_name_char(char c) {
    bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return letter || (c >= '0' && c <= '9') || strchr("_-./@:", c);
}

/* A colon before a blank, or at the end, separates; any other belongs to the name. */
static bool ends_name(struct ix_sv line, size_t at) {
    return line.data[at] == ':' && (at + 1 == line.size || is_blank(line.data[at + 1]));
}

static size_t name_size(struct ix_sv line) {
    size_t at = 0;
    while (at < line.size && line.data[at] && is_name_char(line.data[at]) && !ends_name(line, at)) {
        at++;
    }
    return at;
}

/* Name, separator and value of a line; the word is empty where there is none, or several. */
struct setting {
    struct ix_sv name, word;
    char separator;
    bool quoted, spaced; /* the value stands in quotes; blanks stand before the separator */
};

/* "in quotes", or a single word. */
static void find_word(struct ix_sv value, struct setting *setting) {
    setting->quoted = value.size > 0 && is_quote(value.data[0]);
    if (setting->quoted) {
        size_t end = ix_sv_find_char(ix_sv_from(value, 1), value.data[0]);
        setting->word = ix_sv_sub(value, 1, end == IX_SV_NPOS ? 0 : 1 + end);
        return;
    }
    size_t end = 0;
    while (end < value.size && !is_blank(value.data[end]) && !strchr(",;<", value.data[end])) {
        end++;
    }
    struct ix_sv rest = without_blanks(ix_sv_from(value, end));
    bool alone = ix_sv_empty(rest) || strchr("#,;<", rest.data[0]);
    setting->word = ix_sv_sub(value, 0, alone ? end : 0);
}

static struct setting setting_of(struct ix_sv line) {
    line = without_lead(line);
    size_t size = name_size(line);
    struct setting setting = {.name = ix_sv_sub(line, 0, size)};
    struct ix_sv rest = ix_sv_from(line, size);
    bool closed = rest.size > 0 && is_quote(rest.data[0]);
    rest = ix_sv_from(rest, closed);
    setting.spaced = rest.size > 0 && is_blank(rest.data[0]);
    rest = without_blanks(rest);
    if (size > 0 && rest.size > 0 && rest.data[0] && strchr("=:>", rest.data[0])) {
        setting.separator = rest.data[0];
        find_word(without_blanks(ix_sv_from(rest, 1)), &setting);
    }
    return setting;
}

/* Each a word for no value. */
static bool is_nothing(struct ix_sv word) {
    static const struct ix_sv words[] = {IX_SV_INIT("null"), IX_SV_INIT("nil"), IX_SV_INIT("none"),
                                         IX_SV_INIT("yes"), IX_SV_INIT("no")};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (ix_sv_eq_nocase(word, words[i])) {
            return true;
        }
    }
    return false;
}

/* token = resultToken, token = 'No token found.': code, which has its own names and messages. */
static bool is_code(const struct setting *setting) {
    bool message = setting->spaced && ix_sv_find_char(setting->word, ' ') != IX_SV_NPOS;
    bool variable = !setting->quoted && ix_secret_name(setting->word);
    return setting->separator == '=' && (message || variable);
}

static bool looks_secret(const struct setting *setting) {
    struct ix_sv word = setting->word;
    double number;
    if (ix_sv_empty(word) || strchr("$<%{*[(|>&!`~", word.data[0]) || is_nothing(word) ||
        ix_sv_find_char(word, '(') != IX_SV_NPOS ||
        ix_sv_find(word, IX_SV(IX_SECRET_MARKER)) != IX_SV_NPOS) {
        return false;
    }
    return ix_sv_to_double(word, &number) ? ix_secret_number_name(setting->name)
                                          : ix_secret_worth(word);
}

static bool is_secret_line(struct ix_sv line) {
    struct setting setting = setting_of(line);
    return looks_secret(&setting) && ix_secret_name(setting.name) && !is_code(&setting);
}

/* A single line is a title or a description more often than a setting, unless it has a `=`. */
bool ix_secret_lines(struct ix_sv text) {
    bool several = ix_sv_find_char(text, '\n') != IX_SV_NPOS;
    bool found = false;
    struct ix_sv line;
    if (!several && ix_sv_find_char(text, '=') == IX_SV_NPOS) {
        return false;
    }
    while (!found && ix_sv_split(&text, '\n', &line)) {
        found = is_secret_line(line);
    }
    return found;
}

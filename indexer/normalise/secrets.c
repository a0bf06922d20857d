/* One walk over the tree. On the way down it carries the names above a value, as an attribute of a
 * function's environment is told by where it stands; whether a value goes is decided at the value.
 */
#include "indexer/normalise/secrets.h"

#include "base/glob.h"
#include "indexer/normalise/path.h"

struct row {
    const char *types, *attributes;
};

static const struct row rows[] = {
#define IX_SECRET_ROW(types, attributes) {types, attributes},
#include "indexer/normalise/secrets.def"
#undef IX_SECRET_ROW
};

enum { ROW_COUNT = sizeof rows / sizeof *rows };

_Static_assert(ROW_COUNT <= 64, "a bit for each row");

struct walk {
    struct ix_arena *arena;
    struct ix_secret_rules rules; /* of the thing's type */
};

/* Where a value stands. */
struct place {
    struct ix_sv name,
        above; /* names of the member and of the member around it; arrays have none */
};

/* ---- names ---- */

/* Anywhere in the name, and at its end; written folded (path.h). */
static const struct ix_sv inside[] = {IX_SV_INIT("password"),
                                      IX_SV_INIT("passwd"),
                                      IX_SV_INIT("passphrase"),
                                      IX_SV_INIT("privatekey"),
                                      IX_SV_INIT("secretkey"),
                                      IX_SV_INIT("apikey"),
                                      IX_SV_INIT("clientsecret"),
                                      IX_SV_INIT("connectionstring"),
                                      IX_SV_INIT("userdata"),
                                      IX_SV_INIT("customdata"),
                                      IX_SV_INIT("startupscript"),
                                      IX_SV_INIT("protectedsettings"),
                                      IX_SV_INIT("authtoken"),
                                      IX_SV_INIT("secretstring"),
                                      IX_SV_INIT("lastappliedconfiguration")};
static const struct ix_sv at_end[] = {IX_SV_INIT("secret"),
                                      IX_SV_INIT("token"),
                                      IX_SV_INIT("pwd"),
                                      IX_SV_INIT("accesskey"),
                                      IX_SV_INIT("authkey"),
                                      IX_SV_INIT("accountkey"),
                                      IX_SV_INIT("sharedkey"),
                                      IX_SV_INIT("presharedkey"),
                                      IX_SV_INIT("clientkey"),
                                      IX_SV_INIT("licensekey"),
                                      IX_SV_INIT("credentials"),
                                      IX_SV_INIT("authorization"),
                                      IX_SV_INIT("secretvalue"),
                                      IX_SV_INIT("secretbinary"),
                                      IX_SV_INIT("storagekey"),
                                      IX_SV_INIT("dockercfg"),
                                      IX_SV_INIT("dockerconfigjson"),
                                      IX_SV_INIT("accesskeyid"),
                                      IX_SV_INIT("credential"),
                                      IX_SV_INIT("adminpass"),
                                      IX_SV_INIT("clientkeydata"),
                                      IX_SV_INIT("kubeconfigraw"),
                                      IX_SV_INIT("masterkey"),
                                      IX_SV_INIT("signingkey"),
                                      IX_SV_INIT("encryptionkey"),
                                      IX_SV_INIT("secretkeybase")};
/* Words that other words end with as well (bypass), so that they must be the whole last word. */
static const struct ix_sv last_words[] = {IX_SV_INIT("pass"), IX_SV_INIT("pw"), IX_SV_INIT("psk")};
/* A name that ends with such a word tells of the secret and does not hold it. */
static const struct ix_sv public_words[] = {
    IX_SV_INIT("arn"),       IX_SV_INIT("arns"),     IX_SV_INIT("id"),
    IX_SV_INIT("ids"),       IX_SV_INIT("name"),     IX_SV_INIT("names"),
    IX_SV_INIT("url"),       IX_SV_INIT("uri"),      IX_SV_INIT("version"),
    IX_SV_INIT("policy"),    IX_SV_INIT("length"),   IX_SV_INIT("ttl"),
    IX_SV_INIT("type"),      IX_SV_INIT("types"),    IX_SV_INIT("enabled"),
    IX_SV_INIT("required"),  IX_SV_INIT("status"),   IX_SV_INIT("count"),
    IX_SV_INIT("days"),      IX_SV_INIT("expiry"),   IX_SV_INIT("expiration"),
    IX_SV_INIT("endpoint"),  IX_SV_INIT("validity"), IX_SV_INIT("units"),
    IX_SV_INIT("rotation"),  IX_SV_INIT("age"),      IX_SV_INIT("mode"),
    IX_SV_INIT("method"),    IX_SV_INIT("format"),   IX_SV_INIT("location"),
    IX_SV_INIT("algorithm"), IX_SV_INIT("date"),     IX_SV_INIT("time"),
    IX_SV_INIT("ref"),       IX_SV_INIT("path"),     IX_SV_INIT("prefix"),
    IX_SV_INIT("group"),     IX_SV_INIT("change"),   IX_SV_INIT("encryption"),
    IX_SV_INIT("file")};

/* Names of quantities begin so: max_token, MinPassword. */
static const struct ix_sv measures[] = {
    IX_SV_INIT("max"),   IX_SV_INIT("min"),   IX_SV_INIT("num"),
    IX_SV_INIT("total"), IX_SV_INIT("count"),
};

static bool is_capital(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool separates(char c) {
    return c == '_' || c == '-' || c == '.' || c == '/' || c == ' ' || c == ':';
}

/* The last word of snake_case, camelCase, UPPER_CASE or a dotted name. */
static struct ix_sv last_word(struct ix_sv name) {
    size_t at = name.size;
    while (at > 0 && !separates(name.data[at - 1])) {
        at--;
        bool lower_before = at > 0 && name.data[at - 1] >= 'a' && name.data[at - 1] <= 'z';
        if (is_capital(name.data[at]) && lower_before) {
            break;
        }
    }
    return ix_sv_from(name, at);
}

static bool is_one_of(struct ix_sv word, const struct ix_sv *words, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (ix_sv_eq_nocase(word, words[i])) {
            return true;
        }
    }
    return false;
}

static bool is_public(struct ix_sv name) {
    return is_one_of(last_word(name), public_words, sizeof public_words / sizeof *public_words);
}

enum { NAME_MAX_SIZE = 128 }; /* of a longer name the end is looked at */

static struct ix_sv folded(struct ix_sv name, char text[NAME_MAX_SIZE]) {
    size_t size = 0;
    size_t at = 0;
    char c;
    name = ix_sv_from(name, name.size > NAME_MAX_SIZE ? name.size - NAME_MAX_SIZE : 0);
    while ((c = ix_name_next(name, &at)) && size < NAME_MAX_SIZE) {
        text[size++] = c;
    }
    return ix_sv_of(text, size);
}

/* Every name of every thing comes by here, so characters are compared before words are. */
static bool holds_word(struct ix_sv plain) {
    for (size_t at = 0; at < plain.size; at++) {
        for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
            if (plain.data[at] == inside[i].data[0] &&
                ix_sv_starts(ix_sv_from(plain, at), inside[i])) {
                return true;
            }
        }
    }
    return false;
}

static bool ends_with_one_of(struct ix_sv plain, const struct ix_sv *words, size_t count) {
    bool ends = false;
    for (size_t i = 0; i < count && plain.size > 0 && !ends; i++) {
        ends = plain.data[plain.size - 1] == words[i].data[words[i].size - 1] &&
               ix_sv_ends(plain, words[i]);
    }
    return ends;
}

bool ix_secret_name(struct ix_sv name) {
    char text[NAME_MAX_SIZE];
    struct ix_sv plain = folded(name, text);
    bool secret = holds_word(plain) ||
                  ends_with_one_of(plain, at_end, sizeof at_end / sizeof *at_end) ||
                  is_one_of(last_word(name), last_words, sizeof last_words / sizeof *last_words);
    return secret && !is_public(name);
}

/* A number under a secret's name is a secret only when the name ends with the secret's word, and
 * is no quantity: password_reuse_prevention and max_token are none, a PIN is one. */
bool ix_secret_number_name(struct ix_sv name) {
    static const struct ix_sv ends[] = {
        IX_SV_INIT("password"),  IX_SV_INIT("passwd"),   IX_SV_INIT("passphrase"),
        IX_SV_INIT("pwd"),       IX_SV_INIT("passcode"), IX_SV_INIT("secret"),
        IX_SV_INIT("token"),     IX_SV_INIT("apikey"),   IX_SV_INIT("accesskey"),
        IX_SV_INIT("secretkey"),
    };
    char text[NAME_MAX_SIZE];
    struct ix_sv plain = folded(name, text);
    bool secret = ends_with_one_of(plain, ends, sizeof ends / sizeof *ends) ||
                  ix_sv_eq_nocase(last_word(name), IX_SV("pin"));
    for (size_t i = 0; i < sizeof measures / sizeof *measures && secret; i++) {
        secret = !ix_sv_starts(plain, measures[i]);
    }
    return secret;
}

bool ix_secret_worth(struct ix_sv text) {
    static const struct ix_sv starts[] = {
        IX_SV_INIT("arn:"),    IX_SV_INIT("projects/"),      IX_SV_INIT("/subscriptions/"),
        IX_SV_INIT("sha256:"), IX_SV_INIT("{{resolve:"),     IX_SV_INIT("${"),
        IX_SV_INIT("alias/"),  IX_SV_INIT(IX_SECRET_MARKER),
    };
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        if (ix_sv_starts_nocase(text, starts[i])) {
            return false;
        }
    }
    return !ix_sv_empty(text) && !ix_sv_eq_nocase(text, IX_SV("true")) &&
           !ix_sv_eq_nocase(text, IX_SV("false"));
}

/* ---- places ---- */

static bool listed(struct ix_sv name, const char *words) {
    struct ix_sv rest = ix_sv_cstr(words);
    struct ix_sv word;
    while (ix_sv_split(&rest, ' ', &word)) {
        if (ix_name_same(name, word)) {
            return true;
        }
    }
    return false;
}

static bool is_environment(struct ix_sv name) {
    return listed(name, "environment env environment_variable environment_variables app_settings "
                        "application_settings secure_environment_variables "
                        "plaintext_environment_variables build_environment_variables "
                        "runtime_environment_variables env_variables env_vars spark_env_vars "
                        "config_vars sensitive_config_vars");
}

/* All that is below is secret: a map of environment variables, or an attribute of a row. */
static bool whole_place(const struct walk *walk, struct place place) {
    if (ix_name_same(place.name, IX_SV("variables")) &&
        ix_name_same(place.above, IX_SV("environment"))) {
        return true;
    }
    if (ix_name_same(place.name, IX_SV("value")) && is_environment(place.above)) {
        return true;
    }
    for (uint64_t rest = walk->rules.rows, i = 0; rest; rest >>= 1, i++) {
        if ((rest & 1) && listed(place.name, rows[i].attributes)) {
            return true;
        }
    }
    return false;
}

/* A map straight from variable to value (name: value), not an element {name, value}. */
static bool variable_map(struct place place, const struct ix_json *node) {
    return ix_json_kind(node) == IX_JSON_OBJECT && !ix_json_get(node, "name") &&
           !ix_json_get(node, "Name") && is_environment(place.name) &&
           !listed(place.name, "environment env");
}

/* {name: db_password, value: …}: the name beside the value says it, or Elastic Beanstalk's word for
 * the environment of an application. */
static bool named_beside(const struct ix_json *object) {
    const struct ix_sv environment = IX_SV(":application:environment");
    struct ix_sv name = ix_path_text(object, "name key parameter_key output_key option_name");
    return (!ix_sv_empty(name) && ix_secret_name(name)) ||
           ix_sv_ends(ix_path_text(object, "namespace"), environment);
}

static bool is_value(struct ix_sv name) {
    char last = name.size > 0 ? name.data[name.size - 1] : '\0';
    return (last == 'e' || last == 'E') && listed(name, "value parameter_value output_value");
}

/* {adminPassword: {value: …}}: parameters of templates, and outputs */
static bool value_of_secret(struct ix_sv name, bool secret_around) {
    return secret_around && listed(name, "value default_value");
}

/* ---- the walk ---- */

static void drop(struct walk *walk, struct ix_json *node) {
    ix_json_become_string(walk->arena, node, IX_SV(IX_SECRET_MARKER));
}

static bool is_scalar(const struct ix_json *node) {
    enum ix_json_kind kind = ix_json_kind(node);
    return kind == IX_JSON_STRING || kind == IX_JSON_NUMBER;
}

static void drop_all(struct walk *walk, struct ix_json *node) {
    if (is_scalar(node)) {
        bool empty = ix_json_kind(node) == IX_JSON_STRING && ix_sv_empty(ix_json_string(node));
        if (!empty) {
            drop(walk, node);
        }
    }
    for (struct ix_json *n = ix_json_first(node); n; n = ix_json_next(n)) {
        drop_all(walk, n);
    }
}

static void clean_string(struct walk *walk, struct ix_json *node, bool secret_name) {
    struct ix_sv text = ix_json_string(node);
    struct ix_sv kept = secret_name && ix_secret_worth(text) ? IX_SV(IX_SECRET_MARKER)
                                                             : ix_secret_clean(walk->arena, text);
    if (kept.data != text.data) {
        ix_json_become_string(walk->arena, node, kept);
    }
}

/* 0 stands for none in many schemas. */
static void clean_number(struct walk *walk, struct ix_json *node, struct ix_sv name) {
    double value = 0;
    if (ix_secret_number_name(name) && ix_json_double(node, &value) && value != 0) {
        drop(walk, node);
    }
}

/* Names are many and secrets among them few: those of letters alone are not looked at. */
static bool may_hold_secret(struct ix_sv key) {
    enum { SIZE_MIN = 8 };
    for (size_t i = 0; key.size >= SIZE_MIN && i < key.size; i++) {
        char c = key.data[i];
        if ((c >= '0' && c <= '9') || (separates(c) && c != '_') || c == '=') {
            return true;
        }
    }
    return false;
}

/* A map from tokens to something: the name goes, what it leads to stays. */
static void clean_key(struct walk *walk, const struct ix_json *object, struct ix_json *member) {
    struct ix_sv key = ix_json_key(member);
    struct ix_sv clean = may_hold_secret(key) ? ix_secret_clean(walk->arena, key) : key;
    if (clean.data == key.data) {
        return;
    }
    struct ix_sv name = clean;
    for (int number = 2; ix_json_get_sv(object, name); number++) {
        name = ix_arena_printf(walk->arena, "%.*s #%d", IX_SV_FMT(clean), number);
    }
    ix_json_rename(walk->arena, member, name);
}

static void clean_node(struct walk *walk, struct ix_json *node, struct place place,
                       bool secret_name);

/* --token: what it is given stands behind it in the list of arguments. */
static bool is_secret_option(const struct ix_json *node) {
    struct ix_sv option = ix_json_string(node);
    size_t dashes = 0;
    while (dashes < option.size && option.data[dashes] == '-') {
        dashes++;
    }
    return dashes > 0 && ix_sv_find_char(option, '=') == IX_SV_NPOS &&
           ix_secret_name(ix_sv_from(option, dashes));
}

static void clean_elements(struct walk *walk, struct ix_json *array, struct place place,
                           bool secret_name) {
    bool behind_option = false;
    for (struct ix_json *n = ix_json_first(array); n; n = ix_json_next(n)) {
        bool option = is_secret_option(n);
        bool given = behind_option && !ix_sv_starts(ix_json_string(n), IX_SV("-"));
        clean_node(walk, n, place, secret_name || given);
        behind_option = option;
    }
}

/* A Secret of Kubernetes inside something else: a manifest that Terraform or Pulumi keeps. */
static bool is_kubernetes_secret(const struct ix_json *object) {
    return ix_sv_eq_cstr(ix_json_get_string(object, "kind"), "Secret") &&
           ix_json_get(object, "apiVersion");
}

/* CloudFormation computes a secret from its parts: {"Fn::Base64": ...}; references name no value.
 */
static bool is_computed(struct ix_sv name) {
    return ix_sv_starts(name, IX_SV("Fn::")) && !ix_sv_eq_cstr(name, "Fn::GetAtt") &&
           !ix_sv_eq_cstr(name, "Fn::ImportValue");
}

/* Numbers have rules of their own, and true, false and null tell nothing. */
static bool by_name(const struct ix_json *node) {
    enum ix_json_kind kind = ix_json_kind(node);
    return kind == IX_JSON_STRING || kind == IX_JSON_ARRAY || kind == IX_JSON_OBJECT;
}

static void clean_members(struct walk *walk, struct ix_json *object, struct ix_sv around,
                          bool secret_around) {
    bool kubernetes = is_kubernetes_secret(object);
    for (struct ix_json *n = ix_json_first(object); n; n = ix_json_next(n)) {
        clean_key(walk, object, n);
        struct place place = {.name = ix_json_key(n), .above = around};
        bool whole = whole_place(walk, place) || variable_map(place, n) ||
                     value_of_secret(place.name, secret_around) ||
                     (kubernetes && listed(place.name, "data string_data")) ||
                     (is_value(place.name) && named_beside(object));
        if (whole) {
            drop_all(walk, n);
        } else {
            bool computed = secret_around && is_computed(place.name);
            clean_node(walk, n, place, computed || (by_name(n) && ix_secret_name(place.name)));
        }
    }
}

static void clean_node(struct walk *walk, struct ix_json *node, struct place place,
                       bool secret_name) {
    switch (ix_json_kind(node)) {
    case IX_JSON_STRING:
        clean_string(walk, node, secret_name);
        break;
    case IX_JSON_NUMBER:
        clean_number(walk, node, place.name);
        break;
    case IX_JSON_ARRAY:
        clean_elements(walk, node, place, secret_name);
        break;
    case IX_JSON_OBJECT:
        clean_members(walk, node, place.name, secret_name);
        break;
    default:
        break;
    }
}

static bool is_type(const char *globs, struct ix_sv native_type, struct ix_sv type) {
    struct ix_sv rest = ix_sv_cstr(globs);
    struct ix_sv glob;
    while (ix_sv_split(&rest, ' ', &glob)) {
        if (ix_glob_match(glob, native_type, true) || ix_glob_match(glob, type, true)) {
            return true;
        }
    }
    return false;
}

struct ix_secret_rules ix_secret_rules_of(struct ix_sv native_type, struct ix_sv type) {
    struct ix_secret_rules rules = {0};
    for (size_t i = 0; i < ROW_COUNT; i++) {
        rules.rows |= (uint64_t)is_type(rows[i].types, native_type, type) << i;
    }
    return rules;
}

void ix_secrets_drop(struct ix_arena *arena, struct ix_json *properties,
                     struct ix_secret_rules rules) {
    struct walk walk = {.arena = arena, .rules = rules};
    clean_node(&walk, properties, (struct place){0}, false);
}

/* Short tags to long forms, and the walk that finds which names a value refers to. The path that is
 * reported ends at the outermost function: it names a property, not a place within an expression.
 */
#include "collectors/cloudformation/intrinsic.h"

/* ---- short tags ---- */

enum argument { ANY, TEXT, PATH }; /* TEXT: a bare number is text too; PATH: "id.attribute" */

static const struct short_form {
    const char *tag, *name;
    enum argument argument;
} short_forms[] = {
    {"!Ref", "Ref", TEXT},
    {"!Condition", "Condition", TEXT},
    {"!GetAtt", "Fn::GetAtt", PATH},
    {"!Sub", "Fn::Sub", TEXT},
    {"!ImportValue", "Fn::ImportValue", TEXT},
    {"!GetAZs", "Fn::GetAZs", TEXT},
    {"!Base64", "Fn::Base64", TEXT},
    {"!Join", "Fn::Join", ANY},
    {"!Select", "Fn::Select", ANY},
    {"!Split", "Fn::Split", ANY},
    {"!FindInMap", "Fn::FindInMap", ANY},
    {"!Cidr", "Fn::Cidr", ANY},
    {"!If", "Fn::If", ANY},
    {"!And", "Fn::And", ANY},
    {"!Or", "Fn::Or", ANY},
    {"!Not", "Fn::Not", ANY},
    {"!Equals", "Fn::Equals", ANY},
    {"!Transform", "Fn::Transform", ANY},
    {"!Length", "Fn::Length", ANY},
    {"!ToJsonString", "Fn::ToJsonString", ANY},
    {"!ForEach", "Fn::ForEach", ANY},
    {"!Contains", "Fn::Contains", ANY},
    {"!EachMemberEquals", "Fn::EachMemberEquals", ANY},
    {"!EachMemberIn", "Fn::EachMemberIn", ANY},
    {"!RefAll", "Fn::RefAll", TEXT},
    {"!ValueOf", "Fn::ValueOf", ANY},
    {"!ValueOfAll", "Fn::ValueOfAll", ANY},
};

static const struct short_form *find_short_form(struct ix_sv tag) {
    for (size_t i = 0; i < sizeof short_forms / sizeof *short_forms; i++) {
        if (ix_sv_eq_cstr(tag, short_forms[i].tag)) {
            return &short_forms[i];
        }
    }
    return NULL;
}

/* A tagged scalar is text even where the same characters without a tag are a number or nothing:
 * !Ref 123, !GetAZs (of an empty value). */
static struct ix_json *as_text(struct ix_arena *arena, struct ix_json *value) {
    switch (ix_json_kind(value)) {
    case IX_JSON_NUMBER:
        return ix_json_new_string(arena, ix_json_number_text(arena, value));
    case IX_JSON_NULL:
        return ix_json_new_string(arena, IX_SV(""));
    default:
        return value;
    }
}

/* "Queue.Arn" to ["Queue", "Arn"]; what follows the first dot is one name ("Outputs.Url"). */
static struct ix_json *as_path(struct ix_arena *arena, struct ix_json *value) {
    struct ix_sv text = ix_json_string(value);
    size_t dot = ix_sv_find_char(text, '.');
    if (dot == IX_SV_NPOS) {
        return value;
    }
    struct ix_json *pair = ix_json_new_array(arena);
    ix_json_append(pair, ix_json_new_string(arena, ix_sv_sub(text, 0, dot)));
    ix_json_append(pair, ix_json_new_string(arena, ix_sv_from(text, dot + 1)));
    return pair;
}

struct ix_json *ix_cfn_long_form(void *context, struct ix_arena *arena, struct ix_sv tag,
                                 struct ix_json *value) {
    (void)context;
    const struct short_form *form = find_short_form(tag);
    if (!form) {
        return value;
    }
    if (form->argument != ANY) {
        value = form->argument == PATH ? as_path(arena, value) : as_text(arena, value);
    }
    struct ix_json *function = ix_json_new_object(arena);
    ix_json_set(arena, function, ix_sv_cstr(form->name), value);
    return function;
}

/* ---- finding functions ---- */

bool ix_cfn_is_function_member(const struct ix_json *member) {
    return ix_sv_starts(ix_json_key(member), IX_SV("Fn::"));
}

/* {"Ref": text} and {"Condition": text} count only when they are all there is: a policy statement
 * has a `Condition` of its own, beside other members. */
static bool is_function_of(const struct ix_json *object, const struct ix_json *member) {
    struct ix_sv key = ix_json_key(member);
    if (ix_cfn_is_function_member(member)) {
        return true;
    }
    return (ix_sv_eq(key, IX_SV("Ref")) || ix_sv_eq(key, IX_SV("Condition"))) &&
           member == ix_json_first(object) && !ix_json_next(member) &&
           ix_json_kind(member) == IX_JSON_STRING;
}

bool ix_cfn_has_function(const struct ix_json *node) {
    bool object = ix_json_kind(node) == IX_JSON_OBJECT;
    for (const struct ix_json *c = ix_json_first(node); c; c = ix_json_next(c)) {
        if ((object && is_function_of(node, c)) || ix_cfn_has_function(c)) {
            return true;
        }
    }
    return false;
}

/* ---- references ---- */

struct walk {
    ix_cfn_reference_fn *visit;
    void *context;
};

/* One step of the way down. Kept on the stack and written out only when asked for, since most
 * values refer to nothing. */
struct ix_cfn_place {
    const struct ix_cfn_place *above;
    const struct ix_json *node; /* a member, when it has a key */
    size_t index;
};

struct ix_sv ix_cfn_place_text(struct ix_arena *arena, const struct ix_cfn_place *place) {
    if (!place) {
        return (struct ix_sv){0};
    }
    struct ix_sv above = ix_cfn_place_text(arena, place->above);
    struct ix_sv key = ix_json_key(place->node);
    if (ix_sv_empty(key)) {
        return ix_arena_printf(arena, "%.*s[%zu]", IX_SV_FMT(above), place->index);
    }
    const char *dot = ix_sv_empty(above) ? "" : ".";
    return ix_arena_printf(arena, "%.*s%s%.*s", IX_SV_FMT(above), dot, IX_SV_FMT(key));
}

static void visit_name(const struct walk *walk, struct ix_sv name,
                       const struct ix_cfn_place *place) {
    if (!ix_sv_empty(name)) {
        walk->visit(walk->context, IX_CFN_NAME, name, place);
    }
}

/* "Queue.Arn" names Queue. */
static struct ix_sv before_dot(struct ix_sv text) {
    return ix_sv_sub(text, 0, ix_sv_find_char(text, '.'));
}

/* Fn::GetAtt: [id, attribute], or both in one text. */
static void visit_attribute(const struct walk *walk, const struct ix_json *argument,
                            const struct ix_cfn_place *place) {
    bool list = ix_json_kind(argument) == IX_JSON_ARRAY;
    struct ix_sv text = ix_json_string(list ? ix_json_at(argument, 0) : argument);
    visit_name(walk, before_dot(text), place);
}

/* Fn::Sub: text, or [text, {names of its own}]; "${!Literal}" stands for itself. */
static void visit_substitution(const struct walk *walk, const struct ix_json *argument,
                               const struct ix_cfn_place *place) {
    bool list = ix_json_kind(argument) == IX_JSON_ARRAY;
    const struct ix_json *own = list ? ix_json_at(argument, 1) : NULL;
    struct ix_sv text = ix_json_string(list ? ix_json_at(argument, 0) : argument);
    for (;;) {
        size_t begin = ix_sv_find(text, IX_SV("${"));
        if (begin == IX_SV_NPOS) {
            return;
        }
        text = ix_sv_from(text, begin + 2);
        size_t end = ix_sv_find_char(text, '}');
        if (end == IX_SV_NPOS) {
            return;
        }
        struct ix_sv name = ix_sv_trim(ix_sv_sub(text, 0, end));
        if (!ix_sv_starts(name, IX_SV("!")) && !ix_json_get_sv(own, name)) {
            visit_name(walk, before_dot(name), place);
        }
        text = ix_sv_from(text, end + 1);
    }
}

static void visit_function(const struct walk *walk, const struct ix_json *member,
                           const struct ix_cfn_place *place) {
    struct ix_sv name = ix_json_key(member);
    if (ix_sv_eq(name, IX_SV("Ref"))) {
        visit_name(walk, ix_json_string(member), place);
    } else if (ix_sv_eq(name, IX_SV("Fn::GetAtt"))) {
        visit_attribute(walk, member, place);
    } else if (ix_sv_eq(name, IX_SV("Fn::Sub"))) {
        visit_substitution(walk, member, place);
    } else if (ix_sv_eq(name, IX_SV("Fn::ImportValue")) && !ix_sv_empty(ix_json_string(member))) {
        walk->visit(walk->context, IX_CFN_EXPORT, ix_json_string(member), place);
    }
}

/* Below a function the place stands still: the path names the property that holds it. */
static void walk_value(const struct walk *walk, const struct ix_json *node,
                       const struct ix_cfn_place *place, bool within) {
    bool object = ix_json_kind(node) == IX_JSON_OBJECT;
    size_t index = 0;
    for (const struct ix_json *c = ix_json_first(node); c; c = ix_json_next(c), index++) {
        bool function = object && is_function_of(node, c);
        struct ix_cfn_place below = {.above = place, .node = c, .index = index};
        if (function) {
            visit_function(walk, c, place);
        }
        walk_value(walk, c, within || function ? place : &below, within || function);
    }
}

void ix_cfn_each_reference(const struct ix_json *properties, ix_cfn_reference_fn *visit,
                           void *context) {
    const struct walk walk = {.visit = visit, .context = context};
    walk_value(&walk, properties, NULL, false);
}

/* cJSON keeps the tree; this file gives it what it lacks: an arena, a strict grammar with places,
 * and exact numbers. The writer is json_write.c.
 *
 * cJSON allocates through process-wide hooks that know no context, so the arena in use is named by
 * a thread-local variable around each call; its `free` does nothing. Before cJSON sees a text, a
 * scan (json_scan.c) checks the grammar, since cJSON is lenient and knows no lines, and finds what
 * cJSON would lose: numbers that a double cannot give back, U+0000, lone surrogates. Only then the
 * text is rewritten: such a number becomes a string that begins with U+001F and 'N', and a string
 * of the input that itself begins with U+001F gets U+001F 'S' in front, so that the two cannot be
 * confused. After parsing, a walk turns the first into cJSON's Raw nodes and takes the mark off the
 * second. */
#include "base/json.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/json_scan.h"

static _Thread_local struct ix_arena *current_arena;

static void *allocate(size_t size) {
    return ix_arena_alloc(current_arena, size);
}

static void release(void *piece) {
    (void)piece; /* the arena frees everything at once */
}

static void install_hooks(void) {
    cJSON_Hooks hooks = {.malloc_fn = allocate, .free_fn = release};
    cJSON_InitHooks(&hooks);
}

static void use_arena(struct ix_arena *arena) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install_hooks);
    current_arena = arena;
}

static struct ix_json *wrap(cJSON *node) {
    return (struct ix_json *)node;
}

static cJSON *unwrap(const struct ix_json *node) {
    return (cJSON *)(uintptr_t)node;
}

/* ---- parsing ---- */

enum { MARK = 0x1F };

static char empty_name[] = ""; /* of a member whose name found no memory */

struct place {
    cJSON *node;
    size_t index; /* among its siblings */
};

static void unmark_string(cJSON *node) {
    char *text = node->valuestring;
    if (text[0] == MARK && text[1] == 'N') {
        node->type = cJSON_Raw | (node->type & ~0xFF);
        node->valuestring = text + 2;
        node->valuedouble = strtod(text + 2, NULL);
    } else if (text[0] == MARK && text[1] == 'S') {
        node->valuestring = text + 2;
    }
}

static void unmark_key(cJSON *node) {
    if (node->string && node->string[0] == MARK && node->string[1] == 'S') {
        node->string += 2;
    }
}

static bool same_name(const cJSON *a, const cJSON *b) {
    return strcmp(a->string, b->string) == 0;
}

static bool repeated_later(const cJSON *member) {
    for (const cJSON *later = member->next; later; later = later->next) {
        if (same_name(member, later)) {
            return true;
        }
    }
    return false;
}

static int by_name_then_place(const void *a, const void *b) {
    const struct place *x = a;
    const struct place *y = b;
    int order = strcmp(x->node->string, y->node->string);
    return order ? order : (x->index > y->index) - (x->index < y->index);
}

/* Of repeated names only the last stays. Small objects are compared pair by pair. */
static void drop_repeated_few(cJSON *object) {
    for (cJSON *member = object->child; member;) {
        cJSON *next = member->next;
        if (repeated_later(member)) {
            cJSON_DetachItemViaPointer(object, member);
        }
        member = next;
    }
}

static bool drop_repeated_many(cJSON *object, size_t count) {
    struct place *places = malloc(count * sizeof *places);
    if (!places) {
        return false;
    }
    size_t index = 0;
    for (cJSON *member = object->child; member; member = member->next, index++) {
        places[index] = (struct place){.node = member, .index = index};
    }
    qsort(places, count, sizeof *places, by_name_then_place);
    for (size_t i = 0; i + 1 < count; i++) {
        if (same_name(places[i].node, places[i + 1].node)) {
            cJSON_DetachItemViaPointer(object, places[i].node);
        }
    }
    free(places);
    return true;
}

bool ix_json_drop_repeated(struct ix_json *object) {
    enum { FEW = 24 };
    size_t count = ix_json_count(object);
    if (count > FEW) {
        return drop_repeated_many(unwrap(object), count);
    }
    drop_repeated_few(unwrap(object));
    return true;
}

/* Takes the marks off and drops repeated members; false when memory is gone. */
static bool tidy(cJSON *first, bool marked) {
    bool fine = true;
    for (cJSON *node = first; node && fine; node = node->next) {
        if (marked) {
            unmark_key(node);
        }
        if (marked && cJSON_IsString(node)) {
            unmark_string(node);
        }
        fine = tidy(node->child, marked) &&
               (!cJSON_IsObject(node) || ix_json_drop_repeated(wrap(node)));
    }
    return fine;
}

enum ix_code ix_json_parse(struct ix_arena *arena, struct ix_sv text, struct ix_json **ret_node,
                           struct ix_err *err) {
    struct ix_buf rewritten = {0};
    bool marked = false;
    enum ix_code code = ix_json_scan(text, &rewritten, &text, &marked, err);
    cJSON *node = NULL;
    if (code == IX_OK) {
        use_arena(arena);
        node = cJSON_ParseWithLength(text.data, text.size);
    }
    if (code == IX_OK && !node) {
        code = arena->failed ? ix_arena_check(arena, err)
                             : ix_err_set(err, IX_INVALID, "this is not JSON that can be read");
    } else if (code == IX_OK && !tidy(node, marked)) {
        code = ix_err_nomem(err);
    }
    ix_buf_done(&rewritten);
    if (code == IX_OK) {
        *ret_node = wrap(node);
    }
    return code;
}

/* ---- reading ---- */

enum ix_json_kind ix_json_kind(const struct ix_json *json) {
    const cJSON *node = unwrap(json);
    switch (node ? node->type & 0xFF : cJSON_Invalid) {
    case cJSON_NULL:
        return IX_JSON_NULL;
    case cJSON_False:
        return IX_JSON_FALSE;
    case cJSON_True:
        return IX_JSON_TRUE;
    case cJSON_Number:
    case cJSON_Raw:
        return IX_JSON_NUMBER;
    case cJSON_String:
        return IX_JSON_STRING;
    case cJSON_Array:
        return IX_JSON_ARRAY;
    case cJSON_Object:
        return IX_JSON_OBJECT;
    default:
        return IX_JSON_NONE;
    }
}

struct ix_json *ix_json_get_sv(const struct ix_json *json, struct ix_sv name) {
    struct ix_json *found = NULL;
    if (ix_json_kind(json) != IX_JSON_OBJECT) {
        return NULL;
    }
    for (cJSON *child = unwrap(json)->child; child; child = child->next) {
        if (ix_sv_eq_cstr(name, child->string)) {
            found = wrap(child); /* of repeated names the last one counts */
        }
    }
    return found;
}

struct ix_json *ix_json_get(const struct ix_json *json, const char *name) {
    return ix_json_get_sv(json, ix_sv_cstr(name));
}

struct ix_json *ix_json_path(const struct ix_json *json, ...) {
    va_list names;
    va_start(names, json);
    const struct ix_json *node = json;
    for (const char *name; (name = va_arg(names, const char *));) {
        node = ix_json_get(node, name);
    }
    va_end(names);
    return wrap(unwrap(node));
}

struct ix_json *ix_json_at(const struct ix_json *json, size_t index) {
    struct ix_json *child = ix_json_kind(json) == IX_JSON_ARRAY ? ix_json_first(json) : NULL;
    for (; child && index > 0; index--) {
        child = ix_json_next(child);
    }
    return child;
}

size_t ix_json_count(const struct ix_json *json) {
    size_t count = 0;
    for (struct ix_json *n = ix_json_first(json); n; n = ix_json_next(n)) {
        count++;
    }
    return count;
}

struct ix_json *ix_json_first(const struct ix_json *json) {
    return json ? wrap(unwrap(json)->child) : NULL;
}

struct ix_json *ix_json_next(const struct ix_json *json) {
    return json ? wrap(unwrap(json)->next) : NULL;
}

struct ix_sv ix_json_key(const struct ix_json *json) {
    return json ? ix_sv_cstr(unwrap(json)->string) : (struct ix_sv){0};
}

struct ix_sv ix_json_string(const struct ix_json *json) {
    return ix_json_kind(json) == IX_JSON_STRING ? ix_sv_cstr(unwrap(json)->valuestring)
                                                : (struct ix_sv){0};
}

struct ix_sv ix_json_get_string(const struct ix_json *json, const char *name) {
    return ix_json_string(ix_json_get(json, name));
}

static bool is_raw(const struct ix_json *json) {
    return (unwrap(json)->type & 0xFF) == cJSON_Raw;
}

struct ix_sv ix_json_number_into(const struct ix_json *json, char text[IX_JSON_NUMBER_SIZE]) {
    return is_raw(json) ? ix_sv_cstr(unwrap(json)->valuestring)
                        : ix_json_format_double(unwrap(json)->valuedouble, text);
}

struct ix_sv ix_json_number_text(struct ix_arena *arena, const struct ix_json *json) {
    char text[IX_JSON_NUMBER_SIZE];
    if (ix_json_kind(json) != IX_JSON_NUMBER) {
        return (struct ix_sv){0};
    }
    struct ix_sv number = ix_json_number_into(json, text);
    return is_raw(json) ? number : ix_arena_copy(arena, number);
}

bool ix_json_scalar_text(struct ix_arena *arena, const struct ix_json *node,
                         struct ix_sv *ret_text) {
    switch (ix_json_kind(node)) {
    case IX_JSON_STRING:
        *ret_text = ix_json_string(node);
        return true;
    case IX_JSON_NUMBER:
        *ret_text = ix_json_number_text(arena, node);
        return true;
    case IX_JSON_TRUE:
    case IX_JSON_FALSE:
        *ret_text = ix_json_is_true(node) ? IX_SV("true") : IX_SV("false");
        return true;
    default:
        return false;
    }
}

bool ix_json_double(const struct ix_json *json, double *ret_value) {
    if (ix_json_kind(json) != IX_JSON_NUMBER) {
        return false;
    }
    *ret_value = unwrap(json)->valuedouble;
    return true;
}

bool ix_json_int64(const struct ix_json *json, int64_t *ret_value) {
    if (ix_json_kind(json) != IX_JSON_NUMBER) {
        return false;
    }
    if (is_raw(json)) {
        return ix_sv_to_int64(ix_sv_cstr(unwrap(json)->valuestring), ret_value);
    }
    double value = unwrap(json)->valuedouble;
    const double exact_limit = 9007199254740992.0;
    if (value != floor(value) || fabs(value) > exact_limit) {
        return false;
    }
    *ret_value = (int64_t)value;
    return true;
}

bool ix_json_is_true(const struct ix_json *json) {
    return ix_json_kind(json) == IX_JSON_TRUE;
}

static bool equal_numbers(const struct ix_json *a, const struct ix_json *b) {
    char x[IX_JSON_NUMBER_SIZE];
    char y[IX_JSON_NUMBER_SIZE];
    return ix_sv_eq(ix_json_number_into(a, x), ix_json_number_into(b, y));
}

static bool equal_objects(const struct ix_json *a, const struct ix_json *b) {
    const struct ix_json *guess = ix_json_first(b); /* the same order is the common case */
    for (const struct ix_json *m = ix_json_first(a); m; m = ix_json_next(m)) {
        bool hit = guess && ix_sv_eq(ix_json_key(m), ix_json_key(guess));
        const struct ix_json *other = hit ? guess : ix_json_get_sv(b, ix_json_key(m));
        guess = ix_json_next(other);
        if (!other || !ix_json_equal(m, other)) {
            return false;
        }
    }
    return ix_json_count(a) == ix_json_count(b);
}

static bool equal_arrays(const struct ix_json *a, const struct ix_json *b) {
    const struct ix_json *x = ix_json_first(a);
    const struct ix_json *y = ix_json_first(b);
    while (x && y && ix_json_equal(x, y)) {
        x = ix_json_next(x);
        y = ix_json_next(y);
    }
    return !x && !y;
}

bool ix_json_equal(const struct ix_json *a, const struct ix_json *b) {
    enum ix_json_kind kind = ix_json_kind(a);
    if (kind != ix_json_kind(b)) {
        return false;
    }
    switch (kind) {
    case IX_JSON_NUMBER:
        return equal_numbers(a, b);
    case IX_JSON_STRING:
        return ix_sv_eq(ix_json_string(a), ix_json_string(b));
    case IX_JSON_ARRAY:
        return equal_arrays(a, b);
    case IX_JSON_OBJECT:
        return equal_objects(a, b);
    default:
        return true;
    }
}

/* ---- building ---- */

struct ix_json *ix_json_new_null(struct ix_arena *arena) {
    use_arena(arena);
    return wrap(cJSON_CreateNull());
}

struct ix_json *ix_json_new_bool(struct ix_arena *arena, bool value) {
    use_arena(arena);
    return wrap(cJSON_CreateBool(value));
}

/* A terminated copy; NUL bytes and what is no UTF-8 become U+FFFD. */
static struct ix_sv copy_text(struct ix_arena *arena, struct ix_sv value) {
    if (ix_sv_is_utf8(value) && ix_sv_find_char(value, '\0') == IX_SV_NPOS) {
        return ix_arena_copy(arena, value);
    }
    struct ix_buf mended = {0};
    for (size_t at = 0; at < value.size;) {
        size_t size = ix_sv_utf8_size(value, at);
        bool kept = size > 0 && value.data[at];
        ix_buf_add(&mended, kept ? ix_sv_sub(value, at, at + size) : IX_JSON_REPLACEMENT);
        at += size ? size : 1;
    }
    arena->failed = arena->failed || mended.failed;
    struct ix_sv copy = ix_arena_copy(arena, ix_buf_sv(&mended));
    ix_buf_done(&mended);
    return copy;
}

struct ix_json *ix_json_new_string(struct ix_arena *arena, struct ix_sv value) {
    struct ix_sv copy = copy_text(arena, value);
    use_arena(arena);
    cJSON *node = copy.data ? cJSON_CreateStringReference(copy.data) : NULL;
    if (node) {
        node->type = cJSON_String;
    }
    return wrap(node);
}

struct ix_json *ix_json_new_number(struct ix_arena *arena, struct ix_sv text) {
    double value;
    struct ix_json *json = ix_json_new_string(arena, text);
    if (json && ix_sv_to_double(text, &value)) {
        unwrap(json)->type = cJSON_Raw;
        unwrap(json)->valuedouble = value;
    }
    return json;
}

struct ix_json *ix_json_new_int64(struct ix_arena *arena, int64_t value) {
    const int64_t exact_limit = INT64_C(9007199254740992);
    if (value > -exact_limit && value < exact_limit) {
        use_arena(arena);
        return wrap(cJSON_CreateNumber((double)value));
    }
    return ix_json_new_number(arena, ix_arena_printf(arena, "%lld", (long long)value));
}

struct ix_json *ix_json_new_array(struct ix_arena *arena) {
    use_arena(arena);
    return wrap(cJSON_CreateArray());
}

struct ix_json *ix_json_new_object(struct ix_arena *arena) {
    use_arena(arena);
    return wrap(cJSON_CreateObject());
}

struct ix_json *ix_json_clone(struct ix_arena *arena, const struct ix_json *json) {
    use_arena(arena);
    cJSON *copy = json ? cJSON_Duplicate(unwrap(json), true) : NULL;
    if (copy) {
        copy->string = NULL;
    }
    return wrap(copy);
}

void ix_json_append(struct ix_json *array, struct ix_json *child) {
    if (array && child) {
        cJSON_AddItemToArray(unwrap(array), unwrap(child));
    }
}

void ix_json_remove(struct ix_json *object, struct ix_sv name) {
    for (struct ix_json *found; (found = ix_json_get_sv(object, name));) {
        cJSON_DetachItemViaPointer(unwrap(object), unwrap(found));
    }
}

void ix_json_rename(struct ix_arena *arena, struct ix_json *member, struct ix_sv name) {
    struct ix_sv copy = copy_text(arena, name);
    unwrap(member)->string = copy.data ? (char *)(uintptr_t)copy.data : empty_name;
}

void ix_json_add(struct ix_arena *arena, struct ix_json *object, struct ix_sv name,
                 struct ix_json *child) {
    if (object && child) {
        ix_json_rename(arena, child, name);
        cJSON_AddItemToArray(unwrap(object), unwrap(child));
    }
}

void ix_json_add_constant(struct ix_json *object, const char *name, struct ix_json *child) {
    if (object && child) {
        unwrap(child)->string = (char *)(uintptr_t)name;
        cJSON_AddItemToArray(unwrap(object), unwrap(child));
    }
}

void ix_json_set(struct ix_arena *arena, struct ix_json *object, struct ix_sv name,
                 struct ix_json *child) {
    struct ix_json *old = ix_json_get_sv(object, name);
    if (old && child) {
        ix_json_replace(old, child);
    } else {
        ix_json_add(arena, object, name, child);
    }
}

void ix_json_set_string(struct ix_arena *arena, struct ix_json *object, const char *name,
                        struct ix_sv value) {
    ix_json_set(arena, object, ix_sv_cstr(name), ix_json_new_string(arena, value));
}

void ix_json_replace(struct ix_json *json, struct ix_json *by) {
    if (json && by && json != by) {
        cJSON *node = unwrap(json);
        cJSON kept = *node;
        *node = *unwrap(by);
        node->next = kept.next;
        node->prev = kept.prev;
        node->string = kept.string;
    }
}

void ix_json_become_string(struct ix_arena *arena, struct ix_json *json, struct ix_sv value) {
    ix_json_replace(json, ix_json_new_string(arena, value));
}

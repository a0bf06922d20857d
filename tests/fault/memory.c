/* __wrap_X is what the program's own objects call for X, __real_X what they would have called. */
#include "tests/fault/memory.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fault_memory_plan plan;
static bool counting;
static int64_t seen;

void fault_memory_begin(struct fault_memory_plan new_plan) {
    plan = new_plan;
    seen = 0;
    counting = true;
}

int64_t fault_memory_end(void) {
    counting = false;
    return seen;
}

static bool fails(void) {
    if (!counting) {
        return false;
    }
    seen++;
    return plan.at > 0 && (seen == plan.at || (plan.lasting && seen > plan.at));
}

/* ---- infradex's own ---- */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *piece, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *piece, size_t size);
char *__wrap_strdup(const char *text);
int __wrap_asprintf(char **ret_text, const char *format, ...) __attribute__((format(printf, 2, 3)));

void *__wrap_malloc(size_t size) {
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *piece, size_t size) {
    return fails() ? NULL : __real_realloc(piece, size);
}

char *__wrap_strdup(const char *text) {
    return fails() ? NULL : __real_strdup(text);
}

/* glibc leaves *ret_text as it was. */
int __wrap_asprintf(char **ret_text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int size = fails() ? -1 : vasprintf(ret_text, format, arguments);
    va_end(arguments);
    return size;
}

/* ---- SQLite's ---- */

static sqlite3_mem_methods real_methods;

static void *sqlite_malloc(int size) {
    return fails() ? NULL : real_methods.xMalloc(size);
}

static void *sqlite_realloc(void *piece, int size) {
    return fails() ? NULL : real_methods.xRealloc(piece, size);
}

void fault_memory_install(void) {
    if (real_methods.xMalloc) {
        return;
    }
    sqlite3_mem_methods methods;
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_methods) != SQLITE_OK) {
        abort();
    }
    methods = real_methods;
    methods.xMalloc = sqlite_malloc;
    methods.xRealloc = sqlite_realloc;
    /* small pieces come from malloc too, not from SQLite's own pool */
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) != SQLITE_OK ||
        sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) != SQLITE_OK) {
        abort();
    }
}

/* The commands that list what is kept: sources, runs, types, fields, history. Each is a listing of
 * the warehouse or a table of constants, printed by the same printer. */
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/resource.h"
#include "indexer/normalise/type.h"
#include "query/field.h"
#include "query/listing.h"

static int run_listing(struct ix_invocation *invocation, enum ix_listing listing,
                       const char *columns, struct ix_err *err) {
    struct ix_warehouse *warehouse;
    struct ix_sv word = invocation->argument_count ? invocation->arguments[0] : (struct ix_sv){0};
    enum ix_code code = ix_invocation_open(invocation, IX_OPEN_READ, &warehouse, err);
    if (code == IX_OK) {
        code = ix_listing_print(invocation, warehouse, listing, word, columns, err);
        ix_warehouse_close(warehouse);
    }
    return ix_listing_exit(code);
}

int ix_cmd_sources(struct ix_invocation *invocation, struct ix_err *err) {
    return run_listing(invocation, IX_LIST_SOURCES, "source,kind,resources,last_run,last_whole",
                       err);
}

int ix_cmd_runs(struct ix_invocation *invocation, struct ix_err *err) {
    return run_listing(invocation, IX_LIST_RUNS,
                       "run,started,source,outcome,seen,added,changed,retired,error", err);
}

int ix_cmd_history(struct ix_invocation *invocation, struct ix_err *err) {
    struct ix_warehouse *warehouse;
    struct ix_sv uid;
    enum ix_code code = ix_invocation_open(invocation, IX_OPEN_READ, &warehouse, err);
    if (code != IX_OK) {
        return ix_listing_exit(code);
    }
    code = ix_resource_find(invocation, warehouse, invocation->arguments[0], &uid, err);
    if (code == IX_OK) {
        code = ix_listing_print(invocation, warehouse, IX_LIST_HISTORY, uid,
                                "at,change,path,old,new,source", err);
    }
    ix_warehouse_close(warehouse);
    return ix_listing_exit(code);
}

/* ---- tables of constants ---- */

static bool holds_word(const struct ix_invocation *invocation, const char *a, const char *b) {
    if (invocation->argument_count == 0) {
        return true;
    }
    struct ix_sv word = invocation->arguments[0];
    return ix_sv_find_nocase(ix_sv_cstr(a), word) != IX_SV_NPOS ||
           ix_sv_find_nocase(ix_sv_cstr(b), word) != IX_SV_NPOS;
}

/* Among thousands of words a near one is seldom what was meant unless most of it is the same. */
static const char *nearest_type_word(struct ix_sv word) {
    const char *const *words = ix_type_words();
    const char *nearest = NULL;
    size_t least = word.size / 3 + 1;
    for (size_t i = 0; words && words[i]; i++) {
        size_t distance = ix_sv_distance(word, ix_sv_cstr(words[i]));
        if (distance < least) {
            least = distance;
            nearest = words[i];
        }
    }
    return nearest;
}

static void say_no_type(struct ix_sv word) {
    const char *nearest = nearest_type_word(word);
    fprintf(stderr, "no type family holds ‘%.*s’", IX_SV_FMT(word));
    fprintf(stderr, nearest ? "; did you mean ‘%s’?\n" : "\n", nearest);
}

int ix_cmd_types(struct ix_invocation *invocation, struct ix_err *err) {
    struct ix_list_output list;
    enum ix_code code = ix_list_begin(&list, invocation, "type,kind,category,spellings", err);
    for (size_t i = 0; code == IX_OK && i < ix_type_count(); i++) {
        const struct ix_type *type = ix_type_at(i);
        if (holds_word(invocation, type->name, type->spellings)) {
            code = ix_list_row(&list, ix_type_row(&list.arena, type), err);
        }
    }
    int64_t rows = list.rows;
    code = ix_list_end(&list, err);
    if (code == IX_OK && rows == 0) {
        say_no_type(invocation->arguments[0]);
    }
    return ix_listing_exit(code);
}

/* Without a word the fields of the language; with one the property paths that hold it. */
int ix_cmd_fields(struct ix_invocation *invocation, struct ix_err *err) {
    struct ix_list_output list;
    if (invocation->argument_count > 0) {
        return run_listing(invocation, IX_LIST_PATHS, "path,resources,example", err);
    }
    enum ix_code code = ix_list_begin(&list, invocation, "field,also,help", err);
    list.limit = 0;
    for (size_t i = 0; code == IX_OK && i < IX_FIELD_COUNT; i++) {
        const struct ix_field_info *info = ix_field_info((enum ix_field)i);
        if (info->kind != IX_KIND_LATER) {
            code = ix_list_row(&list, ix_listing_field(&list.arena, info), err);
        }
    }
    return ix_listing_exit(ix_list_end(&list, err));
}

/* Walking folders in a fixed order, so that two runs over the same tree do the same. Links inside
 * folders are not followed (no cycles, nothing outside the tree); a named link is. */
#include "collectors/paths.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <sys/stat.h>

struct walk {
    struct ix_arena *arena;
    struct ix_found_paths *found;
    struct ix_err *err;
};

static enum ix_code add(struct walk *w, struct ix_sv path, struct ix_sv reason) {
    struct ix_found_paths *found = w->found;
    if (found->count == IX_WALK_FILES_MAX) {
        return ix_err_set(w->err, IX_LIMIT, "more than %d files; name a smaller folder",
                          IX_WALK_FILES_MAX);
    }
    if (found->count == found->capacity) {
        size_t capacity = found->capacity ? found->capacity * 2 : 64;
        struct ix_found_path *items = realloc(found->items, capacity * sizeof *items);
        if (!items) {
            return ix_err_nomem(w->err);
        }
        found->items = items;
        found->capacity = capacity;
    }
    found->items[found->count++] = (struct ix_found_path){
        .path = ix_arena_copy(w->arena, path),
        .reason = reason,
    };
    return ix_arena_check(w->arena, w->err);
}

static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_entry(const struct dirent *entry) {
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static enum ix_code walk_folder(struct walk *w, struct ix_sv folder, int depth);

/* Folders that tools keep for themselves: nothing in them says what exists. */
static struct ix_sv reason_to_leave_out(struct ix_sv folder) {
    static const struct {
        struct ix_sv ending, reason;
    } own[] = {
        {{"/.git", 5}, {"version control data", 20}},
        {{"/.terraform/providers", 21}, {"downloaded providers", 20}},
        {{"/.terraform/modules", 19}, {"downloaded modules", 18}},
    };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (ix_sv_ends(folder, own[i].ending)) {
            return own[i].reason;
        }
    }
    return (struct ix_sv){0};
}

static enum ix_code visit_entry(struct walk *w, struct ix_sv path, int depth) {
    struct stat status;
    if (lstat(path.data, &status) != 0) {
        return errno == ENOENT ? IX_OK : add(w, path, IX_SV("cannot be looked at"));
    }
    if (S_ISLNK(status.st_mode)) {
        return add(w, path, IX_SV("a link inside a folder is not followed; name it to index it"));
    }
    if (S_ISDIR(status.st_mode)) {
        struct ix_sv reason = reason_to_leave_out(path);
        return ix_sv_empty(reason) ? walk_folder(w, path, depth + 1) : add(w, path, reason);
    }
    if (!S_ISREG(status.st_mode)) {
        return add(w, path, IX_SV("not a regular file"));
    }
    return add(w, path, (struct ix_sv){0});
}

static struct ix_sv join(struct ix_arena *arena, struct ix_sv folder, const char *name) {
    const char *separator = ix_sv_ends(folder, IX_SV("/")) ? "" : "/";
    return ix_arena_printf(arena, "%.*s%s%s", IX_SV_FMT(folder), separator, name);
}

static enum ix_code walk_folder(struct walk *w, struct ix_sv folder, int depth) {
    if (depth > IX_WALK_DEPTH_MAX) {
        return add(w, folder, IX_SV("this folder lies too deep; name it to index it"));
    }
    struct dirent **entries = NULL;
    int count = scandir(folder.data, &entries, is_entry, by_name);
    if (count < 0) {
        return depth == 0 ? ix_err_errno(w->err, errno, "%s", folder.data)
                          : add(w, folder, IX_SV("this folder cannot be read"));
    }
    enum ix_code code = IX_OK;
    for (int i = 0; i < count; i++) {
        if (code == IX_OK) {
            struct ix_sv path = join(w->arena, folder, entries[i]->d_name);
            code = ix_arena_check(w->arena, w->err);
            code = code == IX_OK ? visit_entry(w, path, depth) : code;
        }
        free(entries[i]);
    }
    free(entries);
    return code;
}

/* An input is opened more than once, and a pipe gives what it holds to the first who reads: the
 * second would find nothing, and nothing would be taken for all there is. */
static enum ix_code visit_named(struct walk *w, struct ix_sv path) {
    struct stat status;
    if (stat(path.data, &status) != 0) {
        return ix_err_errno(w->err, errno, "%s", path.data);
    }
    if (S_ISDIR(status.st_mode)) {
        w->found->single = false;
        return walk_folder(w, path, 0);
    }
    if (!S_ISREG(status.st_mode)) {
        return ix_err_set(w->err, IX_INVALID,
                          "%s: not a regular file; a pipe or device is read as standard input: "
                          "infradex index --source NAME - < %s",
                          path.data, path.data);
    }
    return add(w, path, (struct ix_sv){0});
}

static enum ix_code visit_glob(struct walk *w, struct ix_sv pattern) {
    glob_t matches = {0};
    int result = glob(pattern.data, GLOB_BRACE | GLOB_TILDE, NULL, &matches);
    enum ix_code code = IX_OK;
    if (result == GLOB_NOMATCH) {
        code = ix_err_set(w->err, IX_NOT_FOUND,
                          "%s: no such file, and nothing matches it as a "
                          "pattern",
                          pattern.data);
    } else if (result != 0) {
        code = ix_err_set(w->err, IX_IO, "%s: the pattern could not be expanded", pattern.data);
    }
    w->found->single = false;
    for (size_t i = 0; code == IX_OK && i < matches.gl_pathc; i++) {
        code = visit_named(w, ix_sv_cstr(matches.gl_pathv[i]));
    }
    globfree(&matches);
    return code;
}

static enum ix_code visit_argument(struct walk *w, struct ix_sv named) {
    if (ix_sv_eq(named, IX_SV("-"))) {
        return add(w, named, (struct ix_sv){0});
    }
    struct ix_sv path = ix_arena_copy(w->arena, named);
    enum ix_code code = ix_arena_check(w->arena, w->err);
    if (code != IX_OK) {
        return code;
    }
    struct stat status;
    bool exists = stat(path.data, &status) == 0;
    bool pattern = strpbrk(path.data, "*?[{") != NULL;
    return !exists && pattern ? visit_glob(w, path) : visit_named(w, path);
}

enum ix_code ix_paths_find(const struct ix_sv *named, size_t named_count, struct ix_arena *arena,
                           struct ix_found_paths *ret_found, struct ix_err *err) {
    *ret_found = (struct ix_found_paths){.single = named_count == 1};
    struct walk w = {.arena = arena, .found = ret_found, .err = err};
    for (size_t i = 0; i < named_count; i++) {
        enum ix_code code = visit_argument(&w, named[i]);
        if (code != IX_OK) {
            ix_paths_done(ret_found);
            return code;
        }
    }
    return IX_OK;
}

void ix_paths_done(struct ix_found_paths *found) {
    if (found) {
        free(found->items);
        *found = (struct ix_found_paths){0};
    }
}

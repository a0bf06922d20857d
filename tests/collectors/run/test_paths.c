/* What a list of paths means. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "collectors/paths.h"
#include "tests/collectors/run/folder.h"

static struct folder folder;
static struct ix_arena arena;
static struct ix_found_paths found;
static struct ix_err err;

static void begin(void) {
    folder_init(&folder);
    ix_arena_init(&arena, 0);
    found = (struct ix_found_paths){0};
    err = (struct ix_err){0};
}

static void end(void) {
    ix_paths_done(&found);
    ix_arena_done(&arena);
    folder_done(&folder);
}

TestSuite(paths, .init = begin, .fini = end);

static void make(const char *name) {
    folder_write(&folder, name, IX_SV("x"));
}

static enum ix_code find(const char *name) {
    const struct ix_sv named = ix_sv_cstr(folder_path(&folder, name));
    return ix_paths_find(&named, 1, &arena, &found, &err);
}

/* What was found below the folder, one name a line, "!" before what was left out. */
static const char *names(void) {
    struct ix_sv text = {0};
    for (size_t i = 0; i < found.count; i++) {
        struct ix_sv name = ix_sv_from(found.items[i].path, strlen(folder.path) + 1);
        const char *mark = ix_sv_empty(found.items[i].reason) ? "" : "!";
        text = ix_arena_printf(&arena, "%.*s%s%.*s\n", IX_SV_FMT(text), mark, IX_SV_FMT(name));
    }
    return text.data ? text.data : "";
}

Test(paths, of_a_folder_come_in_the_order_of_names) {
    make("b");
    make("a/z");
    make("a/B");
    make(".hidden");
    make("a.b");
    cr_assert_eq(find("."), IX_OK, "%s", err.text);
    cr_assert_str_eq(names(), "./.hidden\n./a/B\n./a/z\n./a.b\n./b\n");
    cr_assert_not(found.single);
}

Test(paths, to_one_file_make_it_the_whole_source) {
    make("a");
    cr_assert_eq(find("a"), IX_OK, "%s", err.text);
    cr_assert_str_eq(names(), "a\n");
    cr_assert(found.single);
}

Test(paths, of_what_tools_keep_are_left_out_with_a_word) {
    make(".git/config");
    make(".terraform/providers/p/x");
    make(".terraform/modules/m/x.tf");
    make(".terraform/terraform.tfstate");
    make("providers/x");
    cr_assert_eq(find("."), IX_OK, "%s", err.text);
    cr_assert_str_eq(names(), "!./.git\n!./.terraform/modules\n!./.terraform/providers\n"
                              "./.terraform/terraform.tfstate\n./providers/x\n");
}

Test(paths, through_links_are_followed_only_when_named) {
    make("outside/a");
    make("in/b");
    cr_assert_eq(symlink("../outside", folder_path(&folder, "in/link")), 0);
    cr_assert_eq(symlink(".", folder_path(&folder, "in/loop")), 0);
    cr_assert_eq(find("in"), IX_OK, "%s", err.text);
    cr_assert_str_eq(names(), "in/b\n!in/link\n!in/loop\n");
    ix_paths_done(&found);
    cr_assert_eq(find("in/link"), IX_OK, "%s", err.text);
    cr_assert_str_eq(names(), "in/link/a\n");
}

Test(paths, with_stars_and_braces_are_patterns) {
    make("a.json");
    make("b.json");
    make("b.yaml");
    cr_assert_eq(find("*.json"), IX_OK, "%s", err.text);
    cr_assert_str_eq(names(), "a.json\nb.json\n");
    cr_assert_not(found.single);
    ix_paths_done(&found);
    cr_assert_eq(find("b.{json,yaml}"), IX_OK, "%s", err.text);
    cr_assert_str_eq(names(), "b.json\nb.yaml\n");
}

Test(paths, that_exist_are_no_patterns_whatever_their_name) {
    make("a[1].json");
    make("a1.json");
    cr_assert_eq(find("a[1].json"), IX_OK, "%s", err.text);
    cr_assert_str_eq(names(), "a[1].json\n");
}

Test(paths, that_lead_nowhere_are_said) {
    cr_assert_eq(find("nowhere"), IX_NOT_FOUND);
    cr_assert(strstr(err.text, "nowhere"), "%s", err.text);
    cr_assert_eq(found.items, NULL);
    err = (struct ix_err){0};
    cr_assert_eq(find("*.none"), IX_NOT_FOUND);
    cr_assert(strstr(err.text, "*.none"), "%s", err.text);
}

Test(paths, that_are_no_files_are_left_out) {
    char path[2 * FOLDER_PATH_SIZE];
    snprintf(path, sizeof path, "mkfifo %s", folder_path(&folder, "queue"));
    cr_assert_eq(system(path), 0);
    cr_assert_eq(find("."), IX_OK, "%s", err.text);
    cr_assert_str_eq(names(), "!./queue\n");
}

Test(paths, that_are_pipes_are_refused_when_named) {
    char path[2 * FOLDER_PATH_SIZE];
    snprintf(path, sizeof path, "mkfifo %s", folder_path(&folder, "queue"));
    cr_assert_eq(system(path), 0);
    cr_assert_eq(find("queue"), IX_INVALID);
    cr_assert(strstr(err.text, "standard input"), "%s", err.text);
    err = (struct ix_err){0};
    cr_assert_eq(find("[q]ueue"), IX_INVALID);
}

Test(paths, that_lie_too_deep_are_left_out_and_the_rest_is_found) {
    char name[1024] = "a";
    for (int i = 0; i <= IX_WALK_DEPTH_MAX; i++) {
        strcat(name, "/a");
    }
    strcat(name, "/x");
    make(name);
    make("b");
    cr_assert_eq(find("."), IX_OK, "%s", err.text);
    cr_assert_eq(found.count, 2);
    cr_assert_not(ix_sv_empty(found.items[0].reason));
    cr_assert(ix_sv_ends(found.items[1].path, IX_SV("/b")));
}

Test(paths, of_standard_input_stand_for_themselves) {
    const struct ix_sv named = IX_SV("-");
    cr_assert_eq(ix_paths_find(&named, 1, &arena, &found, &err), IX_OK);
    cr_assert_eq(found.count, 1);
    cr_assert(ix_sv_eq_cstr(found.items[0].path, "-"));
    cr_assert(found.single);
}

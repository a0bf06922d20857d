/* The power is cut at any moment of a warehouse's life, and any part of what was not yet synced is
 * lost. Afterwards it opens, holds every run that was said to be published and no part of another
 * one, and its indexes agree with its rows. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/fault/power.h"

enum { STATES = 9, IMAGES = 500, IMAGES_LONG = 5000 };

/* Marks: 2 n: run n is about to be published; 2 n + 1: it was said to be. State 0 is empty. */
struct life {
    struct world w;
    struct ix_hash states[STATES];
    int published;
};

static void note_state(struct life *l, struct ix_warehouse *warehouse, int state) {
    struct ix_err err = {0};
    cr_assert_eq(ix_warehouse_content_hash(warehouse, &l->states[state], &err), IX_OK, "%s",
                 err.text);
}

static void publish(struct life *l, struct ix_warehouse *warehouse) {
    struct ix_err err = {0};
    bool kept = false;
    int state = l->published + 1;
    const char *input = world_input(&l->w, state);
    fault_record_mark((int64_t)state * 2);
    cr_assert_eq(world_index_into(warehouse, input, &kept, &err), IX_OK, "%s", err.text);
    fault_record_mark((int64_t)state * 2 + 1);
    l->published = state;
    note_state(l, warehouse, state);
}

static void discard(struct life *l, struct ix_warehouse *warehouse) {
    struct ix_err err = {0};
    bool kept = false;
    char path[WORLD_PATH_SIZE];
    world_file(&l->w, "broken.ndjson", path);
    FILE *file = fopen(path, "w");
    fputs("{\"record\":\"resource\",\"source\":\"fleet\",\"address\":\"new\",\"native_type\":"
          "\"x\"}\n{\"record\":",
          file);
    fclose(file);
    cr_assert_neq(world_index_into(warehouse, path, &kept, &err), IX_OK);
    cr_assert(!kept);
}

static struct ix_warehouse *open_for_writing(const struct life *l) {
    struct ix_warehouse *warehouse;
    struct ix_err err = {0};
    cr_assert_eq(world_open(l->w.folder, IX_OPEN_WRITE, &warehouse, &err), IX_OK, "%s", err.text);
    return warehouse;
}

/* Runs in sessions of their own and several in one, one that is discarded, a repair. */
static void live(struct life *l) {
    struct ix_err err = {0};
    struct ix_warehouse *warehouse = open_for_writing(l);
    note_state(l, warehouse, 0);
    for (int i = 0; i < 3; i++) {
        publish(l, warehouse);
        ix_warehouse_close(warehouse);
        warehouse = open_for_writing(l);
    }
    for (int i = 0; i < 3; i++) {
        publish(l, warehouse);
    }
    discard(l, warehouse);
    cr_assert_eq(ix_warehouse_repair(warehouse, &err), IX_OK, "%s", err.text);
    publish(l, warehouse);
    publish(l, warehouse);
    ix_warehouse_close(warehouse);
    cr_assert_eq(l->published, STATES - 1);
}

static void check_image(const struct life *l, const struct power *p, const char *folder,
                        int number) {
    struct world_look look = world_look_at(folder);
    int least = (int)(p->mark / 2) - (p->mark % 2 ? 0 : p->mark > 0);
    int most = (int)(p->mark / 2);
    cr_assert_eq(look.code, IX_OK, "image %d, after %zu changes: %s", number, p->at, look.err.text);
    cr_assert_str_empty(look.broken, "image %d, after %zu changes: %s", number, p->at, look.broken);
    bool known = false;
    for (int state = least; state <= most; state++) {
        known = known || ix_hash_eq(look.hash, l->states[state]);
    }
    cr_assert(known, "image %d, after %zu changes: neither run %d nor run %d", number, p->at, least,
              most);
}

static int by_size(const void *a, const void *b) {
    const size_t *x = a;
    const size_t *y = b;
    return (*x > *y) - (*x < *y);
}

Test(power, a_cut_at_any_moment_leaves_whole_published_runs) {
    struct life l = {0};
    struct world image;
    struct chance chance = {.state = 20240506};
    struct power p;
    size_t count = 0;
    int images = (int)world_times(IMAGES, IMAGES_LONG);
    fault_vfs_install();
    world_make(&l.w);
    world_make(&image);
    fault_record_begin();
    live(&l);
    const struct fault_change *changes = fault_record_end(&count);
    size_t *moments = calloc((size_t)images, sizeof *moments);
    for (int i = 0; i < images; i++) {
        moments[i] = chance_below(&chance, count + 1);
    }
    qsort(moments, (size_t)images, sizeof *moments, by_size);
    power_init(&p, changes, count);
    for (int i = 0; i < images; i++) {
        power_play(&p, moments[i]);
        power_cut(&p, &chance, image.folder);
        check_image(&l, &p, image.folder, i);
        world_empty(&image, image.folder);
    }
    power_done(&p);
    free(moments);
    fault_record_free();
    world_done(&image);
    world_done(&l.w);
}

/* The drill itself: a sync that is forgotten is found out. */
Test(power, images_without_syncs_are_found_to_be_broken) {
    enum { TRIES = 60 };
    struct life l = {0};
    struct world image;
    struct chance chance = {.state = 7};
    struct power p;
    size_t count = 0;
    int faults = 0;
    fault_vfs_install();
    world_make(&l.w);
    world_make(&image);
    fault_record_begin();
    live(&l);
    const struct fault_change *changes = fault_record_end(&count);
    power_init(&p, changes, count);
    p.at = count; /* as if time had passed and nothing had ever been synced */
    for (int i = 0; i < TRIES; i++) {
        power_cut(&p, &chance, image.folder);
        struct world_look look = world_look_at(image.folder);
        faults +=
            look.code != IX_OK || look.broken[0] || !ix_hash_eq(look.hash, l.states[STATES - 1]);
        world_empty(&image, image.folder);
    }
    cr_assert_gt(faults, TRIES / 2);
    power_done(&p);
    fault_record_free();
    world_done(&image);
    world_done(&l.w);
}

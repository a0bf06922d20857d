/* Durable bytes are kept up to date while time passes; an image is a copy of them with some of the
 * unsynced changes on top. */
#include "tests/fault/power.h"

#include <criterion/criterion.h>
#include <stdio.h>

enum loss { LOSE_ALL, LOSE_NONE, LOSE_WRITES, LOSE_SECTORS, LOSE_PAGES, LOSSES };

void power_init(struct power *p, const struct fault_change *changes, size_t count) {
    *p = (struct power){.changes = changes, .count = count};
    cr_assert_leq(fault_record_file_count(), POWER_FILES_MAX);
}

void power_done(struct power *p) {
    for (size_t i = 0; i < POWER_FILES_MAX; i++) {
        ix_buf_done(&p->files[i].bytes);
    }
}

/* ---- one change ---- */

static void resize(struct power_file *file, size_t size) {
    if (size > file->bytes.size) {
        size_t more = size - file->bytes.size;
        char *room = ix_buf_reserve(&file->bytes, more);
        cr_assert_not_null(room);
        memset(room, 0, more);
    }
    file->bytes.size = size;
}

static void put(struct power_file *file, const struct fault_change *change, size_t from,
                size_t to) {
    size_t begin = (size_t)change->offset + from;
    size_t end = (size_t)change->offset + to;
    if (end > file->bytes.size) {
        resize(file, end);
    }
    memcpy(file->bytes.data + begin, change->bytes + from, to - from);
    file->there = true;
}

static void apply(struct power_file *file, const struct fault_change *change) {
    if (change->kind == FAULT_CHANGE_WRITE) {
        put(file, change, 0, change->size);
    } else if (change->kind == FAULT_CHANGE_TRUNCATE) {
        resize(file, (size_t)change->offset);
    } else if (change->kind == FAULT_CHANGE_DELETE) {
        file->bytes.size = 0;
        file->there = false;
    }
}

/* ---- time ---- */

static bool is_of(const struct fault_change *change, int file) {
    bool bytes = change->kind == FAULT_CHANGE_WRITE || change->kind == FAULT_CHANGE_TRUNCATE;
    return change->file == file && (bytes || change->kind == FAULT_CHANGE_DELETE);
}

static void make_durable(struct power *p, int number, size_t until) {
    struct power_file *file = &p->files[number];
    for (size_t i = file->synced; i < until; i++) {
        if (is_of(&p->changes[i], number)) {
            apply(file, &p->changes[i]);
        }
    }
    file->synced = until;
}

/* What was removed stays removed. */
static void make_names_durable(struct power *p) {
    for (size_t i = 0; i < p->at; i++) {
        const struct fault_change *change = &p->changes[i];
        if (change->kind == FAULT_CHANGE_DELETE && i >= p->files[change->file].synced) {
            make_durable(p, change->file, i + 1);
        }
    }
}

void power_play(struct power *p, size_t at) {
    for (; p->at < at; p->at++) {
        const struct fault_change *change = &p->changes[p->at];
        bool durable = change->kind == FAULT_CHANGE_SYNC ||
                       (change->kind == FAULT_CHANGE_DELETE && change->size);
        if (change->kind == FAULT_CHANGE_MARK) {
            p->mark = change->offset;
        } else if (change->kind == FAULT_CHANGE_SYNC_FOLDER) {
            make_names_durable(p);
        } else if (durable) {
            make_durable(p, change->file, p->at + 1);
        }
    }
}

/* ---- the cut ---- */

/* Arrives in pieces of so many bytes, each by chance. */
static void put_pieces(struct power_file *file, const struct fault_change *change, size_t piece,
                       struct chance *chance) {
    for (size_t from = 0; from < change->size;) {
        size_t at = (size_t)change->offset + from;
        size_t to = from + (piece - at % piece);
        to = to < change->size ? to : change->size;
        if (chance_below(chance, 2)) {
            put(file, change, from, to);
        }
        from = to;
    }
}

static void arrive(struct power_file *file, const struct fault_change *change, enum loss loss,
                   struct chance *chance) {
    enum { SECTOR = 512, PAGE = 4096 };
    bool pieces = loss == LOSE_SECTORS || loss == LOSE_PAGES;
    if (pieces && change->kind == FAULT_CHANGE_WRITE) {
        put_pieces(file, change, loss == LOSE_SECTORS ? SECTOR : PAGE, chance);
    } else if (loss == LOSE_NONE || chance_below(chance, 2)) {
        apply(file, change);
    }
}

static void cut_file(const struct power *p, int number, enum loss loss, struct chance *chance,
                     struct power_file *image) {
    const struct power_file *file = &p->files[number];
    image->there = file->there;
    ix_buf_add(&image->bytes, ix_buf_sv(&file->bytes));
    for (size_t i = file->synced; loss != LOSE_ALL && i < p->at; i++) {
        const struct fault_change *change = &p->changes[i];
        bool removal = change->kind == FAULT_CHANGE_DELETE;
        if (!is_of(change, number)) {
            continue;
        }
        if (removal && loss != LOSE_NONE && chance_below(chance, 2)) {
            return;
        }
        if (removal) {
            apply(image, change);
        } else {
            arrive(image, change, loss, chance);
        }
    }
}

void power_cut(const struct power *p, struct chance *chance, const char *folder) {
    enum loss loss = (enum loss)chance_below(chance, LOSSES);
    char path[WORLD_PATH_SIZE];
    for (int i = 0; i < fault_record_file_count(); i++) {
        struct power_file image = {0};
        cut_file(p, i, loss, chance, &image);
        snprintf(path, sizeof path, "%s/%s", folder, fault_record_name(i));
        if (image.there) {
            FILE *file = fopen(path, "wb");
            cr_assert_not_null(file, "%s", path);
            cr_assert_eq(fwrite(image.bytes.data, 1, image.bytes.size, file), image.bytes.size);
            cr_assert_eq(fclose(file), 0);
        }
        ix_buf_done(&image.bytes);
    }
}

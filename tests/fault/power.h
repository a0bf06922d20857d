/* What a power cut leaves on the disk: a record of changes (vfs.h) is played up to a moment, and of
 * what was not yet synced a part is lost, by chance.
 *
 * The model: a sync makes durable what was written to its file before it, a sync of the folder what
 * was removed in it, and nothing else. What is unsynced may arrive in any subset, as whole writes
 * or sector by sector. Names are ordered: when the removal of a file is lost, so is what was done
 * under its name afterwards. Bytes that never arrived are zero.
 */
#ifndef IX_TESTS_FAULT_POWER_H
#define IX_TESTS_FAULT_POWER_H

#include "tests/fault/vfs.h"
#include "tests/fault/world.h"

enum { POWER_FILES_MAX = 8 };

struct power_file {
    struct ix_buf bytes; /* durable */
    bool there;
    size_t synced; /* changes before this one are in `bytes` */
};

struct power {
    const struct fault_change *changes;
    size_t count;
    size_t at;    /* changes before this one have happened */
    int64_t mark; /* the last one that has */
    struct power_file files[POWER_FILES_MAX];
};

void power_init(struct power *p, const struct fault_change *changes, size_t count);
void power_done(struct power *p);
/* Lets time pass until `at` changes have happened. */
void power_play(struct power *p, size_t at);
/* Cuts the power now: writes what is left as files into a folder. The play can go on after. */
void power_cut(const struct power *p, struct chance *chance, const char *folder);

#endif

/* A disk that fails, and one that remembers: a layer under SQLite, between it and the real one.
 *
 * It becomes the default VFS of the process, so the engine opens through it without knowing. Two
 * uses: the n-th input or output fails (fault_io_…), and every change of every file is written down
 * so that what a power cut leaves can be made afterwards (fault_record_…, power.h). One thread.
 * https://sqlite.org/vfs.html, https://sqlite.org/c3ref/io_methods.html
 */
#ifndef IX_TESTS_FAULT_VFS_H
#define IX_TESTS_FAULT_VFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What can fail. */
enum fault_io {
    FAULT_OPEN = 1 << 0,
    FAULT_READ = 1 << 1,
    FAULT_WRITE = 1 << 2, /* half of the bytes arrive */
    FAULT_SYNC = 1 << 3,
    FAULT_TRUNCATE = 1 << 4,
    FAULT_DELETE = 1 << 5,
    FAULT_SIZE = 1 << 6,   /* asking how long a file is */
    FAULT_SHARED = 1 << 7, /* mapping the index of the write-ahead log */
    FAULT_ANY = (1 << 8) - 1,
};

struct fault_io_plan {
    unsigned kinds; /* of enum fault_io: these are counted, and fail */
    int64_t at;     /* 1: the first from now on; 0: none fails, they are only counted */
    bool lasting;   /* all that follow fail too */
    bool full;      /* writing fails for want of room, not as a fault of the disk */
};

void fault_vfs_install(void); /* before the first use of SQLite; again: nothing */
void fault_io_begin(struct fault_io_plan plan);
int64_t fault_io_end(void); /* nothing fails any more; how many were counted */

/* ---- remembering ---- */

enum fault_change_kind {
    FAULT_CHANGE_WRITE,
    FAULT_CHANGE_TRUNCATE, /* to `offset` bytes */
    FAULT_CHANGE_DELETE,   /* `size` 1: and the folder synced */
    FAULT_CHANGE_SYNC,
    FAULT_CHANGE_SYNC_FOLDER, /* names; SQLite does it with the first sync of a new log or journal
                               */
    FAULT_CHANGE_MARK,        /* of the test itself; `offset` is its number */
};

struct fault_change {
    enum fault_change_kind kind;
    int file; /* index into fault_record_name */
    int64_t offset;
    size_t size;
    unsigned char *bytes; /* of WRITE */
};

void fault_record_begin(void); /* named files only: temporary ones never outlive the power */
void fault_record_mark(int64_t number);
const struct fault_change *fault_record_end(size_t *ret_count); /* kept until fault_record_free */
const char *fault_record_name(int file);                        /* without its folder */
int fault_record_file_count(void);
void fault_record_free(void);

#endif

/* Every call goes on to the real VFS, after it was counted and written down. A file of ours holds
 * the real one behind it, in the same piece of memory, as SQLite gives it. */
#include "tests/fault/vfs.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 8, NAME_SIZE = 64 };

struct fault_file {
    sqlite3_file base;
    int number;       /* in the record; -1: temporary */
    bool folder_sync; /* comes with its next sync */
    sqlite3_file *real;
};

static sqlite3_vfs *real_vfs;
static sqlite3_vfs shim;

/* ---- failing ---- */

static struct fault_io_plan plan;
static int64_t seen;

void fault_io_begin(struct fault_io_plan new_plan) {
    plan = new_plan;
    seen = 0;
}

int64_t fault_io_end(void) {
    plan = (struct fault_io_plan){0};
    return seen;
}

static bool fails(enum fault_io kind) {
    if (!(plan.kinds & kind)) {
        return false;
    }
    seen++;
    return plan.at > 0 && (seen == plan.at || (plan.lasting && seen > plan.at));
}

/* ---- remembering ---- */

static struct {
    bool on;
    struct fault_change *changes;
    size_t count, capacity;
    char names[FILES_MAX][NAME_SIZE];
    int name_count;
} record;

static int number_of(const char *path) {
    const char *slash = path ? strrchr(path, '/') : NULL;
    const char *name = slash ? slash + 1 : path;
    if (!name || strlen(name) >= NAME_SIZE) {
        return -1;
    }
    int number = 0;
    while (number < record.name_count && strcmp(record.names[number], name) != 0) {
        number++;
    }
    if (number == FILES_MAX) {
        abort();
    }
    if (number == record.name_count) {
        memcpy(record.names[record.name_count++], name, strlen(name) + 1);
    }
    return number;
}

static void remember(struct fault_change change, const void *bytes) {
    if (!record.on || change.file < 0) {
        return;
    }
    if (record.count == record.capacity) {
        record.capacity = record.capacity ? record.capacity * 2 : 1024;
        record.changes = realloc(record.changes, record.capacity * sizeof *record.changes);
    }
    if (bytes) {
        change.bytes = malloc(change.size);
        memcpy(change.bytes, bytes, change.size);
    }
    record.changes[record.count++] = change;
}

void fault_record_begin(void) {
    fault_record_free();
    record.on = true;
}

void fault_record_mark(int64_t number) {
    remember((struct fault_change){.kind = FAULT_CHANGE_MARK, .offset = number}, NULL);
}

const struct fault_change *fault_record_end(size_t *ret_count) {
    record.on = false;
    *ret_count = record.count;
    return record.changes;
}

const char *fault_record_name(int file) {
    return record.names[file];
}

int fault_record_file_count(void) {
    return record.name_count;
}

void fault_record_free(void) {
    for (size_t i = 0; i < record.count; i++) {
        free(record.changes[i].bytes);
    }
    free(record.changes);
    memset(&record, 0, sizeof record);
}

/* ---- files ---- */

static sqlite3_file *real_of(sqlite3_file *file) {
    return ((struct fault_file *)file)->real;
}

static int number_in_record(sqlite3_file *file) {
    return ((struct fault_file *)file)->number;
}

static int file_close(sqlite3_file *file) {
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int file_read(sqlite3_file *file, void *to, int size, sqlite3_int64 offset) {
    return fails(FAULT_READ) ? SQLITE_IOERR_READ
                             : real_of(file)->pMethods->xRead(real_of(file), to, size, offset);
}

static int file_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset) {
    bool failing = fails(FAULT_WRITE);
    bool full = plan.full;
    int written = failing ? size / 2 : size;
    int result = written ? real_of(file)->pMethods->xWrite(real_of(file), bytes, written, offset)
                         : SQLITE_OK;
    remember((struct fault_change){.kind = FAULT_CHANGE_WRITE,
                                   .file = number_in_record(file),
                                   .offset = offset,
                                   .size = (size_t)written},
             bytes);
    return !failing ? result : full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
    if (fails(FAULT_TRUNCATE)) {
        return SQLITE_IOERR_TRUNCATE;
    }
    remember((struct fault_change){.kind = FAULT_CHANGE_TRUNCATE,
                                   .file = number_in_record(file),
                                   .offset = size},
             NULL);
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

/* The record believes in the sync; nothing here needs the real disk to turn. */
static int file_sync(sqlite3_file *file, int flags) {
    (void)flags;
    if (fails(FAULT_SYNC)) {
        return SQLITE_IOERR_FSYNC;
    }
    struct fault_file *synced = (struct fault_file *)file;
    int number = synced->number;
    remember((struct fault_change){.kind = FAULT_CHANGE_SYNC, .file = number}, NULL);
    if (synced->folder_sync) {
        remember((struct fault_change){.kind = FAULT_CHANGE_SYNC_FOLDER, .file = number}, NULL);
    }
    synced->folder_sync = false;
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *ret_size) {
    return fails(FAULT_SIZE) ? SQLITE_IOERR_FSTAT
                             : real_of(file)->pMethods->xFileSize(real_of(file), ret_size);
}

static int file_lock(sqlite3_file *file, int level) {
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int file_unlock(sqlite3_file *file, int level) {
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int file_check_lock(sqlite3_file *file, int *ret_held) {
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), ret_held);
}

static int file_control(sqlite3_file *file, int what, void *argument) {
    return real_of(file)->pMethods->xFileControl(real_of(file), what, argument);
}

static int file_sector_size(sqlite3_file *file) {
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int file_characteristics(sqlite3_file *file) {
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **to) {
    return fails(FAULT_SHARED)
               ? SQLITE_IOERR_SHMMAP
               : real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, to);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file) {
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int file_shm_unmap(sqlite3_file *file, int remove) {
    return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

/* ---- the VFS ---- */

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                    int *ret_flags) {
    struct fault_file *opened = (struct fault_file *)file;
    (void)vfs;
    opened->base.pMethods = NULL;
    if (fails(FAULT_OPEN)) {
        return SQLITE_CANTOPEN;
    }
    opened->real = (sqlite3_file *)(opened + 1);
    opened->number = record.on ? number_of(name) : -1;
    /* as the real one does: os_unix.c, UNIXFILE_DIRSYNC */
    opened->folder_sync =
        (flags & SQLITE_OPEN_CREATE) && (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL));
    int result = real_vfs->xOpen(real_vfs, name, opened->real, flags, ret_flags);
    if (opened->real->pMethods) {
        opened->base.pMethods = &methods;
    }
    return result;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_folder) {
    (void)vfs;
    if (fails(FAULT_DELETE)) {
        return SQLITE_IOERR_DELETE;
    }
    if (record.on) {
        remember((struct fault_change){.kind = FAULT_CHANGE_DELETE,
                                       .file = number_of(name),
                                       .size = sync_folder != 0},
                 NULL);
    }
    return real_vfs->xDelete(real_vfs, name, 0);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret_result) {
    (void)vfs;
    return real_vfs->xAccess(real_vfs, name, flags, ret_result);
}

void fault_vfs_install(void) {
    if (real_vfs) {
        return;
    }
    real_vfs = sqlite3_vfs_find(NULL);
    shim = *real_vfs;
    shim.zName = "fault";
    shim.szOsFile = (int)sizeof(struct fault_file) + real_vfs->szOsFile;
    shim.xOpen = vfs_open;
    shim.xDelete = vfs_delete;
    shim.xAccess = vfs_access;
    if (sqlite3_vfs_register(&shim, 1) != SQLITE_OK) {
        abort();
    }
}

/* A file that never gets a name cannot be left behind by a crash. File systems that know no such
 * files get one with a name that is taken away at once.
 *
 * Room is taken from the common limit before bytes are written, and given back when the spool is
 * freed; so the sum never passes the limit, whoever writes at the same time. */
#include "api/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, MIB = 1 << 20 };

struct ix_spool {
    struct ix_spools *spools;
    int fd;
    int64_t size, read_at;
};

/* ---- room ---- */

static enum ix_code no_room(struct ix_spools *all, bool is_alone, struct ix_err *err) {
    long long most_mib = (long long)(all->bytes_max / MIB);
    __atomic_add_fetch(&all->refused, 1, __ATOMIC_RELAXED);
    return is_alone ? ix_err_set(err, IX_LIMIT,
                                 "a stream that is sorted or ranked may have %lld MiB; narrow the "
                                 "query, or leave out the order",
                                 most_mib)
                    : ix_err_set(err, IX_BUSY,
                                 "the %lld MiB for streams that are sorted or ranked are full; try "
                                 "again when others are read to their end",
                                 most_mib);
}

static enum ix_code take_room(struct ix_spool *spool, int64_t bytes, struct ix_err *err) {
    struct ix_spools *all = spool->spools;
    int64_t sum = __atomic_add_fetch(&all->bytes, bytes, __ATOMIC_RELAXED);
    if (all->bytes_max > 0 && sum > all->bytes_max) {
        __atomic_sub_fetch(&all->bytes, bytes, __ATOMIC_RELAXED);
        return no_room(all, spool->size + bytes > all->bytes_max, err);
    }
    return IX_OK;
}

/* ---- the file ---- */

static int make_file(const char *folder) {
    char path[PATH_SIZE];
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)) {
        return fd;
    }
    if ((size_t)snprintf(path, sizeof path, "%s/spool-XXXXXX", folder) >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0) {
        unlink(path);
    }
    return fd;
}

enum ix_code ix_spool_new(struct ix_spools *spools, struct ix_spool **ret_spool,
                          struct ix_err *err) {
    struct ix_spool *spool = calloc(1, sizeof *spool);
    if (!spool) {
        return ix_err_nomem(err);
    }
    spool->spools = spools;
    spool->fd = make_file(spools->folder);
    if (spool->fd < 0) {
        int fault = errno;
        free(spool);
        return ix_err_errno(err, fault, "keeping the rows of a stream in %s", spools->folder);
    }
    __atomic_add_fetch(&spools->open, 1, __ATOMIC_RELAXED);
    __atomic_add_fetch(&spools->made, 1, __ATOMIC_RELAXED);
    *ret_spool = spool;
    return IX_OK;
}

void ix_spool_free(struct ix_spool *spool) {
    if (spool) {
        close(spool->fd);
        __atomic_sub_fetch(&spool->spools->bytes, spool->size, __ATOMIC_RELAXED);
        __atomic_sub_fetch(&spool->spools->open, 1, __ATOMIC_RELAXED);
        free(spool);
    }
}

enum ix_code ix_spool_add(struct ix_spool *spool, struct ix_sv bytes, struct ix_err *err) {
    enum ix_code code = take_room(spool, (int64_t)bytes.size, err);
    if (code != IX_OK) {
        return code;
    }
    int64_t at = spool->size;
    spool->size += (int64_t)bytes.size; /* as much room is its own, written or not */
    while (!ix_sv_empty(bytes)) {
        ssize_t done = pwrite(spool->fd, bytes.data, bytes.size, at);
        if (done < 0 && errno != EINTR) {
            return ix_err_errno(err, errno, "keeping the rows of a stream in %s",
                                spool->spools->folder);
        }
        done = done < 0 ? 0 : done;
        at += done;
        bytes = ix_sv_from(bytes, (size_t)done);
    }
    return IX_OK;
}

enum ix_code ix_spool_read(struct ix_spool *spool, size_t most, struct ix_buf *out,
                           struct ix_err *err) {
    int64_t left = spool->size - spool->read_at;
    size_t wanted = left < (int64_t)most ? (size_t)left : most;
    char *to = ix_buf_reserve(out, wanted);
    while (to && wanted > 0) {
        ssize_t done = pread(spool->fd, to, wanted, spool->read_at);
        if (done == 0 || (done < 0 && errno != EINTR)) {
            return ix_err_errno(err, done == 0 ? EIO : errno, "reading the rows of a stream");
        }
        size_t got = done < 0 ? 0 : (size_t)done;
        out->size += got;
        spool->read_at += (int64_t)got;
        to += got;
        wanted -= got;
    }
    return ix_buf_check(out, err);
}

bool ix_spool_is_read(const struct ix_spool *spool) {
    return spool->read_at == spool->size;
}

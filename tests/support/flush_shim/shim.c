// A disk that forgets: what a power cut would leave, without cutting any power.
//
// Preloaded into a server, this library keeps a second copy (the *image*) of every file below
// $GRAPHROOM_SHIM_DIR under $GRAPHROOM_SHIM_DURABLE. Writes reach the real file alone; fsync and fdatasync
// copy what was written since the last flush of that file, through whichever descriptor, to the image.
// Kill the server with SIGKILL, put the image in the place of its data directory, and it finds what a disk
// holds after the page cache is lost. A kill in the middle of a flush leaves some of its ranges copied,
// as a disk may.
//
//   cc -shared -fPIC -O2 -o shim.so shim.c -ldl -pthread
//
// - With GRAPHROOM_SHIM_IGNORE_FLUSH=1 flushes do nothing and say they succeeded: a test that passes
//   even then proves nothing.
// - Names: a new file is in the image from its first flush, under the name it has then. A rename or an
//   unlink is there once its directory was flushed (or, for a rename, the file again); flushing a
//   directory also brings its new files, empty where they were not flushed themselves.
// - A file that existed before is copied whole at its first flush. -shm files are never copied.
// - Not seen, so never durable: writes through a shared mapping, stdio, io_uring, O_SYNC, sync(), syncfs(),
//   msync() and truncate() by path. sync_file_range is no flush. Hard links and renamed directories are not followed.
//
// One lock guards everything: simple, and fast enough for a server under test. `image.h` keeps the image;
// here are the calls that stand before the C library's.

#define _GNU_SOURCE
#undef _FORTIFY_SOURCE // Its inline wrappers have the names that are defined here.

#include <stdarg.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

#include "image.h"

// The path of a descriptor, without links; 0 if it has none.
static int path_of(int fd, char path[PATH_MAX]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length > 0 ? length : 0] = 0;
    return length > 0;
}

static int flush(int fd, int failed) {
    struct stat status;
    char path[PATH_MAX];
    if (failed || fstat(fd, &status)) return failed;
    pthread_mutex_lock(&lock);
    struct file *file = find(&status);
    if (file) flush_file(file);
    if (S_ISDIR(status.st_mode) && path_of(fd, path)) {
        if (strcmp(path, dir) == 0) flush_directory("");
        else if (inside(path)) flush_directory(inside(path));
    }
    pthread_mutex_unlock(&lock);
    return 0;
}

#define FLUSH(function)                                                                                                \
    int function(int fd) {                                                                                             \
        int failed;                                                                                                    \
        pthread_once(&once, start);                                                                                    \
        if (active && ignore_flush) return 0;                                                                          \
        REAL(failed, function, fd);                                                                                    \
        return active ? flush(fd, failed) : failed;                                                                    \
    }

FLUSH(fsync)
FLUSH(fdatasync)

// ---- Opening ----

static int opened(int fd, int flags, int existed) {
    struct stat status;
    char path[PATH_MAX];
    int error = errno;
    if (fd < 0 || !active || fstat(fd, &status) || !S_ISREG(status.st_mode)) goto done;
    if (!path_of(fd, path) || !inside(path)) goto done;
    pthread_mutex_lock(&lock);
    struct file *file = find(&status);
    if (!file) enter(fd, &status, inside(path), existed);
    else if (flags & O_TRUNC) mark_rest(file, 0);
    pthread_mutex_unlock(&lock);
done:
    errno = error;
    return fd;
}

static int exists(int at, const char *path) {
    int error = errno, found;
    pthread_once(&once, start);
    found = active && faccessat(at, path, F_OK, 0) == 0;
    errno = error;
    return found;
}

#define MODE                                                                                                           \
    mode_t mode = 0;                                                                                                   \
    if (flags & (O_CREAT | O_TMPFILE)) {                                                                               \
        va_list rest;                                                                                                  \
        va_start(rest, flags);                                                                                         \
        mode = va_arg(rest, mode_t);                                                                                   \
        va_end(rest);                                                                                                  \
    }

#define OPEN(function)                                                                                                 \
    int function(const char *path, int flags, ...) {                                                                   \
        MODE int existed = exists(AT_FDCWD, path), fd;                                                                 \
        REAL(fd, function, path, flags, mode);                                                                         \
        return opened(fd, flags, existed);                                                                             \
    }
#define OPENAT(function)                                                                                               \
    int function(int at, const char *path, int flags, ...) {                                                           \
        MODE int existed = exists(at, path), fd;                                                                       \
        REAL(fd, function, at, path, flags, mode);                                                                     \
        return opened(fd, flags, existed);                                                                             \
    }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

int creat(const char *path, mode_t mode) { return open(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return open64(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

// What a fortified libc calls instead.
int __open_2(const char *path, int flags) { return open(path, flags); }
int __open64_2(const char *path, int flags) { return open64(path, flags); }
int __openat_2(int at, const char *path, int flags) { return openat(at, path, flags); }
int __openat64_2(int at, const char *path, int flags) { return openat64(at, path, flags); }

// ---- Writing ----

// Writes, then marks: under the lock, so that a flush sees both or neither. `at` is where the written
// bytes start, or AT_POSITION for calls that move the descriptor's position.
#define AT_POSITION (-1)
#define WRITE(at, function, ...)                                                                                       \
    ssize_t written;                                                                                                   \
    pthread_mutex_lock(&lock);                                                                                         \
    struct file *file = behind(fd);                                                                                    \
    if (!file) pthread_mutex_unlock(&lock);                                                                            \
    REAL(written, function, __VA_ARGS__);                                                                              \
    if (!file) return written;                                                                                         \
    int error = errno;                                                                                                 \
    off_t from = (at);                                                                                                 \
    if (written > 0 && from < 0) from = lseek(fd, 0, SEEK_CUR) - written;                                              \
    if (written > 0) mark(file, from, from + written);                                                                 \
    pthread_mutex_unlock(&lock);                                                                                       \
    errno = error;                                                                                                     \
    return written

ssize_t write(int fd, const void *data, size_t size) { WRITE(AT_POSITION, write, fd, data, size); }
ssize_t writev(int fd, const struct iovec *parts, int count) { WRITE(AT_POSITION, writev, fd, parts, count); }
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { WRITE(at, pwrite, fd, data, size, at); }
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) { WRITE(at, pwrite64, fd, data, size, at); }
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) { WRITE(at, pwritev, fd, parts, count, at); }
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) {
    WRITE(at, pwritev64, fd, parts, count, at);
}
ssize_t pwritev2(int fd, const struct iovec *parts, int count, off_t at, int flags) {
    WRITE(at, pwritev2, fd, parts, count, at, flags);
}
ssize_t pwritev64v2(int fd, const struct iovec *parts, int count, off64_t at, int flags) {
    WRITE(at, pwritev64v2, fd, parts, count, at, flags);
}

static void mark_behind(int fd, off_t from) {
    int error = errno;
    pthread_mutex_lock(&lock);
    struct file *file = behind(fd);
    if (file) mark_rest(file, from);
    pthread_mutex_unlock(&lock);
    errno = error;
}

// Calls after which the file is copied from `from` to its end.
#define CHANGE(type, function, fd, from, parameters, ...)                                                              \
    type function parameters {                                                                                         \
        type result;                                                                                                   \
        REAL(result, function, __VA_ARGS__);                                                                           \
        mark_behind(fd, from);                                                                                         \
        return result;                                                                                                 \
    }

CHANGE(int, ftruncate, fd, size, (int fd, off_t size), fd, size)
CHANGE(int, ftruncate64, fd, size, (int fd, off64_t size), fd, size)
CHANGE(int, fallocate, fd, at, (int fd, int mode, off_t at, off_t size), fd, mode, at, size)
CHANGE(int, fallocate64, fd, at, (int fd, int mode, off64_t at, off64_t size), fd, mode, at, size)
CHANGE(int, posix_fallocate, fd, at, (int fd, off_t at, off_t size), fd, at, size)
CHANGE(int, posix_fallocate64, fd, at, (int fd, off64_t at, off64_t size), fd, at, size)
CHANGE(ssize_t, sendfile, out, 0, (int out, int in, off_t *at, size_t size), out, in, at, size)
CHANGE(ssize_t, sendfile64, out, 0, (int out, int in, off64_t *at, size_t size), out, in, at, size)
CHANGE(ssize_t, copy_file_range, out, 0,
       (int in, off64_t *in_at, int out, off64_t *out_at, size_t size, unsigned flags), in, in_at, out, out_at, size,
       flags)

// ---- Renaming and unlinking ----

// The file at a path, known from now on if it is ours; NULL otherwise.
static struct file *at_path(int at, const char *path) {
    struct stat status;
    char whole[PATH_MAX];
    struct file *file = NULL;
    int error = errno, fd;
    pthread_once(&once, start);
    if (!active || fstatat(at, path, &status, AT_SYMLINK_NOFOLLOW) || !S_ISREG(status.st_mode)) goto done;
    if ((file = find(&status))) goto done;
    REAL(fd, openat64, at, path, O_PATH | O_CLOEXEC);
    if (fd < 0) goto done;
    if (path_of(fd, whole) && inside(whole)) file = enter(fd, &status, inside(whole), 1);
    close(fd);
done:
    errno = error;
    return file;
}

static void moved(struct file *file, struct file *replaced) {
    char path[PATH_MAX];
    if (replaced && replaced != file) set(&replaced->name, NULL);
    if (file && path_of(file->source, path)) set(&file->name, inside(path));
}

#define RENAME(from_at, to_at, function, ...)                                                                          \
    int failed;                                                                                                        \
    pthread_mutex_lock(&lock);                                                                                         \
    struct file *file = at_path(from_at, from), *replaced = at_path(to_at, to);                                        \
    REAL(failed, function, __VA_ARGS__);                                                                               \
    if (!failed) moved(file, replaced);                                                                                \
    pthread_mutex_unlock(&lock);                                                                                       \
    return failed

int rename(const char *from, const char *to) { RENAME(AT_FDCWD, AT_FDCWD, rename, from, to); }
int renameat(int old, const char *from, int new, const char *to) { RENAME(old, new, renameat, old, from, new, to); }
int renameat2(int old, const char *from, int new, const char *to, unsigned flags) {
    RENAME(old, new, renameat2, old, from, new, to, flags);
}

#define UNLINK(at, function, ...)                                                                                      \
    int failed;                                                                                                        \
    pthread_mutex_lock(&lock);                                                                                         \
    struct file *file = at_path(at, path);                                                                             \
    REAL(failed, function, __VA_ARGS__);                                                                               \
    if (!failed && file) set(&file->name, NULL);                                                                       \
    pthread_mutex_unlock(&lock);                                                                                       \
    return failed

int unlink(const char *path) { UNLINK(AT_FDCWD, unlink, path); }
int unlinkat(int at, const char *path, int flags) { UNLINK(at, unlinkat, at, path, flags); }

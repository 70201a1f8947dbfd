// The image: what the disk would still hold of every file after a power cut. `shim.c` says what for.
//
// Nothing here is called without the lock, and nothing here calls a function that `shim.c` defines anew.

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct range {
    off_t from, to;
};

struct file {
    dev_t dev;
    ino_t ino;
    char *name;       // Below the directory; NULL once unlinked.
    char *image_name; // The same in the image; NULL while it is not there.
    int source;       // Never closed: that would drop SQLite's POSIX locks, and keeps `ino` ours.
    int image;
    struct range *dirty;
    size_t count, capacity;
    struct file *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct file *files;
static char dir[PATH_MAX], durable[PATH_MAX];
static int active, ignore_flush;

static void die(const char *what, const char *path) {
    fprintf(stderr, "flush_shim: %s %s: %s\n", what, path, strerror(errno));
    abort();
}

#define REAL(result, function, ...)                                                                                    \
    static __typeof__(&function) real;                                                                                 \
    if (!real) real = (__typeof__(real))dlsym(RTLD_NEXT, #function);                                                   \
    result = real(__VA_ARGS__)

static int real_open(const char *path, int flags, mode_t mode) {
    int fd;
    REAL(fd, openat64, AT_FDCWD, path, flags | O_CLOEXEC, mode);
    return fd;
}

static void real_rename(const char *from, const char *to) {
    int failed;
    REAL(failed, rename, from, to);
    if (failed) die("rename", from);
}

static void real_unlink(const char *path) {
    int failed;
    REAL(failed, unlink, path);
    if (failed) die("unlink", path);
}

static void start(void) {
    const char *from = getenv("GRAPHROOM_SHIM_DIR"), *to = getenv("GRAPHROOM_SHIM_DURABLE");
    const char *ignore = getenv("GRAPHROOM_SHIM_IGNORE_FLUSH");
    if (!from || !to) return;
    mkdir(from, 0777);
    mkdir(to, 0777);
    if (!realpath(from, dir)) die("GRAPHROOM_SHIM_DIR", from);
    if (!realpath(to, durable)) die("GRAPHROOM_SHIM_DURABLE", to);
    ignore_flush = ignore && strcmp(ignore, "1") == 0;
    active = 1;
}

// ---- Names ----

// The part of an absolute path below the directory, or NULL for files that are none of ours.
static const char *inside(const char *path) {
    size_t length = strlen(dir), all = strlen(path);
    if (strncmp(path, dir, length) != 0 || path[length] != '/') return NULL;
    if (all >= 4 && strcmp(path + all - 4, "-shm") == 0) return NULL;
    return path + length + 1;
}

static char *image_path(const char *name) {
    char *path;
    if (asprintf(&path, "%s/%s", durable, name) < 0) die("out of memory for", name);
    for (char *slash = path + strlen(durable) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = 0;
        if (mkdir(path, 0777) && errno != EEXIST) die("mkdir", path);
        *slash = '/';
    }
    return path;
}

static int same(const char *a, const char *b) { return a && b && strcmp(a, b) == 0; }

static void set(char **name, const char *value) {
    char *copy = value ? strdup(value) : NULL;
    free(*name);
    *name = copy;
}

static struct file *claimant(const char *image_name) {
    for (struct file *file = files; file; file = file->next)
        if (same(file->image_name, image_name)) return file;
    return NULL;
}

static struct file *find(const struct stat *status) {
    for (struct file *file = files; file; file = file->next)
        if (file->ino == status->st_ino && file->dev == status->st_dev) return file;
    return NULL;
}

// ---- What is not flushed yet ----

static int by_start(const void *a, const void *b) {
    off_t left = ((const struct range *)a)->from, right = ((const struct range *)b)->from;
    return (left > right) - (left < right);
}

static void merge(struct file *file) {
    size_t kept = 0;
    if (file->count < 2) return;
    qsort(file->dirty, file->count, sizeof *file->dirty, by_start);
    for (size_t next = 1; next < file->count; next++) {
        struct range *last = &file->dirty[kept], *range = &file->dirty[next];
        if (range->from > last->to)
            file->dirty[++kept] = *range;
        else if (range->to > last->to)
            last->to = range->to;
    }
    file->count = kept + 1;
}

static void mark(struct file *file, off_t from, off_t to) {
    if (file->count && file->dirty[file->count - 1].from <= from && from <= file->dirty[file->count - 1].to) {
        if (to > file->dirty[file->count - 1].to) file->dirty[file->count - 1].to = to;
        return;
    }
    if (file->count == file->capacity) {
        merge(file);
        // Where merging gave little, more room: or every call would sort.
        if (file->count * 2 >= file->capacity) {
            file->capacity = file->capacity ? file->capacity * 2 : 64;
            file->dirty = realloc(file->dirty, file->capacity * sizeof *file->dirty);
            if (!file->dirty) die("out of memory for", file->name);
        }
    }
    file->dirty[file->count++] = (struct range){from, to};
}

// Everything from here on, however long the file is when it is flushed.
static void mark_rest(struct file *file, off_t from) { mark(file, from, INT64_MAX); }

static struct file *enter(int fd, const struct stat *status, const char *name, int existed) {
    struct file *file = calloc(1, sizeof *file);
    char link[64];
    if (!file) die("out of memory for", name);
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    *file = (struct file){.dev = status->st_dev, .ino = status->st_ino, .image = -1, .next = files};
    file->source = real_open(link, O_RDONLY, 0);
    if (file->source < 0) die("open", name);
    set(&file->name, name);
    char *path = image_path(name);
    if (existed && !claimant(name) && access(path, F_OK) == 0) set(&file->image_name, name);
    free(path);
    mark_rest(file, 0);
    return files = file;
}

// The file behind a descriptor; NULL if it is none of ours.
static struct file *behind(int fd) {
    struct stat status;
    pthread_once(&once, start);
    if (!active || fstat(fd, &status) || !S_ISREG(status.st_mode)) return NULL;
    return find(&status);
}

// ---- Flushing ----

// Gives the image the name that the file has now. Another file's image under that name moves away
// first if that file was renamed, and is replaced in one step if it was unlinked or overwritten.
static void settle_name(struct file *file) {
    if (!file->name || !file->image_name || same(file->name, file->image_name)) return;
    struct file *other = claimant(file->name);
    char *from = image_path(file->image_name), *to;
    if (other && other->name) settle_name(other);
    to = image_path(file->name);
    real_rename(from, to);
    if ((other = claimant(file->name))) set(&other->image_name, NULL);
    set(&file->image_name, file->name);
    free(from);
    free(to);
}

static void copy(struct file *file, off_t from, off_t to) {
    static char buffer[1 << 18];
    while (from < to) {
        size_t wanted = (size_t)(to - from) < sizeof buffer ? (size_t)(to - from) : sizeof buffer;
        ssize_t got = pread64(file->source, buffer, wanted, from);
        if (got < 0) die("read", file->name);
        if (got == 0) return;
        ssize_t put;
        REAL(put, pwrite64, file->image, buffer, got, from);
        if (put != got) die("write the image of", file->name);
        from += got;
    }
}

static void copy_dirty(struct file *file) {
    struct stat status;
    if (fstat(file->source, &status)) die("fstat", file->name);
    merge(file);
    for (size_t n = 0; n < file->count; n++) {
        struct range range = file->dirty[n];
        copy(file, range.from, range.to < status.st_size ? range.to : status.st_size);
    }
    int failed;
    REAL(failed, ftruncate64, file->image, status.st_size);
    if (failed) die("truncate the image of", file->name);
    file->count = 0;
}

// Brings a file into the image in one step: a name never stands for half of a new file.
static void appear(struct file *file, int with_content) {
    char fresh[PATH_MAX + 16], *path = image_path(file->name);
    struct file *other = claimant(file->name);
    if (other && other->name) settle_name(other);
    snprintf(fresh, sizeof fresh, "%s.appearing", durable);
    file->image = real_open(fresh, O_RDWR | O_CREAT | O_TRUNC, 0666);
    if (file->image < 0) die("open", fresh);
    if (with_content) copy_dirty(file);
    real_rename(fresh, path);
    if ((other = claimant(file->name))) set(&other->image_name, NULL);
    set(&file->image_name, file->name);
    free(path);
}

static void flush_file(struct file *file) {
    if (!file->name) return;
    if (!file->image_name) return appear(file, 1);
    if (file->image < 0) {
        char *path = image_path(file->image_name);
        file->image = real_open(path, O_RDWR, 0);
        if (file->image < 0) die("open", path);
        free(path);
    }
    copy_dirty(file);
    settle_name(file);
}

static int is_in(const char *name, const char *directory) {
    size_t length = strlen(directory);
    if (!name || strncmp(name, directory, length) != 0) return 0;
    if (length && name[length++] != '/') return 0;
    return !strchr(name + length, '/');
}

static void flush_directory(const char *directory) {
    for (struct file *file = files; file; file = file->next) {
        if (is_in(file->name, directory) && !file->image_name) appear(file, 0);
        if (is_in(file->name, directory) || is_in(file->image_name, directory)) settle_name(file);
    }
    for (struct file *file = files; file; file = file->next) {
        if (file->name || !is_in(file->image_name, directory)) continue;
        char *path = image_path(file->image_name);
        real_unlink(path);
        set(&file->image_name, NULL);
        free(path);
    }
}

/* Keeps a journal of what a process does to the files of one database: every write with its bytes,
 * every truncation, every sync, in their order and with the time at which the call had returned.
 * What a power cut would leave of the files can be worked out from it afterwards (replay.py).
 *
 * gcc -shared -fPIC -O2 -o journal.so journal.c -ldl -lpthread
 * LD_PRELOAD=journal.so POWER_JOURNAL=file POWER_PREFIX=/path/of/the/database
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FDS 4096
enum { WRITE = 1, TRUNCATE = 2, SYNC = 3, UNLINK = 4 };

struct entry {
    uint8_t kind, file, pad[6];
    double at;
    int64_t offset, length;
};

static int8_t of_fd[FDS]; /* 1 database, 2 WAL, 3 rollback journal */
static int journal = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *prefix;

static ssize_t (*next_write)(int, const void *, size_t);
static ssize_t (*next_pwrite)(int, const void *, size_t, off_t);

static void set_up(void) {
    if (journal >= 0) return;
    const char *path = getenv("POWER_JOURNAL");
    prefix = getenv("POWER_PREFIX");
    next_write = dlsym(RTLD_NEXT, "write");
    next_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    if (path && prefix) {
        int (*next_open)(const char *, int, ...) = dlsym(RTLD_NEXT, "open64");
        journal = next_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }
}

static int which(const char *path) {
    set_up();
    if (journal < 0 || !path || strncmp(path, prefix, strlen(prefix))) return 0;
    const char *rest = path + strlen(prefix);
    if (!*rest) return 1;
    if (!strcmp(rest, "-wal")) return 2;
    if (!strcmp(rest, "-journal")) return 3;
    return 0;
}

static void note(int kind, int file, off_t offset, const void *data, size_t length) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    struct entry entry = {kind, file, {0}, now.tv_sec + now.tv_nsec / 1e9, offset, length};
    size_t size = sizeof entry + (data ? length : 0);
    char *buffer = malloc(size);
    memcpy(buffer, &entry, sizeof entry);
    if (data) memcpy(buffer + sizeof entry, data, length);
    next_write(journal, buffer, size);
    free(buffer);
}

static int file_of(int fd) { return fd >= 0 && fd < FDS ? of_fd[fd] : 0; }

static int opened(int fd, const char *path) {
    if (fd >= 0 && fd < FDS) of_fd[fd] = which(path);
    return fd;
}

#define OPENER(name)                                                          \
    int name(const char *path, int flags, ...) {                              \
        static int (*next)(const char *, int, ...);                           \
        if (!next) next = dlsym(RTLD_NEXT, #name);                            \
        va_list rest;                                                         \
        va_start(rest, flags);                                                \
        mode_t mode = va_arg(rest, mode_t);                                   \
        va_end(rest);                                                         \
        return opened(next(path, flags, mode), path);                         \
    }
OPENER(open)
OPENER(open64)

int close(int fd) {
    static int (*next)(int);
    if (!next) next = dlsym(RTLD_NEXT, "close");
    if (fd >= 0 && fd < FDS) of_fd[fd] = 0;
    return next(fd);
}

#define WRITER(name)                                                          \
    ssize_t name(int fd, const void *data, size_t count, off_t offset) {      \
        static ssize_t (*next)(int, const void *, size_t, off_t);             \
        if (!next) next = dlsym(RTLD_NEXT, #name);                            \
        int file = file_of(fd);                                               \
        if (!file) return next(fd, data, count, offset);                      \
        pthread_mutex_lock(&lock);                                            \
        ssize_t done = next(fd, data, count, offset);                         \
        if (done > 0) note(WRITE, file, offset, data, done);                  \
        pthread_mutex_unlock(&lock);                                          \
        return done;                                                          \
    }
WRITER(pwrite)
WRITER(pwrite64)

ssize_t write(int fd, const void *data, size_t count) {
    set_up();
    int file = file_of(fd);
    if (!file) return next_write(fd, data, count);
    pthread_mutex_lock(&lock);
    off_t offset = lseek(fd, 0, SEEK_CUR);
    ssize_t done = next_write(fd, data, count);
    if (done > 0) note(WRITE, file, offset, data, done);
    pthread_mutex_unlock(&lock);
    return done;
}

#define TRUNCATER(name)                                                       \
    int name(int fd, off_t length) {                                          \
        static int (*next)(int, off_t);                                       \
        if (!next) next = dlsym(RTLD_NEXT, #name);                            \
        int file = file_of(fd);                                               \
        if (!file) return next(fd, length);                                   \
        pthread_mutex_lock(&lock);                                            \
        int done = next(fd, length);                                          \
        if (!done) note(TRUNCATE, file, length, NULL, 0);                     \
        pthread_mutex_unlock(&lock);                                          \
        return done;                                                          \
    }
TRUNCATER(ftruncate)
TRUNCATER(ftruncate64)

/* The journal marks where the sync began: only what was written before is known to be on disk. */
#define SYNCER(name)                                                          \
    int name(int fd) {                                                        \
        static int (*next)(int);                                              \
        if (!next) next = dlsym(RTLD_NEXT, #name);                            \
        int file = file_of(fd);                                               \
        if (!file) return next(fd);                                           \
        pthread_mutex_lock(&lock);                                            \
        int done = next(fd);                                                  \
        if (!done) note(SYNC, file, 0, NULL, 0);                              \
        pthread_mutex_unlock(&lock);                                          \
        return done;                                                          \
    }
SYNCER(fsync)
SYNCER(fdatasync)

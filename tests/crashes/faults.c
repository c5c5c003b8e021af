/* Lets the n-th write, sync or truncation in the process fail, or ends the process there. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

static long count;

static int fails(void) {
    const char *at = getenv("FAIL_AT");
    const char *end = getenv("KILL_AT");
    count++;
    if (end && count == atol(end)) kill(getpid(), SIGKILL);
    if (!at) return 0;
    return getenv("FAIL_AFTER") ? count >= atol(at) : count == atol(at);
}

/* Without a fault it tells how many there could be. */
__attribute__((destructor)) static void tell(void) {
    const char *path = getenv("COUNT_TO");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (file) {
        fprintf(file, "%ld", count);
        fclose(file);
    }
}

#define REAL(name) static __typeof__(&name) real; if (!real) real = dlsym(RTLD_NEXT, #name)
#define FAIL(error) do { if (fails()) { errno = error; return -1; } } while (0)

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) { REAL(pwrite64); FAIL(ENOSPC); return real(fd, bytes, size, at); }
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) { REAL(pwrite); FAIL(ENOSPC); return real(fd, bytes, size, at); }
int fsync(int fd) { REAL(fsync); FAIL(EIO); return real(fd); }
int fdatasync(int fd) { REAL(fdatasync); FAIL(EIO); return real(fd); }
int ftruncate64(int fd, off64_t size) { REAL(ftruncate64); FAIL(EIO); return real(fd, size); }
int ftruncate(int fd, off_t size) { REAL(ftruncate); FAIL(EIO); return real(fd, size); }

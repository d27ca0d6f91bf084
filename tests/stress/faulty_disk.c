/* Lets one flush to disk fail with EIO: the library is loaded before libc's, and a shared file says which one. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct plan {
    int countdown; /* flushes until one fails; 0: none does */
    int failed;    /* how many did */
};

static int strikes(void) {
    static struct plan *plan;
    if (!plan) {
        const char *path = getenv("FAULTY_DISK");
        int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
        if (file < 0) return 0;
        void *shared = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        close(file);
        if (shared == MAP_FAILED) return 0;
        plan = shared;
    }
    if (__sync_fetch_and_add(&plan->countdown, 0) <= 0) return 0;
    if (__sync_sub_and_fetch(&plan->countdown, 1) != 0) return 0;
    __sync_fetch_and_add(&plan->failed, 1);
    return 1;
}

int fdatasync(int file) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    if (strikes()) {
        errno = EIO;
        return -1;
    }
    return real(file);
}

int fsync(int file) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    if (strikes()) {
        errno = EIO;
        return -1;
    }
    return real(file);
}

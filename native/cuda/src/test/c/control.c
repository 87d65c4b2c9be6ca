/* The control block: which machine to simulate, which faults to inject, what is alive. */
#define _GNU_SOURCE
#include "standin.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static struct control defaults = {.device_count = 2, .memory_bytes = 64 << 20};

struct control *standin = &defaults;

/* Two libraries of one folder share the file, so a device that is lost is lost for both. */
__attribute__((constructor)) static void map_control(void) {
    Dl_info self;
    char path[PATH_MAX];
    if (dladdr((void *) &standin, &self) == 0) return;
    const char *slash = strrchr(self.dli_fname, '/');
    int folder = slash == NULL ? 0 : (int) (slash - self.dli_fname + 1);
    snprintf(path, sizeof path, "%.*sstandin.control", folder, self.dli_fname);
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    void *block = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (block != MAP_FAILED) standin = block;
}

void standin_count(int64_t *counter, int64_t by) {
    __atomic_add_fetch(counter, by, __ATOMIC_RELAXED);
}

int64_t standin_now(void) {
    int64_t set = __atomic_load_n(&standin->clock_nanos, __ATOMIC_RELAXED);
    if (set != 0) return set;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int standin_lost(int ordinal) {
    return standin->lost_device == ordinal + 1;
}

/* Takes one call of the fault; two threads never take the same. */
static int take(struct fault *fault) {
    int64_t left = __atomic_load_n(&fault->calls, __ATOMIC_RELAXED);
    while (left > 0) {
        if (__atomic_compare_exchange_n(&fault->calls, &left, left - 1, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
            return 1;
        }
    }
    return left < 0;
}

int standin_enter(const char *function) {
    standin_count(&standin->calls, 1);
    for (int i = 0; i < FAULTS; i++) {
        struct fault *fault = &standin->faults[i];
        if (fault->function[0] == 0 || strncmp(fault->function, function, FUNCTION_NAME) != 0 || !take(fault)) {
            continue;
        }
        if (fault->micros > 0) {
            struct timespec pause = {fault->micros / 1000000, fault->micros % 1000000 * 1000};
            nanosleep(&pause, NULL);
        }
        if (fault->code != 0) return (int) fault->code;
    }
    return 0;
}

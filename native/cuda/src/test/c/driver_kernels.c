/* Runs launches by libretort-kernels.so, in which the kernels are compiled for the host, if it lies beside this. */
#define _GNU_SOURCE
#include "driver.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static struct {
    void *library;
    struct kernel_launch *(*prepare)(const char *, unsigned, unsigned, unsigned, size_t, void **, int, const size_t *);
    int (*run)(const struct kernel_launch *);
    void (*retain)(struct kernel_launch *);
    void (*release)(struct kernel_launch *);
} kernels;

static int loaded(void) {
    Dl_info own;
    char path[4096];
    if (kernels.library != NULL) return 1;
    if (dladdr((void *) &kernels, &own) == 0) return 0;
    const char *name = strrchr(own.dli_fname, '/');
    if (name == NULL) return 0;
    snprintf(path, sizeof path, "%.*s/libretort-kernels.so", (int) (name - own.dli_fname), own.dli_fname);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return 0;
    *(void **) &kernels.prepare = dlsym(library, "emulation_prepare");
    *(void **) &kernels.run = dlsym(library, "emulation_run");
    *(void **) &kernels.retain = dlsym(library, "emulation_retain");
    *(void **) &kernels.release = dlsym(library, "emulation_release");
    kernels.library = library;
    return 1;
}

struct kernel_launch *kernel_prepare(const char *name, unsigned grid, unsigned block, unsigned cluster, size_t shared,
                                     void **arguments, int count, const size_t *sizes) {
    return loaded() ? kernels.prepare(name, grid, block, cluster, shared, arguments, count, sizes) : NULL;
}

CUresult kernel_run(const struct kernel_launch *launch) { return kernels.run(launch); }

void kernel_retain(struct kernel_launch *launch) { kernels.retain(launch); }

void kernel_release(struct kernel_launch *launch) { kernels.release(launch); }

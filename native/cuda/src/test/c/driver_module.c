/*
 * Modules and launches. PTX is read as far as its target and the names of its entries; a kernel named
 * "saxpy" with the parameters (float a, const float *x, float *y, int n) computes, all others do nothing.
 */
#define _GNU_SOURCE
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 64, FUNCTIONS = 16 };
enum { JIT_ERROR_LOG_BUFFER = 5, JIT_ERROR_LOG_BUFFER_SIZE = 6 };

struct function {
    char name[NAME];
    int dynamic_shared;
};

struct module {
    int count;
    struct function functions[FUNCTIONS];
};

static CUresult refuse(const char *reason, unsigned count, const int *options, void *const *values) {
    char *log = NULL;
    size_t size = 0;
    for (unsigned i = 0; i < count; i++) {
        if (options[i] == JIT_ERROR_LOG_BUFFER) log = values[i];
        if (options[i] == JIT_ERROR_LOG_BUFFER_SIZE) size = (size_t) (uintptr_t) values[i];
    }
    if (log != NULL) snprintf(log, size, "%s", reason);
    return CUDA_ERROR_INVALID_PTX;
}

EXPORT CUresult cuModuleLoadDataEx(struct module **module, const char *image, unsigned count, const int *options,
                                   void *const *values) {
    ENTER();
    CURRENT(context);
    if (image == NULL || strstr(image, ".version ") == NULL) return CUDA_ERROR_INVALID_IMAGE;
    const char *target = strstr(image, ".target sm_");
    if (target == NULL) return refuse("simulated ptxas: missing .target directive", count, options, values);
    if (atoi(target + 11) > 10 * COMPUTE_MAJOR + COMPUTE_MINOR) {
        return refuse("simulated ptxas: .target is newer than sm_90 of this device", count, options, values);
    }
    struct module *made = calloc(1, sizeof *made);
    for (const char *at = strstr(image, ".entry "); at != NULL && made->count < FUNCTIONS;
         at = strstr(at + 1, ".entry ")) {
        sscanf(at + 7, "%63[A-Za-z0-9_$]", made->functions[made->count++].name);
    }
    standin_count(&standin->live_modules, 1);
    *module = made;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuModuleUnload(struct module *module) {
    ENTER();
    CURRENT(context);
    if (module == NULL) return CUDA_ERROR_INVALID_HANDLE;
    free(module);
    standin_count(&standin->live_modules, -1);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuModuleGetFunction(struct function **function, struct module *module, const char *name) {
    ENTER();
    CURRENT(context);
    if (module == NULL) return CUDA_ERROR_INVALID_HANDLE;
    for (int i = 0; i < module->count; i++) {
        if (strcmp(module->functions[i].name, name) == 0) {
            *function = &module->functions[i];
            return CUDA_SUCCESS;
        }
    }
    return CUDA_ERROR_NOT_FOUND;
}

EXPORT CUresult cuFuncGetAttribute(int *value, int attribute, struct function *function) {
    ENTER();
    CURRENT(context);
    if (function == NULL) return CUDA_ERROR_INVALID_HANDLE;
    switch (attribute) {
        case 0: *value = MAX_THREADS; break;
        case 4: *value = 32; break;
        case 5:
        case 6: *value = 10 * COMPUTE_MAJOR + COMPUTE_MINOR; break;
        case 8: *value = function->dynamic_shared; break;
        default: *value = 0;
    }
    return CUDA_SUCCESS;
}

EXPORT CUresult cuFuncSetAttribute(struct function *function, int attribute, int value) {
    ENTER();
    CURRENT(context);
    if (function == NULL) return CUDA_ERROR_INVALID_HANDLE;
    if (attribute != 8 || value < 0 || value > 227 << 10) return CUDA_ERROR_INVALID_VALUE;
    function->dynamic_shared = value;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuLaunchKernel(struct function *function, unsigned grid_x, unsigned grid_y, unsigned grid_z,
                               unsigned block_x, unsigned block_y, unsigned block_z, unsigned shared,
                               struct stream *stream, void **arguments, void **extra) {
    ENTER();
    CURRENT(context);
    (void) extra;
    if (function == NULL) return CUDA_ERROR_INVALID_HANDLE;
    unsigned limit = function->dynamic_shared > MAX_SHARED ? (unsigned) function->dynamic_shared : MAX_SHARED;
    if ((unsigned long) block_x * block_y * block_z > MAX_THREADS || shared > limit || grid_y > 65535
        || grid_z > 65535 || grid_x == 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    struct work work = {.kind = NOTHING};
    if (strcmp(function->name, "saxpy") == 0) {
        CUdeviceptr x = *(CUdeviceptr *) arguments[1];
        CUdeviceptr y = *(CUdeviceptr *) arguments[2];
        size_t bytes = (size_t) *(int *) arguments[3] * sizeof(float);
        if (!driver_owns(x, bytes) || !driver_owns(y, bytes)) return CUDA_ERROR_ILLEGAL_ADDRESS;
        work = (struct work){.kind = SAXPY,
                             .a = *(float *) arguments[0],
                             .source = (void *) (uintptr_t) x,
                             .target = (void *) (uintptr_t) y,
                             .bytes = bytes};
    }
    standin_count(&standin->launches, 1);
    return driver_submit(stream, work);
}

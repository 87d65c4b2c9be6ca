/*
 * Modules and launches. PTX is read as far as its target, the names of its entries and their parameters. Our own
 * kernels are run by the library that has them, see driver_kernels.c; of all others one that is named "saxpy" with
 * the parameters (float a, const float *x, float *y, int n) computes, and the rest do nothing.
 */
#define _GNU_SOURCE
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 64, FUNCTIONS = 16, PARAMETERS = 16, GLOBALS = 4 };
enum { JIT_ERROR_LOG_BUFFER = 5, JIT_ERROR_LOG_BUFFER_SIZE = 6 };

struct function {
    char name[NAME];
    int dynamic_shared;
    int wide_clusters;
    int parameters;
    size_t offsets[PARAMETERS];
    size_t sizes[PARAMETERS];
};

struct global {
    char name[NAME];
    size_t bytes;
    CUdeviceptr address;
};

struct module {
    int count;
    struct function functions[FUNCTIONS];
    int globals;
    struct global global[GLOBALS];
};

/* Reads ".param .align 8 .b8 name[24]" and ".param .u64 name" up to the end of the list. */
static void read_parameters(struct function *function, const char *at) {
    size_t offset = 0;
    const char *end = strchr(at, ')');
    for (at = strstr(at, ".param "); at != NULL && at < end && function->parameters < PARAMETERS;
         at = strstr(at + 1, ".param ")) {
        unsigned bits = 0, elements = 1;
        size_t align = 0;
        const char *type = at + 7;
        if (sscanf(type, ".align %zu", &align) == 1) type = strchr(type + 1, '.');
        if (type == NULL || sscanf(type + 2, "%u", &bits) != 1) return;
        size_t line = strcspn(type, ",)\n");
        const char *bracket = memchr(type, '[', line);
        if (bracket != NULL) elements = (unsigned) atoi(bracket + 1);
        if (align == 0) align = bits / 8;
        offset = (offset + align - 1) / align * align;
        function->offsets[function->parameters] = offset;
        function->sizes[function->parameters++] = bits / 8 * elements;
        offset += bits / 8 * elements;
    }
}

EXPORT CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t bytes);
EXPORT CUresult cuMemFree_v2(CUdeviceptr address);

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
        struct function *function = &made->functions[made->count++];
        sscanf(at + 7, "%63[A-Za-z0-9_$]", function->name);
        read_parameters(function, at);
    }
    for (const char *at = strstr(image, ".visible .global .f32 "); at != NULL && made->globals < GLOBALS;
         at = strstr(at + 1, ".visible .global .f32 ")) {
        struct global *global = &made->global[made->globals++];
        sscanf(at + 22, "%63[A-Za-z0-9_$]", global->name);
        global->bytes = sizeof(float);
        CUresult result = cuMemAlloc_v2(&global->address, global->bytes);
        if (result != CUDA_SUCCESS) return result;
    }
    standin_count(&standin->live_modules, 1);
    *module = made;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuModuleUnload(struct module *module) {
    ENTER();
    CURRENT(context);
    if (module == NULL) return CUDA_ERROR_INVALID_HANDLE;
    for (int i = 0; i < module->globals; i++) cuMemFree_v2(module->global[i].address);
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

/* How much dynamic shared memory a launch may have. */
static size_t most_shared(const struct function *function) {
    return (size_t) (function->dynamic_shared > MAX_SHARED ? function->dynamic_shared : MAX_SHARED);
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
        case 8: *value = (int) most_shared(function); break;
        case 14: *value = function->wide_clusters; break;
        default: *value = 0;
    }
    return CUDA_SUCCESS;
}

EXPORT CUresult cuFuncSetAttribute(struct function *function, int attribute, int value) {
    ENTER();
    CURRENT(context);
    if (function == NULL) return CUDA_ERROR_INVALID_HANDLE;
    if (attribute == 8 && value >= 0 && value <= MAX_SHARED_OPTIN) {
        function->dynamic_shared = value;
        return CUDA_SUCCESS;
    }
    if (attribute == 14 && (value == 0 || value == 1)) {
        function->wide_clusters = value;
        return CUDA_SUCCESS;
    }
    return CUDA_ERROR_INVALID_VALUE;
}

EXPORT CUresult cuModuleGetGlobal_v2(CUdeviceptr *address, size_t *bytes, struct module *module, const char *name) {
    ENTER();
    CURRENT(context);
    if (module == NULL) return CUDA_ERROR_INVALID_HANDLE;
    for (int i = 0; i < module->globals; i++) {
        if (strcmp(module->global[i].name, name) == 0) {
            *address = module->global[i].address;
            *bytes = module->global[i].bytes;
            return CUDA_SUCCESS;
        }
    }
    return CUDA_ERROR_NOT_FOUND;
}

#ifndef OLDER_DRIVER
EXPORT CUresult cuFuncGetParamInfo(struct function *function, size_t index, size_t *offset, size_t *bytes) {
    ENTER();
    if (function == NULL || index >= (size_t) function->parameters) return CUDA_ERROR_INVALID_VALUE;
    *offset = function->offsets[index];
    *bytes = function->sizes[index];
    return CUDA_SUCCESS;
}
#endif

EXPORT CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, struct function *function, int threads,
                                                            size_t shared) {
    ENTER();
    CURRENT(context);
    if (function == NULL) return CUDA_ERROR_INVALID_HANDLE;
    if (threads < 1) return CUDA_ERROR_INVALID_VALUE;
    int warps = (threads + 31) / 32;
    int by_threads = threads > MAX_THREADS ? 0 : THREADS_OF_MULTIPROCESSOR / (warps * 32);
    int by_shared =
        shared > most_shared(function) ? 0 : (int) (SHARED_OF_MULTIPROCESSOR / (shared + RESERVED_SHARED));
    *blocks = by_threads < by_shared ? by_threads : by_shared;
    if (*blocks > BLOCKS_OF_MULTIPROCESSOR) *blocks = BLOCKS_OF_MULTIPROCESSOR;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuOccupancyMaxPotentialBlockSize(int *grid, int *block, struct function *function,
                                                 size_t (*shared_of)(int), size_t shared, int limit) {
    ENTER();
    CURRENT(context);
    if (function == NULL) return CUDA_ERROR_INVALID_HANDLE;
    if (shared_of != NULL) return CUDA_ERROR_INVALID_VALUE;
    int best = 0;
    for (int threads = limit > 0 && limit < MAX_THREADS ? limit : MAX_THREADS; threads >= 32; threads -= 32) {
        int blocks;
        CUresult result = cuOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, function, threads, shared);
        if (result != CUDA_SUCCESS) return result;
        if (blocks * threads > best) {
            best = blocks * threads;
            *block = threads;
            *grid = blocks * MULTIPROCESSORS;
        }
    }
    return best > 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

struct dimensions {
    unsigned x, y, z;
};

static CUresult launch(struct function *function, struct dimensions grid, struct dimensions block, unsigned cluster,
                       unsigned shared, struct stream *stream, void **arguments) {
    if (function == NULL) return CUDA_ERROR_INVALID_HANDLE;
    if ((unsigned long) block.x * block.y * block.z > MAX_THREADS || block.z > MAX_BLOCK_Z
        || shared > most_shared(function) || grid.y > MAX_GRID_YZ || grid.z > MAX_GRID_YZ || grid.x == 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    struct work work = {.kind = NOTHING};
    struct kernel_launch *own = grid.y * grid.z * block.y * block.z != 1
                                    ? NULL
                                    : kernel_prepare(function->name, grid.x, block.x, cluster, shared, arguments,
                                                     function->parameters, function->sizes);
    if (own != NULL) {
        work = (struct work){.kind = EMULATED, .launch = own};
    } else if (strcmp(function->name, "saxpy") == 0) {
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

EXPORT CUresult cuLaunchKernel(struct function *function, unsigned grid_x, unsigned grid_y, unsigned grid_z,
                               unsigned block_x, unsigned block_y, unsigned block_z, unsigned shared,
                               struct stream *stream, void **arguments, void **extra) {
    ENTER();
    CURRENT(context);
    (void) extra;
    struct dimensions grid = {grid_x, grid_y, grid_z};
    struct dimensions block = {block_x, block_y, block_z};
    return launch(function, grid, block, 1, shared, stream, arguments);
}

#ifndef OLDER_DRIVER
struct attribute {
    int id;
    char pad[4];
    union {
        char space[64];
        struct dimensions cluster;
    } value;
};

struct launch_config {
    struct dimensions grid, block;
    unsigned shared;
    struct stream *stream;
    struct attribute *attributes;
    unsigned count;
};

/* The blocks of the launch's cluster, or 0 when the launch is wrong. */
static unsigned cluster_blocks(const struct function *function, const struct launch_config *config) {
    if (config->count != 1 || config->attributes[0].id != 4) return 0;
    struct dimensions cluster = config->attributes[0].value.cluster;
    unsigned blocks = cluster.x * cluster.y * cluster.z;
    if (blocks == 0 || config->grid.x % cluster.x != 0 || config->grid.y % cluster.y != 0
        || config->grid.z % cluster.z != 0) {
        return 0;
    }
    return blocks <= (function->wide_clusters ? 2U : 1U) * PORTABLE_CLUSTER ? blocks : 0;
}

EXPORT CUresult cuLaunchKernelEx(const struct launch_config *config, struct function *function, void **arguments,
                                 void **extra) {
    ENTER();
    CURRENT(context);
    (void) extra;
    if (function == NULL) return CUDA_ERROR_INVALID_HANDLE;
    unsigned cluster = cluster_blocks(function, config);
    if (cluster == 0) return CUDA_ERROR_INVALID_VALUE;
    return launch(function, config->grid, config->block, cluster, config->shared, config->stream, arguments);
}

EXPORT CUresult cuOccupancyMaxActiveClusters(int *clusters, struct function *function,
                                             const struct launch_config *config) {
    ENTER();
    CURRENT(context);
    if (function == NULL) return CUDA_ERROR_INVALID_HANDLE;
    unsigned blocks = cluster_blocks(function, config);
    if (blocks == 0) return CUDA_ERROR_INVALID_VALUE;
    int active;
    CUresult result = cuOccupancyMaxActiveBlocksPerMultiprocessor(
        &active, function, (int) (config->block.x * config->block.y * config->block.z), config->shared);
    *clusters = active * MULTIPROCESSORS / (int) blocks;
    return result;
}
#endif

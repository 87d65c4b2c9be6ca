/* Memory: device memory is host memory with a list of what is allocated. */
#include "driver.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct allocation {
    unsigned char *start;
    size_t bytes;
    int ordinal;
    struct allocation *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct allocation *allocations;
static size_t used[MAX_DEVICES];

static CUresult allocate(CUdeviceptr *address, size_t bytes, int ordinal) {
    if (bytes == 0) return CUDA_ERROR_INVALID_VALUE;
    CUresult result = CUDA_ERROR_OUT_OF_MEMORY;
    pthread_mutex_lock(&lock);
    if (bytes <= (size_t) standin->memory_bytes - used[ordinal]) {
        struct allocation *made = malloc(sizeof *made);
        made->start = aligned_alloc(256, (bytes + 255) / 256 * 256);
        made->bytes = bytes;
        made->ordinal = ordinal;
        made->next = allocations;
        allocations = made;
        used[ordinal] += bytes;
        standin_count(&standin->live_allocations, 1);
        standin_count(&standin->live_bytes, (int64_t) bytes);
        *address = (CUdeviceptr) (uintptr_t) made->start;
        result = CUDA_SUCCESS;
    }
    pthread_mutex_unlock(&lock);
    return result;
}

static CUresult release(CUdeviceptr address) {
    CUresult result = CUDA_ERROR_INVALID_VALUE;
    pthread_mutex_lock(&lock);
    for (struct allocation **at = &allocations; *at != NULL; at = &(*at)->next) {
        struct allocation *found = *at;
        if ((CUdeviceptr) (uintptr_t) found->start == address) {
            *at = found->next;
            used[found->ordinal] -= found->bytes;
            standin_count(&standin->live_allocations, -1);
            standin_count(&standin->live_bytes, -(int64_t) found->bytes);
            free(found->start);
            free(found);
            result = CUDA_SUCCESS;
            break;
        }
    }
    pthread_mutex_unlock(&lock);
    return result;
}

int driver_owns(CUdeviceptr address, size_t bytes) {
    int owned = 0;
    pthread_mutex_lock(&lock);
    for (struct allocation *at = allocations; at != NULL && !owned; at = at->next) {
        CUdeviceptr start = (CUdeviceptr) (uintptr_t) at->start;
        owned = address >= start && address - start <= at->bytes && bytes <= at->bytes - (address - start);
    }
    pthread_mutex_unlock(&lock);
    return owned;
}

EXPORT CUresult cuMemGetInfo_v2(size_t *available, size_t *total) {
    ENTER();
    CURRENT(context);
    *total = (size_t) standin->memory_bytes;
    *available = *total - used[context->ordinal];
    return CUDA_SUCCESS;
}

EXPORT CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t bytes) {
    ENTER();
    CURRENT(context);
    CUresult forbidden = driver_forbid_capture();
    return forbidden != CUDA_SUCCESS ? forbidden : allocate(address, bytes, context->ordinal);
}

EXPORT CUresult cuMemFree_v2(CUdeviceptr address) {
    ENTER();
    CURRENT(context);
    return release(address);
}

#ifndef OLDER_DRIVER
EXPORT CUresult cuMemAllocAsync(CUdeviceptr *address, size_t bytes, struct stream *stream) {
    ENTER();
    CURRENT(context);
    (void) stream;
    return allocate(address, bytes, context->ordinal);
}

EXPORT CUresult cuMemFreeAsync(CUdeviceptr address, struct stream *stream) {
    ENTER();
    CURRENT(context);
    (void) stream;
    return release(address);
}
#endif

EXPORT CUresult cuMemHostAlloc(void **memory, size_t bytes, unsigned flags) {
    ENTER();
    CURRENT(context);
    (void) flags;
    if (bytes == 0) return CUDA_ERROR_INVALID_VALUE;
    *memory = aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
    standin_count(&standin->live_pinned, 1);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuMemFreeHost(void *memory) {
    ENTER();
    CURRENT(context);
    free(memory);
    standin_count(&standin->live_pinned, -1);
    return CUDA_SUCCESS;
}

static CUresult copy(void *target, const void *source, size_t bytes, struct stream *stream) {
    struct work work = {.kind = COPY, .target = target, .source = source, .bytes = bytes};
    return driver_submit(stream, work);
}

#define ON_DEVICE(address, bytes) \
    if (!driver_owns(address, bytes)) return CUDA_ERROR_INVALID_VALUE

EXPORT CUresult cuMemcpyHtoD_v2(CUdeviceptr target, const void *source, size_t bytes) {
    ENTER();
    CURRENT(context);
    ON_DEVICE(target, bytes);
    return copy((void *) (uintptr_t) target, source, bytes, NULL);
}

EXPORT CUresult cuMemcpyDtoH_v2(void *target, CUdeviceptr source, size_t bytes) {
    ENTER();
    CURRENT(context);
    ON_DEVICE(source, bytes);
    return copy(target, (void *) (uintptr_t) source, bytes, NULL);
}

EXPORT CUresult cuMemcpyDtoD_v2(CUdeviceptr target, CUdeviceptr source, size_t bytes) {
    ENTER();
    CURRENT(context);
    ON_DEVICE(target, bytes);
    ON_DEVICE(source, bytes);
    return copy((void *) (uintptr_t) target, (void *) (uintptr_t) source, bytes, NULL);
}

EXPORT CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr target, const void *source, size_t bytes, struct stream *stream) {
    ENTER();
    CURRENT(context);
    ON_DEVICE(target, bytes);
    return copy((void *) (uintptr_t) target, source, bytes, stream);
}

EXPORT CUresult cuMemcpyDtoHAsync_v2(void *target, CUdeviceptr source, size_t bytes, struct stream *stream) {
    ENTER();
    CURRENT(context);
    ON_DEVICE(source, bytes);
    return copy(target, (void *) (uintptr_t) source, bytes, stream);
}

EXPORT CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr target, CUdeviceptr source, size_t bytes, struct stream *stream) {
    ENTER();
    CURRENT(context);
    ON_DEVICE(target, bytes);
    ON_DEVICE(source, bytes);
    return copy((void *) (uintptr_t) target, (void *) (uintptr_t) source, bytes, stream);
}

static CUresult fill(CUdeviceptr target, unsigned char value, size_t bytes, struct stream *stream) {
    ON_DEVICE(target, bytes);
    struct work work = {.kind = FILL, .target = (void *) (uintptr_t) target, .value = value, .bytes = bytes};
    return driver_submit(stream, work);
}

EXPORT CUresult cuMemsetD8_v2(CUdeviceptr target, unsigned char value, size_t bytes) {
    ENTER();
    CURRENT(context);
    return fill(target, value, bytes, NULL);
}

EXPORT CUresult cuMemsetD8Async(CUdeviceptr target, unsigned char value, size_t bytes, struct stream *stream) {
    ENTER();
    CURRENT(context);
    return fill(target, value, bytes, stream);
}

/* Memory: device memory is host memory with a list of what is allocated. */
#include "driver.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* What a pool holds: memory in use and memory that waits to be used again. */
struct pool {
    int ordinal;
    uint64_t threshold;
    uint64_t reserved;
    uint64_t reserved_high;
    uint64_t used;
    uint64_t used_high;
    struct pool *next; /* of those that were created */
};

struct allocation {
    unsigned char *start;
    size_t bytes;
    int ordinal;
    int ordered;       /* by streams */
    struct pool *pool; /* NULL: none, or destroyed */
    struct allocation *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct allocation *allocations;
static size_t used[MAX_DEVICES];

static void take(struct pool *pool, size_t bytes) {
    pool->used += bytes;
    if (pool->used > pool->reserved) pool->reserved = pool->used;
    if (pool->used > pool->used_high) pool->used_high = pool->used;
    if (pool->reserved > pool->reserved_high) pool->reserved_high = pool->reserved;
}

static CUresult allocate(CUdeviceptr *address, size_t bytes, int ordinal, struct pool *pool) {
    if (bytes == 0) return CUDA_ERROR_INVALID_VALUE;
    CUresult result = CUDA_ERROR_OUT_OF_MEMORY;
    pthread_mutex_lock(&lock);
    if (bytes <= (size_t) standin->memory_bytes - used[ordinal]) {
        struct allocation *made = malloc(sizeof *made);
        made->start = aligned_alloc(256, (bytes + 255) / 256 * 256);
        made->bytes = bytes;
        made->ordinal = ordinal;
        made->ordered = pool != NULL;
        made->pool = pool;
        if (pool != NULL) take(pool, bytes);
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

/* Whether work may still use memory that the driver frees without waiting for it. */
static int in_use(CUdeviceptr address, const struct context *context) {
    int used_by_work = 0;
    pthread_mutex_lock(&lock);
    for (struct allocation *at = allocations; at != NULL; at = at->next) {
        if ((CUdeviceptr) (uintptr_t) at->start == address && at->ordered) {
            used_by_work = context->busy_until > standin_now();
        }
    }
    pthread_mutex_unlock(&lock);
    return used_by_work;
}

static CUresult release(CUdeviceptr address) {
    CUresult result = CUDA_ERROR_INVALID_VALUE;
    driver_finish_staged();
    pthread_mutex_lock(&lock);
    for (struct allocation **at = &allocations; *at != NULL; at = &(*at)->next) {
        struct allocation *found = *at;
        if ((CUdeviceptr) (uintptr_t) found->start == address) {
            *at = found->next;
            used[found->ordinal] -= found->bytes;
            if (found->pool != NULL) found->pool->used -= found->bytes;
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
    return forbidden != CUDA_SUCCESS ? forbidden : allocate(address, bytes, context->ordinal, NULL);
}

EXPORT CUresult cuMemFree_v2(CUdeviceptr address) {
    ENTER();
    CURRENT(context);
    return in_use(address, context) ? CUDA_ERROR_INVALID_VALUE : release(address);
}

#ifndef OLDER_DRIVER
static struct pool defaults[MAX_DEVICES];
static struct pool *created;

void driver_shrink_pools(void) {
    pthread_mutex_lock(&lock);
    for (int i = 0; i < MAX_DEVICES; i++) {
        struct pool *pool = &defaults[i];
        uint64_t keep = pool->used > pool->threshold ? pool->used : pool->threshold;
        if (pool->reserved > keep) pool->reserved = keep;
    }
    for (struct pool *pool = created; pool != NULL; pool = pool->next) {
        uint64_t keep = pool->used > pool->threshold ? pool->used : pool->threshold;
        if (pool->reserved > keep) pool->reserved = keep;
    }
    pthread_mutex_unlock(&lock);
}

EXPORT CUresult cuDeviceGetDefaultMemPool(struct pool **pool, CUdevice device) {
    ENTER();
    if (device < 0 || device >= standin->device_count) return CUDA_ERROR_INVALID_DEVICE;
    defaults[device].ordinal = device;
    *pool = &defaults[device];
    return CUDA_SUCCESS;
}

struct pool_properties {
    int allocation_type, handle_types, location_type, location;
    void *security;
    size_t max_bytes;
    unsigned short usage;
    unsigned char reserved[54];
};

EXPORT CUresult cuMemPoolCreate(struct pool **pool, const struct pool_properties *properties) {
    ENTER();
    if (properties->allocation_type != 1 || properties->location_type != 1) return CUDA_ERROR_INVALID_VALUE;
    if (properties->location < 0 || properties->location >= standin->device_count) return CUDA_ERROR_INVALID_DEVICE;
    struct pool *made = calloc(1, sizeof *made);
    made->ordinal = properties->location;
    pthread_mutex_lock(&lock);
    made->next = created;
    created = made;
    pthread_mutex_unlock(&lock);
    standin_count(&standin->live_pools, 1);
    *pool = made;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuMemPoolDestroy(struct pool *pool) {
    ENTER();
    CUresult result = CUDA_ERROR_INVALID_VALUE;
    pthread_mutex_lock(&lock);
    for (struct pool **at = &created; *at != NULL; at = &(*at)->next) {
        if (*at == pool) {
            *at = pool->next;
            for (struct allocation *one = allocations; one != NULL; one = one->next) {
                if (one->pool == pool) one->pool = NULL;
            }
            free(pool);
            standin_count(&standin->live_pools, -1);
            result = CUDA_SUCCESS;
            break;
        }
    }
    pthread_mutex_unlock(&lock);
    return result;
}

EXPORT CUresult cuMemPoolTrimTo(struct pool *pool, size_t keep) {
    ENTER();
    pthread_mutex_lock(&lock);
    uint64_t least = pool->used > keep ? pool->used : keep;
    if (pool->reserved > least) pool->reserved = least;
    pthread_mutex_unlock(&lock);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuMemPoolGetAttribute(struct pool *pool, int attribute, uint64_t *value) {
    ENTER();
    switch (attribute) {
        case 4: *value = pool->threshold; break;
        case 5: *value = pool->reserved; break;
        case 6: *value = pool->reserved_high; break;
        case 7: *value = pool->used; break;
        case 8: *value = pool->used_high; break;
        default: return CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
}

EXPORT CUresult cuMemPoolSetAttribute(struct pool *pool, int attribute, const uint64_t *value) {
    ENTER();
    if (attribute == 4) {
        pool->threshold = *value;
    } else if (attribute == 6 && *value == 0) {
        pool->reserved_high = pool->reserved;
    } else if (attribute == 8 && *value == 0) {
        pool->used_high = pool->used;
    } else {
        return CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
}

struct access {
    int location_type, location, flags;
};

EXPORT CUresult cuMemPoolSetAccess(struct pool *pool, const struct access *access, size_t count) {
    ENTER();
    if (pool == NULL || count != 1 || access->location_type != 1 || access->flags != 3) return CUDA_ERROR_INVALID_VALUE;
    if (access->location < 0 || access->location >= standin->device_count) return CUDA_ERROR_INVALID_DEVICE;
    int reachable = access->location == pool->ordinal || driver_can_access(access->location, pool->ordinal);
    return reachable ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

EXPORT CUresult cuMemAllocFromPoolAsync(CUdeviceptr *address, size_t bytes, struct pool *pool, struct stream *stream) {
    ENTER();
    CURRENT(context);
    (void) stream;
    if (pool == NULL) return CUDA_ERROR_INVALID_VALUE;
    return allocate(address, bytes, pool->ordinal, pool);
}

EXPORT CUresult cuMemAllocAsync(CUdeviceptr *address, size_t bytes, struct stream *stream) {
    ENTER();
    CURRENT(context);
    (void) stream;
    return allocate(address, bytes, context->ordinal, &defaults[context->ordinal]);
}

EXPORT CUresult cuMemFreeAsync(CUdeviceptr address, struct stream *stream) {
    ENTER();
    CURRENT(context);
    (void) stream;
    return release(address);
}
#else
void driver_shrink_pools(void) {}
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
    driver_stage((void *) (uintptr_t) target, source, bytes);
    return CUDA_SUCCESS;
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

EXPORT CUresult cuMemsetD32Async(CUdeviceptr target, unsigned value, size_t count, struct stream *stream) {
    ENTER();
    CURRENT(context);
    if (target % sizeof value != 0) return CUDA_ERROR_INVALID_VALUE;
    ON_DEVICE(target, count * sizeof value);
    struct work work = {
        .kind = FILL_INTS, .target = (void *) (uintptr_t) target, .value = (int) value, .bytes = count * sizeof value};
    return driver_submit(stream, work);
}

int driver_can_access(CUdevice device, CUdevice peer) {
    int last = (int) standin->device_count - 1;
    return device != peer && (last < 2 || (device != last && peer != last));
}

static struct context *peers[MAX_DEVICES][MAX_DEVICES];

EXPORT CUresult cuDeviceCanAccessPeer(int *can, CUdevice device, CUdevice peer) {
    ENTER();
    if (device < 0 || device >= standin->device_count || peer < 0 || peer >= standin->device_count) {
        return CUDA_ERROR_INVALID_DEVICE;
    }
    *can = driver_can_access(device, peer);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuCtxEnablePeerAccess(struct context *peer, unsigned flags) {
    ENTER();
    CURRENT(context);
    if (flags != 0) return CUDA_ERROR_INVALID_VALUE;
    if (peer == NULL || peer == context) return CUDA_ERROR_INVALID_CONTEXT;
    if (!driver_can_access(context->ordinal, peer->ordinal)) return CUDA_ERROR_PEER_ACCESS_UNSUPPORTED;
    struct context **link = &peers[context->ordinal][peer->ordinal];
    if (*link != NULL) return CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED;
    *link = peer;
    standin_count(&standin->live_peer_links, 1);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuCtxDisablePeerAccess(struct context *peer) {
    ENTER();
    CURRENT(context);
    if (peer == NULL) return CUDA_ERROR_INVALID_CONTEXT;
    struct context **link = &peers[context->ordinal][peer->ordinal];
    if (*link == NULL) return CUDA_ERROR_PEER_ACCESS_NOT_ENABLED;
    *link = NULL;
    standin_count(&standin->live_peer_links, -1);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuMemcpyPeerAsync(CUdeviceptr target, struct context *target_context, CUdeviceptr source,
                                  struct context *source_context, size_t bytes, struct stream *stream) {
    ENTER();
    CURRENT(context);
    if (target_context == NULL || source_context == NULL) return CUDA_ERROR_INVALID_CONTEXT;
    ON_DEVICE(target, bytes);
    ON_DEVICE(source, bytes);
    return copy((void *) (uintptr_t) target, (void *) (uintptr_t) source, bytes, stream);
}

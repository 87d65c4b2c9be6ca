/* What the parts of the driver's stand-in share. */
#ifndef RETORT_STANDIN_DRIVER_H
#define RETORT_STANDIN_DRIVER_H

#include "standin.h"

#include <stddef.h>

typedef int CUresult;
typedef int CUdevice;
typedef unsigned long long CUdeviceptr;

enum {
    CUDA_SUCCESS = 0,
    CUDA_ERROR_INVALID_VALUE = 1,
    CUDA_ERROR_OUT_OF_MEMORY = 2,
    CUDA_ERROR_NOT_INITIALIZED = 3,
    CUDA_ERROR_NO_DEVICE = 100,
    CUDA_ERROR_INVALID_DEVICE = 101,
    CUDA_ERROR_INVALID_IMAGE = 200,
    CUDA_ERROR_INVALID_CONTEXT = 201,
    CUDA_ERROR_ECC_UNCORRECTABLE = 214,
    CUDA_ERROR_PEER_ACCESS_UNSUPPORTED = 217,
    CUDA_ERROR_INVALID_PTX = 218,
    CUDA_ERROR_INVALID_HANDLE = 400,
    CUDA_ERROR_NOT_FOUND = 500,
    CUDA_ERROR_NOT_READY = 600,
    CUDA_ERROR_ILLEGAL_ADDRESS = 700,
    CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED = 704,
    CUDA_ERROR_PEER_ACCESS_NOT_ENABLED = 705,
    CUDA_ERROR_NOT_SUPPORTED = 801,
    CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED = 900,
    CUDA_ERROR_STREAM_CAPTURE_INVALIDATED = 901,
    CUDA_ERROR_CAPTURED_EVENT = 907
};

/* Compute capability 9.0, the limits of that generation. */
enum {
    COMPUTE_MAJOR = 9,
    COMPUTE_MINOR = 0,
    MAX_THREADS = 1024,
    MAX_BLOCK_Z = 64,
    MAX_GRID_YZ = 65535,
    MAX_SHARED = 48 << 10,
    MAX_SHARED_OPTIN = 227 << 10,
    SHARED_OF_MULTIPROCESSOR = 228 << 10,
    RESERVED_SHARED = 1 << 10,
    MULTIPROCESSORS = 4,
    THREADS_OF_MULTIPROCESSOR = 2048,
    BLOCKS_OF_MULTIPROCESSOR = 32,
    PORTABLE_CLUSTER = 8
};

struct context {
    int ordinal;
    int references;
    int64_t busy_until; /* when the simulated time of all its work is over; 0 once that was waited for */
};

/* One piece of work: done at once, or recorded in a graph and done when that is launched. */
struct work {
    enum { COPY, FILL, FILL_INTS, SAXPY, EMULATED, NOTHING } kind;
    unsigned char *target;
    const unsigned char *source;
    size_t bytes;
    int value;
    float a;
    struct kernel_launch *launch; /* of EMULATED */
    struct work *next;
};

struct stream {
    uint32_t mark;
    struct context *context;
    int status; /* of the capture: 0 none, 1 active, 2 spoilt */
    int64_t busy_until; /* when the simulated time of its work is over */
    struct work *first;
    struct work **last;
};

/* The calling thread's context, or an error that a call must return. */
CUresult driver_current(struct context **context);

/* Whether the range lies in one allocation of device memory. */
int driver_owns(CUdeviceptr address, size_t bytes);

/*
 * Reads the source of a copy and leaves the target as it is, as the driver may do with pageable memory. What waits
 * for the default stream finishes the copy; work of other streams does not see it before.
 */
void driver_stage(void *target, const void *source, size_t bytes);
void driver_finish_staged(void);

/* Waits for all work of a context. */
void driver_wait(struct context *context);

/* Does the work or records it, according to the stream; NULL is the default stream. */
CUresult driver_submit(struct stream *stream, struct work work);

/* Spoils the capture that this thread has begun, if any. */
CUresult driver_forbid_capture(void);

CUresult driver_run(const struct work *work);

/*
 * Kernels that were compiled for the host, if their library lies beside this one: a launch that owns copies of its
 * arguments, or NULL.
 */
struct kernel_launch *kernel_prepare(const char *name, unsigned grid, unsigned block, unsigned cluster, size_t shared,
                                     void **arguments, int count, const size_t *sizes);
CUresult kernel_run(const struct kernel_launch *launch);
void kernel_retain(struct kernel_launch *launch);
void kernel_release(struct kernel_launch *launch);

/* Lets the pools give back what they hold beyond their thresholds, as the real ones do when one waits. */
void driver_shrink_pools(void);

/* Whether a device can access the memory of another: all can, but for the last one. */
int driver_can_access(CUdevice device, CUdevice peer);

#define CURRENT(context)                                   \
    struct context *context;                               \
    do {                                                   \
        CUresult result = driver_current(&context);        \
        if (result != CUDA_SUCCESS) return result;         \
    } while (0)

#endif

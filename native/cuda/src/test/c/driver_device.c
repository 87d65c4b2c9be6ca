/* Devices, errors and contexts. */
#include "driver.h"

#include <stdio.h>
#include <string.h>

enum { STACK = 16 };

static int initialised;
static struct context primary[MAX_DEVICES];
static __thread struct context *stack[STACK];
static __thread int depth;

static CUresult device(CUdevice device) {
    if (!initialised) return CUDA_ERROR_NOT_INITIALIZED;
    return device >= 0 && device < standin->device_count ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

#define DEVICE(ordinal)                                \
    do {                                               \
        CUresult result = device(ordinal);             \
        if (result != CUDA_SUCCESS) return result;     \
    } while (0)

static const struct {
    CUresult code;
    const char *name;
    const char *text;
} errors[] = {
    {CUDA_SUCCESS, "CUDA_SUCCESS", "no error"},
    {CUDA_ERROR_INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE", "simulated: invalid argument"},
    {CUDA_ERROR_OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "simulated: out of memory"},
    {CUDA_ERROR_NOT_INITIALIZED, "CUDA_ERROR_NOT_INITIALIZED", "simulated: initialization error"},
    {CUDA_ERROR_NO_DEVICE, "CUDA_ERROR_NO_DEVICE", "simulated: no CUDA-capable device is detected"},
    {CUDA_ERROR_INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE", "simulated: invalid device ordinal"},
    {CUDA_ERROR_INVALID_IMAGE, "CUDA_ERROR_INVALID_IMAGE", "simulated: device kernel image is invalid"},
    {CUDA_ERROR_INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT", "simulated: invalid device context"},
    {CUDA_ERROR_ECC_UNCORRECTABLE, "CUDA_ERROR_ECC_UNCORRECTABLE", "simulated: uncorrectable ECC error encountered"},
    {CUDA_ERROR_INVALID_PTX, "CUDA_ERROR_INVALID_PTX", "simulated: a PTX JIT compilation failed"},
    {CUDA_ERROR_INVALID_HANDLE, "CUDA_ERROR_INVALID_HANDLE", "simulated: invalid resource handle"},
    {CUDA_ERROR_NOT_FOUND, "CUDA_ERROR_NOT_FOUND", "simulated: named symbol not found"},
    {CUDA_ERROR_NOT_READY, "CUDA_ERROR_NOT_READY", "simulated: device not ready"},
    {CUDA_ERROR_ILLEGAL_ADDRESS, "CUDA_ERROR_ILLEGAL_ADDRESS", "simulated: an illegal memory access was encountered"},
    {CUDA_ERROR_NOT_SUPPORTED, "CUDA_ERROR_NOT_SUPPORTED", "simulated: operation not supported"},
    {CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED",
     "simulated: operation not permitted when stream is capturing"},
    {CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED",
     "simulated: operation failed due to a previous error during capture"},
};

static CUresult describe(CUresult code, const char **out, int name) {
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        if (errors[i].code == code) {
            *out = name ? errors[i].name : errors[i].text;
            return CUDA_SUCCESS;
        }
    }
    *out = NULL;
    return CUDA_ERROR_INVALID_VALUE;
}

EXPORT CUresult cuGetErrorName(CUresult code, const char **out) {
    return describe(code, out, 1);
}

EXPORT CUresult cuGetErrorString(CUresult code, const char **out) {
    return describe(code, out, 0);
}

EXPORT CUresult cuInit(unsigned flags) {
    ENTER();
    if (flags != 0) return CUDA_ERROR_INVALID_VALUE;
    if (standin->device_count == 0) return CUDA_ERROR_NO_DEVICE;
    initialised = 1;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuDriverGetVersion(int *version) {
    ENTER();
#ifdef OLDER_DRIVER
    *version = 11010;
#else
    *version = 13000;
#endif
    return CUDA_SUCCESS;
}

EXPORT CUresult cuDeviceGetCount(int *count) {
    ENTER();
    if (!initialised) return CUDA_ERROR_NOT_INITIALIZED;
    *count = (int) standin->device_count;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuDeviceGet(CUdevice *handle, int ordinal) {
    ENTER();
    DEVICE(ordinal);
    *handle = ordinal;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuDeviceGetName(char *name, int length, CUdevice handle) {
    ENTER();
    DEVICE(handle);
    snprintf(name, (size_t) length, "Retort simulated GPU %d (not hardware)", handle);
    return CUDA_SUCCESS;
}

#ifndef OLDER_DRIVER
EXPORT CUresult cuDeviceGetUuid_v2(unsigned char uuid[16], CUdevice handle) {
    ENTER();
    DEVICE(handle);
    static const unsigned char base[16] = {0x51, 0x30, 0x1a, 0x7e, 0xd0, 0, 0x40, 0, 0x80};
    memcpy(uuid, base, sizeof base);
    uuid[15] = (unsigned char) handle;
    return CUDA_SUCCESS;
}
#endif

EXPORT CUresult cuDeviceGetPCIBusId(char *text, int length, CUdevice handle) {
    ENTER();
    DEVICE(handle);
    snprintf(text, (size_t) length, "0000:F%d:00.0", handle);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice handle) {
    ENTER();
    DEVICE(handle);
    *bytes = (size_t) standin->memory_bytes;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuDeviceGetAttribute(int *value, int attribute, CUdevice handle) {
    ENTER();
    DEVICE(handle);
    switch (attribute) {
        case 1: *value = MAX_THREADS; break;
        case 8: *value = MAX_SHARED; break;
        case 10: *value = 32; break;
        case 16: *value = 4; break;
        case 75: *value = COMPUTE_MAJOR; break;
        case 76: *value = COMPUTE_MINOR; break;
        default:
            if (attribute < 1 || attribute > 145) return CUDA_ERROR_INVALID_VALUE;
            *value = 0;
    }
    return CUDA_SUCCESS;
}

CUresult driver_current(struct context **context) {
    if (!initialised) return CUDA_ERROR_NOT_INITIALIZED;
    *context = depth == 0 ? NULL : stack[depth - 1];
    if (*context == NULL || (*context)->references == 0) return CUDA_ERROR_INVALID_CONTEXT;
    return standin_lost((*context)->ordinal) ? CUDA_ERROR_ECC_UNCORRECTABLE : CUDA_SUCCESS;
}

EXPORT CUresult cuDevicePrimaryCtxRetain(struct context **context, CUdevice handle) {
    ENTER();
    DEVICE(handle);
    if (standin_lost(handle)) return CUDA_ERROR_ECC_UNCORRECTABLE;
    primary[handle].ordinal = handle;
    __atomic_add_fetch(&primary[handle].references, 1, __ATOMIC_RELAXED);
    standin_count(&standin->primary_references, 1);
    *context = &primary[handle];
    return CUDA_SUCCESS;
}

EXPORT CUresult cuDevicePrimaryCtxRelease_v2(CUdevice handle) {
    ENTER();
    DEVICE(handle);
    if (primary[handle].references == 0) return CUDA_ERROR_INVALID_CONTEXT;
    __atomic_sub_fetch(&primary[handle].references, 1, __ATOMIC_RELAXED);
    standin_count(&standin->primary_references, -1);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuCtxPushCurrent_v2(struct context *context) {
    ENTER();
    if (context == NULL || depth == STACK) return CUDA_ERROR_INVALID_CONTEXT;
    stack[depth++] = context;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuCtxPopCurrent_v2(struct context **context) {
    ENTER();
    if (depth == 0) return CUDA_ERROR_INVALID_CONTEXT;
    *context = stack[--depth];
    return CUDA_SUCCESS;
}

EXPORT CUresult cuCtxSetCurrent(struct context *context) {
    ENTER();
    if (depth > 0) depth--;
    if (context != NULL) stack[depth++] = context;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuCtxGetCurrent(struct context **context) {
    ENTER();
    *context = depth == 0 ? NULL : stack[depth - 1];
    return CUDA_SUCCESS;
}

EXPORT CUresult cuCtxSynchronize(void) {
    ENTER();
    CURRENT(context);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuCtxGetStreamPriorityRange(int *least, int *greatest) {
    ENTER();
    CURRENT(context);
    *least = 0;
    *greatest = -5;
    return CUDA_SUCCESS;
}

/* Devices, errors and contexts. */
#define _GNU_SOURCE
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>
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

static void uuid_of(unsigned char uuid[16], CUdevice handle) {
    static const unsigned char base[16] = {0x51, 0x30, 0x1a, 0x7e, 0xd0, 0, 0x40, 0, 0x80};
    memcpy(uuid, base, sizeof base);
    uuid[14] = standin->mig ? 0x4d : 0; /* an instance has a UUID of its own */
    uuid[15] = (unsigned char) handle;
}

/* The device that an entry of CUDA_VISIBLE_DEVICES names, or -1. */
static int named(const char *entry) {
    if (entry[0] >= '0' && entry[0] <= '9') {
        int index = atoi(entry);
        return index < standin->device_count ? index : -1;
    }
    for (int i = 0; i < standin->device_count; i++) {
        unsigned char uuid[16];
        char text[48];
        uuid_of(uuid, i);
        int at = sprintf(text, "%s-", standin->mig ? "MIG" : "GPU");
        for (int j = 0; j < 16; j++) {
            at += sprintf(text + at, j == 4 || j == 6 || j == 8 || j == 10 ? "-%02x" : "%02x", uuid[j]);
        }
        if (strlen(entry) > 4 && strncmp(text, entry, strlen(entry)) == 0) return i;
    }
    return -1;
}

/* The devices in the order of their ordinals; the first wrong entry ends the list. Returns how many. */
static int visible(CUdevice out[MAX_DEVICES]) {
    char list[VISIBLE];
    int count = 0;
    if (standin->visible[0] == 0) {
        for (; count < standin->device_count; count++) out[count] = count;
        return count;
    }
    snprintf(list, sizeof list, "%s", standin->visible);
    char *rest = list;
    for (char *entry = strsep(&rest, ","); entry != NULL && count < MAX_DEVICES; entry = strsep(&rest, ",")) {
        out[count] = named(entry);
        if (out[count] < 0) break;
        count++;
    }
    return count;
}

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
    {CUDA_ERROR_PEER_ACCESS_UNSUPPORTED, "CUDA_ERROR_PEER_ACCESS_UNSUPPORTED", "simulated: peer access is not supported"},
    {CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED, "CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED",
     "simulated: peer access is already enabled"},
    {CUDA_ERROR_PEER_ACCESS_NOT_ENABLED, "CUDA_ERROR_PEER_ACCESS_NOT_ENABLED",
     "simulated: peer access has not been enabled"},
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
    CUdevice devices[MAX_DEVICES];
    if (visible(devices) == 0) return CUDA_ERROR_NO_DEVICE;
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

/* The real NVRTC asks a driver that is loaded for a private table, and crashes without this function. */
EXPORT CUresult cuGetExportTable(const void **table, const void *id) {
    ENTER();
    (void) id;
    *table = NULL;
    return CUDA_ERROR_NOT_FOUND;
}

EXPORT CUresult cuDeviceGetCount(int *count) {
    ENTER();
    if (!initialised) return CUDA_ERROR_NOT_INITIALIZED;
    CUdevice devices[MAX_DEVICES];
    *count = visible(devices);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuDeviceGet(CUdevice *handle, int ordinal) {
    ENTER();
    if (!initialised) return CUDA_ERROR_NOT_INITIALIZED;
    CUdevice devices[MAX_DEVICES];
    if (ordinal < 0 || ordinal >= visible(devices)) return CUDA_ERROR_INVALID_DEVICE;
    *handle = devices[ordinal];
    return CUDA_SUCCESS;
}

EXPORT CUresult cuDeviceGetName(char *name, int length, CUdevice handle) {
    ENTER();
    DEVICE(handle);
    snprintf(name, (size_t) length, "Retort simulated GPU %d%s (not hardware)", handle,
             standin->mig ? " MIG 1g.10gb" : "");
    return CUDA_SUCCESS;
}

#ifndef OLDER_DRIVER
EXPORT CUresult cuDeviceGetUuid_v2(unsigned char uuid[16], CUdevice handle) {
    ENTER();
    DEVICE(handle);
    uuid_of(uuid, handle);
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
        case 1:
        case 2:
        case 3: *value = MAX_THREADS; break;
        case 4: *value = MAX_BLOCK_Z; break;
        case 5: *value = 0x7fffffff; break;
        case 6:
        case 7: *value = MAX_GRID_YZ; break;
        case 8: *value = MAX_SHARED; break;
        case 10: *value = 32; break;
        case 12:
        case 82: *value = 65536; break;
        case 16: *value = MULTIPROCESSORS; break;
        case 38: *value = 50 << 20; break;
        case 39: *value = THREADS_OF_MULTIPROCESSOR; break;
        case 41:
        case 115:
#ifndef OLDER_DRIVER
        case 120:
#endif
            *value = 1;
            break;
        case 81: *value = SHARED_OF_MULTIPROCESSOR; break;
        case 97: *value = MAX_SHARED_OPTIN; break;
        case 106: *value = BLOCKS_OF_MULTIPROCESSOR; break;
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
    if (__atomic_fetch_add(&primary[handle].references, 1, __ATOMIC_RELAXED) == 0) primary[handle].busy_until = 0;
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
    driver_wait(context);
    driver_shrink_pools();
    return CUDA_SUCCESS;
}

EXPORT CUresult cuCtxGetStreamPriorityRange(int *least, int *greatest) {
    ENTER();
    CURRENT(context);
    *least = 0;
    *greatest = -5;
    return CUDA_SUCCESS;
}

/* NVML: fixed readings, so that a test knows what to expect. */
#include "standin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int nvmlReturn_t;

enum {
    SUCCESS = 0,
    UNINITIALIZED = 1,
    INVALID_ARGUMENT = 2,
    NOT_FOUND = 6,
    INSUFFICIENT_SIZE = 7,
    GPU_IS_LOST = 15,
    ARGUMENT_VERSION_MISMATCH = 25
};

struct device {
    int ordinal;
};

static struct device devices[MAX_DEVICES] = {{0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}};

/* Shared by all users of the process, like the real library's count. */
static int users;

#define INITIALISED() \
    ENTER();          \
    if (users == 0) return UNINITIALIZED

#define DEVICE(device)                                                                    \
    INITIALISED();                                                                        \
    if ((device) < devices || (device) >= devices + standin->device_count) return INVALID_ARGUMENT; \
    if (standin_lost((device)->ordinal)) return GPU_IS_LOST

EXPORT const char *nvmlErrorString(nvmlReturn_t code) {
    switch (code) {
        case SUCCESS: return "simulated: Success";
        case UNINITIALIZED: return "simulated: Uninitialized";
        case INVALID_ARGUMENT: return "simulated: Invalid Argument";
        case NOT_FOUND: return "simulated: Not Found";
        case INSUFFICIENT_SIZE: return "simulated: Insufficient Size";
        case GPU_IS_LOST: return "simulated: GPU is lost";
        case ARGUMENT_VERSION_MISMATCH: return "simulated: Argument version mismatch";
        default: return "simulated: Unknown Error";
    }
}

EXPORT nvmlReturn_t nvmlInit_v2(void) {
    ENTER();
    __atomic_add_fetch(&users, 1, __ATOMIC_RELAXED);
    standin_count(&standin->nvml_users, 1);
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlShutdown(void) {
    INITIALISED();
    __atomic_sub_fetch(&users, 1, __ATOMIC_RELAXED);
    standin_count(&standin->nvml_users, -1);
    return SUCCESS;
}

static nvmlReturn_t text(char *out, unsigned length, const char *value) {
    if (strlen(value) >= length) return INSUFFICIENT_SIZE;
    strcpy(out, value);
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlSystemGetDriverVersion(char *out, unsigned length) {
    INITIALISED();
    return text(out, length, "simulated.1");
}

EXPORT nvmlReturn_t nvmlSystemGetNVMLVersion(char *out, unsigned length) {
    INITIALISED();
    return text(out, length, "13.simulated.1");
}

EXPORT nvmlReturn_t nvmlDeviceGetCount_v2(unsigned *count) {
    INITIALISED();
    *count = (unsigned) standin->device_count;
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned index, struct device **device) {
    INITIALISED();
    if (index >= standin->device_count) return INVALID_ARGUMENT;
    /* The other way round than the driver, to catch whoever takes an index for an ordinal. */
    *device = &devices[standin->device_count - 1 - index];
    return standin_lost((*device)->ordinal) ? GPU_IS_LOST : SUCCESS;
}

static void uuid(char out[64], const struct device *device) {
    snprintf(out, 64, "GPU-51301a7e-d000-4000-8000-0000000000%02x", device->ordinal);
}

EXPORT nvmlReturn_t nvmlDeviceGetHandleByUUID(const char *wanted, struct device **device) {
    INITIALISED();
    for (int i = 0; i < standin->device_count; i++) {
        char known[64];
        uuid(known, &devices[i]);
        if (strcmp(known, wanted) == 0) {
            *device = &devices[i];
            return standin_lost(i) ? GPU_IS_LOST : SUCCESS;
        }
    }
    return NOT_FOUND;
}

EXPORT nvmlReturn_t nvmlDeviceGetName(struct device *device, char *out, unsigned length) {
    DEVICE(device);
    char name[64];
    snprintf(name, sizeof name, "Retort simulated GPU %d (not hardware)", device->ordinal);
    return text(out, length, name);
}

EXPORT nvmlReturn_t nvmlDeviceGetUUID(struct device *device, char *out, unsigned length) {
    DEVICE(device);
    char value[64];
    uuid(value, device);
    return text(out, length, value);
}

struct pci {
    char legacy[16];
    unsigned domain, bus, device, pci_device, pci_subsystem;
    char bus_id[32];
};

EXPORT nvmlReturn_t nvmlDeviceGetPciInfo_v3(struct device *device, struct pci *pci) {
    DEVICE(device);
    memset(pci, 0, sizeof *pci);
    pci->bus = 0xF0 + (unsigned) device->ordinal;
    snprintf(pci->bus_id, sizeof pci->bus_id, "%08X:%02X:%02X.0", pci->domain, pci->bus, pci->device);
    return SUCCESS;
}

#ifndef OLDER_DRIVER
struct memory {
    unsigned version;
    unsigned long long total, reserved, available, used;
};

EXPORT nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(struct device *device, struct memory *memory) {
    DEVICE(device);
    if (memory->version != (sizeof *memory | 2U << 24)) return ARGUMENT_VERSION_MISMATCH;
    memory->total = (unsigned long long) standin->memory_bytes;
    memory->reserved = 1 << 20;
    memory->used = (unsigned long long) standin->live_bytes;
    memory->available = memory->total - memory->reserved - memory->used;
    return SUCCESS;
}
#endif

struct utilization {
    unsigned gpu, memory;
};

EXPORT nvmlReturn_t nvmlDeviceGetUtilizationRates(struct device *device, struct utilization *out) {
    DEVICE(device);
    out->gpu = 87;
    out->memory = 43;
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlDeviceGetPowerUsage(struct device *device, unsigned *milliwatts) {
    DEVICE(device);
    *milliwatts = 312500;
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlDeviceGetTotalEnergyConsumption(struct device *device, unsigned long long *millijoules) {
    DEVICE(device);
    *millijoules = 5000000000ULL; /* more than 32 bits hold */
    return SUCCESS;
}

#ifdef OLDER_DRIVER
EXPORT nvmlReturn_t nvmlDeviceGetTemperature(struct device *device, int sensor, unsigned *celsius) {
    DEVICE(device);
    if (sensor != 0) return INVALID_ARGUMENT;
    *celsius = 61;
    return SUCCESS;
}
#else
struct temperature {
    unsigned version;
    int sensor, celsius;
};

EXPORT nvmlReturn_t nvmlDeviceGetTemperatureV(struct device *device, struct temperature *out) {
    DEVICE(device);
    if (out->version != (sizeof *out | 1U << 24)) return ARGUMENT_VERSION_MISMATCH;
    if (out->sensor != 0) return INVALID_ARGUMENT;
    out->celsius = 61;
    return SUCCESS;
}
#endif

EXPORT nvmlReturn_t nvmlDeviceGetClockInfo(struct device *device, int clock, unsigned *megahertz) {
    DEVICE(device);
    static const unsigned clocks[] = {1980, 1755, 2619, 1545};
    if (clock < 0 || clock > 3) return INVALID_ARGUMENT;
    *megahertz = clocks[clock];
    return SUCCESS;
}

#ifdef OLDER_DRIVER
EXPORT nvmlReturn_t nvmlDeviceGetCurrentClocksThrottleReasons(struct device *device, unsigned long long *bits) {
#else
EXPORT nvmlReturn_t nvmlDeviceGetCurrentClocksEventReasons(struct device *device, unsigned long long *bits) {
#endif
    DEVICE(device);
    *bits = 0x4 | 0x20 | 1ULL << 40; /* the last is a reason that nobody knows yet */
    return SUCCESS;
}

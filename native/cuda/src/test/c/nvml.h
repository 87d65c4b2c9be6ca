/*
 * What the parts of the simulated NVML share: its devices, its results, and the table of values that a test
 * sets. The file "standin.nvml" beside the library carries the table; without it all values are 0.
 */
#ifndef RETORT_NVML_H
#define RETORT_NVML_H

#include "standin.h"

typedef int nvmlReturn_t;

enum {
    SUCCESS = 0,
    UNINITIALIZED = 1,
    INVALID_ARGUMENT = 2,
    NOT_SUPPORTED = 3,
    NOT_FOUND = 6,
    INSUFFICIENT_SIZE = 7,
    TIMEOUT = 10,
    GPU_IS_LOST = 15,
    ARGUMENT_VERSION_MISMATCH = 25
};

/* What a test sets of one device. dev.retort.cuda.standin.StandInNvml.Value has the same order. */
enum value {
    UTILIZATION_GPU,
    UTILIZATION_MEMORY,
    POWER_MW,
    POWER_LIMIT_MW,
    ENERGY_MJ,
    TEMPERATURE_C,
    MEMORY_TEMPERATURE_C,
    CLOCK_GRAPHICS_MHZ,
    CLOCK_SM_MHZ,
    CLOCK_MEMORY_MHZ,
    CLOCK_VIDEO_MHZ,
    CLOCK_EVENT_REASONS,
    PERFORMANCE_STATE,
    PCIE_TX_KBPS,
    PCIE_RX_KBPS,
    PCIE_REPLAYS,
    PCIE_TX_BYTES, /* of these the driver shows the lower 32 bits */
    PCIE_RX_BYTES,
    NVLINKS, /* how many links are up */
    NVLINK_TX_KIB,
    NVLINK_RX_KIB,
    NVLINK_ERRORS,
    ECC_CORRECTED,
    ECC_UNCORRECTED,
    REMAPPED_CORRECTED,
    REMAPPED_UNCORRECTED,
    REMAPPING_PENDING,
    REMAPPING_FAILED,
    RECOVERY_ACTION,
    PROCESSES,
    PROCESS_STRIDE, /* bytes of an element of the table of processes */
    PROCESS_MEMORY_KNOWN,
    ACCOUNTING,
    GPM_SUPPORTED,
    GPM_METRIC_MAX, /* how many metrics the driver's struct has */
    MIG_INSTANCES,  /* 0: not in MIG mode */
    MIG_GENERATION, /* part of the instances' UUIDs */
    EVENT_TYPES,
    VALUES
};

enum { GPM_METRICS = 64, EVENTS = 16, FIELD_FAULTS = 8, MAX_INSTANCES = 7 };

struct nvml_control {
    int64_t values[MAX_DEVICES][VALUES];
    int64_t gpm[MAX_DEVICES][GPM_METRICS]; /* thousandths; negative: not supported */
    struct {
        int64_t device, type, data;
    } events[EVENTS];
    int64_t event_count; /* ever raised */
    struct {
        int64_t field, code;
    } field_faults[FIELD_FAULTS]; /* field 0: none */
    int64_t live_gpm_samples;
    int64_t live_event_sets;
};

extern struct nvml_control *nvml;

/* A GPU, or one MIG instance of it. */
struct device {
    int ordinal;
    int instance; /* -1: the GPU */
};

extern struct device gpus[MAX_DEVICES];
extern struct device instances[MAX_DEVICES][MAX_INSTANCES];

/* GPU instances are numbered from 3, to catch whoever takes an index for a number. */
enum { FIRST_GPU_INSTANCE = 3 };

/* Shared by all users of the process, like the real library's count. */
extern int nvml_users;

/* SUCCESS when a call may use the device. */
nvmlReturn_t device_check(const struct device *device);

static inline int64_t value_of(const struct device *device, enum value value) {
    return nvml->values[device->ordinal][value];
}

static inline int in_mig_mode(const struct device *device) {
    return value_of(device, MIG_INSTANCES) > 0;
}

#define INITIALISED() \
    ENTER();          \
    if (nvml_users == 0) return UNINITIALIZED

#define DEVICE(device)                                   \
    INITIALISED();                                       \
    do {                                                 \
        nvmlReturn_t usable = device_check(device);      \
        if (usable != SUCCESS) return usable;            \
    } while (0)

/* What only a whole GPU has. */
#define GPU(device)      \
    DEVICE(device);      \
    if ((device)->instance >= 0) return NOT_SUPPORTED

#endif

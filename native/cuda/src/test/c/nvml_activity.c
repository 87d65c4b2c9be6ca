/* NVML: what goes on in a device. GPM, processes, accounting, events and MIG. */
#include "nvml.h"

#include <stdlib.h>
#include <string.h>

#ifndef OLDER_DRIVER
struct gpm_sample {
    int ordinal;
    int instance; /* -1: the GPU */
    int64_t taken;
};

struct gpm_metric {
    unsigned id;
    int result;
    double value;
    const char *short_name, *long_name, *unit;
};

struct gpm_request {
    unsigned version, count;
    struct gpm_sample *older, *newer;
    struct gpm_metric metrics[];
};

struct gpm_support {
    unsigned version, supported;
};

EXPORT nvmlReturn_t nvmlGpmQueryDeviceSupport(struct device *device, struct gpm_support *support) {
    DEVICE(device);
    if (support->version != 1) return ARGUMENT_VERSION_MISMATCH;
    support->supported = value_of(device, GPM_SUPPORTED) != 0;
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlGpmSampleAlloc(struct gpm_sample **sample) {
    INITIALISED();
    *sample = calloc(1, sizeof **sample);
    standin_count(&nvml->live_gpm_samples, 1);
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlGpmSampleFree(struct gpm_sample *sample) {
    INITIALISED();
    free(sample);
    standin_count(&nvml->live_gpm_samples, -1);
    return SUCCESS;
}

static void take(struct gpm_sample *sample, int ordinal, int instance) {
    static int64_t samples;
    *sample = (struct gpm_sample) {ordinal, instance, __atomic_add_fetch(&samples, 1, __ATOMIC_RELAXED)};
}

EXPORT nvmlReturn_t nvmlGpmSampleGet(struct device *device, struct gpm_sample *sample) {
    GPU(device);
    take(sample, device->ordinal, -1);
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlGpmMigSampleGet(struct device *device, unsigned instance, struct gpm_sample *sample) {
    GPU(device);
    if (instance < FIRST_GPU_INSTANCE || instance >= FIRST_GPU_INSTANCE + value_of(device, MIG_INSTANCES)) {
        return INVALID_ARGUMENT;
    }
    take(sample, device->ordinal, (int) instance);
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlGpmMetricsGet(struct gpm_request *request) {
    INITIALISED();
    const struct gpm_sample *older = request->older, *newer = request->newer;
    if (request->version != 1) return ARGUMENT_VERSION_MISMATCH;
    if (older->ordinal != newer->ordinal || older->instance != newer->instance || older->taken == 0 ||
        older->taken >= newer->taken) {
        return INVALID_ARGUMENT;
    }
    const int64_t max = nvml->values[newer->ordinal][GPM_METRIC_MAX];
    if (request->count > max) return INVALID_ARGUMENT;
    for (unsigned i = 0; i < request->count; i++) {
        struct gpm_metric *metric = &request->metrics[i];
        int64_t value = metric->id < GPM_METRICS ? nvml->gpm[newer->ordinal][metric->id] : -1;
        metric->result = value < 0 ? NOT_SUPPORTED : SUCCESS;
        /* Instances differ, so that none is taken for another. */
        metric->value = (double) value / 1000 + (newer->instance < 0 ? 0 : newer->instance);
        metric->unit = "simulated";
    }
    /* A driver whose struct is longer than the caller's count touches all of it. */
    memset(&request->metrics[request->count], 0, ((size_t) max - request->count) * sizeof(struct gpm_metric));
    return SUCCESS;
}
#endif

static const int64_t FIRST_PID = 4000;

static nvmlReturn_t processes(struct device *device, unsigned *count, char *table) {
    unsigned found = (unsigned) value_of(device, PROCESSES);
    if (*count < found) {
        *count = found;
        return INSUFFICIENT_SIZE;
    }
    *count = found;
    const int64_t stride = value_of(device, PROCESS_STRIDE);
    for (unsigned i = 0; i < found; i++) {
        struct {
            unsigned pid, padding;
            unsigned long long memory;
            unsigned gpu_instance, compute_instance;
            unsigned long long protected_memory;
            unsigned long long unknown;
        } process = {(unsigned) FIRST_PID + i, 0, (i + 1ULL) << 20, ~0U, ~0U, 0, 0};
        if (value_of(device, PROCESS_MEMORY_KNOWN) == 0) process.memory = ~0ULL;
        if (in_mig_mode(device)) process.gpu_instance = FIRST_GPU_INSTANCE + i, process.compute_instance = 0;
        memcpy(table + i * stride, &process, (size_t) stride);
    }
    return SUCCESS;
}

#ifdef OLDER_DRIVER
EXPORT nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v2(struct device *device, unsigned *count, char *table) {
#else
EXPORT nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v3(struct device *device, unsigned *count, char *table) {
#endif
    DEVICE(device);
    return processes(device, count, table);
}

struct process_utilization {
    unsigned pid;
    unsigned long long timestamp;
    unsigned sm, memory, encoder, decoder;
};

EXPORT nvmlReturn_t nvmlDeviceGetProcessUtilization(struct device *device, struct process_utilization *samples,
                                                    unsigned *count, unsigned long long last_seen) {
    GPU(device);
    if (in_mig_mode(device)) return NOT_SUPPORTED;
    unsigned found = (unsigned) value_of(device, PROCESSES);
    if (found == 0 || last_seen >= 1000 + found) return NOT_FOUND;
    if (samples == NULL || *count < found) {
        *count = found + 1;
        return INSUFFICIENT_SIZE;
    }
    memset(samples, 0, *count * sizeof *samples);
    *count = found + 1; /* the driver counts one that it leaves empty */
    for (unsigned i = 0; i < found; i++) {
        samples[i] = (struct process_utilization) {(unsigned) FIRST_PID + i, 1000 + i + 1, 10 + i, 5 + i, 0, 0};
    }
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlDeviceGetAccountingMode(struct device *device, int *mode) {
    GPU(device);
    *mode = value_of(device, ACCOUNTING) != 0;
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlDeviceGetAccountingBufferSize(struct device *device, unsigned *size) {
    GPU(device);
    *size = 4000;
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlDeviceGetAccountingPids(struct device *device, unsigned *count, unsigned *pids) {
    GPU(device);
    unsigned found = (unsigned) value_of(device, PROCESSES);
    if (*count < found) {
        *count = found;
        return INSUFFICIENT_SIZE;
    }
    *count = found;
    for (unsigned i = 0; i < found; i++) pids[i] = (unsigned) FIRST_PID + i;
    return SUCCESS;
}

struct account {
    unsigned gpu, memory;
    unsigned long long peak_memory, milliseconds, start;
    unsigned running, reserved[5];
};

EXPORT nvmlReturn_t nvmlDeviceGetAccountingStats(struct device *device, unsigned pid, struct account *account) {
    GPU(device);
    if (pid < FIRST_PID || pid >= FIRST_PID + value_of(device, PROCESSES)) return NOT_FOUND;
    int running = pid == FIRST_PID;
    *account = (struct account) {61, 23, 5ULL << 30, running ? 0 : 1500, 1700000000000000ULL, (unsigned) running, {0}};
    return SUCCESS;
}

struct event_set {
    int64_t seen; /* of all events ever raised */
    unsigned long long types[MAX_DEVICES];
};

struct event {
    struct device *device;
    unsigned long long type, data;
    unsigned gpu_instance, compute_instance;
};

EXPORT nvmlReturn_t nvmlEventSetCreate(struct event_set **set) {
    INITIALISED();
    *set = calloc(1, sizeof **set);
    standin_count(&nvml->live_event_sets, 1);
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlEventSetFree(struct event_set *set) {
    INITIALISED();
    free(set);
    standin_count(&nvml->live_event_sets, -1);
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlDeviceGetSupportedEventTypes(struct device *device, unsigned long long *types) {
    GPU(device);
    *types = (unsigned long long) value_of(device, EVENT_TYPES);
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlDeviceRegisterEvents(struct device *device, unsigned long long types, struct event_set *set) {
    GPU(device);
    if ((types & ~(unsigned long long) value_of(device, EVENT_TYPES)) != 0) return NOT_SUPPORTED;
    set->types[device->ordinal] |= types;
    set->seen = nvml->event_count; /* earlier events are not replayed */
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlEventSetWait_v2(struct event_set *set, struct event *event, unsigned milliseconds) {
    INITIALISED();
    (void) milliseconds; /* the stand-in has no other thread that could raise an event meanwhile */
    for (int i = 0; i < standin->device_count; i++) {
        if (set->types[i] != 0 && standin_lost(i)) return GPU_IS_LOST;
    }
    while (set->seen < nvml->event_count) {
        int64_t slot = set->seen++ % EVENTS;
        int64_t ordinal = nvml->events[slot].device;
        unsigned long long type = (unsigned long long) nvml->events[slot].type;
        if ((set->types[ordinal] & type) != 0) {
            *event = (struct event) {&gpus[ordinal], type, (unsigned long long) nvml->events[slot].data, ~0U, ~0U};
            return SUCCESS;
        }
    }
    return TIMEOUT;
}

EXPORT nvmlReturn_t nvmlDeviceGetMigMode(struct device *device, unsigned *current, unsigned *pending) {
    GPU(device);
    *current = *pending = (unsigned) in_mig_mode(device);
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlDeviceGetMaxMigDeviceCount(struct device *device, unsigned *count) {
    GPU(device);
    *count = MAX_INSTANCES;
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlDeviceGetMigDeviceHandleByIndex(struct device *device, unsigned index, struct device **instance) {
    GPU(device);
    /* The first index is a gap. */
    if (index == 0 || index > value_of(device, MIG_INSTANCES)) return NOT_FOUND;
    *instance = &instances[device->ordinal][index - 1];
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlDeviceIsMigDeviceHandle(struct device *device, unsigned *is) {
    DEVICE(device);
    *is = device->instance >= 0;
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlDeviceGetGpuInstanceId(struct device *device, unsigned *id) {
    DEVICE(device);
    if (device->instance < 0) return INVALID_ARGUMENT;
    *id = FIRST_GPU_INSTANCE + (unsigned) device->instance;
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlDeviceGetComputeInstanceId(struct device *device, unsigned *id) {
    DEVICE(device);
    if (device->instance < 0) return INVALID_ARGUMENT;
    *id = 0;
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlDeviceGetDeviceHandleFromMigDeviceHandle(struct device *instance, struct device **gpu) {
    DEVICE(instance);
    if (instance->instance < 0) return INVALID_ARGUMENT;
    *gpu = &gpus[instance->ordinal];
    return SUCCESS;
}

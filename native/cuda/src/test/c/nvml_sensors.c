/* NVML: what is read by one call each, and many fields by one. */
#include "nvml.h"

#ifndef OLDER_DRIVER
struct memory {
    unsigned version;
    unsigned long long total, reserved, available, used;
};

EXPORT nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(struct device *device, struct memory *memory) {
    DEVICE(device);
    if (memory->version != (sizeof *memory | 2U << 24)) return ARGUMENT_VERSION_MISMATCH;
    memory->total = (unsigned long long) standin->memory_bytes;
    if (device->instance >= 0) memory->total /= (unsigned long long) value_of(device, MIG_INSTANCES);
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
    GPU(device);
    if (in_mig_mode(device)) return NOT_SUPPORTED;
    out->gpu = (unsigned) value_of(device, UTILIZATION_GPU);
    out->memory = (unsigned) value_of(device, UTILIZATION_MEMORY);
    return SUCCESS;
}

#define UNSIGNED(name, value)                                                   \
    EXPORT nvmlReturn_t name(struct device *device, unsigned *out) {            \
        GPU(device);                                                            \
        *out = (unsigned) value_of(device, value);                              \
        return SUCCESS;                                                         \
    }

UNSIGNED(nvmlDeviceGetPowerUsage, POWER_MW)
UNSIGNED(nvmlDeviceGetEnforcedPowerLimit, POWER_LIMIT_MW)
UNSIGNED(nvmlDeviceGetPerformanceState, PERFORMANCE_STATE)
UNSIGNED(nvmlDeviceGetPcieReplayCounter, PCIE_REPLAYS)

EXPORT nvmlReturn_t nvmlDeviceGetTotalEnergyConsumption(struct device *device, unsigned long long *millijoules) {
    GPU(device);
    *millijoules = (unsigned long long) value_of(device, ENERGY_MJ);
    return SUCCESS;
}

#ifdef OLDER_DRIVER
EXPORT nvmlReturn_t nvmlDeviceGetTemperature(struct device *device, int sensor, unsigned *celsius) {
    GPU(device);
    if (sensor != 0) return INVALID_ARGUMENT;
    *celsius = (unsigned) value_of(device, TEMPERATURE_C);
    return SUCCESS;
}
#else
struct temperature {
    unsigned version;
    int sensor, celsius;
};

EXPORT nvmlReturn_t nvmlDeviceGetTemperatureV(struct device *device, struct temperature *out) {
    GPU(device);
    if (out->version != (sizeof *out | 1U << 24)) return ARGUMENT_VERSION_MISMATCH;
    if (out->sensor != 0) return INVALID_ARGUMENT;
    out->celsius = (int) value_of(device, TEMPERATURE_C);
    return SUCCESS;
}
#endif

EXPORT nvmlReturn_t nvmlDeviceGetClockInfo(struct device *device, int clock, unsigned *megahertz) {
    GPU(device);
    if (clock < 0 || clock > 3) return INVALID_ARGUMENT;
    *megahertz = (unsigned) value_of(device, CLOCK_GRAPHICS_MHZ + clock);
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlDeviceGetMaxClockInfo(struct device *device, int clock, unsigned *megahertz) {
    GPU(device);
    if (clock < 0 || clock > 3) return INVALID_ARGUMENT;
    *megahertz = (unsigned) value_of(device, CLOCK_GRAPHICS_MHZ + clock) + 225;
    return SUCCESS;
}

#ifdef OLDER_DRIVER
EXPORT nvmlReturn_t nvmlDeviceGetCurrentClocksThrottleReasons(struct device *device, unsigned long long *bits) {
#else
EXPORT nvmlReturn_t nvmlDeviceGetCurrentClocksEventReasons(struct device *device, unsigned long long *bits) {
#endif
    GPU(device);
    *bits = (unsigned long long) value_of(device, CLOCK_EVENT_REASONS);
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlDeviceGetPcieThroughput(struct device *device, int counter, unsigned *kilobytes) {
    GPU(device);
    if (counter < 0 || counter > 1) return INVALID_ARGUMENT;
    *kilobytes = (unsigned) value_of(device, PCIE_TX_KBPS + counter);
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlDeviceGetTotalEccErrors(struct device *device, int type, int lifetime, unsigned long long *count) {
    GPU(device);
    if (type < 0 || type > 1 || lifetime < 0 || lifetime > 1) return INVALID_ARGUMENT;
    *count = (unsigned long long) (value_of(device, ECC_CORRECTED + type) + 1000 * lifetime);
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlDeviceGetNvLinkState(struct device *device, unsigned link, int *active) {
    GPU(device);
    if (link >= 18) return INVALID_ARGUMENT;
    *active = link < value_of(device, NVLINKS);
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlDeviceGetNvLinkErrorCounter(struct device *device, unsigned link, int counter, unsigned long long *count) {
    GPU(device);
    if (link >= value_of(device, NVLINKS) || counter < 0 || counter > 4) return INVALID_ARGUMENT;
    *count = (unsigned long long) value_of(device, NVLINK_ERRORS) + link * 10 + (unsigned) counter;
    return SUCCESS;
}

struct field {
    unsigned id, scope;
    long long timestamp, latency;
    int type, result;
    union {
        double d;
        unsigned u32;
        unsigned long long u64;
    } value;
};

enum { U32 = 1, U64 = 3 };

static void field(struct field *field, enum value value, int type, const struct device *device) {
    field->type = type;
    field->value.u64 = 0xA5A5A5A5A5A5A5A5; /* of a short value the rest means nothing */
    if (type == U32) {
        field->value.u32 = (unsigned) value_of(device, value);
    } else {
        field->value.u64 = (unsigned long long) value_of(device, value);
    }
    field->result = SUCCESS;
}

static void link_field(struct field *out, enum value value, const struct device *device) {
    if (out->scope >= value_of(device, NVLINKS)) {
        out->result = INVALID_ARGUMENT;
    } else {
        field(out, value, U64, device);
    }
}

static void read_field(struct field *out, const struct device *device) {
    switch (out->id) {
        case 82: field(out, MEMORY_TEMPERATURE_C, U32, device); break;
        case 138: link_field(out, NVLINK_TX_KIB, device); break;
        case 139: link_field(out, NVLINK_RX_KIB, device); break;
        case 142: field(out, REMAPPED_CORRECTED, U32, device); break;
        case 143: field(out, REMAPPED_UNCORRECTED, U32, device); break;
        case 144: field(out, REMAPPING_PENDING, U32, device); break;
        case 145: field(out, REMAPPING_FAILED, U32, device); break;
        case 185:
        case 186:
            if (out->scope == 0) {
                field(out, POWER_MW, U32, device);
            } else {
                out->result = NOT_SUPPORTED;
            }
            break;
        case 197: field(out, PCIE_TX_BYTES, U32, device); break;
        case 198: field(out, PCIE_RX_BYTES, U32, device); break;
        case 230: field(out, RECOVERY_ACTION, U32, device); break;
        default: out->result = NOT_SUPPORTED;
    }
    for (int i = 0; i < FIELD_FAULTS; i++) {
        if (nvml->field_faults[i].field != 0 && nvml->field_faults[i].field == out->id) {
            out->result = (int) nvml->field_faults[i].code;
        }
    }
}

EXPORT nvmlReturn_t nvmlDeviceGetFieldValues(struct device *device, int count, struct field *fields) {
    GPU(device);
    int any = 0;
    for (int i = 0; i < count; i++) {
        fields[i].timestamp = 1700000000000000LL + i;
        fields[i].latency = 7;
        read_field(&fields[i], device);
        any |= fields[i].result == SUCCESS;
    }
    /* Like the driver: success when any field has a value. */
    return any ? SUCCESS : NOT_SUPPORTED;
}

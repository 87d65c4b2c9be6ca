/* NVML: its life, its devices and their names. */
#define _GNU_SOURCE
#include "nvml.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct nvml_control nothing;

struct nvml_control *nvml = &nothing;
struct device gpus[MAX_DEVICES];
struct device instances[MAX_DEVICES][MAX_INSTANCES];
int nvml_users;

__attribute__((constructor)) static void begin(void) {
    for (int i = 0; i < MAX_DEVICES; i++) {
        gpus[i] = (struct device) {i, -1};
        for (int j = 0; j < MAX_INSTANCES; j++) instances[i][j] = (struct device) {i, j};
    }
    Dl_info self;
    char path[PATH_MAX];
    if (dladdr((void *) &nvml, &self) == 0) return;
    const char *slash = strrchr(self.dli_fname, '/');
    int folder = slash == NULL ? 0 : (int) (slash - self.dli_fname + 1);
    snprintf(path, sizeof path, "%.*sstandin.nvml", folder, self.dli_fname);
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    void *block = mmap(NULL, sizeof *nvml, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (block != MAP_FAILED) nvml = block;
}

nvmlReturn_t device_check(const struct device *device) {
    for (int i = 0; i < standin->device_count; i++) {
        int known = device == &gpus[i];
        for (int j = 0; j < nvml->values[i][MIG_INSTANCES]; j++) known |= device == &instances[i][j];
        if (known) return standin_lost(i) ? GPU_IS_LOST : SUCCESS;
    }
    return INVALID_ARGUMENT;
}

EXPORT const char *nvmlErrorString(nvmlReturn_t code) {
    switch (code) {
        case SUCCESS: return "simulated: Success";
        case UNINITIALIZED: return "simulated: Uninitialized";
        case INVALID_ARGUMENT: return "simulated: Invalid Argument";
        case NOT_SUPPORTED: return "simulated: Not Supported";
        case NOT_FOUND: return "simulated: Not Found";
        case INSUFFICIENT_SIZE: return "simulated: Insufficient Size";
        case TIMEOUT: return "simulated: Timeout";
        case GPU_IS_LOST: return "simulated: GPU is lost";
        case ARGUMENT_VERSION_MISMATCH: return "simulated: Argument version mismatch";
        default: return "simulated: Unknown Error";
    }
}

EXPORT nvmlReturn_t nvmlInit_v2(void) {
    ENTER();
    __atomic_add_fetch(&nvml_users, 1, __ATOMIC_RELAXED);
    standin_count(&standin->nvml_users, 1);
    return SUCCESS;
}

EXPORT nvmlReturn_t nvmlShutdown(void) {
    INITIALISED();
    __atomic_sub_fetch(&nvml_users, 1, __ATOMIC_RELAXED);
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
    *device = &gpus[standin->device_count - 1 - index];
    return device_check(*device);
}

static void uuid(char out[64], const struct device *device) {
    if (device->instance < 0) {
        snprintf(out, 64, "GPU-51301a7e-d000-4000-8000-0000000000%02x", device->ordinal);
    } else {
        snprintf(out, 64, "MIG-51301a7e-d000-4000-8%03x-0000000000%x%x",
                 (unsigned) value_of(device, MIG_GENERATION) & 0xFFF, device->ordinal, device->instance + 1);
    }
}

EXPORT nvmlReturn_t nvmlDeviceGetHandleByUUID(const char *wanted, struct device **device) {
    INITIALISED();
    for (int i = 0; i < standin->device_count; i++) {
        for (int j = -1; j < nvml->values[i][MIG_INSTANCES]; j++) {
            struct device *known = j < 0 ? &gpus[i] : &instances[i][j];
            char name[64];
            uuid(name, known);
            if (strcmp(name, wanted) == 0) {
                *device = known;
                return device_check(known);
            }
        }
    }
    return NOT_FOUND;
}

EXPORT nvmlReturn_t nvmlDeviceGetName(struct device *device, char *out, unsigned length) {
    DEVICE(device);
    char name[64];
    if (device->instance < 0) {
        snprintf(name, sizeof name, "Retort simulated GPU %d (not hardware)", device->ordinal);
    } else {
        snprintf(name, sizeof name, "Retort simulated GPU %d MIG %d (not hardware)", device->ordinal, device->instance);
    }
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

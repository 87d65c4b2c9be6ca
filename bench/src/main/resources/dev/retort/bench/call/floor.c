/* Calls from C to another library, timed as the floor: what a call costs that crosses no border between languages. */
#include "trivial.h"

int floor_value(int calls) {
    int x = 0;
    for (int i = 0; i < calls; i++) x = trivial_value(x);
    return x;
}

int floor_out(int calls) {
    int x = 0;
    for (int i = 0; i < calls; i++) {
        int next;
        trivial_out(&next, x);
        x = next;
    }
    return x;
}

/* A query of NVML with the signature of nvmlDeviceGetPowerUsage; the first status that is not 0. */
int floor_query(int (*query)(void *device, unsigned *value), void *device, int calls) {
    unsigned value;
    for (int i = 0; i < calls; i++) {
        int status = query(device, &value);
        if (status != 0) return status;
    }
    return 0;
}

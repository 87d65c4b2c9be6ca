/*
 * A stand-in for NVIDIA's driver libraries: it implements the bound subset of the CUDA driver API and of
 * NVML over host memory, so that the Java code can be tested through the real downcalls on a machine
 * without a GPU. Every device says in its name that it is simulated. Test scope only.
 *
 * A file "standin.control" beside the library, mapped when the library is loaded, carries the machine to
 * simulate, the faults to inject and the counts of what is alive. Without it the defaults hold.
 *
 * The names and numbers of the two C interfaces are repeated here, not included: a toolkit is not needed.
 */
#ifndef RETORT_STANDIN_H
#define RETORT_STANDIN_H

#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))

enum { FAULTS = 4, FUNCTION_NAME = 48, MAX_DEVICES = 8, VISIBLE = 256 };

/* Calls of one function answer with a code, and before that sleep. */
struct fault {
    char function[FUNCTION_NAME]; /* empty: no fault */
    int64_t code;                 /* 0: only slow */
    int64_t calls;                /* how many more calls are hit; negative: all */
    int64_t micros;               /* sleep before the answer */
};

/* The layout of standin.control; dev.retort.cuda.standin.StandIn writes the same offsets. */
struct control {
    int64_t device_count;
    int64_t memory_bytes; /* of one device */
    int64_t lost_device;  /* ordinal + 1; 0: none */
    int64_t mig; /* not 0: the driver shows one MIG instance of each device */
    int64_t calls;
    int64_t live_allocations;
    int64_t live_bytes;
    int64_t live_pinned;
    int64_t live_streams;
    int64_t live_events;
    int64_t live_modules;
    int64_t live_graphs;
    int64_t live_executables;
    int64_t primary_references;
    int64_t nvml_users;
    int64_t launches;
    int64_t live_pools;
    int64_t live_peer_links;
    struct fault faults[FAULTS];
    char visible[VISIBLE]; /* what the driver reads from CUDA_VISIBLE_DEVICES; empty: not set */
    int64_t clock_nanos;   /* the time of all devices, moved by the test; 0: that of CLOCK_MONOTONIC */
    int64_t work_nanos;    /* how long one piece of work keeps its stream busy */
    int64_t launch_nanos;  /* not 0: a set time moves by as much with each launch of a graph, and by waiting */
};

extern struct control *standin;

/* Counts the call, sleeps if told to, and returns the code to answer with, or 0 to go on. */
int standin_enter(const char *function);

/* Whether the device with this ordinal is lost. */
int standin_lost(int ordinal);

void standin_count(int64_t *counter, int64_t by);

/* What time it is for the devices, in nanoseconds. */
int64_t standin_now(void);

#define ENTER()                                      \
    do {                                             \
        int injected = standin_enter(__func__);      \
        if (injected != 0) return injected;          \
    } while (0)

#endif

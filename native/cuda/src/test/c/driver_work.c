/* Streams, events and graphs. Work is done when it is submitted, so a stream is always idle. */
#define _GNU_SOURCE
#include "driver.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Marks tell a stale or mistaken handle from a live one, as far as reading freed memory may. */
enum { STREAM = 0x5354524d, EVENT = 0x45564e54, GRAPH = 0x47524150, EXECUTABLE = 0x45584543 };

struct event {
    uint32_t mark;
    int timed;
    int64_t nanos;
};

struct graph {
    uint32_t mark;
    struct work *first;
};

static __thread struct stream *capturing;

#define HANDLE(handle, expected) \
    if ((handle) == NULL || (handle)->mark != (expected)) return CUDA_ERROR_INVALID_HANDLE

CUresult driver_run(const struct work *work) {
    switch (work->kind) {
        case COPY: memmove(work->target, work->source, work->bytes); break;
        case FILL: memset(work->target, work->value, work->bytes); break;
        case FILL_INTS:
            for (size_t i = 0; i < work->bytes / sizeof(int); i++) ((int *) work->target)[i] = work->value;
            break;
        case SAXPY:
            for (size_t i = 0; i < work->bytes / sizeof(float); i++) {
                ((float *) work->target)[i] += work->a * ((const float *) work->source)[i];
            }
            break;
        case EMULATED: return kernel_run(work->launch);
        case NOTHING: break;
    }
    return CUDA_SUCCESS;
}

static void release(const struct work *work) {
    if (work->kind == EMULATED) kernel_release(work->launch);
}

CUresult driver_submit(struct stream *stream, struct work work) {
    CUresult result = CUDA_SUCCESS;
    if (stream != NULL && stream->mark != STREAM) {
        result = CUDA_ERROR_INVALID_HANDLE;
    } else if (stream == NULL || stream->status == 0) {
        result = driver_run(&work);
    } else if (stream->status == 2) {
        result = CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    } else {
        struct work *recorded = malloc(sizeof *recorded);
        *recorded = work;
        recorded->next = NULL;
        *stream->last = recorded;
        stream->last = &recorded->next;
        return CUDA_SUCCESS;
    }
    release(&work);
    return result;
}

CUresult driver_forbid_capture(void) {
    if (capturing == NULL) return CUDA_SUCCESS;
    capturing->status = 2;
    return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
}

static void discard(struct work *work) {
    while (work != NULL) {
        struct work *next = work->next;
        release(work);
        free(work);
        work = next;
    }
}

EXPORT CUresult cuStreamCreateWithPriority(struct stream **stream, unsigned flags, int priority) {
    ENTER();
    CURRENT(context);
    (void) flags;
    (void) priority;
    struct stream *made = calloc(1, sizeof *made);
    made->mark = STREAM;
    made->context = context;
    standin_count(&standin->live_streams, 1);
    *stream = made;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuStreamDestroy_v2(struct stream *stream) {
    ENTER();
    HANDLE(stream, STREAM);
    if (capturing == stream) capturing = NULL;
    discard(stream->first);
    stream->mark = 0;
    free(stream);
    standin_count(&standin->live_streams, -1);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuStreamQuery(struct stream *stream) {
    ENTER();
    CURRENT(context);
    HANDLE(stream, STREAM);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuStreamSynchronize(struct stream *stream) {
    ENTER();
    CURRENT(context);
    HANDLE(stream, STREAM);
    driver_shrink_pools();
    return CUDA_SUCCESS;
}

EXPORT CUresult cuStreamWaitEvent(struct stream *stream, struct event *event, unsigned flags) {
    ENTER();
    CURRENT(context);
    (void) flags;
    HANDLE(stream, STREAM);
    HANDLE(event, EVENT);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuEventCreate(struct event **event, unsigned flags) {
    ENTER();
    CURRENT(context);
    struct event *made = calloc(1, sizeof *made);
    made->mark = EVENT;
    made->timed = (flags & 2) == 0;
    standin_count(&standin->live_events, 1);
    *event = made;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuEventDestroy_v2(struct event *event) {
    ENTER();
    HANDLE(event, EVENT);
    event->mark = 0;
    free(event);
    standin_count(&standin->live_events, -1);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuEventRecord(struct event *event, struct stream *stream) {
    ENTER();
    CURRENT(context);
    HANDLE(event, EVENT);
    if (stream != NULL) HANDLE(stream, STREAM);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    event->nanos = now.tv_sec * 1000000000LL + now.tv_nsec;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuEventQuery(struct event *event) {
    ENTER();
    CURRENT(context);
    HANDLE(event, EVENT);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuEventSynchronize(struct event *event) {
    ENTER();
    CURRENT(context);
    HANDLE(event, EVENT);
    return CUDA_SUCCESS;
}

static CUresult elapsed(float *milliseconds, struct event *start, struct event *end) {
    HANDLE(start, EVENT);
    HANDLE(end, EVENT);
    if (!start->timed || !end->timed || start->nanos == 0 || end->nanos == 0) return CUDA_ERROR_INVALID_HANDLE;
    *milliseconds = (float) (end->nanos - start->nanos) / 1e6F;
    return CUDA_SUCCESS;
}

#ifdef OLDER_DRIVER
EXPORT CUresult cuEventElapsedTime(float *milliseconds, struct event *start, struct event *end) {
#else
EXPORT CUresult cuEventElapsedTime_v2(float *milliseconds, struct event *start, struct event *end) {
#endif
    ENTER();
    CURRENT(context);
    return elapsed(milliseconds, start, end);
}

EXPORT CUresult cuStreamBeginCapture_v2(struct stream *stream, int mode) {
    ENTER();
    CURRENT(context);
    (void) mode;
    HANDLE(stream, STREAM);
    if (stream->status != 0) return CUDA_ERROR_INVALID_VALUE;
    stream->status = 1;
    stream->first = NULL;
    stream->last = &stream->first;
    capturing = stream;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuStreamIsCapturing(struct stream *stream, int *status) {
    ENTER();
    HANDLE(stream, STREAM);
    *status = stream->status;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuStreamEndCapture(struct stream *stream, struct graph **graph) {
    ENTER();
    CURRENT(context);
    HANDLE(stream, STREAM);
    *graph = NULL;
    if (stream->status == 0) return CUDA_ERROR_INVALID_VALUE;
    int spoilt = stream->status == 2;
    stream->status = 0;
    capturing = NULL;
    struct work *recorded = stream->first;
    stream->first = NULL;
    if (spoilt) {
        discard(recorded);
        return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    }
    struct graph *made = calloc(1, sizeof *made);
    made->mark = GRAPH;
    made->first = recorded;
    standin_count(&standin->live_graphs, 1);
    *graph = made;
    return CUDA_SUCCESS;
}

#ifndef OLDER_DRIVER
EXPORT CUresult cuGraphInstantiateWithFlags(struct graph **executable, struct graph *graph, unsigned long long flags) {
    ENTER();
    CURRENT(context);
    (void) flags;
    HANDLE(graph, GRAPH);
    struct graph *made = calloc(1, sizeof *made);
    made->mark = EXECUTABLE;
    struct work **last = &made->first;
    for (struct work *work = graph->first; work != NULL; work = work->next) {
        *last = malloc(sizeof **last);
        **last = *work;
        if (work->kind == EMULATED) kernel_retain(work->launch);
        (*last)->next = NULL;
        last = &(*last)->next;
    }
    standin_count(&standin->live_executables, 1);
    *executable = made;
    return CUDA_SUCCESS;
}
#endif

EXPORT CUresult cuGraphUpload(struct graph *executable, struct stream *stream) {
    ENTER();
    CURRENT(context);
    HANDLE(executable, EXECUTABLE);
    HANDLE(stream, STREAM);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuGraphLaunch(struct graph *executable, struct stream *stream) {
    ENTER();
    CURRENT(context);
    HANDLE(executable, EXECUTABLE);
    HANDLE(stream, STREAM);
    standin_count(&standin->launches, 1);
    for (struct work *work = executable->first; work != NULL; work = work->next) {
        CUresult result = driver_run(work);
        if (result != CUDA_SUCCESS) return result;
    }
    return CUDA_SUCCESS;
}

EXPORT CUresult cuGraphExecDestroy(struct graph *executable) {
    ENTER();
    HANDLE(executable, EXECUTABLE);
    discard(executable->first);
    executable->mark = 0;
    free(executable);
    standin_count(&standin->live_executables, -1);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuGraphDestroy(struct graph *graph) {
    ENTER();
    HANDLE(graph, GRAPH);
    discard(graph->first);
    graph->mark = 0;
    free(graph);
    standin_count(&standin->live_graphs, -1);
    return CUDA_SUCCESS;
}

/*
 * Streams, events and graphs. Work is done when it is submitted. The time that it takes is simulated: work_nanos for
 * each piece, none unless a test says so, during which the stream and the events behind the work are not ready.
 */
#define _GNU_SOURCE
#include "driver.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Marks tell a stale or mistaken handle from a live one, as far as reading freed memory may. */
enum { STREAM = 0x5354524d, EVENT = 0x45564e54, GRAPH = 0x47524150, EXECUTABLE = 0x45584543 };

struct event {
    uint32_t mark;
    int timed;
    int captured;
    int64_t nanos; /* when it happens; 0: never recorded */
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

/* Keeps the stream busy for the time of one more piece of work. */
static void occupy(struct stream *stream) {
    if (stream == NULL || standin->work_nanos == 0) return;
    int64_t now = standin_now();
    stream->busy_until = (now > stream->busy_until ? now : stream->busy_until) + standin->work_nanos;
    struct context *context = stream->context;
    if (stream->busy_until > context->busy_until) context->busy_until = stream->busy_until;
}

/* Waits for a moment, as far as the time moves by itself or by waiting. */
static void wait_for(int64_t nanos) {
    if (standin->launch_nanos != 0 && standin->clock_nanos != 0 && nanos > standin->clock_nanos) {
        standin->clock_nanos = nanos;
    }
    for (int64_t left; standin->clock_nanos == 0 && (left = nanos - standin_now()) > 0;) {
        struct timespec pause = {left / 1000000000, left % 1000000000};
        nanosleep(&pause, NULL);
    }
}

/* A copy whose source was read and whose target is not written yet. */
struct staged {
    unsigned char *target;
    size_t bytes;
    struct staged *next;
    unsigned char content[];
};

static pthread_mutex_t staging = PTHREAD_MUTEX_INITIALIZER;
static struct staged *first_staged;
static struct staged **last_staged = &first_staged;

void driver_stage(void *target, const void *source, size_t bytes) {
    struct staged *made = malloc(sizeof *made + bytes);
    made->target = target;
    made->bytes = bytes;
    made->next = NULL;
    memcpy(made->content, source, bytes);
    pthread_mutex_lock(&staging);
    *last_staged = made;
    last_staged = &made->next;
    pthread_mutex_unlock(&staging);
}

void driver_finish_staged(void) {
    pthread_mutex_lock(&staging);
    while (first_staged != NULL) {
        struct staged *done = first_staged;
        first_staged = done->next;
        memcpy(done->target, done->content, done->bytes);
        free(done);
    }
    last_staged = &first_staged;
    pthread_mutex_unlock(&staging);
}

void driver_wait(struct context *context) {
    driver_finish_staged();
    wait_for(context->busy_until);
    context->busy_until = 0;
}

CUresult driver_submit(struct stream *stream, struct work work) {
    CUresult result = CUDA_SUCCESS;
    if (stream == NULL) driver_finish_staged();
    if (stream != NULL && stream->mark != STREAM) {
        result = CUDA_ERROR_INVALID_HANDLE;
    } else if (stream == NULL || stream->status == 0) {
        occupy(stream);
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
    return stream->busy_until > standin_now() ? CUDA_ERROR_NOT_READY : CUDA_SUCCESS;
}

EXPORT CUresult cuStreamSynchronize(struct stream *stream) {
    ENTER();
    CURRENT(context);
    if (stream == NULL) {
        driver_finish_staged();
    } else {
        HANDLE(stream, STREAM);
        wait_for(stream->busy_until);
    }
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
    event->captured = stream != NULL && stream->status != 0;
    int64_t now = standin_now();
    event->nanos = stream != NULL && stream->busy_until > now ? stream->busy_until : now;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuEventQuery(struct event *event) {
    ENTER();
    CURRENT(context);
    HANDLE(event, EVENT);
    if (event->captured) return CUDA_ERROR_CAPTURED_EVENT;
    return event->nanos > standin_now() ? CUDA_ERROR_NOT_READY : CUDA_SUCCESS;
}

EXPORT CUresult cuEventSynchronize(struct event *event) {
    ENTER();
    CURRENT(context);
    HANDLE(event, EVENT);
    wait_for(event->nanos);
    return CUDA_SUCCESS;
}

static CUresult elapsed(float *milliseconds, struct event *start, struct event *end) {
    HANDLE(start, EVENT);
    HANDLE(end, EVENT);
    if (!start->timed || !end->timed || start->nanos == 0 || end->nanos == 0) return CUDA_ERROR_INVALID_HANDLE;
    int64_t now = standin_now();
    if (start->nanos > now || end->nanos > now) return CUDA_ERROR_NOT_READY;
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
    if (standin->clock_nanos != 0) standin_count(&standin->clock_nanos, standin->launch_nanos);
    occupy(stream);
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

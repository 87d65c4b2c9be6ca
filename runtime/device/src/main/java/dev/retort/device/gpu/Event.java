package dev.retort.device.gpu;

import dev.retort.cuda.CudaEvents;

/**
 * A mark in a stream that can be waited for and, if it was made for it, timed.
 *
 * <p>May be used from any thread. {@link Stream#record} sets it.
 */
public final class Event implements AutoCloseable {
    private final DeviceContext context;
    private final CudaEvents events;
    private final long handle;
    private final boolean timed;
    private final Lifetime lifetime;

    private Event(DeviceContext context, long handle, boolean timed) {
        this.context = context;
        this.events = context.driver().events();
        this.handle = handle;
        this.timed = timed;
        this.lifetime = new Lifetime(context, timed ? "event" : "untimed event");
    }

    static Event create(DeviceContext context, boolean timed) {
        context.checkOpen();
        CudaEvents events = context.driver().events();
        long handle = context.call(() -> timed ? events.createTimed() : events.createUntimed());
        return new Event(context, handle, timed);
    }

    /**
     * The driver's handle, for other libraries. It is valid until {@link #close()}.
     *
     * @return a {@code CUevent}
     */
    public long handle() {
        lifetime.check();
        return handle;
    }

    /**
     * Whether it has happened. This does not wait.
     *
     * @return true when all work before its last record is done, or it was never recorded
     */
    public boolean finished() {
        lifetime.check();
        boolean pushed = context.makeCurrent();
        try {
            return events.finished(handle);
        } finally {
            if (pushed) {
                context.leave();
            }
        }
    }

    /** Waits until it has happened. This synchronises with its stream. */
    public void synchronize() {
        lifetime.check();
        context.run(() -> events.synchronize(handle));
    }

    /**
     * The device's time from another event to this one.
     *
     * @param start a timed event of the same context; both have happened
     * @return milliseconds, with a resolution of about 0.5 µs
     * @throws dev.retort.cuda.CudaException with {@code CUDA_ERROR_NOT_READY} when one has not
     *     happened yet
     */
    public float millisecondsSince(Event start) {
        lifetime.check();
        start.lifetime.checkIn(context);
        if (!timed || !start.timed) {
            throw new IllegalStateException("an untimed event has no time");
        }
        return context.call(() -> events.elapsedMilliseconds(start.handle, handle));
    }

    /** Destroys the event, also while work still waits for it. A second call does nothing. */
    @Override
    public void close() {
        lifetime.close(() -> events.destroy(handle));
    }

    Lifetime lifetime() {
        return lifetime;
    }
}

package dev.retort.device.gpu;

import dev.retort.cuda.CudaDriver;
import dev.retort.cuda.CudaStreams;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;

/**
 * A queue of work for a device: in order within one stream, concurrent between streams.
 *
 * <p>May be used from any thread. Only {@link #synchronize()} waits.
 */
public final class Stream implements AutoCloseable {
    private final DeviceContext context;
    private final CudaDriver driver;
    private final CudaStreams streams;
    private final long handle;
    private final boolean owned;
    private final Lifetime lifetime;

    /** What a capture that is going on has used; null without one. */
    private @Nullable UsedMemory recorder;

    private Stream(DeviceContext context, long handle, boolean owned) {
        this.context = context;
        this.driver = context.driver();
        this.streams = driver.streams();
        this.handle = handle;
        this.owned = owned;
        this.lifetime = new Lifetime(context, owned ? "stream" : "borrowed stream");
    }

    static Stream create(DeviceContext context, int priority) {
        context.checkOpen();
        long handle = context.call(() -> context.driver().streams().create(priority));
        return new Stream(context, handle, true);
    }

    static Stream borrow(DeviceContext context, long handle) {
        context.checkOpen();
        return new Stream(context, handle, false);
    }

    /**
     * Where the stream lives.
     *
     * @return its context
     */
    public DeviceContext context() {
        return context;
    }

    /**
     * The driver's handle, for other libraries. It is valid until {@link #close()}.
     *
     * @return a {@code CUstream}
     */
    public long handle() {
        lifetime.check();
        return handle;
    }

    /**
     * Puts an event behind all work that is in the stream now; an earlier record of it is
     * forgotten.
     *
     * @param event an event of the same context
     */
    public void record(Event event) {
        lifetime.check();
        event.lifetime().checkIn(context);
        boolean pushed = context.makeCurrent();
        try {
            driver.events().record(event.handle(), handle);
        } finally {
            if (pushed) {
                context.leave();
            }
        }
    }

    /**
     * Makes later work of this stream wait for an event, on the device; the call does not wait.
     *
     * @param event an event of any context, as it was last recorded
     */
    public void waitFor(Event event) {
        lifetime.check();
        boolean pushed = context.makeCurrent();
        try {
            streams.waitFor(handle, event.handle());
        } finally {
            if (pushed) {
                context.leave();
            }
        }
    }

    /**
     * Whether all work is done. This does not wait.
     *
     * @return false while there is work left
     */
    public boolean finished() {
        lifetime.check();
        boolean pushed = context.makeCurrent();
        try {
            return streams.finished(handle);
        } finally {
            if (pushed) {
                context.leave();
            }
        }
    }

    /** Waits until all work is done. This synchronises the stream. */
    public void synchronize() {
        lifetime.check();
        context.run(() -> streams.synchronize(handle));
    }

    /**
     * The end of the work that is in the stream now, as a future. A background thread looks every
     * few hundred microseconds whether it has come; the call itself does not wait. For steps of a
     * program, not for its inner loops. What depends on the future runs on that thread and holds up
     * the others, unless it is made dependent by one of the {@code …Async} methods.
     *
     * @return completes when the work is done; fails with what the driver reports, a {@link
     *     dev.retort.cuda.DeviceLostException} when the device is lost
     */
    public CompletableFuture<Void> completion() {
        lifetime.check();
        Event event = context.createUntimedEvent();
        try {
            record(event);
        } catch (RuntimeException e) {
            event.close();
            throw e;
        }
        return Completions.of(context, event);
    }

    /**
     * Records what a piece of code puts into this stream, instead of doing it. Until the code
     * returns, calls of the same thread that cannot be recorded, such as {@link
     * DeviceContext#allocate} or {@link #synchronize()}, fail and spoil the recording.
     *
     * @param work puts work into this stream
     * @return the recorded work, owned by the caller
     * @throws dev.retort.cuda.CudaException when the recording was spoilt; it is ended nevertheless
     */
    public Graph capture(Runnable work) {
        return Graph.capture(this, work);
    }

    /**
     * Whether {@link #capture} is recording this stream. A capture that another library began on a
     * borrowed stream is not seen.
     *
     * @return true while the code of a capture runs
     */
    public boolean capturing() {
        return recorder != null;
    }

    /**
     * Destroys the stream; work that is in it is still done, and the call does not wait for it. A
     * second call does nothing.
     */
    @Override
    public void close() {
        lifetime.close(
                () -> {
                    if (owned) {
                        streams.destroy(handle);
                    }
                });
    }

    Lifetime lifetime() {
        return lifetime;
    }

    /** Begins or, with null, ends the remembering of what is used. */
    void recordUse(@Nullable UsedMemory memory) {
        recorder = memory;
    }

    /** What remembers the memory that a recording uses; null when nothing is being recorded. */
    @Nullable UsedMemory recorder() {
        return recorder;
    }
}

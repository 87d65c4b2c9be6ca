package dev.retort.device.gpu;

import dev.retort.cuda.CudaException;
import dev.retort.cuda.DeviceLostException;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * From the making of a native object to its closing: what every owner has, so that it is closed
 * once, is never used afterwards, and is known to its context.
 */
final class Lifetime {
    private static final VarHandle CLOSED;

    static {
        try {
            CLOSED = MethodHandles.lookup().findVarHandle(Lifetime.class, "closed", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final DeviceContext context;
    private final String what;
    private final @Nullable Throwable madeHere;

    // Written by close(), through CLOSED; a plain read is enough for a check that cannot lock.
    @SuppressWarnings("UnusedVariable")
    private boolean closed;

    private volatile @Nullable Throwable closedHere;

    /**
     * Begins, and keeps the context alive until the end.
     *
     * @param context where the object lives
     * @param what the object in words
     */
    Lifetime(DeviceContext context, String what) {
        this.context = context;
        this.what = what;
        this.madeHere = context.debugging() ? new Throwable(what + " was made here") : null;
        context.adopt(this);
    }

    DeviceContext context() {
        return context;
    }

    String what() {
        return what;
    }

    /** Where the object was made, when the context is in debug mode. */
    Optional<Throwable> madeHere() {
        return Optional.ofNullable(madeHere);
    }

    boolean open() {
        return !closed;
    }

    /** Passes while the object is open. */
    void check() {
        if (closed) {
            throw new IllegalStateException(what + " is closed", closedHere);
        }
    }

    /** Passes while the object is open and can be used together with a context. */
    void checkIn(DeviceContext other) {
        check();
        if (context != other) {
            throw new IllegalStateException(
                    "%s belongs to %s and is used with %s"
                            .formatted(what, context.device(), other.device()));
        }
    }

    /**
     * Ends, once. What the release throws because the device is gone is passed over: nothing is
     * left to release then.
     *
     * @param release gives the native object back, with the context current
     */
    void close(Runnable release) {
        if (!CLOSED.compareAndSet(this, false, true)) {
            return;
        }
        if (context.debugging()) {
            closedHere = new Throwable(what + " was closed here");
        }
        try {
            context.runEvenIfLost(release);
        } catch (DeviceLostException _) {
            // The context remembers it.
        } catch (CudaException e) {
            if (!e.fatalToProcess()) {
                throw e;
            }
        } finally {
            context.release(this);
        }
    }
}

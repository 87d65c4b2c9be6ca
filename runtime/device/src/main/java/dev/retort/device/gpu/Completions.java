package dev.retort.device.gpu;

import dev.retort.cuda.CudaException;
import dev.retort.cuda.DeviceLostException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The futures of work on devices. A callback of the driver may not call the driver, so one daemon
 * thread, which lives while there is something to wait for, asks instead.
 */
final class Completions {
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private static final List<Pending> PENDING = new ArrayList<>();
    private static @Nullable Thread poller;

    private Completions() {}

    /**
     * One future. A loss may complete it from any thread; only the poller closes its event, so that
     * the event is open whenever the poller asks it.
     */
    private record Pending(DeviceContext context, Event event, CompletableFuture<Void> future) {
        /** Whether it is over now; throws nothing, or the poller would end. */
        boolean settle() {
            CudaException failure = null;
            try {
                if (!future.isDone() && !event.finished()) {
                    return false;
                }
            } catch (CudaException e) {
                failure = e;
            }
            try {
                event.close();
            } catch (CudaException e) {
                failure = failure == null ? e : failure;
            }
            if (failure instanceof DeviceLostException lost) {
                context.lose(lost);
            }
            if (failure == null) {
                future.complete(null);
            } else {
                future.completeExceptionally(failure);
            }
            return true;
        }
    }

    /** A future of an event, which it owns from now on. */
    static CompletableFuture<Void> of(DeviceContext context, Event event) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        synchronized (PENDING) {
            PENDING.add(new Pending(context, event, future));
            if (poller == null) {
                poller =
                        Thread.ofPlatform()
                                .name("retort-completions")
                                .daemon()
                                .start(Completions::poll);
            }
        }
        return future;
    }

    /** Fails all that is pending in a context. */
    static void fail(DeviceContext context, DeviceLostException cause) {
        List<Pending> pending;
        synchronized (PENDING) {
            pending = List.copyOf(PENDING);
        }
        // Completing runs code of others, which must not hold the lock.
        for (Pending one : pending) {
            if (one.context() == context) {
                one.future().completeExceptionally(cause);
            }
        }
    }

    private static void poll() {
        List<Pending> over = new ArrayList<>();
        while (true) {
            List<Pending> pending;
            synchronized (PENDING) {
                PENDING.removeAll(over);
                if (PENDING.isEmpty()) {
                    poller = null;
                    return;
                }
                pending = List.copyOf(PENDING);
            }
            over.clear();
            for (Pending one : pending) {
                if (one.settle()) {
                    over.add(one);
                }
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}

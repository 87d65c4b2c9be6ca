package dev.retort.device;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Samples a processor in the background: its resident memory, whose peaks would otherwise be lost,
 * and its energy counters, which would otherwise wrap around unseen.
 *
 * <p>A sampler owns one daemon platform thread, {@code retort-sampler}, until it is closed. All
 * methods are thread-safe. A tick that fails is counted and does not stop the sampler.
 */
public final class CpuSampler implements AutoCloseable {
    /** Below this the sampler would become the load that it measures. */
    private static final Duration SHORTEST_PERIOD = Duration.ofMillis(1);

    /** Above this the energy counter of a large processor could turn around between two ticks. */
    private static final Duration LONGEST_PERIOD = Duration.ofMinutes(1);

    /** A read of a kernel file that hangs must not hang the program that closes the sampler. */
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

    private final CpuDevice device;
    private final Duration period;
    private final LongSupplier threadCpuNanos;
    private final long startNanos = System.nanoTime();
    private final Set<CpuWindow> windows = ConcurrentHashMap.newKeySet();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private final AtomicLong ticks = new AtomicLong();
    private final AtomicLong failedTicks = new AtomicLong();
    private volatile long cpuNanos;
    private volatile long wallNanosAtClose = -1;

    private CpuSampler(CpuDevice device, Duration period, LongSupplier threadCpuNanos) {
        this.device = device;
        this.period = period;
        this.threadCpuNanos = threadCpuNanos;
        this.thread = Thread.ofPlatform().name("retort-sampler").daemon().unstarted(this::run);
    }

    /**
     * Starts to sample.
     *
     * @param device what to sample
     * @param period the time from one sample to the next, from 1 ms to 1 min
     * @return the running sampler; the caller closes it
     * @throws IllegalArgumentException if the period is out of range
     */
    public static CpuSampler start(CpuDevice device, Duration period) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return start(
                device,
                period,
                () ->
                        threads.isCurrentThreadCpuTimeSupported()
                                ? threads.getCurrentThreadCpuTime()
                                : -1);
    }

    /**
     * As {@link #start(CpuDevice, Duration)}, with the clock of the sampling thread.
     *
     * @param device what to sample
     * @param period the time from one sample to the next
     * @param threadCpuNanos the CPU time of the calling thread in nanoseconds, or negative where it
     *     is unknown
     * @return the running sampler
     */
    static CpuSampler start(CpuDevice device, Duration period, LongSupplier threadCpuNanos) {
        Objects.requireNonNull(device, "device is null");
        Objects.requireNonNull(period, "period is null");
        if (period.compareTo(SHORTEST_PERIOD) < 0 || period.compareTo(LONGEST_PERIOD) > 0) {
            throw new IllegalArgumentException(
                    "the period must be from %s to %s, was %s"
                            .formatted(SHORTEST_PERIOD, LONGEST_PERIOD, period));
        }
        CpuSampler sampler = new CpuSampler(device, period, threadCpuNanos);
        sampler.thread.start();
        return sampler;
    }

    /**
     * Begins to measure. Takes a sample on the calling thread, which reads a few small files.
     *
     * @return the open window; the caller closes it
     * @throws IllegalStateException if this sampler is closed
     */
    public CpuWindow openWindow() {
        if (stop.getCount() == 0) {
            throw new IllegalStateException("the sampler is closed");
        }
        CpuWindow window = new CpuWindow(this, device);
        windows.add(window);
        return window;
    }

    /**
     * What this sampler itself has cost so far.
     *
     * @return the cost
     */
    public SamplerCost cost() {
        long wallNanos = wallNanosAtClose;
        return new SamplerCost(
                Duration.ofNanos(cpuNanos),
                ticks.get(),
                Duration.ofNanos(wallNanos < 0 ? System.nanoTime() - startNanos : wallNanos));
    }

    /**
     * The ticks that ended with an exception. A figure that is merely absent does not count.
     *
     * @return the number of failed ticks
     */
    public long failedTicks() {
        return failedTicks.get();
    }

    /**
     * Stops sampling and waits, 10 s at most, for the sampling thread to end. Idempotent. Windows
     * that are still open can be closed afterwards. A caller that is interrupted while it waits
     * returns at once and stays interrupted.
     */
    @Override
    public synchronized void close() {
        if (stop.getCount() == 0) {
            return;
        }
        wallNanosAtClose = System.nanoTime() - startNanos;
        stop.countDown();
        windows.clear();
        try {
            thread.join(LONGEST_CLOSE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** The sampling thread. */
    Thread thread() {
        return thread;
    }

    /** The time from one sample to the next. */
    Duration period() {
        return period;
    }

    /** Stops telling a window about samples. */
    void forget(CpuWindow window) {
        windows.remove(window);
    }

    private void run() {
        long periodNanos = period.toNanos();
        long busyNanos = 0;
        long next = System.nanoTime();
        while (!stoppedBefore(next)) {
            long begun = System.nanoTime();
            try {
                tick();
            } catch (RuntimeException | Error _) {
                // Errors too: the sampler outlives an OutOfMemoryError that training recovers from.
                failedTicks.incrementAndGet();
            }
            long now = System.nanoTime();
            busyNanos += now - begun;
            long cpu = threadCpuNanos.getAsLong();
            cpuNanos = cpu < 0 ? busyNanos : cpu;
            ticks.incrementAndGet();
            // Ticks that were missed are skipped, not made up for in a burst.
            next = next + periodNanos - now > 0 ? next + periodNanos : now + periodNanos;
        }
    }

    private boolean stoppedBefore(long nanoTime) {
        while (true) {
            try {
                return stop.await(nanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException _) {
                // Only close() ends the sampler; nobody else has a reason to interrupt its thread.
            }
        }
    }

    private void tick() {
        Reading resident = device.residentBytes();
        device.rapl().sample();
        for (CpuWindow window : windows) {
            window.observe(resident);
        }
    }
}

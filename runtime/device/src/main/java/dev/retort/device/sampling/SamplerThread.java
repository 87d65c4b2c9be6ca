package dev.retort.device.sampling;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** The life of a sampler: its thread, the rhythm of its ticks, and what they cost. */
final class SamplerThread {
    private final Sampler sampler;
    private final LongSupplier nanoClock;
    private final LongSupplier threadCpuNanos;
    private final long startNanos;
    private final Thread thread;
    private final boolean background;
    private final AtomicBoolean sourcesClosed = new AtomicBoolean();
    private volatile boolean stopped;
    private volatile long ticks;
    private volatile long cpuNanos;
    private volatile long wallNanosAtClose = -1;
    private long busyNanos;
    private long manualNow;

    SamplerThread(
            Sampler sampler,
            LongSupplier nanoClock,
            LongSupplier threadCpuNanos,
            boolean background) {
        this.sampler = sampler;
        this.nanoClock = nanoClock;
        this.threadCpuNanos = threadCpuNanos;
        this.background = background;
        this.startNanos = nanoClock.getAsLong();
        this.manualNow = startNanos;
        this.thread = Thread.ofPlatform().name("retort-sampler").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    Thread thread() {
        return thread;
    }

    boolean isStopped() {
        return stopped;
    }

    void requireOpen() {
        if (stopped) {
            throw new IllegalStateException("the sampler is closed");
        }
    }

    SamplerCost cost(long driverNanos, int stretch) {
        long wallNanos = wallNanosAtClose;
        return new SamplerCost(
                Duration.ofNanos(cpuNanos),
                Duration.ofNanos(driverNanos),
                ticks,
                Duration.ofNanos(wallNanos < 0 ? nanoClock.getAsLong() - startNanos : wallNanos),
                stretch);
    }

    synchronized void tickByHand(long periodNanos) {
        if (background) {
            throw new IllegalStateException("this sampler has a thread that samples");
        }
        requireOpen();
        tick(manualNow);
        manualNow += periodNanos;
    }

    private void run() {
        long next = nanoClock.getAsLong();
        while (!stoppedBefore(next)) {
            next = tick(nanoClock.getAsLong());
        }
        closeSources();
    }

    private boolean stoppedBefore(long nanoTime) {
        while (!stopped) {
            long left = nanoTime - nanoClock.getAsLong();
            if (left <= 0) {
                return false;
            }
            // Only close() ends the sampler; nobody else has a reason to interrupt its thread, and
            // an interrupted thread would not park.
            Thread.interrupted();
            LockSupport.parkNanos(this, left);
        }
        return true;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread at a time ticks.
    private long tick(long now) {
        long begun = nanoClock.getAsLong();
        long driverBefore = sampler.driverNanos();
        long cpuBefore = cpuNanos;
        long next = sampler.tick(now);
        long ended = nanoClock.getAsLong();
        busyNanos += ended - begun;
        long cpu = threadCpuNanos.getAsLong();
        cpuNanos = cpu < 0 ? busyNanos : cpu;
        ticks++;
        if (background) {
            // Whoever ticks by hand keeps the rhythm that it has chosen.
            sampler.judge(cpuNanos - cpuBefore, sampler.driverNanos() - driverBefore, ended);
        }
        sampler.measureOneEnergyPeriod();
        return next;
    }

    void stop(Duration longest) {
        synchronized (this) {
            if (stopped) {
                return;
            }
            wallNanosAtClose = nanoClock.getAsLong() - startNanos;
            stopped = true;
        }
        if (!background) {
            closeSources();
            return;
        }
        LockSupport.unpark(thread);
        try {
            thread.join(longest);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeSources() {
        if (sourcesClosed.compareAndSet(false, true)) {
            sampler.closeSources();
        }
    }
}

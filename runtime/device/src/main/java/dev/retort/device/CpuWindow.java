package dev.retort.device;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * A stretch of time whose CPU usage is being measured, from {@link CpuSampler#openWindow()} to
 * {@link #close()}.
 *
 * <p>Thread-safe: any thread may ask or close. Windows may overlap and nest freely. A window holds
 * no native resource; one that is never closed costs a comparison per tick until its sampler is
 * closed. One that outlives its sampler can still be closed, but saw no sample in between.
 */
public final class CpuWindow {
    private final CpuSampler sampler;
    private final CpuDevice device;
    private final Rapl.Sample energyAtOpening;
    private final long nanosAtOpening;
    private final Reading cpuAtOpening;

    // Guarded by this.
    private Reading peak;
    private long samples;
    private @Nullable CpuUsage closed;

    CpuWindow(CpuSampler sampler, CpuDevice device) {
        this.sampler = sampler;
        this.device = device;
        peak = device.residentBytes();
        samples = peak instanceof Reading.Measured ? 1 : 0;
        energyAtOpening = device.rapl().sample();
        // Here and at the end the CPU clock is read inside the wall-clock interval, so that the
        // reading itself cannot push the utilisation above 1.
        nanosAtOpening = System.nanoTime();
        cpuAtOpening = device.processCpuSeconds();
    }

    /**
     * The usage so far, up to this call; the window stays open. Once it is closed, the usage at its
     * close. Reads a few small files, so it does not belong into a training step.
     *
     * @return the usage
     */
    public synchronized CpuUsage usage() {
        return closed != null ? closed : measure();
    }

    /**
     * Ends the window. A second close changes nothing and returns the same usage.
     *
     * @return the usage from the opening to the first close
     */
    public synchronized CpuUsage close() {
        CpuUsage usage = closed;
        if (usage == null) {
            usage = measure();
            closed = usage;
            sampler.forget(this);
        }
        return usage;
    }

    /** Takes note of a sample of the resident memory. */
    synchronized void observe(Reading resident) {
        if (closed == null) {
            samples += resident instanceof Reading.Measured ? 1 : 0;
            peak = larger(peak, resident);
        }
    }

    private CpuUsage measure() {
        Reading cpuNow = device.processCpuSeconds();
        Duration wall = Duration.ofNanos(System.nanoTime() - nanosAtOpening);
        Reading joules = device.rapl().joulesSince(energyAtOpening);
        observe(device.residentBytes());
        return new CpuUsage(
                wall, device.cores(), difference(cpuAtOpening, cpuNow), sampledPeak(), joules);
    }

    private Reading sampledPeak() {
        return switch (peak) {
            case Reading.Absent absent -> absent;
            case Reading.Measured(double bytes, String source, long nanoTime) ->
                    new Reading.Measured(
                            bytes,
                            "%s, the largest of %d samples, one at either end and one every %s ms"
                                    .formatted(source, samples, sampler.period().toNanos() / 1e6),
                            nanoTime);
        };
    }

    /** A measured reading beats an absent one, so that one failed sample does not lose the peak. */
    private static Reading larger(Reading one, Reading other) {
        if (one instanceof Reading.Measured(double a, _, _)
                && other instanceof Reading.Measured(double b, _, _)) {
            return b > a ? other : one;
        }
        return one instanceof Reading.Measured ? one : other;
    }

    private static Reading difference(Reading first, Reading last) {
        if (first instanceof Reading.Measured(double from, _, _)
                && last instanceof Reading.Measured(double to, String source, long nanoTime)) {
            return new Reading.Measured(to - from, source, nanoTime);
        }
        return first instanceof Reading.Absent ? first : last;
    }
}

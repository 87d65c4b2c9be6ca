package dev.retort.efficiency;

import dev.retort.device.Reading;
import dev.retort.device.counters.Counter;
import dev.retort.device.counters.CpuCounters;
import dev.retort.device.counters.Series;
import dev.retort.device.sampling.Sampler;
import dev.retort.efficiency.verdict.HostActivity;

import org.jspecify.annotations.Nullable;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the kernel tells of the cores that a run had: how long the thread that trains was ready and
 * had none, and who kept them busy. Nothing of it comes from the hooks. Thread-safe.
 */
final class HostWatch {
    /** A thread that wants a core for less of the time is not the one that trains. */
    private static final double AT_WORK = 0.01;

    private final Sampler sampler;

    /** The scheduler's account of the thread, or null where there is none. */
    private final @Nullable Path schedule;

    private final Mark begin;

    /**
     * What was counted at a moment; a growth between two is what counts.
     *
     * @param nanoTime when
     * @param thread what the scheduler did with the thread
     * @param own the CPU seconds of the process
     * @param machine the busy seconds of all cores
     */
    record Mark(long nanoTime, Optional<Turns> thread, Reading own, Reading machine) {}

    /** The nanoseconds for which a thread had a core, and was ready and had none. */
    record Turns(long ran, long waited) {}

    /**
     * Watches from now on.
     *
     * @param sampler samples the processor
     * @param schedule the scheduler's account of the thread that trains, or null
     */
    HostWatch(Sampler sampler, @Nullable Path schedule) {
        this.sampler = sampler;
        this.schedule = schedule;
        begin = mark();
    }

    /**
     * The scheduler's account of the calling thread; null off Linux, and for a virtual thread,
     * which has no thread of the system for its own.
     */
    static @Nullable Path ofThisThread() {
        Path link = Path.of("/proc/thread-self");
        if (Thread.currentThread().isVirtual() || !Files.isSymbolicLink(link)) {
            return null;
        }
        try {
            // Not by the link, which whoever reads it later resolves for itself.
            return Path.of("/proc").resolve(Files.readSymbolicLink(link)).resolve("schedstat");
        } catch (IOException _) {
            return null;
        }
    }

    /** The moment at which it began to watch. */
    Mark begin() {
        return begin;
    }

    /** This moment. Reads a small file. */
    Mark mark() {
        return new Mark(
                System.nanoTime(),
                turns(),
                latest(Counter.PROCESS_CPU_TIME),
                latest(Counter.HOST_BUSY_TIME));
    }

    /** What happened between two moments. */
    HostActivity between(Mark from, Mark to) {
        OptionalDouble own = perSecond(from.own(), to.own());
        OptionalDouble machine = perSecond(from.machine(), to.machine());
        int cores = Math.max(1, sampler.series(CpuCounters.DEVICE, Counter.CORE_BUSY_TIME).size());
        return new HostActivity(
                waiting(from, to),
                own,
                own.isPresent() && machine.isPresent()
                        // Both are counted in steps of 10 ms.
                        ? OptionalDouble.of(Math.max(0, machine.getAsDouble() - own.getAsDouble()))
                        : OptionalDouble.empty(),
                cores);
    }

    /** Empty for a thread that hardly wanted a core: then another one trains. */
    private static OptionalDouble waiting(Mark from, Mark to) {
        double nanos = to.nanoTime() - from.nanoTime();
        if (!(nanos > 0) || from.thread().isEmpty() || to.thread().isEmpty()) {
            return OptionalDouble.empty();
        }
        double ran = to.thread().get().ran() - from.thread().get().ran();
        double waited = to.thread().get().waited() - from.thread().get().waited();
        return (ran + waited) / nanos < AT_WORK
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.clamp(waited / nanos, 0, 1));
    }

    private static OptionalDouble perSecond(Reading from, Reading to) {
        return from instanceof Reading.Measured(double before, _, long begin)
                        && to instanceof Reading.Measured(double after, _, long end)
                        && end > begin
                ? OptionalDouble.of((after - before) / ((end - begin) * 1e-9))
                : OptionalDouble.empty();
    }

    private Reading latest(Counter counter) {
        for (Series series : sampler.series(CpuCounters.DEVICE, counter)) {
            if (series.scope().isEmpty()) {
                return sampler.latest(series);
            }
        }
        return new Reading.Absent(counter + " is not sampled");
    }

    /** Three numbers: time on a core, time ready without one, both in ns, turns. */
    private Optional<Turns> turns() {
        if (schedule == null) {
            return Optional.empty();
        }
        // Not a channel: the thread that ends a run may be interrupted.
        try (InputStream in = new FileInputStream(schedule.toFile())) {
            String[] numbers =
                    new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip().split(" ", -1);
            boolean counts = numbers.length == 3 && !numbers[0].equals("0");
            return counts
                    ? Optional.of(new Turns(Long.parseLong(numbers[0]), Long.parseLong(numbers[1])))
                    : Optional.empty();
        } catch (IOException | NumberFormatException _) {
            // The thread has ended, or the kernel keeps no such account.
            return Optional.empty();
        }
    }
}

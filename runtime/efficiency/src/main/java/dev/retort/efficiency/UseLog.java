package dev.retort.efficiency;

import dev.retort.device.Reading;
import dev.retort.device.counters.Counter;
import dev.retort.device.counters.CpuCounters;
import dev.retort.device.counters.Series;
import dev.retort.device.sampling.Sampler;
import dev.retort.efficiency.RunHistory.Point;
import dev.retort.efficiency.RunHistory.Use;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How busy the devices are that a sampler samples, in bounded memory for a run of any length. All
 * of it is kept as sums since the beginning, so that thinning loses detail and nothing else.
 */
final class UseLog {
    private final Sampler sampler;
    private final List<Line> lines = new ArrayList<>();

    /** What has no series. */
    private final List<Use> unsampled = new ArrayList<>();

    /**
     * A sum at a time.
     *
     * @param elapsed the time of the run
     * @param seconds the time in which it was measured
     * @param value the sum over that time
     */
    private record Sum(long elapsed, double seconds, double value) {}

    /** One of what is looked at. Not thread-safe. */
    static final class Line {
        private final String label;
        private final Series series;

        /** What the sum grows by in a second of full use. */
        private final double full;

        private final Thinned<Sum> sums = new Thinned<>();
        private long readAt = Long.MIN_VALUE;
        private double integral;
        private double seconds;

        /** Whether there was no value since the one that was read. */
        private boolean gap;

        private Optional<Double> lately = Optional.empty();
        private Sum newest = new Sum(0, 0, 0);
        private Optional<String> absent = Optional.of("not sampled yet");

        Line(String label, Series series, double full) {
            this.label = label;
            this.series = series;
            this.full = full;
        }

        void look(Reading latest, long elapsed, long now) {
            switch (latest) {
                case Reading.Absent(String reason) -> {
                    gap = true;
                    lately = Optional.empty();
                    if (readAt == Long.MIN_VALUE) {
                        absent = Optional.of(reason);
                    }
                }
                case Reading.Measured(double value, _, long at) -> {
                    if (at != readAt) {
                        add(value, elapsed - (now - at), at);
                    }
                }
            }
        }

        private void add(double value, long elapsed, long at) {
            double passed = readAt == Long.MIN_VALUE ? 0 : (at - readAt) * 1e-9;
            if (series.counter().cumulative()) {
                // It went on to count meanwhile, whether it was read or not.
                integral = value;
                seconds += passed;
            } else if (!gap) {
                integral += value * passed;
                seconds += passed;
            }
            gap = false;
            Sum before = newest;
            newest = new Sum(Math.max(0, elapsed), seconds, integral);
            if (readAt != Long.MIN_VALUE) {
                lately = share(before, newest);
            }
            readAt = at;
            absent = Optional.empty();
            sums.add(newest);
        }

        private Optional<Double> share(Sum from, Sum to) {
            double measured = to.seconds() - from.seconds();
            return measured > 0
                    ? Optional.of((to.value() - from.value()) / measured / full)
                    : Optional.empty();
        }

        Use use() {
            List<Sum> all = sums.samples();
            List<Point> points = new ArrayList<>();
            for (int i = 1; i < all.size(); i++) {
                Duration at = Duration.ofNanos(all.get(i).elapsed());
                share(all.get(i - 1), all.get(i))
                        .ifPresent(share -> points.add(new Point(at, share)));
            }
            Optional<String> reason =
                    points.isEmpty()
                            ? absent.or(() -> Optional.of("the run was too short to see it"))
                            : Optional.empty();
            return new Use(label, series.source(), points, reason);
        }
    }

    UseLog(Sampler sampler) {
        this.sampler = sampler;
        int cores = Runtime.getRuntime().availableProcessors();
        // A container sees all cores of its host, and may use some of them.
        int all = sampler.series(CpuCounters.DEVICE, Counter.CORE_BUSY_TIME).size();
        add(Use.PROCESS, CpuCounters.DEVICE, Counter.PROCESS_CPU_TIME, cores);
        add("CPU, machine", CpuCounters.DEVICE, Counter.HOST_BUSY_TIME, Math.max(1, all));
        for (Map.Entry<String, String> device : sampler.devices().entrySet()) {
            if (!device.getKey().equals(CpuCounters.DEVICE)) {
                add(device.getValue(), device.getKey(), Counter.GPU_BUSY, 1);
            }
        }
    }

    private void add(String label, String device, Counter counter, double full) {
        List<Series> found =
                sampler.series(device, counter).stream()
                        .filter(series -> series.scope().isEmpty())
                        .toList();
        if (found.isEmpty()) {
            unsampled.add(
                    new Use(
                            label,
                            "none",
                            List.of(),
                            Optional.of("its " + counter + " is not sampled")));
        }
        found.forEach(series -> lines.add(new Line(label, series, full)));
    }

    /**
     * Looks at the newest samples.
     *
     * @param elapsed the time of the run, in nanoseconds
     */
    synchronized void look(long elapsed) {
        long now = System.nanoTime();
        for (Line line : lines) {
            line.look(sampler.latest(line.series), elapsed, now);
        }
    }

    /** How busy this process was between the two latest samples. */
    synchronized Optional<Double> processLately() {
        return lines.stream()
                .filter(line -> line.label.equals(Use.PROCESS))
                .findFirst()
                .flatMap(line -> line.lately);
    }

    synchronized List<Use> uses() {
        return Stream.concat(lines.stream().map(Line::use), unsampled.stream()).toList();
    }
}

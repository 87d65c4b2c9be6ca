package dev.retort.efficiency.export;

import dev.retort.device.Reading;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;
import dev.retort.efficiency.Meters;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunTrace.Late;
import dev.retort.efficiency.RunTrace.Mark;
import dev.retort.efficiency.verdict.Bottleneck;
import dev.retort.efficiency.verdict.Verdict;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** A run on a clock that the test moves, exported to a destination that keeps everything. */
public final class Runs implements AutoCloseable {
    /** Four o'clock, on whatever day. */
    public static final Instant ORIGIN = Instant.parse("2026-11-26T16:00:00Z");

    private final AtomicLong nanoTime = new AtomicLong(System.nanoTime());
    private final long begin = nanoTime.get();
    public final Sampler sampler = Sampler.start(SamplerOptions.defaults());
    public final RunMeter meter = Meters.onClock("run \"1\"", sampler, nanoTime::get);

    /** A run that begins now. */
    public Runs() {}

    /** Lets time pass. */
    public void pass(long nanos) {
        nanoTime.addAndGet(nanos);
    }

    /** The clock's reading at a time of the run. */
    public long nanoTimeAt(long nanos) {
        return begin + nanos;
    }

    /** A step of 10 ms that waits 4 ms of them for input. */
    public void step() {
        meter.beginStep();
        meter.begin(Region.INPUT);
        pass(4_000_000);
        meter.end(Region.INPUT);
        meter.begin(Region.STEP);
        pass(6_000_000);
        meter.end(Region.STEP);
        meter.endStep(32);
    }

    @Override
    public void close() {
        meter.close();
        sampler.close();
    }

    /** An interval of the run as it is now, with figures of the test's choice. */
    public Interval interval(List<Figure> figures) {
        return new Interval(
                1,
                ORIGIN,
                begin,
                0,
                nanoTime.get() - begin,
                false,
                meter.snapshot(),
                figures,
                Optional.of(
                        new Verdict(
                                Bottleneck.INPUT,
                                Verdict.Severity.HIGH,
                                0.4,
                                1,
                                "input took 40 %",
                                Optional.empty())),
                meter.trace().segments(),
                List.<Late>of(),
                List.<Mark>of(),
                0,
                sampler);
    }

    /** A figure of a GPU, without a GPU. */
    public static Figure gpu(
            String name, Figure.Unit unit, Figure.Kind kind, double value, String device) {
        return new Figure(
                "device.gpu." + name,
                unit,
                kind,
                FigureList.labels("device", device, "device_name", "Test GPU", "scope", ""),
                Reading.now(value, "test"));
    }

    /** A figure without labels. */
    public static Figure gauge(String name, Figure.Unit unit, double value) {
        return new Figure(name, unit, Figure.Kind.GAUGE, Map.of(), Reading.now(value, "test"));
    }

    /** Keeps all intervals. */
    public static final class Kept implements Destination {
        public final List<Interval> intervals = new ArrayList<>();
        public int opened;
        public int closed;

        /** An empty list. */
        public Kept() {}

        @Override
        public String name() {
            return "list";
        }

        @Override
        public void open(RunAccount run) {
            opened++;
        }

        @Override
        public void accept(Interval interval) {
            intervals.add(interval);
        }

        @Override
        public void close() {
            closed++;
        }

        /** The figures of an interval by name, those with labels by name and path. */
        public Map<String, Figure> figures(int index) {
            Map<String, Figure> figures = new TreeMap<>();
            for (Figure figure : intervals.get(index).figures()) {
                String key =
                        figure.labels().isEmpty()
                                ? figure.name()
                                : figure.name() + "/" + figure.path();
                if (figures.put(key, figure) != null) {
                    throw new AssertionError("there are two of " + key);
                }
            }
            return figures;
        }
    }
}

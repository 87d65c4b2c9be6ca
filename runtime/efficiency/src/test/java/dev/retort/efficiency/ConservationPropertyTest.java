package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Compares the meter with a recomputation that shares none of its ideas: regions become spans on a
 * time line, and every nanosecond is given to the deepest span that covers it.
 */
class ConservationPropertyTest {
    private static final int RUNS = 12_000;
    private static final Region[] REGIONS = Region.values();

    /** A region that was begun; beyond the meter's depth it is open but covers no time. */
    private static final class Span {
        private final Region region;
        private final int depth;
        private final int from;
        private int to = Integer.MAX_VALUE;

        Span(Region region, int depth, int from) {
            this.region = region;
            this.depth = depth;
            this.from = from;
        }

        boolean isOpen() {
            return to == Integer.MAX_VALUE;
        }

        boolean isCounted() {
            return depth <= RegionClock.DEPTH;
        }
    }

    /** What the rules of the meter say, without any bucket. */
    private static final class Model {
        private final List<Span> spans = new ArrayList<>();
        private final Map<Anomaly, Long> anomalies = new EnumMap<>(Anomaly.class);
        private int now;

        private List<Span> open() {
            return spans.stream().filter(Span::isOpen).toList();
        }

        void pass(int nanos) {
            if (nanos < 0) {
                count(Anomaly.CLOCK_WENT_BACK);
            } else {
                now += nanos;
            }
        }

        void begin(Region region) {
            Span span = new Span(region, open().size() + 1, now);
            spans.add(span);
            if (!span.isCounted()) {
                count(Anomaly.STACK_OVERFLOW);
            }
        }

        void end(Region region) {
            List<Span> open = open();
            if (!open.isEmpty() && !open.getLast().isCounted()) {
                open.getLast().to = now;
                return;
            }
            if (open.isEmpty() || open.getLast().region != region) {
                count(Anomaly.UNBALANCED_END);
            }
            open.stream()
                    .filter(span -> span.region == region)
                    .mapToInt(span -> span.depth)
                    .max()
                    .ifPresent(
                            depth ->
                                    open.stream()
                                            .filter(span -> span.depth >= depth)
                                            .forEach(span -> span.to = now));
        }

        void finish() {
            for (Span span : open()) {
                span.to = now;
                count(Anomaly.OPEN_AT_FINISH);
            }
        }

        void count(Anomaly anomaly) {
            anomalies.merge(anomaly, 1L, Long::sum);
        }

        Ledger ledger() {
            Map<Region, Long> nanos = new EnumMap<>(Region.class);
            for (int t = 0; t < now; t++) {
                Region owner = Region.OTHER;
                int deepest = 0;
                for (Span span : spans) {
                    if (span.isCounted() && span.from <= t && t < span.to && span.depth > deepest) {
                        deepest = span.depth;
                        owner = span.region;
                    }
                }
                nanos.merge(owner, 1L, Long::sum);
            }
            return new Ledger(nanos, now);
        }
    }

    /** A run of the meter and the model side by side. */
    private static final class Run {
        private final SplittableRandom random;
        private final Model model = new Model();
        private final RunMeter meter;
        private long nanoTime;

        Run(long seed, Sampler sampler) {
            random = new SplittableRandom(seed);
            nanoTime = random.nextLong();
            meter = new RunMeter("run " + seed, sampler, false, () -> nanoTime);
        }

        private void pass() {
            int nanos = random.nextInt(100) == 0 ? -random.nextInt(1, 50) : random.nextInt(12);
            nanoTime += nanos;
            model.pass(nanos);
        }

        private void begin(Region region) {
            pass();
            meter.begin(region);
            model.begin(region);
        }

        private void end(Region region) {
            pass();
            meter.end(region);
            model.end(region);
        }

        /** A region with regions in it, whose calls get lost or strayed as often as asked for. */
        private void tree(int levels, int disorder) {
            Region region = REGIONS[random.nextInt(REGIONS.length)];
            if (random.nextInt(100) >= disorder) {
                begin(region);
            }
            int children = levels == 0 ? 0 : random.nextInt(1, 3);
            for (int i = 0; i < children; i++) {
                tree(levels - 1, disorder);
            }
            if (random.nextInt(100) < disorder) {
                end(REGIONS[random.nextInt(REGIONS.length)]);
            }
            if (random.nextInt(100) >= disorder) {
                end(region);
            }
        }

        RunAccount play() {
            int disorder = random.nextInt(4) * 10;
            int levels = random.nextInt(5);
            for (int trees = random.nextInt(1, 4); trees > 0; trees--) {
                tree(levels, disorder);
            }
            if (random.nextInt(20) == 0) {
                chain(random.nextInt(1, 2 * RegionClock.DEPTH), disorder);
            }
            pass();
            RunAccount account = meter.finish();
            model.finish();
            return account;
        }

        /** Regions each in the last, deeper than the meter's stack. */
        private void chain(int length, int disorder) {
            Region[] chain = new Region[length];
            for (int i = 0; i < length; i++) {
                chain[i] = REGIONS[random.nextInt(REGIONS.length)];
                begin(chain[i]);
            }
            for (int i = length - 1; i >= 0; i--) {
                if (random.nextInt(100) >= disorder) {
                    end(chain[i]);
                }
            }
        }
    }

    @Test
    void everyNanosecondBelongsToTheDeepestOpenRegion() {
        Map<Anomaly, Long> seen = new EnumMap<>(Anomaly.class);
        int clean = 0;
        try (Sampler sampler = Sampler.start(SamplerOptions.defaults())) {
            for (long seed = 0; seed < RUNS; seed++) {
                Run run = new Run(seed, sampler);
                RunAccount account = run.play();
                String message = "seed " + seed;
                assertEquals(run.model.ledger(), account.ledger(), message);
                assertEquals(run.model.now, account.ledger().elapsedNanos(), message);
                assertEquals(run.model.anomalies, account.anomalies(), message);
                account.anomalies()
                        .forEach((anomaly, count) -> seen.merge(anomaly, count, Long::sum));
                clean += account.anomalies().isEmpty() ? 1 : 0;
            }
        }
        assertTrue(clean > RUNS / 20, "runs without anomaly: " + clean);
        for (Anomaly anomaly :
                new Anomaly[] {
                    Anomaly.UNBALANCED_END,
                    Anomaly.STACK_OVERFLOW,
                    Anomaly.CLOCK_WENT_BACK,
                    Anomaly.OPEN_AT_FINISH
                }) {
            assertTrue(seen.getOrDefault(anomaly, 0L) > 100, anomaly + " is hardly covered");
        }
    }
}

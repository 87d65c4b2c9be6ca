package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.efficiency.journal.State;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Compares the clock with a recomputation that has no arithmetic in it: a list with one entry per
 * nanosecond, which says what the nanosecond is worth and is changed in place by commits, restarts
 * and late attributions.
 */
class ConservationPropertyTest {
    private static final int RUNS = 10_000;
    private static final Bucket[] LATE = {Bucket.JVM_PAUSE, Bucket.THROTTLED, Bucket.COPY_STALL};
    private static final List<Region> REGIONS = new ArrayList<>(Region.standard());

    static {
        REGIONS.add(Region.named("augment"));
        REGIONS.add(Region.named("log"));
    }

    private static final class Nano {
        private final Region region;
        private Bucket bucket;
        private boolean attributed;

        Nano(Region region, Bucket bucket) {
            this.region = region;
            this.bucket = bucket;
        }
    }

    /** What the rules say. */
    private static final class Model {
        private final List<Nano> nanos = new ArrayList<>();
        private final List<Region> open = new ArrayList<>();
        private final Map<Anomaly, Long> anomalies = new EnumMap<>(Anomaly.class);
        private int attemptBegan;
        private int committed;

        void pass(int count) {
            if (count < 0) {
                count(Anomaly.CLOCK_WENT_BACK);
            }
            List<Region> seen = open.subList(0, Math.min(open.size(), RegionStack.DEPTH));
            Region innermost = seen.isEmpty() ? Region.OTHER : seen.getLast();
            Bucket bucket = innermost.bucket();
            for (Region around : seen) {
                if (around.bucket().compareTo(Bucket.CUSTOM) < 0
                        && around.bucket().compareTo(bucket) < 0) {
                    bucket = around.bucket();
                }
            }
            for (int i = 0; i < count; i++) {
                nanos.add(new Nano(innermost, bucket));
            }
        }

        void begin(Region region) {
            open.add(region);
            if (open.size() > RegionStack.DEPTH) {
                count(Anomaly.STACK_OVERFLOW);
            }
        }

        void end(Region region) {
            if (open.size() > RegionStack.DEPTH) {
                open.removeLast();
                return;
            }
            if (open.isEmpty() || open.getLast() != region) {
                count(Anomaly.UNBALANCED_END);
            }
            int at = open.lastIndexOf(region);
            while (at >= 0 && open.size() > at) {
                open.removeLast();
            }
        }

        void attribute(Bucket bucket, int from, int to) {
            for (Nano nano : nanos.subList(Math.max(attemptBegan, from), to)) {
                if (!nano.attributed && bucket.compareTo(worth(nano)) < 0) {
                    nano.bucket = bucket;
                }
                nano.attributed = true;
            }
        }

        /** Good and lost are kinds of training, not claims on time that is found out late. */
        private static Bucket worth(Nano nano) {
            return nano.bucket == Bucket.GOOD ? Bucket.PENDING : nano.bucket;
        }

        void commit(int mark) {
            for (Nano nano : nanos.subList(0, mark)) {
                nano.bucket = nano.bucket == Bucket.PENDING ? Bucket.GOOD : nano.bucket;
            }
            committed = mark;
        }

        void restart(int gap, int checkpoint) {
            for (int i = 0; i < nanos.size(); i++) {
                Nano nano = nanos.get(i);
                if (nano.bucket == Bucket.PENDING
                        || (nano.bucket == Bucket.GOOD && i >= checkpoint)) {
                    nano.bucket = Bucket.LOST_PROGRESS;
                }
            }
            for (int i = 0; i < gap; i++) {
                nanos.add(new Nano(Region.RECOVERY, Bucket.INFRA_RECOVERY));
            }
            attemptBegan = nanos.size();
            open.clear();
            anomalies.clear();
        }

        void count(Anomaly anomaly) {
            anomalies.merge(anomaly, 1L, Long::sum);
        }

        Ledger ledger() {
            Map<Region, Map<Bucket, Long>> cells = new HashMap<>();
            for (Nano nano : nanos) {
                cells.computeIfAbsent(nano.region, _ -> new EnumMap<>(Bucket.class))
                        .merge(nano.bucket, 1L, Long::sum);
            }
            return new Ledger(cells, nanos.size());
        }
    }

    /** A run of the clock and the model side by side. */
    private static final class Run {
        private final SplittableRandom random;
        private final Model model = new Model();
        private long nanoTime;
        private long attemptStart;
        private RunClock clock;
        private @Nullable CheckpointMark mark;
        private int markAt;

        private int restarts;
        private int commits;
        private long moved;

        Run(long seed) {
            random = new SplittableRandom(seed);
            nanoTime = random.nextLong();
            attemptStart = nanoTime;
            clock = new RunClock(() -> nanoTime, State.NONE);
        }

        private void pass() {
            // Backward leaps only where no interval is attributed: those are told by the clock.
            int nanos = random.nextInt(12);
            nanoTime += nanos;
            model.pass(nanos);
        }

        private void begin(Region region) {
            pass();
            clock.begin(region);
            model.begin(region);
        }

        private void end(Region region) {
            pass();
            clock.end(region);
            model.end(region);
        }

        private void change(Region from, Region to) {
            pass();
            clock.change(from, to);
            model.end(from);
            model.begin(to);
        }

        private Region any() {
            return REGIONS.get(random.nextInt(REGIONS.size()));
        }

        private void tree(int levels, int disorder) {
            Region region = any();
            if (random.nextInt(100) >= disorder) {
                begin(region);
            }
            for (int i = levels == 0 ? 0 : random.nextInt(1, 3); i > 0; i--) {
                tree(levels - 1, disorder);
                event();
            }
            if (random.nextInt(100) < disorder) {
                end(any());
            }
            if (random.nextBoolean()) {
                Region next = any();
                change(region, next);
                region = next;
            }
            if (random.nextInt(100) >= disorder) {
                end(region);
            }
        }

        private void event() {
            switch (random.nextInt(12)) {
                case 0 -> {
                    pass();
                    mark = clock.mark();
                    markAt = model.nanos.size();
                }
                case 1 -> commit();
                case 2, 3 -> attribute();
                case 4 -> {
                    if (random.nextInt(4) == 0) {
                        restart();
                    }
                }
                default -> pass();
            }
        }

        private void commit() {
            if (mark != null) {
                pass();
                assertTrue(clock.commit(mark));
                model.commit(markAt);
                mark = null;
                commits++;
            }
        }

        private void attribute() {
            pass();
            clock.advance();
            int length = model.nanos.size() - model.attemptBegan;
            int from = random.nextInt(-3, length + 1);
            int to = from + random.nextInt(15);
            Bucket bucket = LATE[random.nextInt(LATE.length)];
            moved += clock.attribute(bucket, attemptStart + from, attemptStart + to);
            int first = model.attemptBegan + Math.max(0, from);
            int end = Math.clamp(model.attemptBegan + to, first, model.nanos.size());
            model.attribute(bucket, first, end);
        }

        private void restart() {
            clock.advance();
            State before = clock.state(Map.of());
            // Back to the last commit, whose training may have been attributed since, or to none.
            boolean toLast = random.nextBoolean();
            int gap = random.nextInt(20);
            model.restart(gap, toLast ? model.committed : 0);
            model.committed = toLast ? model.committed : 0;
            nanoTime = random.nextLong();
            attemptStart = nanoTime;
            clock = new RunClock(() -> nanoTime, Tails.withGap(before, gap));
            clock.goBack(toLast ? before : State.NONE);
            mark = null;
            restarts++;
        }

        void play() {
            int disorder = random.nextInt(4) * 10;
            for (int trees = random.nextInt(1, 4); trees > 0; trees--) {
                tree(random.nextInt(5), disorder);
            }
            if (random.nextInt(20) == 0) {
                int length = random.nextInt(1, 2 * RegionStack.DEPTH);
                for (int i = 0; i < length; i++) {
                    begin(any());
                }
            }
            pass();
            clock.advance();
        }
    }

    @Test
    void everyNanosecondIsInExactlyOneBucket() {
        Map<Bucket, Long> seen = new EnumMap<>(Bucket.class);
        Map<Anomaly, Long> anomalies = new EnumMap<>(Anomaly.class);
        long restarts = 0;
        long commits = 0;
        long moved = 0;
        for (long seed = 0; seed < RUNS; seed++) {
            Run run = new Run(seed);
            run.play();
            Ledger ledger = run.clock.ledger();
            assertEquals(run.model.nanos.size(), ledger.elapsedNanos(), "seed " + seed);
            assertEquals(run.model.ledger(), ledger, "seed " + seed);
            assertEquals(run.model.anomalies, run.clock.anomalies(), "seed " + seed);
            for (Bucket bucket : Bucket.values()) {
                seen.merge(bucket, ledger.nanos(bucket), Long::sum);
            }
            run.model.anomalies.forEach((kind, count) -> anomalies.merge(kind, count, Long::sum));
            restarts += run.restarts;
            commits += run.commits;
            moved += run.moved;
        }
        assertTrue(restarts > 1000 && commits > 1000 && moved > 10_000, "hardly covered");
        assertTrue(anomalies.getOrDefault(Anomaly.UNBALANCED_END, 0L) > 1000, "hardly covered");
        assertTrue(anomalies.getOrDefault(Anomaly.STACK_OVERFLOW, 0L) > 100, "hardly covered");
        for (Bucket bucket : Bucket.values()) {
            if (bucket != Bucket.DISCARDED_RUN) {
                assertTrue(seen.getOrDefault(bucket, 0L) > 100, bucket + " is hardly covered");
            }
        }
    }

    @Test
    void aClockThatLeapsBackLosesNothing() {
        long[] now = {100};
        RunClock clock = new RunClock(() -> now[0], State.NONE);
        SplittableRandom random = new SplittableRandom(7);
        long expected = 0;
        for (int i = 0; i < 1000; i++) {
            long step = random.nextInt(-20, 40);
            now[0] += step;
            expected += Math.max(0, step);
            clock.begin(REGIONS.get(random.nextInt(REGIONS.size())));
            clock.end(REGIONS.get(random.nextInt(REGIONS.size())));
        }
        assertEquals(expected, clock.ledger().elapsedNanos());
    }
}

package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;
import dev.retort.efficiency.RunTrace.Late;
import dev.retort.efficiency.RunTrace.Mark;
import dev.retort.efficiency.RunTrace.Segment;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class RunTraceTest {
    private static final long BEGIN = Long.MAX_VALUE - 50; // Real clocks may wrap around, too.
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

    private final Sampler sampler = Sampler.start(SamplerOptions.defaults());
    private long nanoTime = BEGIN;
    private final RunMeter meter =
            RunOptions.of("traced")
                    .sampler(sampler)
                    .nanoClock(() -> nanoTime)
                    .epochClock(() -> Duration.between(Instant.EPOCH, NOON).toNanos())
                    .open();

    @AfterEach
    void close() {
        meter.close();
        sampler.close();
    }

    private void in(Region region, long nanos) {
        meter.begin(region);
        nanoTime += nanos;
        meter.end(region);
    }

    private void step(long input, long training) {
        meter.beginStep();
        in(Region.INPUT, input);
        in(Region.STEP, training);
        meter.endStep(1);
    }

    private static Segment segment(Region region, Bucket bucket, long from, long to, long step) {
        return new Segment(region, bucket, from, to, step);
    }

    @Test
    void tellsWhatWasDoneWhen() {
        nanoTime += 5;
        step(10, 100);
        meter.mark(); // Divides the time line, but not what was done.
        step(20, 200);
        nanoTime += 7;
        RunTrace trace = meter.trace();
        assertEquals(
                List.of(
                        segment(Region.OTHER, Bucket.OTHER, 0, 5, 0),
                        segment(Region.INPUT, Bucket.INPUT_STALL, 5, 15, 0),
                        segment(Region.STEP, Bucket.PENDING, 15, 115, 0),
                        segment(Region.INPUT, Bucket.INPUT_STALL, 115, 135, 1),
                        segment(Region.STEP, Bucket.PENDING, 135, 335, 1),
                        segment(Region.OTHER, Bucket.OTHER, 335, 342, 2)),
                trace.segments());
        assertEquals("traced", trace.run());
        assertEquals(BEGIN, trace.originNanoTime());
        assertEquals(342, trace.toNanos());
        assertEquals(NOON.plusNanos(342), trace.at(342));
        assertFalse(trace.isTruncated());
    }

    @Test
    void aPauseThatIsToldLateIsInAnAnswerThatReachesBack() {
        step(10, 100);
        RunTrace first = meter.trace();
        step(10, 100);
        meter.attribute(Bucket.JVM_PAUSE, BEGIN + 20, BEGIN + 30);
        assertEquals(List.of(), first.late());
        assertEquals(List.of(), meter.trace(first.toNanos()).late());
        assertEquals(
                List.of(new Late(Bucket.JVM_PAUSE, 20, 30)),
                meter.trace(first.toNanos() - 100).late());
    }

    @Test
    void neighboursThatAreAlikeAreOne() {
        meter.begin(Region.STEP);
        nanoTime += 10;
        meter.mark();
        nanoTime += 10;
        assertEquals(
                List.of(segment(Region.STEP, Bucket.PENDING, 0, 20, 0)), meter.trace().segments());
    }

    @Test
    void whatBecameKnownLateIsLaidOverAsInTheLedger() {
        step(10, 100);
        step(10, 100);
        meter.attribute(Bucket.JVM_PAUSE, BEGIN + 5, BEGIN + 30); // Half of it in the input.
        meter.attribute(Bucket.HOST_STALL, BEGIN + 20, BEGIN + 40); // Only what is left.
        RunTrace trace = meter.trace();
        assertEquals(
                List.of(
                        segment(Region.INPUT, Bucket.INPUT_STALL, 0, 10, 0),
                        segment(Region.STEP, Bucket.JVM_PAUSE, 10, 30, 0),
                        segment(Region.STEP, Bucket.HOST_STALL, 30, 40, 0),
                        segment(Region.STEP, Bucket.PENDING, 40, 110, 0),
                        segment(Region.INPUT, Bucket.INPUT_STALL, 110, 120, 1),
                        segment(Region.STEP, Bucket.PENDING, 120, 220, 1)),
                trace.segments());
        assertEquals(
                List.of(new Late(Bucket.JVM_PAUSE, 5, 30), new Late(Bucket.HOST_STALL, 30, 40)),
                trace.late());
    }

    /** The ledger is computed by another way, from sums. */
    @Test
    void theSegmentsSumToTheLedger() {
        Random random = new Random(7);
        for (int i = 0; i < 3000; i++) {
            step(random.nextInt(50), random.nextInt(500));
            if (random.nextInt(4) == 0) {
                in(Region.EVALUATION, random.nextInt(90));
            }
            if (random.nextInt(3) == 0) {
                long from = nanoTime - random.nextInt(900);
                Bucket bucket = random.nextBoolean() ? Bucket.JVM_PAUSE : Bucket.COPY_STALL;
                meter.attribute(bucket, from, from + random.nextInt(300));
            }
        }
        RunTrace trace = meter.trace();
        Map<Region, Map<Bucket, Long>> cells = new HashMap<>();
        long at = 0;
        for (Segment segment : trace.segments()) {
            assertEquals(at, segment.fromNanos(), "a gap or an overlap");
            at = segment.toNanos();
            cells.computeIfAbsent(segment.region(), _ -> new EnumMap<>(Bucket.class))
                    .merge(segment.bucket(), segment.nanos(), Long::sum);
        }
        assertEquals(trace.toNanos(), at);
        assertEquals(meter.snapshot().ledger(), new Ledger(cells, at));
    }

    @Test
    void partsFollowEachOther() {
        step(10, 100);
        RunTrace first = meter.trace();
        nanoTime += 3;
        step(20, 200);
        RunTrace second = meter.trace(first.toNanos());
        assertEquals(110, second.fromNanos());
        assertEquals(
                List.of(
                        segment(Region.OTHER, Bucket.OTHER, 110, 113, 1),
                        segment(Region.INPUT, Bucket.INPUT_STALL, 113, 133, 1),
                        segment(Region.STEP, Bucket.PENDING, 133, 333, 1)),
                second.segments());
        assertTrue(meter.trace(second.toNanos()).segments().isEmpty());
        assertThrows(IllegalArgumentException.class, () -> meter.trace(-1));
    }

    @Test
    void commitsAndFailuresAreMarked() {
        step(10, 100);
        meter.commit();
        step(10, 100);
        meter.failure(FailureClass.NUMERIC, "the loss is NaN");
        RunTrace trace = meter.trace();
        assertEquals(
                List.of(
                        new Mark(Mark.Kind.COMMIT, 110, 1, ""),
                        new Mark(Mark.Kind.FAILURE, 220, 2, "NUMERIC: the loss is NaN")),
                trace.marks());
        assertEquals(trace.marks().subList(1, 2), meter.trace(150).marks());
    }

    @Test
    void saysWhatItForgot() {
        for (int i = 0; i < 30_000; i++) {
            step(1, 1);
        }
        RunTrace trace = meter.trace();
        assertTrue(trace.isTruncated());
        assertTrue(trace.fromNanos() > 0);
        assertEquals(trace.fromNanos(), trace.segments().getFirst().fromNanos());
        assertEquals(60_000, trace.segments().getLast().toNanos());
        assertFalse(meter.trace(trace.fromNanos()).isTruncated());
    }

    @Test
    void saysHowManyMarksItForgot() {
        for (int i = 0; i < TraceLog.CAPACITY + 3; i++) {
            nanoTime++;
            meter.commit();
        }
        assertEquals(3, meter.trace().forgotten());
        assertTrue(meter.trace().isTruncated());
        assertEquals(TraceLog.CAPACITY, meter.trace().marks().size());
        assertFalse(meter.trace(10).isTruncated());
    }

    @Test
    void theEndEndsTheTrace() {
        step(10, 100);
        meter.finish();
        nanoTime += 1000;
        meter.begin(Region.STEP);
        RunTrace trace = meter.trace();
        assertEquals(110, trace.toNanos());
        assertEquals(Map.of(Anomaly.AFTER_FINISH, 1L), trace.anomalies());
    }
}

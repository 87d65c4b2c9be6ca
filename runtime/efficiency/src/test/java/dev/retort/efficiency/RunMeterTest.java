package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

class RunMeterTest {
    private final Sampler sampler = Sampler.start(SamplerOptions.defaults());
    private long nanoTime = Long.MAX_VALUE - 50; // Real clocks may wrap around, too.
    private final RunMeter meter =
            RunOptions.of("test").sampler(sampler).nanoClock(() -> nanoTime).open();

    @AfterEach
    void close() {
        meter.close();
        sampler.close();
    }

    private void pass(long nanos) {
        nanoTime += nanos;
    }

    private void assertNanos(Map<Region, Long> expected) {
        Ledger ledger = meter.snapshot().ledger();
        Map<Region, Long> found = new HashMap<>();
        ledger.regions().forEach(region -> found.put(region, ledger.of(region).toNanos()));
        assertEquals(expected, found);
    }

    private void assertAnomalies(Map<Anomaly, Long> expected) {
        assertEquals(expected, meter.snapshot().anomalies());
    }

    @Test
    void timeBelongsToTheInnermostRegion() {
        pass(1);
        meter.begin(Region.STEP);
        pass(10);
        meter.begin(Region.INPUT);
        pass(100);
        meter.begin(Region.STEP);
        pass(1000);
        meter.end(Region.STEP);
        pass(200);
        meter.end(Region.INPUT);
        pass(20);
        meter.end(Region.STEP);
        pass(2);
        assertNanos(Map.of(Region.STEP, 1030L, Region.INPUT, 300L, Region.OTHER, 3L));
        assertAnomalies(Map.of());
        assertEquals(Duration.ofNanos(1333), meter.snapshot().ledger().elapsed());
    }

    @Test
    void aChangeLeavesNothingBetweenTwoRegions() {
        meter.begin(Region.EVALUATION);
        meter.begin(Region.FORWARD);
        pass(3);
        meter.change(Region.FORWARD, Region.INPUT);
        pass(4);
        meter.end(Region.INPUT);
        meter.end(Region.EVALUATION);
        assertNanos(Map.of(Region.FORWARD, 3L, Region.INPUT, 4L));
        assertEquals(5, meter.snapshot().hookCost().calls());
        assertAnomalies(Map.of());
    }

    @Test
    void aChangeFromARegionThatIsNotOpenBeginsTheOther() {
        meter.change(Region.FORWARD, Region.BACKWARD);
        pass(6);
        meter.end(Region.BACKWARD);
        assertNanos(Map.of(Region.BACKWARD, 6L));
        assertAnomalies(Map.of(Anomaly.UNBALANCED_END, 1L));
    }

    @Test
    void otherCanBeOpenedToExcludeAPart() {
        meter.begin(Region.EVALUATION);
        pass(5);
        meter.begin(Region.OTHER);
        pass(7);
        meter.end(Region.OTHER);
        pass(5);
        meter.end(Region.EVALUATION);
        assertNanos(Map.of(Region.EVALUATION, 10L, Region.OTHER, 7L));
        assertAnomalies(Map.of());
    }

    @Test
    void snapshotIncludesTheTimeOfOpenRegions() {
        meter.begin(Region.FORWARD);
        pass(4);
        assertNanos(Map.of(Region.FORWARD, 4L));
        pass(5);
        meter.end(Region.FORWARD);
        assertNanos(Map.of(Region.FORWARD, 9L));
        assertAnomalies(Map.of());
    }

    @Test
    void stepsAndItemsAreCounted() {
        step(32);
        step(0);
        step(8);
        RunAccount account = meter.finish();
        assertEquals("test", account.name());
        assertEquals(3, account.steps());
        assertEquals(40, account.items());
        assertEquals(6, account.hookCost().calls());
        assertEquals(
                HookCost.of(6, HookCalibration.nanosPerCall()).estimated(),
                account.hookCost().estimated());
    }

    @Test
    void negativeItemsAreNotCounted() {
        step(5);
        step(-3);
        RunAccount account = meter.snapshot();
        assertEquals(2, account.steps());
        assertEquals(5, account.items());
        assertAnomalies(Map.of(Anomaly.NEGATIVE_WORK, 1L));
    }

    @Test
    void itemsStopAtTheLargestNumber() {
        step(Long.MAX_VALUE);
        step(Long.MAX_VALUE);
        step(1);
        assertEquals(Long.MAX_VALUE, meter.snapshot().items());
    }

    @Test
    void endOfAnOuterRegionEndsAllInsideIt() {
        meter.begin(Region.STEP);
        meter.begin(Region.FORWARD);
        meter.begin(Region.INPUT);
        meter.end(Region.STEP);
        pass(6);
        assertNanos(Map.of(Region.OTHER, 6L));
        assertAnomalies(Map.of(Anomaly.UNBALANCED_END, 1L));
    }

    @Test
    void endEndsTheInnermostOfSeveralOfItsName() {
        meter.begin(Region.STEP);
        meter.begin(Region.STEP);
        meter.begin(Region.INPUT);
        meter.end(Region.STEP);
        pass(6);
        assertNanos(Map.of(Region.STEP, 6L));
        assertAnomalies(Map.of(Anomaly.UNBALANCED_END, 1L));
    }

    @Test
    void endOfARegionThatIsNotOpenIsIgnored() {
        meter.end(Region.STEP);
        meter.begin(Region.INPUT);
        meter.end(Region.STEP);
        pass(6);
        assertNanos(Map.of(Region.INPUT, 6L));
        assertAnomalies(Map.of(Anomaly.UNBALANCED_END, 2L));
    }

    @Test
    void regionsBeyondTheDepthBelongToTheLastThatFits() {
        for (int i = 0; i < RegionStack.DEPTH - 1; i++) {
            meter.begin(Region.STEP);
        }
        meter.begin(Region.INPUT);
        meter.begin(Region.FORWARD);
        meter.begin(Region.INPUT);
        pass(3);
        meter.end(Region.INPUT);
        meter.end(Region.FORWARD);
        pass(4);
        meter.end(Region.INPUT);
        pass(5);
        assertNanos(Map.of(Region.INPUT, 7L, Region.STEP, 5L));
        assertAnomalies(Map.of(Anomaly.STACK_OVERFLOW, 2L));
        assertEquals(16, RegionStack.DEPTH, "the documentation says 16");
    }

    @Test
    void clockThatGoesBackCostsNothing() {
        meter.begin(Region.INPUT);
        pass(10);
        meter.end(Region.INPUT);
        pass(-4);
        meter.begin(Region.STEP);
        pass(3);
        meter.end(Region.STEP);
        assertNanos(Map.of(Region.INPUT, 10L, Region.STEP, 3L));
        assertAnomalies(Map.of(Anomaly.CLOCK_WENT_BACK, 1L));
    }

    @Test
    @SuppressWarnings("NullAway") // The callers that this protects from are not checked by it.
    void nullIsIgnored() {
        meter.begin(Region.STEP);
        meter.begin(null);
        meter.end(null);
        pass(3);
        assertNanos(Map.of(Region.STEP, 3L));
        assertAnomalies(Map.of(Anomaly.NULL_REGION, 2L));
    }

    @Test
    void regionsOfOneThreadAreNotEndedByAnother() {
        meter.begin(Region.STEP);
        CompletableFuture.runAsync(
                        () -> {
                            meter.begin(Region.INPUT);
                            meter.end(Region.STEP);
                            step(7);
                        })
                .join();
        pass(3);
        assertNanos(Map.of(Region.STEP, 3L));
        assertEquals(7, meter.snapshot().items(), "steps may be counted by any thread");
        assertAnomalies(Map.of(Anomaly.WRONG_THREAD, 2L));
    }

    @Test
    void anyThreadMayGoOn() {
        CompletableFuture.runAsync(
                        () -> {
                            meter.begin(Region.STEP);
                            pass(4);
                            meter.end(Region.STEP);
                        })
                .join();
        meter.begin(Region.INPUT);
        pass(3);
        RunAccount account = CompletableFuture.supplyAsync(meter::finish).join();
        assertEquals(Duration.ofNanos(4), account.ledger().of(Region.STEP));
        assertEquals(Duration.ofNanos(3), account.ledger().of(Region.INPUT));
    }

    @Test
    void manyThreadsLoseNoStep() {
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(
                    CompletableFuture.runAsync(
                            () -> {
                                for (int call = 0; call < 10_000; call++) {
                                    meter.flops(Precision.BF16, 2, 3);
                                }
                            }));
        }
        CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new)).join();
        RunAccount account = meter.finish();
        assertEquals(Map.of(Precision.BF16, 80_000.0), account.work().modelFlops());
        assertEquals(Map.of(Precision.BF16, 120_000.0), account.work().hardwareFlops());
        assertEquals(40_000, account.hookCost().calls());
    }

    @Test
    void stepsThatAreNotPairsAreAnomalies() {
        meter.endStep(1);
        meter.beginStep();
        meter.beginStep();
        meter.endStep(2);
        meter.endStep(4);
        meter.beginStep();
        meter.cancelStep();
        RunAccount account = meter.snapshot();
        assertEquals(1, account.steps());
        assertEquals(2, account.items());
        assertAnomalies(Map.of(Anomaly.STEP_NOT_BEGUN, 2L, Anomaly.STEP_NOT_ENDED, 1L));
    }

    @Test
    void operationsThatCannotBeAreNotCounted() {
        meter.flops(Precision.FP32, -1, 1);
        meter.flops(Precision.FP32, Double.NaN, 1);
        meter.flops(Precision.FP32, 2, 1);
        meter.flops(Precision.FP32, 1, Double.POSITIVE_INFINITY);
        assertEquals(Map.of(), meter.snapshot().work().modelFlops());
        assertAnomalies(Map.of(Anomaly.NEGATIVE_WORK, 4L));
    }

    @Test
    void aStepLastsWithoutEvaluation() {
        meter.beginStep();
        pass(2_000_000);
        meter.begin(Region.EVALUATION);
        pass(50_000_000);
        meter.end(Region.EVALUATION);
        pass(1_000_000);
        meter.endStep(1);
        double nanos = meter.snapshot().stepTimes().max().orElseThrow().toNanos();
        assertEquals(3_000_000, nanos, 3_000_000 * 1e-3);
    }

    @Test
    void theBucketIsTheFirstOfAllOpenRegions() {
        meter.begin(Region.EVALUATION);
        meter.begin(Region.INPUT);
        pass(3);
        meter.end(Region.INPUT);
        meter.begin(Region.FORWARD);
        pass(5);
        meter.end(Region.FORWARD);
        meter.end(Region.EVALUATION);
        meter.begin(Region.named("epoch"));
        meter.begin(Region.FORWARD);
        pass(7);
        meter.end(Region.FORWARD);
        pass(11);
        meter.end(Region.named("epoch"));
        Ledger ledger = meter.snapshot().ledger();
        assertEquals(Duration.ofNanos(8), ledger.of(Bucket.EVALUATION));
        assertEquals(Duration.ofNanos(12), ledger.of(Region.FORWARD));
        assertEquals(Duration.ofNanos(7), ledger.of(Bucket.PENDING));
        assertEquals(Duration.ofNanos(11), ledger.of(Bucket.CUSTOM));
    }

    @Test
    void trainingIsGoodOnceItSurvived() {
        train(10);
        CheckpointMark mark = meter.mark();
        train(20);
        meter.commit(mark);
        train(40);
        assertEquals(Duration.ofNanos(10), meter.snapshot().ledger().of(Bucket.GOOD));
        assertEquals(Duration.ofNanos(60), meter.snapshot().ledger().of(Bucket.PENDING));
        assertEquals(1, meter.snapshot().kept().steps());
        CheckpointMark later = meter.mark();
        meter.commit(later);
        meter.commit(mark);
        assertAnomalies(Map.of(Anomaly.STALE_COMMIT, 1L));
        assertEquals(Duration.ofNanos(70), meter.snapshot().ledger().of(Bucket.GOOD));
        train(80);
        RunAccount failed = meter.fail(FailureClass.NUMERIC, "the loss is not a number");
        assertEquals(Duration.ofNanos(70), failed.ledger().of(Bucket.GOOD));
        assertEquals(Duration.ofNanos(80), failed.ledger().of(Bucket.DISCARDED_RUN));
        assertEquals(Outcome.FAILED, failed.outcome());
        assertEquals(FailureClass.NUMERIC, failed.failures().getFirst().kind());
        assertEquals(4, failed.failures().getFirst().step());
    }

    @Test
    void aRunThatEndsWellIsGoodAndADiscardedOneIsNot() {
        train(10);
        assertEquals(Duration.ofNanos(10), meter.finish().ledger().of(Bucket.GOOD));
        RunMeter other = RunOptions.of("other").sampler(sampler).nanoClock(() -> nanoTime).open();
        other.begin(Region.STEP);
        pass(5);
        other.end(Region.STEP);
        other.commit();
        assertEquals(Duration.ofNanos(5), other.snapshot().ledger().of(Bucket.GOOD));
        assertEquals(Duration.ofNanos(5), other.discard().ledger().of(Bucket.DISCARDED_RUN));
    }

    @Test
    void timeMovesToWhatItTurnsOutToHaveBeen() {
        long start = nanoTime;
        train(100);
        meter.begin(Region.INPUT);
        pass(50);
        meter.end(Region.INPUT);
        assertEquals(30, meter.attribute(Bucket.JVM_PAUSE, start + 10, start + 40));
        assertEquals(20, meter.attribute(Bucket.JVM_PAUSE, start + 30, start + 60), "30 to 40");
        assertEquals(0, meter.attribute(Bucket.JVM_PAUSE, start + 110, start + 120), "input");
        Ledger ledger = meter.finish().ledger();
        assertEquals(Duration.ofNanos(50), ledger.of(Bucket.JVM_PAUSE));
        assertEquals(Duration.ofNanos(50), ledger.of(Bucket.GOOD));
        assertEquals(Duration.ofNanos(50), ledger.of(Bucket.INPUT_STALL));
    }

    private void train(long nanos) {
        meter.beginStep();
        meter.begin(Region.STEP);
        pass(nanos);
        meter.end(Region.STEP);
        meter.endStep(1);
    }

    private void step(long items) {
        meter.beginStep();
        meter.endStep(items);
    }

    @Test
    void finishEndsWhatIsOpen() {
        meter.begin(Region.STEP);
        meter.begin(Region.INPUT);
        pass(8);
        RunAccount account = meter.finish();
        assertEquals(Duration.ofNanos(8), account.ledger().of(Region.INPUT));
        assertEquals(Map.of(Anomaly.OPEN_AT_FINISH, 2L), account.anomalies());
    }

    @Test
    void finishIsIdempotentAndFinal() {
        step(1);
        pass(5);
        RunAccount account = meter.finish();
        pass(100);
        meter.begin(Region.STEP);
        meter.end(Region.STEP);
        meter.endStep(9);
        meter.close();
        assertSame(account, meter.finish());
        assertEquals(Map.of(), account.anomalies());
        RunAccount later = meter.snapshot();
        assertEquals(Map.of(Anomaly.AFTER_FINISH, 3L), later.anomalies());
        assertEquals(account.ledger(), later.ledger());
        assertEquals(1, later.items());
        assertEquals(account.hookCost(), later.hookCost());
    }

    @Test
    void accountSpansTheProcessorUsage() {
        try (RunMeter real = RunMeter.open("real", sampler)) {
            real.begin(Region.STEP);
            RunAccount soFar = real.snapshot();
            real.end(Region.STEP);
            RunAccount account = real.finish();
            assertTrue(account.cpu().wall().compareTo(account.ledger().elapsed()) >= 0);
            assertTrue(account.ledger().elapsed().compareTo(soFar.ledger().elapsed()) >= 0);
            assertTrue(account.cpu().cpuSeconds().ifMeasured().isPresent());
        }
        sampler.openWindow().close(); // Throws if the meter had closed a sampler it does not own.
    }

    @Test
    void meterCanStandAlone() {
        RunMeter alone = RunMeter.open("alone");
        alone.begin(Region.EVALUATION);
        alone.end(Region.EVALUATION);
        RunAccount account = alone.finish();
        assertEquals("alone", account.name());
        assertFalse(account.ledger().elapsed().isNegative());
        assertEquals(2, account.hookCost().calls());
        assertTrue(account.hookCost().estimated().isPositive());
    }
}

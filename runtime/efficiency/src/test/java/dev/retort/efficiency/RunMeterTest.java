package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

class RunMeterTest {
    private final Sampler sampler = Sampler.start(SamplerOptions.defaults());
    private long nanoTime = Long.MAX_VALUE - 50; // Real clocks may wrap around, too.
    private final RunMeter meter = new RunMeter("test", sampler, false, () -> nanoTime);

    @AfterEach
    void close() {
        meter.close();
        sampler.close();
    }

    private void pass(long nanos) {
        nanoTime += nanos;
    }

    private void assertNanos(Map<Region, Long> expected) {
        Map<Region, Long> all = new EnumMap<>(Region.class);
        for (Region region : Region.values()) {
            all.put(region, expected.getOrDefault(region, 0L));
        }
        assertEquals(all, meter.snapshot().ledger().nanos());
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
        meter.step(32);
        meter.step(0);
        meter.step(8);
        RunAccount account = meter.finish();
        assertEquals("test", account.name());
        assertEquals(3, account.steps());
        assertEquals(40, account.items());
        assertEquals(3, account.hookCost().calls());
        assertEquals(HookCost.of(3, HookCalibration.nanosPerCall()), account.hookCost());
    }

    @Test
    void negativeItemsAreNotCounted() {
        meter.step(5);
        meter.step(-3);
        RunAccount account = meter.snapshot();
        assertEquals(2, account.steps());
        assertEquals(5, account.items());
        assertAnomalies(Map.of(Anomaly.NEGATIVE_ITEMS, 1L));
    }

    @Test
    void itemsStopAtTheLargestNumber() {
        meter.step(Long.MAX_VALUE);
        meter.step(Long.MAX_VALUE);
        meter.step(1);
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
        for (int i = 0; i < RegionClock.DEPTH - 1; i++) {
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
        assertEquals(16, RegionClock.DEPTH, "the documentation says 16");
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
    void otherThreadsAreIgnored() {
        meter.begin(Region.STEP);
        CompletableFuture.runAsync(
                        () -> {
                            meter.begin(Region.INPUT);
                            meter.step(7);
                            meter.end(Region.STEP);
                        })
                .join();
        pass(3);
        assertNanos(Map.of(Region.STEP, 3L));
        assertEquals(0, meter.snapshot().items());
        assertEquals(1, meter.snapshot().hookCost().calls());
        assertAnomalies(Map.of(Anomaly.WRONG_THREAD, 3L));
    }

    @Test
    void accountIsRefusedToOtherThreads() {
        for (Runnable call :
                new Runnable[] {() -> meter.snapshot(), () -> meter.finish(), meter::close}) {
            CompletionException thrown =
                    assertThrows(
                            CompletionException.class,
                            () -> CompletableFuture.runAsync(call).join());
            assertInstanceOf(WrongThreadException.class, thrown.getCause());
        }
        meter.step(1);
        assertEquals(1, meter.finish().steps(), "still open after they were refused");
        assertAnomalies(Map.of(Anomaly.WRONG_THREAD, 3L));
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
        meter.step(1);
        pass(5);
        RunAccount account = meter.finish();
        pass(100);
        meter.begin(Region.STEP);
        meter.end(Region.STEP);
        meter.step(9);
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
    void meterClosesTheSamplerItOwns() {
        Sampler own = Sampler.start(SamplerOptions.defaults());
        try (RunMeter owner = new RunMeter("owner", own, true, System::nanoTime)) {
            own.openWindow().close();
            owner.finish();
            assertThrows(IllegalStateException.class, own::openWindow);
        }
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

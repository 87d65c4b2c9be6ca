package dev.retort.efficiency.figures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.Reading;
import dev.retort.device.sampling.EnergyUsage;
import dev.retort.efficiency.Ledger;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunTotals;
import dev.retort.efficiency.StepTimes;
import dev.retort.efficiency.StoredRun.Stretch;
import dev.retort.efficiency.Work;
import dev.retort.efficiency.figures.EnergyPerItem.Scope;
import dev.retort.efficiency.figures.LearningCurve.Point;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

class FiguresTest {
    private static final Currency EUR = Currency.getInstance("EUR");
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void wilsonsIntervalIsThatOfTheTables() {
        // Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        assertInterval(81, 263, 0.2553, 0.3662);
        assertInterval(15, 148, 0.0624, 0.1605);
        assertInterval(0, 20, 0.0000, 0.1611);
        assertInterval(1, 29, 0.0061, 0.1718);
        assertEquals(new FailureRate.Interval(0, 1), new FailureRate(0, 0).wilson());
        assertEquals(1.0, new FailureRate(7, 0).wilson().high());
        assertEquals(OptionalDouble.empty(), new FailureRate(0, 0).fraction());
        assertThrows(IllegalArgumentException.class, () -> new FailureRate(-1, 0));
    }

    private static void assertInterval(long failed, long runs, double low, double high) {
        FailureRate.Interval found = new FailureRate(failed, runs - failed).wilson();
        assertEquals(low, found.low(), 5e-5);
        assertEquals(high, found.high(), 5e-5);
    }

    @Test
    void nodesInSeriesFailMoreOften() {
        Duration time = FailureRate.meanTimeToFailure(10, 100);
        assertEquals(Duration.ofHours(24), time);
        assertEquals(
                10.0,
                new FailureRate(2, 5).per1000NodeDays(Duration.ofDays(200)).orElseThrow(),
                1e-9);
        assertEquals(OptionalDouble.empty(), new FailureRate(2, 5).per1000NodeDays(Duration.ZERO));
    }

    @Test
    void checkpointIntervals() {
        assertEquals(
                Duration.ofMinutes(20),
                CheckpointAdvice.young(Duration.ofMinutes(200), Duration.ofMinutes(1)));
        // 1 + sqrt(2 * (220 + 4) * 1 + 1) = 1 + sqrt(449)
        double minutes =
                CheckpointAdvice.available(
                                        Duration.ofMinutes(220),
                                        Duration.ofMinutes(1),
                                        Duration.ofMinutes(4))
                                .toNanos()
                        / 60e9;
        assertEquals(1 + Math.sqrt(449), minutes, 1e-9);
    }

    @Test
    void energyHasItsErrorAndScope() {
        Reading joules = Reading.now(500, "counter");
        EnergyPerItem energy =
                EnergyPerItem.of(joules, 1000, Duration.ofMillis(100), 700, Scope.GPU);
        assertEquals(0.5, energy.joules().ifMeasured().orElseThrow());
        assertEquals(0.14, energy.relativeError().orElseThrow(), 1e-12);
        assertEquals(
                OptionalDouble.empty(),
                EnergyPerItem.of(joules, 1000, Duration.ZERO, Double.NaN, Scope.PACKAGE)
                        .relativeError());
        Reading none = EnergyPerItem.of(joules, 0, Duration.ZERO, 1, Scope.NODE).joules();
        assertInstanceOf(Reading.Absent.class, none);
        Reading.Absent absent = new Reading.Absent("no RAPL");
        assertEquals(absent, EnergyPerItem.of(absent, 9, Duration.ZERO, 1, Scope.PACKAGE).joules());
        assertEquals(
                200.0,
                EnergyPerItem.dynamicJoules(joules, 30, Duration.ofSeconds(10))
                        .ifMeasured()
                        .orElseThrow());
    }

    @Test
    void pricesThatChangeAreIntegrated() {
        PriceTable prices = PriceTable.in(EUR).from(NOON, 2).from(NOON.plusSeconds(3600), 4);
        assertEquals(
                8 * (0.5 * 2 + 1.5 * 4),
                prices.cost(8, NOON.plusSeconds(1800), NOON.plusSeconds(9000)).orElseThrow(),
                1e-9);
        assertEquals(0.0, prices.cost(8, NOON, NOON).orElseThrow());
        assertEquals(OptionalDouble.empty(), prices.cost(1, NOON.minusSeconds(1), NOON));
        assertThrows(IllegalArgumentException.class, () -> prices.from(NOON, -1));
        assertThrows(
                IllegalArgumentException.class, () -> prices.cost(1, NOON, NOON.minusSeconds(1)));
    }

    @Test
    void attemptsArePaidEachAtItsTime() {
        PriceTable prices = PriceTable.in(EUR).from(NOON, 2).from(NOON.plusSeconds(3600), 4);
        Stretch cheap = new Stretch(NOON, NOON.plusSeconds(1800));
        Stretch dear = new Stretch(NOON.plusSeconds(7200), NOON.plusSeconds(9000));
        assertEquals(3 * (1 + 2), prices.cost(3, List.of(cheap, dear)).orElseThrow(), 1e-9);
        assertEquals(0.0, prices.cost(3, List.of()).orElseThrow());
        Stretch before = new Stretch(NOON.minusSeconds(9), NOON);
        assertEquals(OptionalDouble.empty(), prices.cost(3, List.of(cheap, before)));
    }

    @Test
    void energyOfAWindowHasTheErrorOfItsSampler() {
        EnergyUsage usage =
                new EnergyUsage(
                        "GPU-1",
                        Reading.now(500, "counter"),
                        Reading.now(25, "bound"),
                        EnergyUsage.Scope.BOARD,
                        EnergyUsage.Method.COUNTER);
        EnergyPerItem energy = EnergyPerItem.of(usage, 1000);
        assertEquals(0.5, energy.joules().ifMeasured().orElseThrow());
        assertEquals(0.05, energy.relativeError().orElseThrow(), 1e-12);
        assertEquals(Scope.GPU, energy.scope());
        EnergyPerItem none = EnergyPerItem.of(usage, 0);
        assertInstanceOf(Reading.Absent.class, none.joules());
        assertEquals(OptionalDouble.empty(), none.relativeError());
        EnergyUsage absent =
                new EnergyUsage(
                        "processor",
                        new Reading.Absent("no RAPL"),
                        new Reading.Absent("no RAPL"),
                        EnergyUsage.Scope.PACKAGES,
                        EnergyUsage.Method.NONE);
        assertEquals(absent.joules(), EnergyPerItem.of(absent, 7).joules());
        assertEquals(Scope.PACKAGE, EnergyPerItem.of(absent, 7).scope());
    }

    @Test
    void paddingAndRepetitionAreTold() {
        DataUse use = new DataUse(1000, 800, 200);
        assertEquals(0.8, use.paddingEfficiency().orElseThrow());
        assertEquals(4.0, use.repeatFactor().orElseThrow());
        assertEquals(OptionalDouble.empty(), new DataUse(0, 0, 0).paddingEfficiency());
        assertEquals(OptionalDouble.empty(), new DataUse(5, 0, 0).repeatFactor());
        assertThrows(IllegalArgumentException.class, () -> new DataUse(5, 6, 1));
    }

    @Test
    void costsAreSharedAmongWhatSurvived() {
        Ledger ledger = Ledger.of(Map.of(Region.STEP, 3L, Region.INPUT, 1L));
        Work kept = new Work(1, 50, 0, 0, Map.of(), Map.of());
        RunTotals runs =
                new RunTotals(0, 2, 1, 0, ledger, kept, kept, Work.NONE, StepTimes.NONE, Map.of());
        double energy = Cost.ofEnergy(7.2e6, 1.5, 0.2);
        assertEquals(0.6, energy, 1e-12);
        Cost cost = Cost.of(EUR, 99.4, energy, runs);
        assertEquals(100, cost.total(), 1e-9);
        assertEquals(100, cost.badput(), 1e-9, "all of it is pending");
        assertEquals(2, cost.perItem().orElseThrow(), 1e-9);
        assertEquals(50, cost.perUsefulRun().orElseThrow(), 1e-9);
        assertEquals(OptionalDouble.empty(), Cost.of(EUR, 1, 0, RunTotals.NONE).perItem());
        assertThrows(IllegalArgumentException.class, () -> Cost.ofEnergy(1, 0.9, 1));
    }

    @Test
    void dataEfficiencyComparesItemsAtOneQuality() {
        LearningCurve slow =
                new LearningCurve(
                        List.of(new Point(100, 0.5), new Point(300, 0.7), new Point(500, 0.8)));
        LearningCurve fast = new LearningCurve(List.of(new Point(50, 0.6), new Point(150, 0.8)));
        assertEquals(300, slow.itemsTo(0.7).orElseThrow(), 1e-9);
        assertEquals(100, fast.itemsTo(0.7).orElseThrow(), 1e-9);
        assertEquals(3, fast.efficiencyOver(slow, 0.7).orElseThrow(), 1e-9);
        assertTrue(slow.efficiencyOver(fast, 0.9).isEmpty());
        // (0.6 * 200 + 0.75 * 200) / 400
        assertEquals(0.675, slow.meanQuality().orElseThrow(), 1e-9);
        assertEquals(0.0005, slow.marginal().orElseThrow(), 1e-12);
        assertThrows(
                IllegalArgumentException.class,
                () -> new LearningCurve(List.of(new Point(5, 1), new Point(5, 1))));
    }
}

package dev.retort.efficiency.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.Reading;
import dev.retort.device.sampling.EnergyUsage;
import dev.retort.efficiency.Precision;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.Spending;
import dev.retort.efficiency.figures.PriceTable;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Which figures are handed over, and what they say. */
@Timeout(60)
class ExportFiguresTest {
    private static final Duration NEVER = Duration.ofHours(1);

    private static final ExportHealth HEALTH = new ExportHealth(RunExport.cpuTime(0), List.of());

    private final Runs run = new Runs();

    private final Runs.Kept kept = new Runs.Kept();

    @AfterEach
    void close() {
        run.close();
    }

    private RunExport export() {
        return ExportOptions.of(run.meter).to(kept).every(NEVER).start();
    }

    private static Figure at(Map<String, Figure> figures, String name) {
        return Objects.requireNonNull(figures.get(name), name);
    }

    private static double value(Figure figure) {
        return figure.value().orElseThrow(() -> new AssertionError(figure.reading()));
    }

    @Test
    void theFiguresAreThoseOfTheAccount() {
        export();
        for (int i = 0; i < 10; i++) {
            run.step();
        }
        run.meter.commit();
        run.meter.flops(Precision.FP32, 2e9, 3e9);
        run.meter.finish();
        Map<String, Figure> figures = kept.figures(1);
        assertEquals(0.1, value(at(figures, "run.elapsed")), 1e-12);
        assertEquals(0.6, value(at(figures, "run.goodput")), 1e-12);
        assertEquals(0.04, value(at(figures, "run.time/INPUT/INPUT_STALL")), 1e-12);
        assertEquals(0.06, value(at(figures, "run.time/STEP/GOOD")), 1e-12);
        assertEquals(0.4, value(at(figures, "run.bucket.share/1m/INPUT_STALL")), 1e-12);
        assertEquals(10, value(at(figures, "run.steps")));
        assertEquals(320, value(at(figures, "run.items")));
        assertEquals(3200, value(at(figures, "run.items.rate/run")), 1e-6);
        assertEquals(0.010, value(at(figures, "run.step.time/p99")), 1e-5);
        assertEquals(3e9, value(at(figures, "run.flops/FP32/hardware")));
        assertEquals(1, value(at(figures, "run.state/SUCCEEDED")));
        assertTrue(value(at(figures, "device.resident.memory/cpu/" + cpu() + "/")) > 1e6);
        double cells =
                figures.values().stream()
                        .filter(figure -> figure.name().equals("run.time"))
                        .mapToDouble(ExportFiguresTest::value)
                        .sum();
        assertEquals(0.1, cells, 1e-12);
    }

    private String cpu() {
        return String.valueOf(run.sampler.devices().get("cpu"));
    }

    @Test
    void whatIsNotKnownIsAbsentWithItsReason() {
        export();
        run.step();
        run.meter.finish();
        Map<String, Figure> figures = kept.figures(1);
        assertEquals(
                new Reading.Absent("no tokens were counted"), at(figures, "run.tokens").reading());
        assertEquals(
                new Reading.Absent("no floating-point operations were counted"),
                at(figures, "run.mfu/step").reading());
        assertInstanceOf(Reading.Absent.class, at(figures, "run.jvm.pauses").reading());
        assertFalse(figures.containsKey("run.cost/EUR"));
        for (Figure figure : figures.values()) {
            figure.value().ifPresent(value -> assertTrue(Double.isFinite(value)));
        }
        // Whoever knows no energy has no energy per item.
        boolean energy = at(figures, "run.energy/cpu").value().isPresent();
        assertEquals(energy, at(figures, "run.item.energy/cpu").value().isPresent());
    }

    @Test
    void peaksAndPricesGiveUtilisationAndCost() {
        PriceTable prices =
                PriceTable.in(Currency.getInstance("EUR"))
                        .from(Instant.EPOCH, 3600); // One euro a second.
        ExportOptions.of(run.meter).to(kept).every(NEVER).prices(2, prices).start();
        for (int i = 0; i < 10; i++) {
            run.step();
        }
        run.meter.flops(Precision.FP32, 2e10, 4e10);
        run.meter.finish();
        Map<String, Figure> figures = kept.figures(1);
        assertEquals(2e10 / 1e12 / (2 * 0.1), value(at(figures, "run.mfu/wall")), 1e-9);
        assertEquals(4e10 / 1e12 / (2 * 0.1), value(at(figures, "run.hfu/wall")), 1e-9);
        assertEquals(0.2, value(at(figures, "run.cost/EUR")), 1e-9);
        assertEquals(0.2 * 0.4, value(at(figures, "run.cost.badput/EUR")), 1e-9);
        assertEquals(0.2 / 320, value(at(figures, "run.item.cost/EUR")), 1e-9);
    }

    @Test
    void allFiguresOfANameHaveTheSameKeys() {
        export();
        run.step();
        run.meter.finish();
        Map<String, List<String>> keys = new HashMap<>();
        for (Interval interval : kept.intervals) {
            for (Figure figure : interval.figures()) {
                List<String> found = List.copyOf(figure.labels().keySet());
                List<String> before = keys.putIfAbsent(figure.name(), found);
                assertEquals(before == null ? found : before, found, figure.name());
                assertTrue(
                        figure.name().startsWith("device.") || FigureTexts.has(figure.name()),
                        "no text on " + figure.name());
            }
        }
    }

    @Test
    void whatIsNotMeasuredIsNotZero() {
        assertInstanceOf(Reading.Absent.class, RunExport.cpuTime(-1));
        assertEquals(0, RunExport.cpuTime(0).ifMeasured().orElseThrow());
        export();
        assertEquals(
                new Reading.Absent("no time has passed"),
                at(kept.figures(0), "run.goodput").reading());
        run.step();
        run.meter.finish();
        assertEquals(0.6, value(at(kept.figures(1), "run.goodput")), 1e-12);
    }

    @Test
    void theFiguresSayHowOldTheyAre() {
        RunExport export = export();
        run.pass(7_000_000_000L);
        export.flush();
        double first = value(at(kept.figures(0), "meter.export.timestamp"));
        assertEquals(7, value(at(kept.figures(1), "meter.export.timestamp")) - first, 1e-3);
        Instant end = kept.intervals.get(1).end();
        assertEquals(
                end.getEpochSecond() + end.getNano() * 1e-9,
                value(at(kept.figures(1), "meter.export.timestamp")),
                1e-3);
    }

    @Test
    void aResumedRunHasNoCostThatLeavesItsGapsOut() {
        run.step();
        RunAccount account = run.meter.snapshot();
        RunAccount resumed = account("resumed", Map.of(), 2, account);
        PriceTable prices = PriceTable.in(Currency.getInstance("EUR")).from(Instant.EPOCH, 3600);
        List<Figure> figures =
                new FigureReader(ExportOptions.of(run.meter).prices(1, prices))
                        .read(resumed, Optional.empty(), Instant.now(), HEALTH);
        for (String name : List.of("run.cost", "run.cost.badput", "run.item.cost")) {
            Figure cost =
                    figures.stream()
                            .filter(one -> one.name().equals(name))
                            .findFirst()
                            .orElseThrow();
            assertEquals(
                    new Reading.Absent(
                            "the run was resumed, and when its earlier processes ran is not known"),
                    cost.reading());
        }
    }

    @Test
    void theEnergyOfAnItemIsThatOfAllProcessesOrAbsent() {
        for (int i = 0; i < 10; i++) {
            run.step();
        }
        RunAccount one = run.meter.snapshot();
        EnergyUsage usage =
                new EnergyUsage(
                        "GPU-1",
                        Reading.now(50, "a counter"),
                        new Reading.Absent("not needed"),
                        EnergyUsage.Scope.BOARD,
                        EnergyUsage.Method.COUNTER);
        // Both took 100 ms and 320 items, of which this process used 50 J.
        assertEquals(
                150.0 / 320,
                FigureReader.perItem(usage, resumed(one, spent(150, 100)))
                        .ifMeasured()
                        .orElseThrow(),
                1e-12);
        Reading part = FigureReader.perItem(usage, resumed(one, spent(150, 60)));
        assertEquals(
                new Reading.Absent(
                        "the energy of all processes of the run is not known, and the items are"
                                + " theirs"),
                part);
        assertEquals(part, FigureReader.perItem(usage, resumed(one, Spending.NONE)));
        EnergyUsage unknown =
                new EnergyUsage(
                        "GPU-1",
                        new Reading.Absent("no counter"),
                        new Reading.Absent("no counter"),
                        EnergyUsage.Scope.BOARD,
                        EnergyUsage.Method.NONE);
        assertEquals(
                new Reading.Absent("no counter"),
                FigureReader.perItem(unknown, resumed(one, spent(150, 100))));
    }

    private static Spending spent(double joules, long millis) {
        return new Spending(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of("GPU-1 BOARD", new Spending.Part(joules, Duration.ofMillis(millis))));
    }

    private static RunAccount resumed(RunAccount one, Spending spending) {
        return account("resumed", Map.of(), 2, one, spending);
    }

    private static RunAccount account(
            String name, Map<String, String> tags, int attempts, RunAccount account) {
        return account(name, tags, attempts, account, account.spending());
    }

    private static RunAccount account(
            String name,
            Map<String, String> tags,
            int attempts,
            RunAccount account,
            Spending spending) {
        return new RunAccount(
                name,
                tags,
                account.outcome(),
                attempts,
                account.ledger(),
                account.work(),
                account.kept(),
                account.lost(),
                account.stepTimes(),
                account.jvm(),
                account.cpu(),
                List.of(),
                Map.of(),
                account.hookCost(),
                spending);
    }

    @Test
    void labelsOfTheRunAreBoundedAndTellApart() {
        RunAccount account = run.meter.snapshot();
        Map<String, String> tags = new HashMap<>();
        tags.put("device", "a");
        tags.put("a-b", "1");
        tags.put("a.b", "2");
        tags.put("7", "x".repeat(1000));
        RunAccount tagged = account("é".repeat(200), tags, 1, account);
        assertEquals(
                Map.of(
                        "run",
                        "é".repeat(128),
                        "tag_7",
                        "x".repeat(128),
                        "a_b",
                        "1",
                        "a_b_",
                        "2",
                        "tag_device",
                        "a"),
                RunLabels.of(tagged));
    }
}

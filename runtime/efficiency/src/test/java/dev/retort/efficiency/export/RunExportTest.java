package dev.retort.efficiency.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.Reading;
import dev.retort.efficiency.Anomaly;
import dev.retort.efficiency.Bucket;
import dev.retort.efficiency.FailureClass;
import dev.retort.efficiency.Outcome;
import dev.retort.efficiency.Precision;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunTrace.Late;
import dev.retort.efficiency.RunTrace.Segment;
import dev.retort.efficiency.figures.PriceTable;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

@Timeout(60)
class RunExportTest {
    private static final Duration NEVER = Duration.ofHours(1);

    private final Runs run = new Runs();
    private final Runs.Kept kept = new Runs.Kept();

    @TempDir Path folder;

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
    void intervalsFollowEachOtherWithoutGap() {
        RunExport export = export();
        run.step();
        assertTrue(export.flush());
        run.pass(1_000_000);
        run.step();
        run.meter.commit();
        run.meter.failure(FailureClass.NUMERIC, "NaN");
        run.meter.finish();
        run.pass(1_000_000);
        assertFalse(export.flush(), "the end ended it");
        assertEquals(3, kept.intervals.size());
        long at = 0;
        for (Interval interval : kept.intervals) {
            assertEquals(at, interval.fromNanos());
            for (Segment segment : interval.segments()) {
                assertEquals(at, segment.fromNanos());
                at = segment.toNanos();
            }
            assertEquals(at, interval.toNanos());
        }
        assertEquals(21_000_000, at);
        assertEquals(2, kept.intervals.get(2).marks().size());
        assertTrue(kept.intervals.get(2).last());
        assertEquals(Outcome.SUCCEEDED, kept.intervals.get(2).account().outcome());
        assertEquals(1, kept.opened);
        assertEquals(1, kept.closed);
        assertEquals(Map.of(), run.meter.snapshot().anomalies());
    }

    @Test
    void eachMarkAndEachPauseIsToldOnce() {
        RunExport export = export();
        run.step();
        run.meter.commit();
        export.flush();
        // Known late: it lies in an interval that was exported already.
        run.meter.attribute(Bucket.JVM_PAUSE, run.nanoTimeAt(5_000_000), run.nanoTimeAt(7_000_000));
        run.step();
        export.flush();
        run.meter.finish();
        List<Late> late = kept.intervals.stream().flatMap(one -> one.late().stream()).toList();
        assertEquals(List.of(new Late(Bucket.JVM_PAUSE, 5_000_000, 7_000_000)), late);
        assertEquals(1, kept.intervals.stream().mapToInt(one -> one.marks().size()).sum());
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
                        .mapToDouble(RunExportTest::value)
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

    /** Fails in one way or another. */
    private static final class Failing implements Destination {
        private final boolean opens;

        Failing(boolean opens) {
            this.opens = opens;
        }

        @Override
        public String name() {
            return "failing";
        }

        @Override
        public void open(RunAccount run) throws IOException {
            if (!opens) {
                throw new IOException("no");
            }
        }

        @Override
        public void accept(Interval interval) {
            throw new IllegalStateException("no");
        }

        @Override
        public void close() throws IOException {
            throw new IOException("no");
        }
    }

    @Test
    void aDestinationThatFailsIsCountedAndHurtsNoOther() {
        RunExport export =
                ExportOptions.of(run.meter)
                        .to(new Failing(true))
                        .to(new Failing(false))
                        .to(kept)
                        .every(NEVER)
                        .start();
        run.step();
        export.flush();
        RunAccount account = run.meter.finish();
        assertEquals(Outcome.SUCCEEDED, account.outcome());
        assertEquals(3, kept.intervals.size());
        // Three intervals of the first and its close; three times the second could not be opened.
        assertEquals(Map.of(Anomaly.EXPORT_FAILED, 3L + 1 + 3), run.meter.snapshot().anomalies());
    }

    /** An error that nobody expects of a destination. */
    private static final class Broken implements Destination {
        private int asked;

        @Override
        public String name() {
            return "broken";
        }

        @Override
        public void open(RunAccount run) {}

        @Override
        public void accept(Interval interval) {
            asked++;
            throw new AssertionError("broken");
        }

        @Override
        public void close() {
            throw new StackOverflowError("broken");
        }
    }

    @Test
    void anErrorOfADestinationIsCountedAndEndsNoExport() throws Exception {
        Broken broken = new Broken();
        CountDownLatch three = new CountDownLatch(3);
        Destination last =
                new Destination() {
                    @Override
                    public String name() {
                        return "last";
                    }

                    @Override
                    public void open(RunAccount run) {}

                    @Override
                    public void accept(Interval interval) {
                        three.countDown();
                    }

                    @Override
                    public void close() {}
                };
        ExportOptions.of(run.meter)
                .to(broken)
                .to(kept)
                .to(last)
                .every(Duration.ofMillis(10))
                .start();
        assertTrue(three.await(30, TimeUnit.SECONDS), "the schedule goes on");
        run.meter.finish();
        assertEquals(1, kept.closed);
        assertEquals(kept.intervals.size(), broken.asked);
        assertEquals(
                broken.asked + 1L, run.meter.snapshot().anomalies().get(Anomaly.EXPORT_FAILED));
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
                        .read(resumed, Optional.empty(), Instant.now(), RunExport.cpuTime(0));
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

    private static RunAccount account(
            String name, Map<String, String> tags, int attempts, RunAccount account) {
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
                account.hookCost());
    }

    @Test
    void aDestinationThatBecomesWritableIsWrittenTo() throws IOException {
        Path blocked = folder.resolve("blocked");
        Files.writeString(blocked, "a file where a folder should be");
        Path file = blocked.resolve("figures.jsonl");
        RunExport export = ExportOptions.of(run.meter).to(JsonLines.to(file)).every(NEVER).start();
        assertEquals(Map.of(Anomaly.EXPORT_FAILED, 1L), run.meter.snapshot().anomalies());
        Files.delete(blocked);
        run.step();
        assertTrue(export.flush());
        assertEquals(1, Files.readAllLines(file).size());
        run.meter.finish();
        assertEquals(2, Files.readAllLines(file).size());
    }

    /** Takes its time. */
    private static final class Slow implements Destination {
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch release = new CountDownLatch(1);

        @Override
        public String name() {
            return "slow";
        }

        @Override
        public void open(RunAccount run) {}

        @Override
        public void accept(Interval interval) throws IOException {
            if (interval.number() == 2) {
                entered.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        }

        @Override
        public void close() {}
    }

    @Test
    void aDestinationThatHangsDoesNotHoldTheTraining() throws Exception {
        Slow slow = new Slow();
        ExportOptions.of(run.meter).to(slow).to(kept).every(Duration.ofMillis(10)).start();
        assertTrue(slow.entered.await(30, TimeUnit.SECONDS));
        for (int i = 0; i < 100_000; i++) {
            run.step();
        }
        Thread.sleep(100); // Ten intervals, which nobody takes.
        assertEquals(100_000, run.meter.snapshot().steps());
        long hanging = run.meter.snapshot().anomalies().getOrDefault(Anomaly.EXPORT_DROPPED, 0L);
        assertTrue(hanging >= 5, "counted while it hangs: " + hanging);
        slow.release.countDown();
        RunAccount account = run.meter.finish();
        assertEquals(100_000, account.steps());
        Map<Anomaly, Long> anomalies = run.meter.snapshot().anomalies();
        assertTrue(anomalies.getOrDefault(Anomaly.EXPORT_DROPPED, 0L) >= 5, anomalies::toString);
        // The time of what was dropped is in the next one, which says what it has forgotten.
        Interval next = kept.intervals.get(2);
        assertEquals(kept.intervals.get(1).toNanos(), next.fromNanos());
        assertTrue(next.missingNanos() > 0);
    }

    @Test
    void stoppingEndsTheExportAndNotTheRun() {
        RunExport export = export();
        run.step();
        export.stop();
        export.stop();
        run.step();
        assertEquals(2, run.meter.finish().steps());
        assertEquals(2, kept.intervals.size());
        assertTrue(kept.intervals.get(1).last());
        assertEquals(Outcome.RUNNING, kept.intervals.get(1).account().outcome());
        assertEquals(1, kept.closed);
    }

    @Test
    void aRunThatHasEndedIsExportedOnce() {
        run.step();
        run.meter.finish();
        export();
        assertEquals(1, kept.intervals.size());
        assertTrue(kept.intervals.getFirst().last());
        assertEquals(1, kept.closed);
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

    @Test
    void badOptionsAreRefused() {
        ExportOptions options = ExportOptions.of(run.meter);
        assertThrows(IllegalArgumentException.class, () -> options.every(Duration.ZERO));
        PriceTable none = PriceTable.in(Currency.getInstance("EUR"));
        assertThrows(IllegalArgumentException.class, () -> options.prices(0, none));
    }
}

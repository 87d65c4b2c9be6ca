package dev.retort.planning.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.planning.PlanningException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

class RefusalsTest {
    private static final FitOptions QUICK =
            FitOptions.DEFAULT.withStarts(StartGrid.COARSE).withBootstrap(200, 1);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-1 | 1e9 | 3 | expected a positive, finite number of parameters N, found -1.0",
                "0 | 1e9 | 3 | expected a positive, finite number of parameters N, found 0.0",
                "Infinity | 1e9 | 3 | expected a positive, finite number of parameters N, found Infinity",
                "1e6 | 0 | 3 | expected a positive, finite number of tokens D, found 0.0",
                "1e6 | NaN | 3 | expected a positive, finite number of tokens D, found NaN",
                "1e6 | 1e9 | -3 | expected a positive, finite loss in nats, found -3.0",
                "1e6 | 1e9 | Infinity | expected a positive, finite loss in nats, found Infinity"
            })
    void aPointIsARun(double parameters, double tokens, double loss, String message) {
        PlanningException refused =
                assertThrows(PlanningException.class, () -> LossPoint.of(parameters, tokens, loss));
        assertEquals(message, refused.getMessage());
    }

    @Test
    void tooFewRunsAreRefusedWithWhatIsMissing() {
        PlanningException refused = refused(Simulated.runs(1, 5, 0.01));
        assertTrue(
                refused.getMessage()
                        .startsWith(
                                "expected runs that tell the effect of model size from that of data,"
                                        + " found 5 runs, 5 values of N from"),
                refused.getMessage());
        assertEquals(List.of("2 more runs (at least 7 are needed)"), refused.missing());
        assertTrue(refused(List.of()).getMessage().contains("found no run; missing:"));
    }

    @Test
    void pointsOfFewRunsAreRefused() {
        List<LossPoint> points =
                Simulated.runs(1, 40, 0.01).stream().map(p -> p.ofRun("sweep")).toList();
        assertEquals(
                List.of(
                        "6 more runs (the points are of 1, which are resampled whole; at least 7 are"
                                + " needed)"),
                refused(points).missing());
    }

    @Test
    void runsOfOneSizeBesideOneOfManyAreRefused() {
        List<LossPoint> points = new ArrayList<>();
        for (LossPoint point : Simulated.runs(1, 20, 0.01)) {
            points.add(point.ofRun("sweep"));
        }
        for (int i = 1; i <= 8; i++) {
            points.add(LossPoint.of(1e6, 1e9 * i, Simulated.LAW.loss(1e6, 1e9 * i)));
        }
        assertEquals(
                List.of(
                        "runs of 1 more model sizes (runs are resampled whole, and their median"
                                + " sizes are 2)"),
                refused(points).missing());
        PlanningException kaplan =
                assertThrows(PlanningException.class, () -> KaplanFit.of(points, QUICK));
        assertEquals(refused(points).missing(), kaplan.missing());
    }

    @Test
    void oneModelSizeIsRefused() {
        List<LossPoint> points =
                IntStream.range(1, 20)
                        .mapToObj(i -> LossPoint.of(1e8, 1e9 * i, Simulated.LAW.loss(1e8, 1e9 * i)))
                        .toList();
        PlanningException refused = refused(points);
        assertTrue(refused.getMessage().contains("one value of N, 1.000e8"), refused.getMessage());
        assertEquals(
                List.of("2 more model sizes (at least 3 values of N are needed)"),
                refused.missing());
    }

    @Test
    void dataInAFixedRatioToTheSizeAreRefused() {
        List<LossPoint> points =
                IntStream.range(1, 20)
                        .mapToObj(
                                i ->
                                        LossPoint.of(
                                                1e8 * i,
                                                2e9 * i,
                                                Simulated.LAW.loss(1e8 * i, 2e9 * i)))
                        .toList();
        assertEquals(
                List.of(
                        "runs of one model size on at least two amounts of data, for several sizes"),
                refused(points).missing());
    }

    @Test
    void sizesTooCloseAreRefused() {
        List<LossPoint> points =
                IntStream.range(0, 20)
                        .mapToObj(
                                i ->
                                        LossPoint.of(
                                                1e8 * (1 + 0.03 * i),
                                                1e9 * (1 + i * 7 % 20),
                                                Simulated.LAW.loss(1e8, 1e9 * (1 + i * 7 % 20))))
                        .toList();
        assertTrue(refused(points).missing().getFirst().startsWith("model sizes further apart"));
    }

    @Test
    void aRunThatIsThereTwiceIsRefused() {
        List<LossPoint> points = new ArrayList<>(Simulated.runs(1, 20, 0.01));
        points.add(points.get(3));
        assertTrue(
                refused(points)
                        .getMessage()
                        .startsWith(
                                "expected each run once, found point 21 equal to point 4 (N = "));
    }

    @Test
    void repeatsWithAnotherSeedAreNot() {
        List<LossPoint> points = new ArrayList<>(Simulated.runs(1, 20, 0.01));
        points.add(points.get(3).withLoss(points.get(3).loss() * 1.001));
        assertEquals(21, ParametricFit.of(points, QUICK).points().size());
    }

    /** Seeds of one arm may agree in the digits that were written down. */
    @Test
    void runsOfOtherNamesAreOtherRuns() {
        List<LossPoint> points = new ArrayList<>();
        for (LossPoint point : Simulated.runs(1, 20, 0.01)) {
            points.add(point.ofRun("run " + points.size()));
        }
        points.add(points.get(3).ofRun("another seed"));
        assertEquals(21, ParametricFit.of(points, QUICK).points().size());
        points.add(points.get(3));
        assertTrue(
                refused(points)
                        .getMessage()
                        .startsWith("expected each run once, found point 22 equal to point 4"));
    }

    /** A single run on one side of the law does not hide three on the other. */
    @Test
    void unitsThatAreMixedBothWaysAreRefused() {
        List<LossPoint> points = new ArrayList<>(Simulated.runs(1, 36, 0.002));
        for (int i : new int[] {4, 11, 25}) {
            points.set(i, points.get(i).withLoss(points.get(i).loss() * Math.log(2)));
        }
        String few = refused(points).getMessage();
        assertTrue(few.contains("found 3 near 0.69 times the law of the others"), few);
        LossPoint point = points.get(30);
        points.set(30, point.withLoss(point.loss() / Math.log(2)));
        String both = refused(points).getMessage();
        assertTrue(
                both.startsWith(
                        "expected all losses in one unit, found 1 near 1.44 times the law of the"
                                + " others, the ratio of bits to nats: point 31 (N = "),
                both);
        assertTrue(both.contains("; and 3 near 0.69 times the law of the others"), both);
        FitOptions stated = QUICK.withStatedUnit(true);
        assertEquals(36, ParametricFit.of(points, stated).points().size(), 4);
    }

    @Test
    void pointsOnScheduleThatGiveNoLawAreBlamed() {
        List<LossPoint> points = new ArrayList<>();
        for (double size : new double[] {1e7, 1e8, 1e9}) {
            for (double tokens : new double[] {1e9, 1e10, 1e11}) {
                double rising = 20 / Simulated.LAW.loss(size, tokens);
                points.add(LossPoint.of(size, tokens, rising).withSchedule(tokens));
                points.add(
                        LossPoint.of(size, 2 * tokens, Simulated.LAW.loss(size, 2 * tokens) * 1.02)
                                .withSchedule(4 * tokens));
            }
        }
        PlanningException rising =
                assertThrows(
                        PlanningException.class,
                        () -> ParametricFit.of(points, QUICK.withSchedule(SchedulePolicy.CORRECT)));
        assertTrue(
                rising.getMessage()
                        .startsWith(
                                "of the points on schedule: expected a loss that falls with N and with"
                                        + " D, found a best fit with alpha = "),
                rising.getMessage());
        assertEquals(1, rising.missing().size());
        List<LossPoint> few =
                points.stream()
                        .filter(
                                p ->
                                        p.parameters() < 1e9
                                                || p.tokens() != p.scheduleTokens().orElse(0))
                        .toList();
        for (SchedulePolicy policy : List.of(SchedulePolicy.CORRECT, SchedulePolicy.EXCLUDE)) {
            PlanningException refused =
                    assertThrows(
                            PlanningException.class,
                            () -> ParametricFit.of(few, QUICK.withSchedule(policy)));
            assertTrue(
                    refused.getMessage()
                            .startsWith(
                                    "of the points on schedule: expected runs that tell the effect of"
                                            + " model size from that of data, found 6 runs"),
                    refused.getMessage());
            assertEquals(2, refused.missing().size());
        }
    }

    @Test
    void outliersAreDroppedBeyondThreeDeviations() {
        assertEquals(
                "expected outliers beyond at least 3 standard deviations, found 2.0",
                assertThrows(PlanningException.class, () -> OutlierPolicy.drop(2)).getMessage());
        assertEquals(
                "drop points beyond 4.0 sigma, name those beyond 4.0",
                OutlierPolicy.drop(4).label());
        assertEquals(
                "drop points beyond 10.0 sigma, name those beyond 5.0",
                OutlierPolicy.GROSS.label());
        assertEquals("keep all points, name those beyond 5.0 sigma", OutlierPolicy.KEEP.label());
    }

    @Test
    void sizesInBillionsAreRefused() {
        List<LossPoint> points =
                Simulated.runs(1, 20, 0.01).stream()
                        .map(p -> LossPoint.of(p.parameters() / 1e9, p.tokens(), p.loss()))
                        .toList();
        assertTrue(refused(points).getMessage().contains("is it in millions or billions?"));
    }

    @Test
    void tokensInBillionsAreRefused() {
        List<LossPoint> points =
                Simulated.runs(1, 20, 0.01).stream()
                        .map(p -> LossPoint.of(p.parameters(), p.tokens() / 1e9, p.loss()))
                        .toList();
        assertTrue(
                refused(points).getMessage().startsWith("expected D as a number of tokens, found"));
        PlanningException iso =
                assertThrows(PlanningException.class, () -> IsoFlopFit.of(points, QUICK));
        assertTrue(iso.getMessage().endsWith("is it in millions or billions?"), iso.getMessage());
    }

    @Test
    void tokensFarFromTheSizesAreNamed() {
        List<LossPoint> points =
                Simulated.runs(1, 30, 0.005).stream()
                        .map(p -> LossPoint.of(p.parameters(), p.tokens() / 1e4, p.loss()))
                        .toList();
        List<String> warnings = ParametricFit.of(points, QUICK).warnings();
        assertTrue(
                warnings.stream().anyMatch(w -> w.contains("are N and D in one unit?")),
                warnings.toString());
    }

    @Test
    void aLossThatDoesNotFallIsRefused() {
        List<LossPoint> points =
                Simulated.runs(1, 30, 0.01).stream()
                        .map(p -> LossPoint.of(p.parameters(), p.tokens(), 20 / p.loss()))
                        .toList();
        PlanningException refused = refused(points);
        assertTrue(
                refused.getMessage().startsWith("expected a loss that falls")
                        || refused.getMessage().startsWith("expected a law in nearly every"),
                refused.getMessage());
        assertEquals(1, refused.missing().size());
        assertTrue(refused.getMessage().contains("the loss rises with N and D in "));
    }

    @Test
    void lossesInBitsAmongThoseInNatsAreSeen() {
        List<LossPoint> points = new ArrayList<>();
        for (LossPoint point : Simulated.runs(1, 30, 0.01)) {
            boolean bits = points.size() % 2 == 0;
            points.add(bits ? point.withLoss(point.loss() / Math.log(2)) : point);
        }
        assertTrue(RisingLosses.of(points).hint().endsWith("are units mixed?"));
        assertEquals("", RisingLosses.of(Simulated.runs(1, 30, 0.01)).hint());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0.95 | 1000 | expected a positive delta of the Huber loss, found 0.0",
                "1e-3 | 1.5 | 1000 | expected a confidence above 0 and below 1, such as 0.95, found 1.5",
                "1e-3 | 0.95 | 10 | expected at least 200 bootstrap replicates, found 10"
            })
    void optionsAreChecked(double delta, double level, int replicates, String message) {
        PlanningException refused =
                assertThrows(
                        PlanningException.class,
                        () ->
                                FitOptions.DEFAULT
                                        .withHuberDelta(delta)
                                        .withLevel(level)
                                        .withBootstrap(replicates, 1));
        assertEquals(message, refused.getMessage());
    }

    @Test
    void aLevelNeedsReplicatesInItsTails() {
        PlanningException refused =
                assertThrows(PlanningException.class, () -> QUICK.withLevel(0.999999));
        assertEquals(
                "expected at least 2000000 bootstrap replicates, so that one lies in each tail, for"
                        + " a confidence of 0.999999, found 200",
                refused.getMessage());
        assertEquals(0.99, QUICK.withLevel(0.99).level());
    }

    @Test
    void lossesThatDoNotDifferAreRefused() {
        List<LossPoint> points =
                Simulated.runs(1, 25, 0.01).stream().map(p -> p.withLoss(3)).toList();
        assertEquals(
                "expected losses that differ between runs, found 3.00000 in all 25",
                refused(points).getMessage());
    }

    private static PlanningException refused(List<LossPoint> points) {
        return assertThrows(PlanningException.class, () -> ParametricFit.of(points, QUICK));
    }
}

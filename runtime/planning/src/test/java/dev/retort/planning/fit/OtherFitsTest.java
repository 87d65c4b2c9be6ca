package dev.retort.planning.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.golden.Golden;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class OtherFitsTest {
    private static final FitOptions QUICK = FitOptions.DEFAULT.withBootstrap(400, 1);
    private static final String UNSCHEDULED =
            "No run says where its learning-rate schedule ends; losses from the middle of a schedule"
                    + " would bend the law.";

    @Test
    void kaplansFormIsAsPublished() throws Exception {
        for (JsonNode golden : Golden.values("kaplan")) {
            assertEquals(
                    golden.get("loss").asDouble(),
                    KaplanLaw.PUBLISHED.loss(
                            golden.get("parameters").asDouble(), golden.get("tokens").asDouble()),
                    1e-13 * golden.get("loss").asDouble());
        }
    }

    /** Nine runs with 5 and 20 % of noise: some resamples rise with N or D, which are no law. */
    @Test
    void resamplesWithoutALawAreCountedAndRefusedWhereTheyAreMany() {
        int warned = 0;
        int refused = 0;
        for (int seed = 0; seed < 24; seed++) {
            try {
                KaplanFit fit = KaplanFit.of(nine(seed, seed % 2 == 0 ? 0.05 : 0.2), QUICK);
                assertTrue(fit.interval(KaplanLaw::alphaN).low() > 0);
                assertTrue(Double.isFinite(fit.interval(KaplanLaw::criticalTokens).high()));
                warned += fit.warnings().stream().anyMatch(w -> w.contains("gave no law")) ? 1 : 0;
            } catch (PlanningException e) {
                boolean isOfResamples =
                        e.getMessage().startsWith("expected a law in nearly every resample");
                refused += isOfResamples ? 1 : 0;
                assertTrue(
                        isOfResamples || e.getMessage().startsWith("expected a loss that falls"),
                        e.getMessage());
                assertEquals(1, e.missing().size());
            }
        }
        assertTrue(warned > 0 && refused > 0, warned + " warned, " + refused + " refused");
    }

    private static List<LossPoint> nine(int seed, double sigma) {
        Random random = new Random(seed);
        List<LossPoint> points = new ArrayList<>();
        for (double size : new double[] {3e7, 1e8, 4e8}) {
            for (double tokens : new double[] {5e8, 2e9, 1e10}) {
                double noise = Math.exp(sigma * random.nextGaussian());
                points.add(LossPoint.of(size, tokens, noise * Simulated.LAW.loss(size, tokens)));
            }
        }
        return points;
    }

    @Test
    void kaplansConstantsArePositive() {
        assertEquals(
                "expected a positive, finite alpha_D, found 0.0",
                assertThrows(PlanningException.class, () -> new KaplanLaw(6.4e13, 1.8e13, 0.076, 0))
                        .getMessage());
        assertThrows(PlanningException.class, () -> new KaplanLaw(-1, 1, 1, 1));
        assertThrows(PlanningException.class, () -> new KaplanLaw(1, Double.NaN, 1, 1));
        assertThrows(
                PlanningException.class, () -> new KaplanLaw(1, 1, Double.POSITIVE_INFINITY, 1));
    }

    @Test
    void kaplansFormIsFoundAgain() {
        Random random = new Random(4);
        List<LossPoint> points =
                Simulated.runs(3, 60, 0).stream()
                        .map(
                                p ->
                                        p.withLoss(
                                                KaplanLaw.PUBLISHED.loss(p.parameters(), p.tokens())
                                                        * Math.exp(0.003 * random.nextGaussian())))
                        .toList();
        KaplanFit fit = KaplanFit.of(points, QUICK);
        assertTrue(fit.interval(KaplanLaw::alphaN).contains(0.076));
        assertTrue(fit.interval(KaplanLaw::alphaD).contains(0.103));
        assertTrue(fit.interval(KaplanLaw::criticalParameters).contains(6.4e13));
        assertTrue(fit.interval(KaplanLaw::criticalTokens).contains(1.8e13));
        assertEquals(0.003, fit.noise(), 0.0012);
        // On points of its own form it is closer than the other form.
        assertTrue(
                fit.objective()
                        < ParametricFit.of(points, QUICK.withStarts(StartGrid.COARSE))
                                .search()
                                .objective());
    }

    private static List<LossPoint> profiles(double noise, double shift) {
        Random random = new Random(6);
        List<LossPoint> points = new ArrayList<>();
        for (double flops : new double[] {1e18, 1e19, 1e20, 1e21}) {
            double best =
                    Simulated.LAW.optimumFactor()
                            * Math.pow(flops / 6, Simulated.LAW.sizeExponent());
            for (int i = -3; i <= 3; i++) {
                double size = best * Math.exp(0.4 * i + shift);
                double tokens = flops / 6 / size;
                points.add(
                        LossPoint.of(
                                size,
                                tokens,
                                Simulated.LAW.loss(size, tokens)
                                        * Math.exp(noise * random.nextGaussian())));
            }
        }
        return points;
    }

    @Test
    void profilesFindTheExponentOfTheLaw() {
        IsoFlopFit fit = IsoFlopFit.of(profiles(0.001, 0), QUICK);
        assertEquals(4, fit.profiles().size());
        assertTrue(
                fit.sizeExponent().contains(Simulated.LAW.sizeExponent()),
                fit.sizeExponent().toString());
        double optimum =
                Simulated.LAW.optimumFactor() * Math.pow(1e22 / 6, Simulated.LAW.sizeExponent());
        Interval predicted = fit.optimalParameters(1e22);
        assertTrue(predicted.contains(optimum), predicted.toString());
        assertTrue(fit.sizeFactor().low() > 0);
        IsoFlopFit exact = IsoFlopFit.of(profiles(0, 0), QUICK);
        assertEquals(Simulated.LAW.sizeExponent(), exact.sizeExponent().estimate(), 1e-3);
    }

    @Test
    void budgetsOfFewSizesAreLeftOutAndNamed() {
        List<LossPoint> points = new ArrayList<>(profiles(0.001, 0));
        LossPoint run = points.getFirst();
        // Five runs, but three sizes.
        for (int i = 0; i < 5; i++) {
            double size = run.parameters() * (1 + i % 3);
            points.add(LossPoint.of(size, 1e22 / 6 / size, 2.5 + 0.01 * i));
        }
        IsoFlopFit fit = IsoFlopFit.of(points, QUICK);
        assertEquals(4, fit.profiles().size());
        assertEquals(
                List.of(
                        UNSCHEDULED,
                        "5 runs of 1 budget were left out: a profile needs 4 model sizes at one"
                                + " budget."),
                fit.warnings());
        points.add(run);
        PlanningException refused =
                assertThrows(PlanningException.class, () -> IsoFlopFit.of(points, QUICK));
        assertTrue(refused.getMessage().startsWith("expected each run once"), refused.getMessage());
    }

    @Test
    void aProfileWithoutAMinimumIsLeftOutAndNamed() {
        List<LossPoint> points = new ArrayList<>(profiles(0.0005, 0));
        for (int i = 0; i < 5; i++) {
            double size = 1e9 * (1 + i);
            points.add(LossPoint.of(size, 1e22 / 6 / size, 2.5 - 0.1 * i));
        }
        IsoFlopFit fit = IsoFlopFit.of(points, QUICK);
        assertEquals(4, fit.profiles().size());
        assertTrue(
                fit.warnings()
                        .get(1)
                        .startsWith(
                                "A profile without a minimum within its sizes was left out; it"
                                        + " takes "),
                fit.warnings().toString());
        assertTrue(fit.sizeExponent().contains(Simulated.LAW.sizeExponent()));
    }

    @Test
    void aProfileThatNoiseLeavesOpenDoesNotOpenTheExponent() {
        List<LossPoint> points = new ArrayList<>(profiles(0.0005, 0));
        double size =
                Simulated.LAW.optimumFactor() * Math.pow(1e22 / 6, Simulated.LAW.sizeExponent());
        for (int i = -2; i <= 2; i++) {
            // So narrow that the curve is lost in the noise of the others.
            double narrow = size * Math.exp(0.03 * i);
            double tokens = 1e22 / 6 / narrow;
            points.add(LossPoint.of(narrow, tokens, Simulated.LAW.loss(narrow, tokens)));
        }
        IsoFlopFit fit = IsoFlopFit.of(points, QUICK);
        assertEquals(4, fit.profiles().size());
        assertEquals(
                "1 of 5 profiles were left out, since the noise of runs leaves their minimum open.",
                fit.warnings().get(1));
        assertTrue(Double.isFinite(fit.sizeExponent().low()));
    }

    @Test
    void tokensOfAProfileAreThoseOfItsRunsHoweverFlopsAreCounted() {
        List<LossPoint> given =
                profiles(0, 0).stream()
                        .map(p -> p.withFlops(1.3 * 6 * p.parameters() * p.tokens()))
                        .toList();
        IsoFlopFit fit = IsoFlopFit.of(given, QUICK);
        assertEquals("FLOPs as given", fit.counting());
        assertEquals(
                List.of(
                        UNSCHEDULED,
                        "Budgets are the FLOPs that the file gives, 1.30 times those of C = 6 N D"
                                + " (median)."),
                fit.warnings());
        for (IsoFlopFit.Profile profile : fit.profiles()) {
            double product = profile.optimalParameters().estimate() * profile.optimalTokens();
            assertEquals(profile.flops() / 1.3 / 6, product, 1e-9 * product);
        }
        assertEquals("C = 6 N D", IsoFlopFit.of(profiles(0, 0), QUICK).counting());
    }

    @Test
    void everyLawLooksAtTheUnitOfTheLoss() {
        List<LossPoint> bits =
                profiles(0.001, 0).stream().map(p -> p.withLoss(p.loss() / Math.log(2))).toList();
        assertTrue(
                IsoFlopFit.of(bits, QUICK).warnings().get(1).contains("1.44 times those"),
                () -> IsoFlopFit.of(bits, QUICK).warnings().toString());
        List<LossPoint> spread =
                Simulated.runs(3, 60, 0.003).stream()
                        .map(p -> p.withLoss(p.loss() / Math.log(2)))
                        .toList();
        assertTrue(KaplanFit.of(spread, QUICK).warnings().get(1).contains("1.44 times those"));
        List<RepeatedDataFit.Run> runs = new ArrayList<>();
        RepeatedDataLaw law =
                new RepeatedDataLaw(
                        Simulated.LAW,
                        RepeatedDataLaw.PUBLISHED.repeats(),
                        RepeatedDataLaw.PUBLISHED.excess());
        for (int i = 1; i <= 12; i++) {
            double loss = law.loss(1e8, 1e9 * i, 1e9) / Math.log(2);
            runs.add(new RepeatedDataFit.Run(1e8, 1e9 * i, 1e9, loss));
        }
        assertTrue(
                RepeatedDataFit.of(Simulated.LAW, runs, QUICK).warnings().stream()
                        .anyMatch(warning -> warning.contains("1.44 times those")));
    }

    @Test
    void aProfileWithoutAMinimumIsRefusedWithWhatIsMissing() {
        PlanningException refused =
                assertThrows(
                        PlanningException.class, () -> IsoFlopFit.of(profiles(0.0005, 2.5), QUICK));
        assertTrue(
                refused.missing().getFirst().startsWith("smaller models than "),
                refused.getMessage());
        assertEquals(
                List.of("1 more budgets"),
                assertThrows(
                                PlanningException.class,
                                () -> IsoFlopFit.of(profiles(0, 0).subList(0, 14), QUICK))
                        .missing());
    }
}

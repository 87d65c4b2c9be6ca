package dev.retort.planning.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.golden.Golden;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class RepeatedDataFitTest {
    private static final FitOptions QUICK = FitOptions.DEFAULT.withBootstrap(400, 1);
    private static final FitOptions COARSE = QUICK.withStarts(StartGrid.COARSE);

    @Test
    void repeatedDataAreWorthWhatWasPublished() throws Exception {
        for (JsonNode golden : Golden.values("repeated")) {
            assertEquals(
                    golden.get("loss").asDouble(),
                    RepeatedDataLaw.PUBLISHED.loss(
                            golden.get("parameters").asDouble(),
                            golden.get("tokens").asDouble(),
                            golden.get("unique").asDouble()),
                    1e-13 * golden.get("loss").asDouble());
        }
    }

    @Test
    void withoutRepetitionTheLawIsThatForUniqueData() {
        ParametricLaw base = PublishedLaw.MUENNIGHOFF_2023.law();
        assertEquals(base.loss(1e9, 1e11), RepeatedDataLaw.PUBLISHED.loss(1e9, 1e11, 1e11), 1e-14);
        // Four epochs are nearly as good as new data, as the paper says.
        double repeated = RepeatedDataLaw.PUBLISHED.effectiveTokens(4e11, 1e11);
        assertEquals(4e11, repeated, 0.1 * 4e11);
    }

    @Test
    void theConstantsOfRepetitionAreFoundAgain() {
        RepeatedDataLaw law = RepeatedDataLaw.PUBLISHED;
        Random random = new Random(11);
        List<RepeatedDataFit.Run> runs = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            double unique = 1e8 * Math.pow(100, random.nextDouble());
            double tokens = unique * Math.pow(60, random.nextDouble());
            double size = 1e7 * Math.pow(300, random.nextDouble());
            double loss = law.loss(size, tokens, unique) * Math.exp(0.003 * random.nextGaussian());
            runs.add(new RepeatedDataFit.Run(size, tokens, unique, loss));
        }
        RepeatedDataFit fit = RepeatedDataFit.of(law.base(), runs, QUICK);
        assertTrue(fit.repeats().contains(law.repeats()), fit.repeats().toString());
        assertTrue(fit.excess().orElseThrow().contains(law.excess()), fit.excess().toString());
        assertEquals(law.repeats(), fit.law().repeats(), 3);
    }

    @Test
    void runsThatDoNotRepeatAreRefused() {
        List<RepeatedDataFit.Run> runs = List.of(new RepeatedDataFit.Run(1e8, 1e9, 1e9, 3));
        PlanningException refused =
                assertThrows(
                        PlanningException.class,
                        () -> RepeatedDataFit.of(Simulated.LAW, runs, QUICK));
        assertEquals(
                "expected at least 4 runs of two or more epochs, found 0 of 1; missing: 4 runs that"
                        + " repeat their data",
                refused.getMessage());
        assertThrows(PlanningException.class, () -> new RepeatedDataFit.Run(1e8, 1e9, 2e9, 3));
    }

    @Test
    void aRunOnRepeatedDataIsPredicted() {
        RepeatedDataLaw law = RepeatedDataLaw.PUBLISHED;
        Random random = new Random(3);
        List<RepeatedDataFit.Run> runs = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            double unique = 1e8 * (1 + random.nextDouble());
            double tokens = unique * (1 + 2 * random.nextDouble());
            double size = 5e8 * (1 + random.nextDouble());
            double loss = law.loss(size, tokens, unique) * Math.exp(0.02 * random.nextGaussian());
            runs.add(new RepeatedDataFit.Run(size, tokens, unique, loss));
        }
        Interval predicted = RepeatedDataFit.of(law.base(), runs, QUICK).predict(7e8, 4e8, 1.5e8);
        assertTrue(predicted.contains(law.loss(7e8, 4e8, 1.5e8)), predicted.toString());
    }

    /** Runs of one epoch, from which a law can be told, and runs of up to 60. */
    private static List<RepeatedDataFit.Run> mixed(long seed, int once, int repeated) {
        RepeatedDataLaw law = RepeatedDataLaw.PUBLISHED;
        Random random = new Random(seed);
        List<RepeatedDataFit.Run> runs = new ArrayList<>();
        for (int i = 0; i < once + repeated; i++) {
            double unique = 1e8 * Math.pow(100, random.nextDouble());
            double epochs = i < once ? 1 : 2 * Math.pow(30, random.nextDouble());
            double size = 1e7 * Math.pow(100, random.nextDouble());
            double loss =
                    law.loss(size, epochs * unique, unique)
                            * Math.exp(0.004 * random.nextGaussian());
            runs.add(new RepeatedDataFit.Run(size, epochs * unique, unique, loss));
        }
        return runs;
    }

    private static ParametricLaw ofOnce(List<RepeatedDataFit.Run> runs) {
        return ParametricFit.of(
                        runs.stream()
                                .filter(r -> r.tokens() <= 1.01 * r.uniqueTokens())
                                .map(r -> LossPoint.of(r.parameters(), r.tokens(), r.loss()))
                                .toList(),
                        COARSE)
                .law();
    }

    @Test
    void theUncertaintyOfTheLawForUniqueDataIsInTheIntervals() {
        List<RepeatedDataFit.Run> runs = mixed(5, 14, 40);
        ParametricLaw base = ofOnce(runs);
        RepeatedDataFit given = RepeatedDataFit.of(base, runs, COARSE);
        RepeatedDataFit fitted = RepeatedDataFit.of(runs, COARSE);
        assertTrue(fitted.isBaseFitted() && !given.isBaseFitted());
        // The best fit is that over the best law of the runs of one epoch.
        assertEquals(given.law(), fitted.law());
        assertTrue(width(fitted.repeats()) > width(given.repeats()));
        // Of unique data the constants say nothing, and the law for them all.
        assertEquals(0, width(given.predict(1e7, 1e10, 1e10)), 1e-12);
        Interval ofLaw = fitted.predict(1e7, 1e10, 1e10);
        assertTrue(width(ofLaw) > 0.001, ofLaw.toString());
        assertTrue(ofLaw.contains(RepeatedDataLaw.PUBLISHED.base().loss(1e7, 1e10)));
        // What a reader has to know of that law is said too.
        assertTrue(
                fitted.warnings().stream()
                        .anyMatch(w -> w.startsWith("Law for unique data: No run says")),
                fitted.warnings().toString());
    }

    private static double width(Interval interval) {
        return interval.high() - interval.low();
    }

    /** What the law for unique data leaves out as an outlier, its resamples leave out too. */
    @Test
    void aRunOfOneEpochThatIsLeftOutOfTheLawIsLeftOutOfItsResamples() {
        List<RepeatedDataFit.Run> runs = new ArrayList<>(mixed(6, 20, 30));
        RepeatedDataFit clean = RepeatedDataFit.of(runs, COARSE);
        RepeatedDataFit.Run good = runs.get(3);
        RepeatedDataFit.Run bad =
                new RepeatedDataFit.Run(
                        good.parameters(), good.tokens(), good.uniqueTokens(), 1.3 * good.loss());
        runs.set(3, bad);
        RepeatedDataFit fit = RepeatedDataFit.of(runs, COARSE);
        assertTrue(
                fit.warnings().stream()
                        .anyMatch(w -> w.startsWith("Law for unique data: 1 point lies beyond")),
                fit.warnings().toString());
        Interval here = fit.predict(1e7, 1e10, 1e10);
        assertTrue(width(here) < 2 * width(clean.predict(1e7, 1e10, 1e10)), here.toString());
    }

    @Test
    void runsOfOneEpochThatGiveNoLawAreRefused() {
        List<RepeatedDataFit.Run> runs = mixed(7, 4, 20);
        PlanningException refused =
                assertThrows(PlanningException.class, () -> RepeatedDataFit.of(runs, COARSE));
        assertTrue(
                refused.getMessage()
                        .startsWith(
                                "the runs of one epoch give no law for unique data, so one must be"
                                        + " named: expected runs that tell the effect of model size"
                                        + " from that of data, found 4 runs"),
                refused.getMessage());
        assertEquals(List.of("3 more runs (at least 7 are needed)"), refused.missing());
    }

    @Test
    void runsThatDifferInTheirUniqueDataAreNotTheSame() {
        List<RepeatedDataFit.Run> runs = new ArrayList<>(mixed(8, 0, 20));
        RepeatedDataFit.Run run = runs.getFirst();
        runs.add(
                new RepeatedDataFit.Run(
                        run.parameters(), run.tokens(), run.tokens() / 40, run.loss()));
        ParametricLaw base = RepeatedDataLaw.PUBLISHED.base();
        assertTrue(RepeatedDataFit.of(base, runs, QUICK).repeats().estimate() > 0);
        runs.add(run);
        assertTrue(
                assertThrows(PlanningException.class, () -> RepeatedDataFit.of(base, runs, QUICK))
                        .getMessage()
                        .startsWith("expected each run once, found point 22 equal to point 1"));
    }

    /**
     * With the law for unique data taken as known, the interval of R_D* misses the truth far too
     * often; with its uncertainty it holds it about as often as it says.
     */
    @Test
    @Tag("slow")
    void intervalsOverAFittedLawHoldTheTruth() {
        int sets = 60;
        int given = 0;
        int fitted = 0;
        FitOptions options = COARSE.withBootstrap(300, 1);
        double truth = RepeatedDataLaw.PUBLISHED.repeats();
        for (int set = 0; set < sets; set++) {
            List<RepeatedDataFit.Run> runs = mixed(100 + set, 16, 40);
            given +=
                    RepeatedDataFit.of(ofOnce(runs), runs, options).repeats().contains(truth)
                            ? 1
                            : 0;
            fitted += RepeatedDataFit.of(runs, options).repeats().contains(truth) ? 1 : 0;
        }
        assertTrue(given <= 48, given + " of " + sets);
        assertTrue(fitted >= 52, fitted + " of " + sets);
    }
}

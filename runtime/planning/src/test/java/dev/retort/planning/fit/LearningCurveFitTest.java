package dev.retort.planning.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class LearningCurveFitTest {
    private static final FitOptions QUICK = FitOptions.DEFAULT.withBootstrap(400, 1);

    private static List<LearningCurveFit.Point> curve(long seed, int count, double noise) {
        Random random = new Random(seed);
        List<LearningCurveFit.Point> points = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double tokens = 1e8 * Math.pow(50, (double) i / (count - 1));
            double loss = 1.9 + 300 * Math.pow(tokens, -0.3);
            points.add(
                    new LearningCurveFit.Point(
                            tokens, loss * Math.exp(noise * random.nextGaussian())));
        }
        return points;
    }

    private static List<LearningCurveFit.Point> flat(long seed, int count) {
        Random random = new Random(seed);
        List<LearningCurveFit.Point> points = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            points.add(
                    new LearningCurveFit.Point(1e8 * (1 + i), 2.5 + 0.01 * random.nextGaussian()));
        }
        return points;
    }

    @Test
    void aCurveForetellsItsOwnEnd() {
        Random random = new Random(2);
        List<LearningCurveFit.Point> points = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            double tokens = 1e8 * (1 + i / 2.0);
            double loss =
                    (1.9 + 300 * Math.pow(tokens, -0.3)) * Math.exp(0.003 * random.nextGaussian());
            points.add(new LearningCurveFit.Point(tokens, loss));
        }
        LearningCurveFit fit = LearningCurveFit.of(points, QUICK);
        double truth = 1.9 + 300 * Math.pow(4e10, -0.3);
        assertTrue(fit.predict(4e10).contains(truth), fit.predict(4e10).toString());
        assertTrue(fit.floor().contains(1.9));
        assertTrue(fit.exponent().contains(0.3));
        assertTrue(fit.weight().contains(300));
        assertEquals(List.of(), fit.warnings());
    }

    @Test
    void aShortCurveIsRefused() {
        List<LearningCurveFit.Point> points = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            points.add(new LearningCurveFit.Point(1e9 + 1e8 * i, 3 - 0.01 * i));
        }
        PlanningException refused =
                assertThrows(PlanningException.class, () -> LearningCurveFit.of(points, QUICK));
        assertEquals(List.of("points over a factor of 4 in tokens"), refused.missing());
        assertEquals(
                List.of("8 more points (at least 10 are needed)"),
                assertThrows(
                                PlanningException.class,
                                () -> LearningCurveFit.of(points.subList(0, 2), QUICK))
                        .missing());
        assertThrows(PlanningException.class, () -> LearningCurveFit.of(points.reversed(), QUICK));
    }

    @Test
    void aFlatCurveIsRefused() {
        int ofNoise = 0;
        for (int seed = 0; seed < 40; seed++) {
            List<LearningCurveFit.Point> points = flat(seed, seed % 2 == 0 ? 20 : 100);
            PlanningException refused =
                    assertThrows(
                            PlanningException.class,
                            () -> LearningCurveFit.of(points, QUICK),
                            "seed " + seed);
            boolean isOfNoise =
                    refused.getMessage().contains("by more than its noise, found a law");
            ofNoise += isOfNoise ? 1 : 0;
            // F(2, 17) is above 6.11 by a chance of 1 %: 3 * 6.11 * 2 / (3 * 6.11 * 2 + 17) of all,
            // and more where points that stand out are not counted.
            assertTrue(
                    !isOfNoise
                            || points.size() > 20
                            || refused.getMessage().matches(".* may explain (6[89]|7\\d) %; .*"),
                    refused.getMessage());
            assertTrue(
                    refused.getMessage().startsWith("expected a loss that falls along the curve"),
                    refused.getMessage());
        }
        assertTrue(ofNoise > 10, ofNoise + " of 40");
        List<LearningCurveFit.Point> equal =
                flat(1, 20).stream().map(p -> new LearningCurveFit.Point(p.tokens(), 2.5)).toList();
        assertThrows(PlanningException.class, () -> LearningCurveFit.of(equal, QUICK));
    }

    @Test
    void aCurveThatFallsIsNotRefusedForNoiseOrASpike() {
        for (int seed = 0; seed < 10; seed++) {
            LearningCurveFit.of(curve(seed, 12, 0.004), QUICK);
            LearningCurveFit.of(curve(seed, 200, 0.05), QUICK);
            List<LearningCurveFit.Point> spiked = new ArrayList<>(curve(seed, 40, 0.002));
            spiked.set(20, new LearningCurveFit.Point(spiked.get(20).tokens(), 8));
            Interval exponent = LearningCurveFit.of(spiked, QUICK).exponent();
            assertTrue(exponent.estimate() > 0.1 && exponent.estimate() < 0.6, exponent.toString());
        }
        assertEquals(0.3, LearningCurveFit.of(curve(1, 20, 0), QUICK).exponent().estimate(), 1e-6);
    }

    @Test
    void anEvaluationVariesMoreThanTheCurve() {
        int held = 0;
        for (int seed = 0; seed < 20; seed++) {
            LearningCurveFit fit = LearningCurveFit.of(curve(seed, 60, 0.004), QUICK);
            Interval mean = fit.predict(6e9);
            Interval one = fit.predictEvaluation(6e9);
            assertEquals(mean.estimate(), one.estimate());
            assertTrue(one.low() <= mean.low() && one.high() >= mean.high(), mean + " " + one);
            double truth = 1.9 + 300 * Math.pow(6e9, -0.3);
            held +=
                    one.contains(truth * Math.exp(0.004 * new Random(seed + 99).nextGaussian()))
                            ? 1
                            : 0;
        }
        assertTrue(held >= 17, held + " of 20");
        assertThrows(
                PlanningException.class,
                () -> LearningCurveFit.of(curve(1, 60, 0.004), QUICK).predict(-1));
    }
}

package dev.retort.planning.fit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The intervals on data sets of a known law; the bench counts them on a thousand. */
@Tag("slow")
class CoverageTest {
    private static final int SETS = 120;

    @Test
    void intervalsHoldTheTruthAsOftenAsTheySay() {
        FitOptions options = FitOptions.DEFAULT.withStarts(StartGrid.COARSE).withBootstrap(600, 1);
        Map<LawParameter, Integer> held = new EnumMap<>(LawParameter.class);
        for (int set = 0; set < SETS; set++) {
            Random random = new Random(7000 + set);
            List<LossPoint> runs = new ArrayList<>();
            for (LossPoint point : Simulated.runs(set, 120, 0.006)) {
                boolean outlier = random.nextDouble() < 0.03;
                double factor = Math.exp(0.1 * Math.abs(random.nextGaussian()));
                runs.add(outlier ? point.withLoss(point.loss() * factor) : point);
            }
            ParametricFit fit = ParametricFit.of(runs, options);
            for (LawParameter parameter : LawParameter.values()) {
                if (fit.interval(parameter).contains(parameter.of(Simulated.LAW))) {
                    held.merge(parameter, 1, Integer::sum);
                }
            }
        }
        // Of 120 sets with a chance of 95 % fewer than 105 or all of them are a case of three in a
        // thousand.
        for (LawParameter parameter : LawParameter.values()) {
            int count = held.getOrDefault(parameter, 0);
            assertTrue(
                    count >= 105 && count < SETS, parameter.label() + ": " + count + " of " + SETS);
        }
    }
}

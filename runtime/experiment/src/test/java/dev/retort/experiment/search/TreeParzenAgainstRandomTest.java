package dev.retort.experiment.search;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.search.Parameter.Continuous;
import dev.retort.experiment.search.Parameter.Scale;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The tree-structured Parzen estimator against random search on standard functions, 80 proposals
 * and 40 seeds each. Run: {@code mvn -pl runtime/experiment test -Dtest=TreeParzenAgainstRandomTest
 * -Dtest.excluded-groups=gpu}.
 */
@Tag("slow")
class TreeParzenAgainstRandomTest {
    private static final int SEEDS = 40;
    private static final int PROPOSALS = 80;

    private static double best(
            Proposer proposer, SearchSpace space, ToDoubleFunction<double[]> loss, long seed) {
        List<Observation> seen = new ArrayList<>();
        double best = Double.POSITIVE_INFINITY;
        for (int number = 0; number < PROPOSALS; number++) {
            Config config = proposer.propose(space, seed, number, seen).config();
            double[] x = config.settings().keySet().stream().mapToDouble(config::real).toArray();
            double value = loss.applyAsDouble(x);
            seen.add(new Observation(number, config, value, null));
            best = Math.min(best, value);
        }
        return best;
    }

    private static SearchSpace cube(int dimensions, double low, double high) {
        List<Parameter> axes = new ArrayList<>();
        for (int i = 0; i < dimensions; i++) {
            axes.add(new Continuous("x" + i, low, high, Scale.LINEAR));
        }
        return SearchSpace.of(axes.toArray(Parameter[]::new));
    }

    /** Of 40 fair coins 29 or more fall on one side with a probability of 0.0032. */
    private static void wins(String name, SearchSpace space, ToDoubleFunction<double[]> loss) {
        int won = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            double parzen = best(TreeParzenSearch.usual(), space, loss, seed);
            double random = best(new RandomSearch(), space, loss, 1_000 + seed);
            won += parzen < random ? 1 : 0;
        }
        System.out.println(name + ": better than random under " + won + " of " + SEEDS + " seeds");
        assertTrue(won >= 29, name + ": " + won);
    }

    @Test
    void branin() {
        SearchSpace space =
                SearchSpace.of(
                        new Continuous("x", -5, 10, Scale.LINEAR),
                        new Continuous("y", 0, 15, Scale.LINEAR));
        wins(
                "Branin",
                space,
                x -> {
                    double bend = 5.1 / (4 * Math.PI * Math.PI);
                    double valley = x[1] - bend * x[0] * x[0] + 5 / Math.PI * x[0] - 6;
                    return valley * valley + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x[0]) + 10;
                });
    }

    @Test
    void sphere() {
        wins(
                "Sphere, 5 dimensions",
                cube(5, -5, 5),
                x -> {
                    double sum = 0;
                    for (double each : x) {
                        sum += (each - 1) * (each - 1);
                    }
                    return sum;
                });
    }

    @Test
    void rosenbrock() {
        wins(
                "Rosenbrock, 4 dimensions",
                cube(4, -2, 2),
                x -> {
                    double sum = 0;
                    for (int i = 0; i + 1 < x.length; i++) {
                        double valley = x[i + 1] - x[i] * x[i];
                        sum += 100 * valley * valley + (1 - x[i]) * (1 - x[i]);
                    }
                    return sum;
                });
    }

    @Test
    void ackley() {
        wins(
                "Ackley, 4 dimensions",
                cube(4, -20, 30),
                x -> {
                    double squares = 0;
                    double waves = 0;
                    for (double each : x) {
                        squares += each * each / x.length;
                        waves += Math.cos(2 * Math.PI * each) / x.length;
                    }
                    return 20 + Math.E - 20 * Math.exp(-0.2 * Math.sqrt(squares)) - Math.exp(waves);
                });
    }
}

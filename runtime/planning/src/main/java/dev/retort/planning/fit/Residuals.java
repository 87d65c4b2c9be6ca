package dev.retort.planning.fit;

import dev.retort.planning.solve.Resamples;
import dev.retort.planning.solve.ResidualModel;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Residuals of a fit and what stands out among them. */
final class Residuals {
    /** The median absolute deviation of a normal distribution times this is its deviation. */
    private static final double TO_SIGMA = 1.4826022185056018;

    private Residuals() {}

    static double[] of(ResidualModel model, double[] x) {
        double[] residuals = new double[model.points()];
        model.evaluate(x, residuals, new double[model.points() * model.parameters()]);
        return residuals;
    }

    /**
     * The deviation of the bulk. A fit that is nearly one of least absolute deviations passes
     * through as many points as it has parameters; these say nothing of the noise.
     */
    static double sigma(double[] residuals, int parameters) {
        double[] sizes = Arrays.stream(residuals).map(Math::abs).sorted().toArray();
        int passed = Math.min(parameters, sizes.length - 1);
        double[] rest = Arrays.copyOfRange(sizes, passed, sizes.length);
        return TO_SIGMA * Resamples.quantile(rest, 0.5);
    }

    /** What follows a law to the last digit has no noise to stand out of. */
    static double floored(double sigma) {
        return Math.max(sigma, Math.ulp(1.0) * 1e3);
    }

    /**
     * The factors by which single runs lie off the law. They are widened for the parameters fitted
     * and, as residuals that are resampled have to be (Freedman, 1981), centred: a Huber fit does
     * not make their mean zero, and where the law is known worse than the noise, a mean left in
     * would move the interval of a run off that of the law.
     */
    static double[] noise(double[] residuals, int parameters) {
        double inflation = Math.sqrt((double) residuals.length / (residuals.length - parameters));
        double mean = Arrays.stream(residuals).average().orElse(0);
        return Arrays.stream(residuals).map(r -> Math.exp(inflation * (mean - r))).toArray();
    }

    static List<Integer> beyond(double[] residuals, double bound) {
        return IntStream.range(0, residuals.length)
                .filter(i -> Math.abs(residuals[i]) > bound)
                .boxed()
                .toList();
    }

    /** Clusters of points: those of one run, and each other point by itself. */
    static int[] clusters(List<LossPoint> points) {
        Map<String, Integer> runs = new HashMap<>();
        int[] clusters = new int[points.size()];
        int next = 0;
        for (int i = 0; i < clusters.length; i++) {
            Optional<String> run = points.get(i).run();
            Integer known = run.map(runs::get).orElse(null);
            if (known == null) {
                known = next++;
                int cluster = known;
                run.ifPresent(name -> runs.put(name, cluster));
            }
            clusters[i] = known;
        }
        return clusters;
    }
}

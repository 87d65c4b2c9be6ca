package dev.retort.planning.fit;

import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.ParametricFit.Outlier;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The minimum, the points that stand out and what they do to the law.
 *
 * @param model the model of the points that are used
 * @param minimum its minimum
 * @param outliers the points that stand out
 * @param dropped the numbers of the points that are left out
 * @param withoutOutliers the law without those that stand out
 * @param units what speaks for losses in different units
 */
record FirstFit(
        ParametricModel model,
        Minima minimum,
        List<Outlier> outliers,
        Set<Integer> dropped,
        Optional<ParametricLaw> withoutOutliers,
        Optional<String> units) {
    /** ln(1/ln 2): by this much is the logarithm of a loss in bits above that in nats. */
    private static final double BITS_OVER_NATS = -Math.log(Math.log(2));

    private static final double LEAST_TOLERANCE = 0.01;
    private static final double MOST_TOLERANCE = 0.06;
    private static final double TOLERANCE_SIGMAS = 5;
    private static final int FEWEST_SUSPECTS = 2;
    private static final int MOST_NAMED = 5;
    private static final double UNIT_NOISE = 0.03;

    static FirstFit of(List<LossPoint> points, FitOptions options) {
        ParametricModel model = new ParametricModel(points);
        Minima minimum = search(model, options);
        double[] residuals = Residuals.of(model, minimum.x());
        double sigma = Residuals.sigma(residuals, model.parameters());
        Optional<String> units = mixedUnits(points, residuals, sigma, options);
        double bound = options.outliers().sigmas() * Math.max(sigma, Math.ulp(1.0) * 1e3);
        List<Integer> beyond = Residuals.beyond(residuals, bound);
        List<Outlier> outliers =
                beyond.stream()
                        .map(
                                i ->
                                        new Outlier(
                                                points.get(i),
                                                residuals[i],
                                                residuals[i] / sigma,
                                                options.outliers().drops()))
                        .sorted(
                                Comparator.comparingDouble(
                                        outlier -> -Math.abs(outlier.residual())))
                        .toList();
        if (beyond.isEmpty()) {
            return new FirstFit(model, minimum, List.of(), Set.of(), Optional.empty(), units);
        }
        Set<Integer> standingOut = new HashSet<>(beyond);
        List<LossPoint> rest = without(points, standingOut);
        if (!options.outliers().drops()) {
            return new FirstFit(model, minimum, outliers, Set.of(), lawOf(rest, options), units);
        }
        PointChecks.check(rest);
        ParametricModel ofRest = new ParametricModel(rest);
        Minima minimumOfRest = search(ofRest, options);
        return new FirstFit(
                ofRest,
                minimumOfRest,
                outliers,
                standingOut,
                Optional.of(ParametricLaw.of(minimumOfRest.x())),
                units);
    }

    /** What is left may be too little for a law; then the effect of the outliers is not known. */
    private static Optional<ParametricLaw> lawOf(List<LossPoint> rest, FitOptions options) {
        try {
            PointChecks.check(rest);
            // To say what the outliers do, fewer starts suffice.
            Minima minimum =
                    search(new ParametricModel(rest), options.withStarts(StartGrid.COARSE));
            return Optional.of(ParametricLaw.of(minimum.x()));
        } catch (PlanningException _) {
            return Optional.empty();
        }
    }

    static List<LossPoint> without(List<LossPoint> points, Set<Integer> numbers) {
        return IntStream.range(0, points.size())
                .filter(i -> !numbers.contains(i))
                .mapToObj(points::get)
                .toList();
    }

    private static Minima search(ParametricModel model, FitOptions options) {
        Minima minimum = Minima.search(model, options.huberDelta(), options.starts().starts());
        double[] x = minimum.x();
        if (!ParametricLaw.isLaw(x)) {
            String what = x[3] > 0 ? "amount of data D" : "model size N";
            throw new PlanningException(
                    String.format(
                            Locale.ROOT,
                            "expected a loss that falls with N and with D, found a best fit with alpha = %.3g and beta = %.3g",
                            x[3],
                            x[4]),
                    List.of("runs over a wider range of " + what));
        }
        return minimum;
    }

    /**
     * Losses in bits among losses in nats lie a known factor above the law. Two such points are no
     * chance; one is refused by nobody, since it may be a run that went wrong, but named.
     */
    private static Optional<String> mixedUnits(
            List<LossPoint> points, double[] residuals, double sigma, FitOptions options) {
        if (sigma > UNIT_NOISE) {
            return Optional.empty();
        }
        double tolerance =
                Math.min(MOST_TOLERANCE, Math.max(LEAST_TOLERANCE, TOLERANCE_SIGMAS * sigma));
        for (double factor : new double[] {1, -1}) {
            List<Integer> suspects =
                    IntStream.range(0, residuals.length)
                            .filter(
                                    i ->
                                            Math.abs(residuals[i] + factor * BITS_OVER_NATS)
                                                    < tolerance)
                            .boxed()
                            .toList();
            if (suspects.isEmpty()) {
                continue;
            }
            String where =
                    "%d near %s times the law of the others, the ratio of %s: point %s"
                            .formatted(
                                    suspects.size(),
                                    factor > 0 ? "1.44" : "0.69",
                                    factor > 0 ? "bits to nats" : "nats to bits",
                                    suspects.stream()
                                            .limit(MOST_NAMED)
                                            .map(i -> named(i, points.get(i)))
                                            .collect(Collectors.joining(", ")));
            if (suspects.size() >= FEWEST_SUSPECTS
                    && !options.unitStated()
                    && !options.outliers().drops()) {
                throw new PlanningException(
                        "expected all losses in one unit, found %s; if the unit is right, state it, or drop outliers"
                                .formatted(where));
            }
            return Optional.of("Not all losses may be in one unit: " + where + ".");
        }
        return Optional.empty();
    }

    private static String named(int index, LossPoint point) {
        return String.format(
                Locale.ROOT,
                "%d (N = %.4g, D = %.4g, loss %.4g)",
                index + 1,
                point.parameters(),
                point.tokens(),
                point.loss());
    }
}

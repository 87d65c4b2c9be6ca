package dev.retort.planning.fit;

import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.ParametricFit.Outlier;
import dev.retort.planning.report.Figures;

import java.util.ArrayList;
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
 * @param withAll the law of all points, where some are left out
 * @param withoutOutliers the law without any that stand out, where some of these are used
 * @param units what speaks for losses in different units
 */
record FirstFit(
        ParametricModel model,
        Minima minimum,
        List<Outlier> outliers,
        Set<Integer> dropped,
        Optional<ParametricLaw> withAll,
        Optional<ParametricLaw> withoutOutliers,
        Optional<String> units) {
    /** ln(1/ln 2): by this much is the logarithm of a loss in bits above that in nats. */
    private static final double BITS_OVER_NATS = -Math.log(Math.log(2));

    private static final double LEAST_TOLERANCE = 0.01;
    private static final double MOST_TOLERANCE = 0.06;
    private static final double TOLERANCE_SIGMAS = 5;
    private static final int FEWEST_SUSPECTS = 2;
    private static final int MOST_NAMED = 5;
    private static final int MOST_ROUNDS = 10;
    private static final double UNIT_NOISE = 0.03;

    static FirstFit of(List<LossPoint> points, FitOptions options) {
        ParametricModel all = new ParametricModel(points);
        // To judge points, few starts suffice; runs that failed may bend it so that it is no law.
        Minima ofAll =
                Minima.search(
                        all, options.huberDelta(), StartGrid.COARSE.starts(), options.observer());
        double[] first = Residuals.of(all, ofAll.x());
        Optional<String> units =
                mixedUnits(points, first, Residuals.sigma(first, all.parameters()), options);
        Set<Integer> dropped = gross(points, all, ofAll.x(), options);
        List<LossPoint> used = without(points, dropped);
        ParametricModel model = dropped.isEmpty() ? all : new ParametricModel(used);
        Minima minimum = search(model, used, options);
        double[] residuals = Residuals.of(all, minimum.x());
        double sigma = Residuals.floored(sigma(residuals, dropped, all.parameters()));
        List<Integer> named =
                Residuals.beyond(residuals, options.outliers().named() * sigma).stream()
                        .filter(i -> !dropped.contains(i))
                        .toList();
        Set<Integer> standingOut = new HashSet<>(dropped);
        standingOut.addAll(named);
        List<Outlier> outliers =
                standingOut.stream()
                        .map(
                                i ->
                                        new Outlier(
                                                points.get(i),
                                                residuals[i],
                                                residuals[i] / sigma,
                                                dropped.contains(i)))
                        .sorted(
                                Comparator.comparingDouble(
                                        outlier -> -Math.abs(outlier.residual())))
                        .toList();
        return new FirstFit(
                model,
                minimum,
                outliers,
                dropped,
                Optional.of(ofAll.x())
                        .filter(x -> !dropped.isEmpty() && ParametricLaw.isLaw(x))
                        .map(ParametricLaw::of),
                Optional.of(without(points, standingOut))
                        .filter(_ -> !named.isEmpty())
                        .flatMap(rest -> coarse(rest, options))
                        .map(rest -> ParametricLaw.of(rest.x())),
                units);
    }

    /**
     * The points to leave out. Those that bend the first law hide others and accuse good ones, so
     * all are judged anew by the law of the rest until nothing changes; where that does not end,
     * those count that the last two rounds agree on. By default none is left out where they would
     * be many, or the rest too few for a law.
     */
    private static Set<Integer> gross(
            List<LossPoint> points, ParametricModel all, double[] first, FitOptions options) {
        OutlierPolicy policy = options.outliers();
        Set<Integer> dropped = Set.of();
        Set<Integer> before = Set.of();
        double[] x = first;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            double[] residuals = Residuals.of(all, x);
            double sigma = Residuals.floored(sigma(residuals, dropped, all.parameters()));
            Set<Integer> beyond = Set.copyOf(Residuals.beyond(residuals, policy.dropped() * sigma));
            if (beyond.equals(dropped)) {
                return dropped;
            }
            List<LossPoint> left = without(points, beyond);
            if (policy.isAsked()) {
                PointChecks.check(left);
            }
            Optional<Minima> rest =
                    beyond.size() > policy.mostShare() * points.size()
                            ? Optional.empty()
                            : coarse(left, options);
            if (rest.isEmpty()) {
                return Set.of();
            }
            x = rest.get().x();
            before = dropped;
            dropped = beyond;
        }
        return dropped.stream().filter(before::contains).collect(Collectors.toUnmodifiableSet());
    }

    private static double sigma(double[] residuals, Set<Integer> dropped, int parameters) {
        double[] used =
                IntStream.range(0, residuals.length)
                        .filter(i -> !dropped.contains(i))
                        .mapToDouble(i -> residuals[i])
                        .toArray();
        return Residuals.sigma(used, parameters);
    }

    /** What is left may be too little for a law. To judge points, fewer starts suffice. */
    private static Optional<Minima> coarse(List<LossPoint> rest, FitOptions options) {
        try {
            PointChecks.check(rest);
            return Optional.of(
                    search(new ParametricModel(rest), rest, options.withStarts(StartGrid.COARSE)));
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

    private static Minima search(
            ParametricModel model, List<LossPoint> points, FitOptions options) {
        Minima minimum =
                Minima.search(
                        model, options.huberDelta(), options.starts().starts(), options.observer());
        double[] x = minimum.x();
        if (!ParametricLaw.isLaw(x)) {
            String what = x[3] > 0 ? "amount of data D" : "model size N";
            throw new PlanningException(
                    String.format(
                                    Locale.ROOT,
                                    "expected a loss that falls with N and with D, found a best fit with alpha = %.3g and beta = %.3g",
                                    x[3],
                                    x[4])
                            + RisingLosses.of(points).hint(),
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
        List<String> places = new ArrayList<>();
        int most = 0;
        for (double factor : new double[] {1, -1}) {
            List<Integer> suspects =
                    IntStream.range(0, residuals.length)
                            .filter(
                                    i ->
                                            Math.abs(residuals[i] + factor * BITS_OVER_NATS)
                                                    < tolerance)
                            .boxed()
                            .toList();
            most = Math.max(most, suspects.size());
            if (!suspects.isEmpty()) {
                places.add(place(points, suspects, factor));
            }
        }
        String where = String.join("; and ", places);
        if (most >= FEWEST_SUSPECTS && !options.unitStated() && !options.outliers().isAsked()) {
            throw new PlanningException(
                    "expected all losses in one unit, found %s; if the unit is right, state it, or drop outliers"
                            .formatted(where));
        }
        return places.isEmpty()
                ? Optional.empty()
                : Optional.of("Not all losses may be in one unit: " + where + ".");
    }

    private static String place(List<LossPoint> points, List<Integer> suspects, double factor) {
        return "%d near %s times the law of the others, the ratio of %s: point %s"
                .formatted(
                        suspects.size(),
                        factor > 0 ? "1.44" : "0.69",
                        factor > 0 ? "bits to nats" : "nats to bits",
                        suspects.stream()
                                .limit(MOST_NAMED)
                                .map(i -> named(i, points.get(i)))
                                .collect(Collectors.joining(", ")));
    }

    private static String named(int index, LossPoint point) {
        return "%d (N = %s, D = %s, loss %s)"
                .formatted(
                        index + 1,
                        Figures.number(point.parameters()),
                        Figures.number(point.tokens()),
                        Figures.number(point.loss()));
    }
}

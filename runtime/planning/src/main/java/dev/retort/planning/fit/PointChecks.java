package dev.retort.planning.fit;

import dev.retort.planning.PlanningException;
import dev.retort.planning.report.Figures;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Whether points can tell the parameters of a law of model size and data. */
final class PointChecks {
    private static final int FEWEST = 7;
    private static final int FEWEST_LEVELS = 3;
    private static final double SAME_LEVEL = 1.02;
    private static final double LEAST_SPREAD = 2;

    /** How far ln D must lie around its line on ln N, as a standard deviation. */
    private static final double LEAST_FREEDOM = 0.1;

    private static final double ROUNDING = 1e-9;

    private static final double SMALLEST_MODEL = 100;
    private static final double FEWEST_TOKENS = 1e4;

    private PointChecks() {}

    static void check(List<LossPoint> points) {
        plausible(points);
        List<String> missing = missing(points);
        if (!missing.isEmpty()) {
            throw new PlanningException(
                    "expected runs that tell the effect of model size from that of data, found %s"
                            .formatted(found(points)),
                    missing);
        }
        differing(points.stream().mapToDouble(LossPoint::loss).toArray(), "runs");
    }

    /** Equal losses fit any law without size and data, to the last digit: intervals of no width. */
    static void differing(double[] losses, String between) {
        double[] sorted = Arrays.stream(losses).sorted().toArray();
        if (sorted[sorted.length - 1] <= sorted[0] * (1 + ROUNDING)) {
            throw new PlanningException(
                    String.format(
                            Locale.ROOT,
                            "expected losses that differ between %s, found %.6g in all %d",
                            between,
                            sorted[0],
                            sorted.length));
        }
    }

    static List<String> missing(List<LossPoint> points) {
        List<String> missing = new ArrayList<>();
        if (points.size() < FEWEST) {
            missing.add(
                    "%d more runs (at least %d are needed)"
                            .formatted(FEWEST - points.size(), FEWEST));
        }
        int runs = Arrays.stream(Residuals.clusters(points)).max().orElse(-1) + 1;
        if (points.size() >= FEWEST && runs < FEWEST) {
            missing.add(
                    "%d more runs (the points are of %d, which are resampled whole; at least %d are needed)"
                            .formatted(FEWEST - runs, runs, FEWEST));
        }
        int sizes = sizesOfRuns(points);
        if (runs >= FEWEST && sizes < FEWEST_LEVELS && runs < points.size()) {
            missing.add(
                    "runs of %d more model sizes (runs are resampled whole, and their median sizes are %d)"
                            .formatted(FEWEST_LEVELS - sizes, sizes));
        }
        levels("N", "model sizes", points, LossPoint::parameters, missing);
        levels("D", "amounts of data", points, LossPoint::tokens, missing);
        if (missing.isEmpty() && freedom(points) < LEAST_FREEDOM) {
            missing.add(
                    "runs of one model size on at least two amounts of data, for several sizes");
        }
        return missing;
    }

    private static int sizesOfRuns(List<LossPoint> points) {
        int[] clusters = Residuals.clusters(points);
        Map<Integer, List<Double>> sizes = new HashMap<>();
        for (int i = 0; i < clusters.length; i++) {
            sizes.computeIfAbsent(clusters[i], _ -> new ArrayList<>())
                    .add(points.get(i).parameters());
        }
        double[] medians =
                sizes.values().stream()
                        .mapToDouble(of -> of.stream().sorted().toList().get(of.size() / 2))
                        .sorted()
                        .toArray();
        return levels(medians);
    }

    /** What every law asks of its points: whole numbers of things, and each run once. */
    static void plausible(List<LossPoint> points) {
        inUnits(points);
        noDuplicates(
                points,
                points.stream()
                        .map(p -> List.of(p.parameters(), p.tokens(), p.loss(), p.run()))
                        .toList());
    }

    static void inUnits(List<LossPoint> points) {
        for (LossPoint point : points) {
            if (point.parameters() < SMALLEST_MODEL) {
                throw new PlanningException(
                        "expected N as a number of parameters, found %s; is it in millions or billions?"
                                .formatted(point.parameters()));
            }
            tokens(point.tokens());
        }
    }

    static void tokens(double tokens) {
        if (tokens < FEWEST_TOKENS) {
            throw new PlanningException(
                    "expected D as a number of tokens, found %s; is it in millions or billions?"
                            .formatted(tokens));
        }
    }

    /** By keys that are equal for points of one run alone. */
    static void noDuplicates(List<LossPoint> points, List<?> keys) {
        Map<Object, Integer> seen = new HashMap<>();
        for (int i = 0; i < points.size(); i++) {
            LossPoint point = points.get(i);
            Integer earlier = seen.putIfAbsent(keys.get(i), i + 1);
            if (earlier != null) {
                throw new PlanningException(
                        String.format(
                                Locale.ROOT,
                                "expected each run once, found point %d equal to point %d (N = %s, D = %s, loss %s)",
                                i + 1,
                                earlier,
                                Figures.number(point.parameters(), 6),
                                Figures.number(point.tokens(), 6),
                                point.loss()));
            }
        }
    }

    private static void levels(
            String name,
            String what,
            List<LossPoint> points,
            ToDoubleFunction<LossPoint> of,
            List<String> missing) {
        double[] sorted = points.stream().mapToDouble(of).sorted().toArray();
        int levels = levels(sorted);
        if (levels < FEWEST_LEVELS) {
            missing.add(
                    "%d more %s (at least %d values of %s are needed)"
                            .formatted(FEWEST_LEVELS - levels, what, FEWEST_LEVELS, name));
        } else if (sorted[sorted.length - 1] < LEAST_SPREAD * sorted[0]) {
            missing.add(
                    String.format(
                            Locale.ROOT,
                            "%s further apart (%s from %s to %s is less than a factor of %.0f)",
                            what,
                            name,
                            Figures.number(sorted[0]),
                            Figures.number(sorted[sorted.length - 1]),
                            LEAST_SPREAD));
        }
    }

    static int levels(double[] sorted) {
        int levels = 0;
        double last = 0;
        for (double value : sorted) {
            if (levels == 0 || value > last * SAME_LEVEL) {
                levels++;
                last = value;
            }
        }
        return levels;
    }

    private static double freedom(List<LossPoint> points) {
        double[] x = points.stream().mapToDouble(p -> Math.log(p.parameters())).toArray();
        double[] y = points.stream().mapToDouble(p -> Math.log(p.tokens())).toArray();
        double meanX = Arrays.stream(x).average().orElseThrow();
        double meanY = Arrays.stream(y).average().orElseThrow();
        double xx = 0;
        double xy = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            xx += (x[i] - meanX) * (x[i] - meanX);
            xy += (x[i] - meanX) * (y[i] - meanY);
            yy += (y[i] - meanY) * (y[i] - meanY);
        }
        double left = yy - xy * xy / xx;
        return Math.sqrt(Math.max(0, left) / x.length);
    }

    private static String found(List<LossPoint> points) {
        if (points.isEmpty()) {
            return "no run";
        }
        Stream<String> parts =
                Stream.of(
                        counted(points.size(), "run"),
                        span("N", points, LossPoint::parameters),
                        span("D", points, LossPoint::tokens));
        return String.join(", ", parts.toList());
    }

    private static String span(
            String name, List<LossPoint> points, ToDoubleFunction<LossPoint> of) {
        double[] sorted = points.stream().mapToDouble(of).sorted().toArray();
        int levels = levels(sorted);
        return levels == 1
                ? "one value of %s, %s".formatted(name, Figures.number(sorted[0]))
                : "%d values of %s from %s to %s"
                        .formatted(
                                levels,
                                name,
                                Figures.number(sorted[0]),
                                Figures.number(sorted[sorted.length - 1]));
    }

    private static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}

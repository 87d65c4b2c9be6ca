package dev.retort.planning.fit;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.report.Figures;
import dev.retort.planning.solve.Resamples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Iso-FLOP profiles (Hoffmann et al. 2022, approach 2): for each of several budgets a parabola of
 * ln L over ln N through the runs of that budget, whose minimum is the optimal size, and a power
 * law N* = k C^a through the minima.
 *
 * <p>Intervals are percentiles of a bootstrap of the parabolas' residuals, since a profile has too
 * few runs to resample runs. They hold what the noise of runs does, not how far a parabola is from
 * the truth, which is more the wider a profile is.
 *
 * <p>Immutable.
 */
public final class IsoFlopFit {
    private static final double SAME_BUDGET = 1.15;
    private static final int FEWEST_PROFILES = 3;

    private final FitOptions options;
    private final List<Profile> profiles;
    private final Interval exponent;
    private final Interval logFactor;
    private final double[][] lines;
    private final List<String> warnings;

    /**
     * The runs of one budget.
     *
     * @param flops the budget: the geometric mean of its runs'
     * @param points its runs, by size
     * @param optimalParameters the size of the least loss
     * @param optimalTokens the tokens that runs of this size have at this budget, however its FLOPs
     *     are counted
     * @param leastLoss the loss there in nats, of the parabola
     */
    public record Profile(
            double flops,
            List<LossPoint> points,
            Interval optimalParameters,
            double optimalTokens,
            double leastLoss) {}

    private IsoFlopFit(
            FitOptions options,
            List<Profile> profiles,
            Interval exponent,
            Interval logFactor,
            double[][] lines,
            List<String> warnings) {
        this.options = options;
        this.profiles = profiles;
        this.exponent = exponent;
        this.logFactor = logFactor;
        this.lines = lines;
        this.warnings = warnings;
    }

    /**
     * Fits the profiles.
     *
     * @param points the runs; those whose FLOPs lie within 15 % are of one budget, by their own
     *     FLOPs where they have them and else by the convention; budgets of fewer than four model
     *     sizes, without a minimum within them, or whose minimum noise leaves open (as long as
     *     three are left) are left out and named
     * @param options how; the convention, the policy for schedules, the confidence, the replicates
     *     and the seed are used, and to correct by schedules also what a parametric fit takes
     * @return the fit
     * @throws PlanningException if there are fewer than three such budgets; the message says what
     *     is missing
     */
    public static IsoFlopFit of(List<LossPoint> points, FitOptions options) {
        PointChecks.plausible(points);
        SchedulePoints scheduled = SchedulePoints.of(points, options);
        List<Parabola> parabolas = new ArrayList<>();
        List<List<LossPoint>> few = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (List<LossPoint> group : groups(scheduled.used(), options.convention())) {
            if (sizes(group) <= Parabola.COEFFICIENTS) {
                few.add(group);
            } else {
                Parabola parabola = Parabola.through(group, logFlops(group, options.convention()));
                parabola.missing().ifPresentOrElse(missing::add, () -> parabolas.add(parabola));
            }
        }
        requireEnough(parabolas.size(), missing);
        List<String> warnings = new ArrayList<>();
        scheduled.warning(options.schedule()).ifPresent(warnings::add);
        if (!few.isEmpty()) {
            warnings.add(tooFew(few));
        }
        for (String lacks : missing) {
            warnings.add(
                    "A profile without a minimum within its sizes was left out; it takes %s."
                            .formatted(lacks));
        }
        return bootstrap(parabolas, options, warnings);
    }

    private static void requireEnough(int profiles, List<String> missing) {
        if (profiles >= FEWEST_PROFILES) {
            return;
        }
        if (!missing.isEmpty()) {
            throw new PlanningException(
                    "expected at least %d profiles whose minimum lies within their sizes, found %d of %d"
                            .formatted(FEWEST_PROFILES, profiles, profiles + missing.size()),
                    missing);
        }
        throw new PlanningException(
                "expected at least %d budgets with at least %d model sizes each, found %d"
                        .formatted(FEWEST_PROFILES, Parabola.COEFFICIENTS + 1, profiles),
                List.of("%d more budgets".formatted(FEWEST_PROFILES - profiles)));
    }

    private static String tooFew(List<List<LossPoint>> groups) {
        int runs = groups.stream().mapToInt(List::size).sum();
        return "%d run%s of %d budget%s %s left out: a profile needs %d model sizes at one budget."
                .formatted(
                        runs,
                        runs == 1 ? "" : "s",
                        groups.size(),
                        groups.size() == 1 ? "" : "s",
                        runs == 1 ? "was" : "were",
                        Parabola.COEFFICIENTS + 1);
    }

    private static int sizes(List<LossPoint> group) {
        return PointChecks.levels(
                group.stream().mapToDouble(LossPoint::parameters).sorted().toArray());
    }

    private static List<String> warnings(List<Parabola> parabolas, FlopConvention convention) {
        List<LossPoint> used = parabolas.stream().flatMap(p -> p.points().stream()).toList();
        List<String> warnings = new ArrayList<>(ScaleWarnings.of(used));
        long given = used.stream().filter(p -> p.flops().isPresent()).count();
        if (given > 0) {
            warnings.add(
                    "Budgets are the FLOPs that the file gives%s, %s times those of %s (median)."
                            .formatted(
                                    given < used.size()
                                            ? " for %d of %d runs".formatted(given, used.size())
                                            : "",
                                    Figures.number(
                                            ScaleWarnings.flops(used, convention).orElseThrow(), 3),
                                    convention.label()));
        }
        return warnings;
    }

    private static IsoFlopFit bootstrap(
            List<Parabola> parabolas, FitOptions options, List<String> warnings) {
        double[] pool = parabolas.stream().flatMapToDouble(p -> p.residuals()).toArray();
        Random random = new Random(options.seed());
        double[][] optima = new double[parabolas.size()][options.replicates()];
        double[][] lines = new double[options.replicates()][];
        for (int i = 0; i < options.replicates(); i++) {
            double[] drawn = new double[parabolas.size()];
            for (int k = 0; k < drawn.length; k++) {
                drawn[k] = parabolas.get(k).redrawn(pool, random).optimum();
                optima[k][i] = drawn[k];
            }
            lines[i] = line(parabolas, drawn);
        }
        List<Parabola> pinned =
                IntStream.range(0, optima.length)
                        .filter(k -> isPinned(optima[k], options.level()))
                        .mapToObj(parabolas::get)
                        .toList();
        if (pinned.size() >= FEWEST_PROFILES && pinned.size() < parabolas.size()) {
            List<String> more = new ArrayList<>(warnings);
            more.add(
                    "%d of %d profiles were left out, since the noise of runs leaves their minimum open."
                            .formatted(parabolas.size() - pinned.size(), parabolas.size()));
            return bootstrap(pinned, options, more);
        }
        if (pinned.size() == parabolas.size()) {
            return of(parabolas, optima, lines, options, warnings);
        }
        List<String> open = new ArrayList<>(warnings);
        open.add(
                "The noise of runs leaves the minimum of %d of %d profiles open."
                        .formatted(parabolas.size() - pinned.size(), parabolas.size()));
        return of(parabolas, optima, lines, options, open);
    }

    private static IsoFlopFit of(
            List<Parabola> parabolas,
            double[][] optima,
            double[][] lines,
            FitOptions options,
            List<String> warnings) {
        double[] best =
                line(parabolas, parabolas.stream().mapToDouble(Parabola::optimum).toArray());
        List<Profile> profiles = new ArrayList<>();
        for (int k = 0; k < optima.length; k++) {
            Parabola parabola = parabolas.get(k);
            profiles.add(
                    new Profile(
                            Math.exp(parabola.logFlops()),
                            parabola.points(),
                            percentiles(parabola.optimum(), optima[k], options.level())
                                    .map(Math::exp),
                            parabola.tokensAtOptimum(),
                            Math.exp(parabola.least())));
        }
        return new IsoFlopFit(
                options,
                List.copyOf(profiles),
                percentiles(best[1], column(lines, 1), options.level()),
                percentiles(best[0], column(lines, 0), options.level()),
                lines,
                Stream.concat(warnings.stream(), warnings(parabolas, options.convention()).stream())
                        .toList());
    }

    /** Whether nearly every draw has a minimum, so that an interval has two ends. */
    private static boolean isPinned(double[] optima, double level) {
        return Arrays.stream(optima).filter(Double::isFinite).count()
                >= optima.length * (1 + level) / 2;
    }

    private static double[] column(double[][] rows, int index) {
        return Arrays.stream(rows).mapToDouble(row -> row[index]).toArray();
    }

    private static Interval percentiles(double estimate, double[] values, double level) {
        return isPinned(values, level)
                ? Resamples.percentiles(
                        estimate, Arrays.stream(values).filter(Double::isFinite).toArray(), level)
                : new Interval(estimate, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, level);
    }

    /** The line of least squares of ln N* over ln C: its value at ln C = 0 and its slope. */
    private static double[] line(List<Parabola> parabolas, double[] optima) {
        double meanX = parabolas.stream().mapToDouble(Parabola::logFlops).average().orElseThrow();
        double meanY = Arrays.stream(optima).average().orElseThrow();
        double xx = 0;
        double xy = 0;
        for (int k = 0; k < optima.length; k++) {
            double x = parabolas.get(k).logFlops() - meanX;
            xx += x * x;
            xy += x * (optima[k] - meanY);
        }
        double slope = xy / xx;
        return new double[] {meanY - slope * meanX, slope};
    }

    private static List<List<LossPoint>> groups(List<LossPoint> points, FlopConvention convention) {
        List<LossPoint> sorted =
                points.stream()
                        .sorted(Comparator.comparingDouble(p -> flops(p, convention)))
                        .toList();
        List<List<LossPoint>> groups = new ArrayList<>();
        double first = 0;
        for (LossPoint point : sorted) {
            double flops = flops(point, convention);
            if (groups.isEmpty() || flops > first * SAME_BUDGET) {
                groups.add(new ArrayList<>());
                first = flops;
            }
            groups.getLast().add(point);
        }
        return groups;
    }

    private static double flops(LossPoint point, FlopConvention convention) {
        return point.flops().orElseGet(() -> convention.of(point.parameters(), point.tokens()));
    }

    private static double logFlops(List<LossPoint> group, FlopConvention convention) {
        return group.stream()
                .mapToDouble(p -> Math.log(flops(p, convention)))
                .average()
                .orElseThrow();
    }

    /**
     * What a reader has to know: runs that were left out, and whose FLOPs are counted.
     *
     * @return one sentence each
     */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * How the FLOPs of budgets are counted.
     *
     * @return the convention, or that runs gave them
     */
    public String counting() {
        boolean given =
                profiles.stream()
                        .flatMap(p -> p.points().stream())
                        .anyMatch(p -> p.flops().isPresent());
        return given ? "FLOPs as given" : options.convention().label();
    }

    /**
     * The profiles.
     *
     * @return by budget
     */
    public List<Profile> profiles() {
        return profiles;
    }

    /**
     * The exponent a of N* = k C^a.
     *
     * @return with its interval
     */
    public Interval sizeExponent() {
        return exponent;
    }

    /**
     * The factor k of N* = k C^a.
     *
     * @return with its interval
     */
    public Interval sizeFactor() {
        return logFactor.map(Math::exp);
    }

    /**
     * The optimal size for a budget.
     *
     * @param flops the budget, positive
     * @return the parameters with their interval
     */
    public Interval optimalParameters(double flops) {
        double log = Math.log(flops);
        double[] values =
                IntStream.range(0, lines.length)
                        .mapToDouble(i -> lines[i][0] + lines[i][1] * log)
                        .toArray();
        double estimate = logFactor.estimate() + exponent.estimate() * log;
        return percentiles(estimate, values, options.level()).map(Math::exp);
    }

    /**
     * The options that it was made with, and with them the FLOP convention.
     *
     * @return the options
     */
    public FitOptions options() {
        return options;
    }
}

package dev.retort.planning.fit;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.solve.Resamples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The parametric law L(N, D) = E + A/N^α + B/D^β fitted to runs: the procedure of Hoffmann et al.
 * 2022 (approach 3) with the repairs of Besiroglu et al. 2024.
 *
 * <p>It minimises the sum of Huber losses of ln L − ln(predicted L), over a grid of starts, to the
 * last digit of the sum. Intervals are BCa intervals of a bootstrap over runs, so they allow for
 * noise that differs between points and for outliers.
 *
 * <p>Immutable. The same points, options and seed give the same fit on any number of threads; it is
 * made on all cores.
 */
public final class ParametricFit {
    /** What has to be added where too few resamples give a law. */
    static final String WIDER_OR_CLEANER =
            "runs over a wider range of model sizes and of data, or less noise";

    /** In the order of what the model fits. */
    private static final List<LawParameter> PARAMETERS = List.of(LawParameter.values());

    private final FitOptions options;
    private final SchedulePoints points;
    private final Set<Integer> dropped;
    private final ParametricModel model;
    private final Minima minimum;
    private final LawResamples resamples;
    private final double[] residuals;
    private final double sigma;
    private final List<Outlier> outliers;
    private final Optional<ParametricLaw> withAll;
    private final Optional<ParametricLaw> withoutOutliers;
    private final List<String> warnings;

    /**
     * A point whose residual stands out.
     *
     * @param point the point
     * @param residual ln(predicted loss) − ln(loss): negative where the loss is higher than the
     *     law's
     * @param sigmas the residual in standard deviations of the bulk
     * @param dropped whether it was left out of the fit
     */
    public record Outlier(LossPoint point, double residual, double sigmas, boolean dropped) {}

    /**
     * What leaving one point out would change.
     *
     * @param point the point
     * @param without the law without it
     * @param parameter the parameter that moves most in units of its standard error
     * @param standardErrors by how many of them it moves when the point is left out
     */
    public record Influence(
            LossPoint point,
            ParametricLaw without,
            LawParameter parameter,
            double standardErrors) {}

    /**
     * How the minimum was found.
     *
     * @param objective the sum of Huber losses
     * @param converged whether no step could lower it by more than its rounding
     * @param starts from how many starts it was searched
     * @param reached how many of the refined ends are this minimum
     * @param refined how many ends were refined
     */
    public record Search(
            double objective, boolean converged, int starts, int reached, int refined) {}

    private ParametricFit(FitOptions options, SchedulePoints points) {
        this.options = options;
        FirstFit first = FirstFit.of(points.used(), options);
        this.dropped = first.dropped();
        this.points = points.without(dropped);
        this.model = first.model();
        this.minimum = first.minimum();
        this.outliers = first.outliers();
        this.withAll = first.withAll();
        this.withoutOutliers = first.withoutOutliers();
        this.residuals = Residuals.of(model, minimum.x());
        this.sigma = Residuals.sigma(residuals, model.parameters());
        this.resamples =
                LawResamples.of(
                        Resamples.of(
                                model,
                                options.huberDelta(),
                                List.of(minimum.x()),
                                Residuals.clusters(this.points.used()),
                                options.replicates(),
                                options.seed(),
                                options.observer()),
                        ParametricLaw::isLaw,
                        options,
                        RisingLosses.of(this.points.used()).hint(),
                        WIDER_OR_CLEANER);
        this.warnings = FitWarnings.of(this, points, first.units());
    }

    /**
     * Fits the law.
     *
     * @param points the runs, at least seven over at least three sizes and three amounts of data
     * @param options how
     * @return the fit
     * @throws PlanningException if a point is no run, or the points cannot tell the parameters; the
     *     message says what is missing
     */
    public static ParametricFit of(List<LossPoint> points, FitOptions options) {
        PointChecks.check(points);
        SchedulePoints scheduled = SchedulePoints.of(points, options);
        scheduled.check();
        return new ParametricFit(options, scheduled);
    }

    /**
     * What runs lack in number and spread before this law can be fitted to them, whatever their
     * losses are.
     *
     * @param points the runs
     * @return one thing each; empty if nothing is missing
     */
    public static List<String> missing(List<LossPoint> points) {
        return PointChecks.missing(points);
    }

    /**
     * The law.
     *
     * @return the best fit
     */
    public ParametricLaw law() {
        return ParametricLaw.of(minimum.x());
    }

    /**
     * The options that it was made with, and with them the FLOP convention.
     *
     * @return the options
     */
    public FitOptions options() {
        return options;
    }

    /**
     * The points that the law was fitted to, after the policies for schedules and outliers.
     *
     * @return the points
     */
    public List<LossPoint> points() {
        return points.used();
    }

    /**
     * The exponent γ by which losses off schedule were corrected.
     *
     * @return the exponent; empty unless the policy is {@link SchedulePolicy#CORRECT}
     */
    public Optional<Double> scheduleExponent() {
        return points.exponent();
    }

    /**
     * How the minimum was found.
     *
     * @return the search
     */
    public Search search() {
        return new Search(
                minimum.value(),
                minimum.converged(),
                minimum.starts(),
                minimum.reached(),
                minimum.refined());
    }

    /**
     * The residuals ln(predicted loss) − ln(loss), in the order of the points.
     *
     * @return a copy
     */
    public double[] residuals() {
        return residuals.clone();
    }

    /**
     * The standard deviation of the bulk of the residuals of ln L.
     *
     * @return the relative noise of a run
     */
    public double noise() {
        return sigma;
    }

    /**
     * The interval of a parameter.
     *
     * @param parameter which
     * @return its BCa interval
     */
    public Interval interval(LawParameter parameter) {
        return interval(parameter::of);
    }

    /**
     * The interval of anything that follows from the law.
     *
     * @param quantity a function of the law
     * @return its BCa interval
     */
    public Interval interval(ToDoubleFunction<ParametricLaw> quantity) {
        return resamples.interval(x -> quantity.applyAsDouble(ParametricLaw.of(x)));
    }

    /**
     * The interval of the mean loss of runs.
     *
     * @param parameters their parameters N, positive
     * @param tokens their tokens D, positive
     * @return the loss in nats, without the noise of a single run
     */
    public Interval predictLoss(double parameters, double tokens) {
        return interval(law -> law.loss(parameters, tokens));
    }

    /**
     * The interval that a single new run should fall into: that of {@link #predictLoss} widened by
     * the noise of runs, as their residuals show it. It rests on the same BCa distribution.
     *
     * @param parameters its parameters N, positive
     * @param tokens its tokens D, positive
     * @return the loss in nats
     */
    public Interval predictRun(double parameters, double tokens) {
        return resamples.ofOne(
                x -> ParametricLaw.of(x).loss(parameters, tokens), residuals, model.parameters());
    }

    /**
     * The covariance of (ln A, ln B, E, α, β) over the bootstrap.
     *
     * @return the matrix, in this order
     */
    public double[][] covariance() {
        return resamples
                .resamples()
                .covariance(
                        List.of(x -> x[0], x -> x[1], x -> Math.exp(x[2]), x -> x[3], x -> x[4]));
    }

    /**
     * The laws of the bootstrap, for answers that need more than one quantity of a law at a time.
     *
     * @return one law a replicate; those without one are left out
     */
    public List<ParametricLaw> replicates() {
        return Arrays.stream(resamples.resamples().replicates()).map(ParametricLaw::of).toList();
    }

    /**
     * What leaving out single points, or single runs with all their points, would change.
     *
     * @return one entry a run, named by its first point; the most influential first
     */
    public List<Influence> influence() {
        double[][] covariance = covariance();
        double[] best = scaled(minimum.x());
        int[] clusters = Residuals.clusters(points.used());
        double[][] without = resamples.resamples().jackknife();
        List<Influence> influences = new ArrayList<>();
        for (int cluster = 0; cluster < without.length; cluster++) {
            double[] x = without[cluster];
            if (x.length == 0) {
                continue;
            }
            double[] moved = scaled(x);
            int largest = 0;
            double most = 0;
            for (int j = 0; j < best.length; j++) {
                double errors = Math.abs(moved[j] - best[j]) / Math.sqrt(covariance[j][j]);
                if (errors > most) {
                    most = errors;
                    largest = j;
                }
            }
            influences.add(
                    new Influence(
                            points.used().get(first(clusters, cluster)),
                            ParametricLaw.of(x),
                            PARAMETERS.get(largest),
                            most));
        }
        influences.sort(Comparator.comparingDouble(Influence::standardErrors).reversed());
        return List.copyOf(influences);
    }

    private static int first(int[] clusters, int cluster) {
        return IntStream.range(0, clusters.length)
                .filter(i -> clusters[i] == cluster)
                .findFirst()
                .orElseThrow();
    }

    private static double[] scaled(double[] x) {
        double[] scaled = x.clone();
        scaled[2] = Math.exp(x[2]);
        return scaled;
    }

    /**
     * The points that stand out, dropped or not.
     *
     * @return the points; the largest residual first
     */
    public List<Outlier> outliers() {
        return outliers;
    }

    /**
     * The law of all points, those that were left out too: what the policy for outliers decides.
     *
     * @return the law; empty if none was left out
     */
    public Optional<ParametricLaw> withAllPoints() {
        return withAll;
    }

    /**
     * The law without any point that stands out, left out or only named.
     *
     * @return the law; empty if no point in use stands out, or the others are too few
     */
    public Optional<ParametricLaw> withoutOutliers() {
        return withoutOutliers;
    }

    /**
     * What a reader of the fit has to know.
     *
     * @return one sentence each
     */
    public List<String> warnings() {
        return warnings;
    }

    /** What a reader has to know of the search. */
    Optional<String> unreached() {
        return minimum.warning();
    }

    /** What a reader has to know of the resamples. */
    Optional<String> unlawful() {
        return resamples.warning();
    }

    /** The model of the points that are used. */
    ParametricModel model() {
        return model;
    }

    /** The parameters of the best fit. */
    double[] x() {
        return minimum.x();
    }

    /** The points that are left out, by their number among those that the schedules leave. */
    Set<Integer> dropped() {
        return dropped;
    }
}

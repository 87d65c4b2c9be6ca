package dev.retort.planning.fit;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.report.Figures;
import dev.retort.planning.solve.ResidualModel;

import org.apache.commons.statistics.distribution.FDistribution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The curve of one run, L(D) = E + B/D^β: where its loss will be after more tokens, under the same
 * learning rate. It holds for a constant learning rate or between warm-up and decay; the end of a
 * decaying schedule lies below it.
 *
 * <p>The errors of neighbouring points are alike, so whole stretches of the curve are resampled.
 *
 * <p>Immutable.
 */
public final class LearningCurveFit {
    private static final int FEWEST = 10;
    private static final int PARAMETERS = 3;
    private static final double LEAST_RANGE = 4;

    /** Of how many curves of nothing but noise one may pass for a law. */
    private static final double CHANCE = 0.01;

    private static final double OUTLYING = 5;
    private static final String LONGER_OR_CLEANER = "a longer curve, or less noise";

    private final SmallFit fit;

    /**
     * A point of the curve.
     *
     * @param tokens the tokens seen, positive
     * @param loss the loss in nats a token, positive
     */
    public record Point(double tokens, double loss) {
        /** Checks the numbers. */
        public Point {
            LossPoint.of(1, tokens, loss);
        }
    }

    private LearningCurveFit(SmallFit fit) {
        this.fit = fit;
    }

    /**
     * Fits the curve.
     *
     * @param points the points after the warm-up, at least ten in the order of their tokens, the
     *     last at four times the tokens of the first or more
     * @param options how
     * @return the fit
     * @throws PlanningException if the points do not tell the curve
     */
    public static LearningCurveFit of(List<Point> points, FitOptions options) {
        for (int i = 1; i < points.size(); i++) {
            if (points.get(i).tokens() <= points.get(i - 1).tokens()) {
                throw new PlanningException(
                        "expected tokens that grow along the curve, found %s after %s"
                                .formatted(points.get(i).tokens(), points.get(i - 1).tokens()));
            }
        }
        List<String> missing = new ArrayList<>();
        if (points.size() < FEWEST) {
            missing.add(
                    "%d more points (at least %d are needed)"
                            .formatted(FEWEST - points.size(), FEWEST));
        } else if (points.getLast().tokens() < LEAST_RANGE * points.getFirst().tokens()) {
            missing.add(
                    String.format(
                            Locale.ROOT, "points over a factor of %.0f in tokens", LEAST_RANGE));
        }
        if (!missing.isEmpty()) {
            throw new PlanningException(
                    "expected a curve long enough to tell its exponent, found %d points%s"
                            .formatted(
                                    points.size(),
                                    points.isEmpty()
                                            ? ""
                                            : " from %s to %s tokens"
                                                    .formatted(
                                                            Figures.number(
                                                                    points.getFirst().tokens()),
                                                            Figures.number(
                                                                    points.getLast().tokens()))),
                    missing);
        }
        PointChecks.differing(points.stream().mapToDouble(Point::loss).toArray(), "points");
        Model model = new Model(points);
        Minima minimum =
                Minima.search(model, options.huberDelta(), starts(points), options.observer());
        double[] x = minimum.x();
        if (!isLaw(x)) {
            throw new PlanningException(
                    String.format(
                            Locale.ROOT,
                            "expected a loss that falls along the curve, found a best fit with beta = %.3g",
                            x[2]));
        }
        requireFall(points, Residuals.of(model, x));
        return new LearningCurveFit(
                SmallFit.of(
                        model,
                        minimum,
                        blocks(points.size()),
                        LearningCurveFit::isLaw,
                        options,
                        LONGER_OR_CLEANER));
    }

    private static boolean isLaw(double[] x) {
        return x[2] > 0
                && Math.abs(x[0]) < ParametricLaw.LARGEST_LOG
                && x[1] < ParametricLaw.LARGEST_LOG;
    }

    /**
     * Refuses a curve that a constant fits about as well: the F-test of the curve against its mean,
     * with as many points the fewer as neighbours are alike (the length of the blocks that are
     * resampled). Points that stand out, such as a spike, count in neither.
     */
    private static void requireFall(List<Point> points, double[] residuals) {
        double bound = OUTLYING * Residuals.floored(Residuals.sigma(residuals, PARAMETERS));
        int[] kept =
                IntStream.range(0, residuals.length)
                        .filter(i -> Math.abs(residuals[i]) <= bound)
                        .toArray();
        double[] logs =
                Arrays.stream(kept).mapToDouble(i -> Math.log(points.get(i).loss())).toArray();
        double left = squares(Arrays.stream(kept).mapToDouble(i -> residuals[i]).toArray(), 0);
        double all = squares(logs, Arrays.stream(logs).average().orElseThrow());
        int freedom = kept.length - PARAMETERS;
        double ratio = (all - left) / (PARAMETERS - 1) / (left / freedom);
        double needed =
                length(points.size())
                        * FDistribution.of(PARAMETERS - 1, freedom)
                                .inverseSurvivalProbability(CHANCE);
        if (!(ratio > needed)) {
            throw new PlanningException(
                    String.format(
                            Locale.ROOT,
                            "expected a loss that falls along the curve by more than its noise, found a"
                                    + " law that explains %.0f %% of the variance of ln L, of which noise"
                                    + " alone may explain %.0f %%",
                            100 * Math.max(0, 1 - left / all),
                            100 * needed / (needed + freedom / (PARAMETERS - 1.0))),
                    List.of(LONGER_OR_CLEANER));
        }
    }

    private static double squares(double[] values, double around) {
        return Arrays.stream(values).map(value -> (value - around) * (value - around)).sum();
    }

    /**
     * What a reader has to know.
     *
     * @return one sentence each
     */
    public List<String> warnings() {
        return fit.warnings();
    }

    /**
     * E, where the curve would end, in nats.
     *
     * @return with its interval
     */
    public Interval floor() {
        return fit.interval(x -> Math.exp(x[1]));
    }

    /**
     * B, the weight of the data.
     *
     * @return with its interval
     */
    public Interval weight() {
        return fit.interval(x -> Math.exp(x[0]));
    }

    /**
     * β, the exponent of the data.
     *
     * @return with its interval
     */
    public Interval exponent() {
        return fit.interval(x -> x[2]);
    }

    /**
     * The loss after more tokens.
     *
     * @param tokens the tokens, positive
     * @return the loss in nats with its interval, without the noise of a single evaluation
     */
    public Interval predict(double tokens) {
        return fit.interval(loss(tokens));
    }

    /**
     * The interval that a single evaluation after more tokens should fall into: that of {@link
     * #predict} widened by the noise of evaluations, as their residuals show it.
     *
     * @param tokens the tokens, positive
     * @return the loss in nats
     */
    public Interval predictEvaluation(double tokens) {
        return fit.ofOne(loss(tokens));
    }

    private static ToDoubleFunction<double[]> loss(double tokens) {
        double log = Math.log(PlanningException.requirePositive("number of tokens D", tokens));
        return x -> Math.exp(x[1]) + Math.exp(x[0] - x[2] * log);
    }

    private static int[] blocks(int points) {
        return IntStream.range(0, points).map(i -> i / length(points)).toArray();
    }

    /** Blocks of about the cube root of the points, the order that variances ask for. */
    private static int length(int points) {
        return (int) Math.round(Math.cbrt(points));
    }

    private static List<double[]> starts(List<Point> points) {
        double least = points.stream().mapToDouble(Point::loss).min().orElseThrow();
        double first = Math.log(points.getFirst().tokens());
        double drop = Math.max(points.getFirst().loss() - 0.9 * least, 1e-3);
        List<double[]> starts = new ArrayList<>();
        for (double share : new double[] {0.3, 0.6, 0.9}) {
            for (double exponent : new double[] {0.1, 0.3, 0.6, 1}) {
                starts.add(
                        new double[] {
                            Math.log(drop) + exponent * first, Math.log(share * least), exponent
                        });
            }
        }
        return starts;
    }

    /** Parameters (ln B, ln E, β). */
    private record Model(List<Point> of) implements ResidualModel {
        @Override
        public int points() {
            return of.size();
        }

        @Override
        public int parameters() {
            return PARAMETERS;
        }

        @Override
        public void evaluate(double[] x, double[] residuals, double[] jacobian) {
            for (int i = 0, j = 0; i < of.size(); i++) {
                double log = Math.log(of.get(i).tokens());
                double data = x[0] - x[2] * log;
                double shift = Math.max(data, x[1]);
                double ofData = Math.exp(data - shift);
                double ofRest = Math.exp(x[1] - shift);
                double sum = ofData + ofRest;
                residuals[i] = shift + Math.log(sum) - Math.log(of.get(i).loss());
                jacobian[j++] = ofData / sum;
                jacobian[j++] = ofRest / sum;
                jacobian[j++] = -log * ofData / sum;
            }
        }
    }
}

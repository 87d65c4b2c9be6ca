package dev.retort.planning.fit;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.solve.Resamples;
import dev.retort.planning.solve.ResidualModel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
    private static final double LEAST_RANGE = 4;

    private final SmallFit fit;
    private final double lastTokens;

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

    private LearningCurveFit(SmallFit fit, double lastTokens) {
        this.fit = fit;
        this.lastTokens = lastTokens;
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
                                            : String.format(
                                                    Locale.ROOT,
                                                    " from %.4g to %.4g tokens",
                                                    points.getFirst().tokens(),
                                                    points.getLast().tokens())),
                    missing);
        }
        SmallFit fit =
                SmallFit.of(new Model(points), starts(points), blocks(points.size()), options);
        if (!(fit.x()[2] > 0)) {
            throw new PlanningException(
                    String.format(
                            Locale.ROOT,
                            "expected a loss that falls along the curve, found a best fit with beta = %.3g",
                            fit.x()[2]));
        }
        return new LearningCurveFit(fit, points.getLast().tokens());
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
        double log = Math.log(tokens);
        return fit.interval(x -> Math.exp(x[1]) + Math.exp(x[0] - x[2] * log));
    }

    /**
     * How far a prediction reaches beyond the curve.
     *
     * @param tokens the tokens
     * @return tokens over those of the last point
     */
    public double reach(double tokens) {
        return tokens / lastTokens;
    }

    /** Blocks of about the cube root of the points, the order that variances ask for. */
    private static int[] blocks(int points) {
        int length = Math.max(1, (int) Math.round(Math.cbrt(points)));
        return IntStream.range(0, points).map(i -> i / length).toArray();
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
            return 3;
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

    /**
     * The interval that a single evaluation after more tokens should fall into.
     *
     * @param tokens the tokens, positive
     * @return the loss in nats
     */
    public Interval predictEvaluation(double tokens) {
        double log = Math.log(tokens);
        double[] residuals = fit.residuals();
        double[][] replicates = fit.replicates();
        double[] drawn =
                IntStream.range(0, replicates.length)
                        .mapToDouble(
                                i ->
                                        (Math.exp(replicates[i][1])
                                                        + Math.exp(
                                                                replicates[i][0]
                                                                        - replicates[i][2] * log))
                                                * Math.exp(-residuals[i % residuals.length]))
                        .toArray();
        double[] x = fit.x();
        return Resamples.percentiles(
                Math.exp(x[1]) + Math.exp(x[0] - x[2] * log), drawn, fit.level());
    }
}

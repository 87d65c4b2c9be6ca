package dev.retort.planning.fit;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.solve.ResidualModel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Kaplan's form fitted to runs, by the same loss and bootstrap as the parametric law, so that the
 * two can be compared on the same points.
 *
 * <p>Immutable.
 */
public final class KaplanFit {
    private final SmallFit fit;
    private final List<String> warnings;

    private KaplanFit(SmallFit fit, List<String> warnings) {
        this.fit = fit;
        this.warnings = warnings;
    }

    /**
     * Fits the form.
     *
     * @param points the runs, at least seven over at least three sizes and three amounts of data
     * @param options how; of the starts only those of this form are used
     * @return the fit
     * @throws PlanningException if the points cannot tell its parameters
     */
    public static KaplanFit of(List<LossPoint> points, FitOptions options) {
        PointChecks.check(points);
        SchedulePoints scheduled = SchedulePoints.of(points, options);
        List<LossPoint> used = scheduled.used();
        scheduled.check();
        Model model = new Model(used);
        Minima minimum = Minima.search(model, options.huberDelta(), starts(), options.observer());
        double[] x = minimum.x();
        if (!isLaw(x)) {
            throw new PlanningException(
                    String.format(
                            Locale.ROOT,
                            "expected a loss that falls with N and with D, found a best fit with"
                                    + " alpha_N = %.3g and alpha_D = %.3g",
                            x[2],
                            x[3]),
                    List.of("runs over a wider range of model sizes and of data"));
        }
        SmallFit fit =
                SmallFit.of(
                        model,
                        minimum,
                        Residuals.clusters(used),
                        KaplanFit::isLaw,
                        options,
                        ParametricFit.WIDER_OR_CLEANER);
        List<String> warnings = new ArrayList<>(fit.warnings());
        scheduled.warning(options.schedule()).ifPresent(warnings::add);
        warnings.addAll(ScaleWarnings.of(used));
        return new KaplanFit(fit, List.copyOf(warnings));
    }

    /**
     * What a reader has to know.
     *
     * @return one sentence each
     */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * The law.
     *
     * @return the best fit
     */
    public KaplanLaw law() {
        return law(fit.x());
    }

    /**
     * The interval of anything that follows from the law.
     *
     * @param quantity a function of the law
     * @return its BCa interval
     */
    public Interval interval(ToDoubleFunction<KaplanLaw> quantity) {
        return fit.interval(x -> quantity.applyAsDouble(law(x)));
    }

    /**
     * The sum of Huber losses, to compare with that of another form on the same points.
     *
     * @return the sum
     */
    public double objective() {
        return fit.objective();
    }

    /**
     * The standard deviation of the bulk of the residuals of ln L.
     *
     * @return the relative noise of a run
     */
    public double noise() {
        return fit.noise();
    }

    private static boolean isLaw(double[] x) {
        return x[2] > 0
                && x[3] > 0
                && Math.abs(x[0] / x[2]) < ParametricLaw.LARGEST_LOG
                && Math.abs(x[1] / x[3]) < ParametricLaw.LARGEST_LOG;
    }

    private static KaplanLaw law(double[] x) {
        return new KaplanLaw(Math.exp(x[0] / x[2]), Math.exp(x[1] / x[3]), x[2], x[3]);
    }

    private static List<double[]> starts() {
        List<double[]> starts = new ArrayList<>();
        for (double size : new double[] {0.05, 0.1, 0.2, 0.4}) {
            for (double data : new double[] {0.05, 0.1, 0.2, 0.4}) {
                for (double weight : new double[] {1, 3, 6}) {
                    starts.add(new double[] {weight, weight, size, data});
                }
            }
        }
        return starts;
    }

    /** Parameters (α_N ln N_c, α_D ln D_c, α_N, α_D), in which the powers are nearly linear. */
    private record Model(List<LossPoint> of) implements ResidualModel {
        @Override
        public int points() {
            return of.size();
        }

        @Override
        public int parameters() {
            return 4;
        }

        @Override
        public void evaluate(double[] x, double[] residuals, double[] jacobian) {
            for (int i = 0, j = 0; i < of.size(); i++) {
                LossPoint point = of.get(i);
                double logParameters = Math.log(point.parameters());
                double logTokens = Math.log(point.tokens());
                double size = (x[0] - x[2] * logParameters) / x[3];
                double data = x[1] / x[3] - logTokens;
                double shift = Math.max(size, data);
                double ofSize = Math.exp(size - shift);
                double ofData = Math.exp(data - shift);
                double sum = shift + Math.log(ofSize + ofData);
                double share = ofSize / (ofSize + ofData);
                residuals[i] = x[3] * sum - Math.log(point.loss());
                jacobian[j++] = share;
                jacobian[j++] = 1 - share;
                jacobian[j++] = -share * logParameters;
                jacobian[j++] = sum - share * size - (1 - share) * x[1] / x[3];
            }
        }
    }
}

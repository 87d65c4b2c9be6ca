package dev.retort.planning.fit;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.solve.Resamples;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * Refits to resampled points, of which nearly all have to give a law: intervals of the others alone
 * would be made up.
 *
 * @param resamples those that give a law
 * @param level the confidence of intervals
 */
record LawResamples(Resamples resamples, double level) {
    private static final double MOST_UNLAWFUL = 0.1;

    /**
     * Leaves out refits without a law.
     *
     * @param all the refits
     * @param isLaw whether parameters make a law
     * @param options how the law is fitted
     * @param hint the end of the refusal's sentence: what may be wrong with the points
     * @param missing what has to be added before there is a law
     * @throws PlanningException if more than a tenth of the refits give none
     */
    static LawResamples of(
            Resamples all,
            Predicate<double[]> isLaw,
            FitOptions options,
            String hint,
            String missing) {
        Resamples lawful = all.where(isLaw);
        double unlawful = (double) lawful.failures() / options.replicates();
        if (unlawful > MOST_UNLAWFUL) {
            throw new PlanningException(
                    String.format(
                                    Locale.ROOT,
                                    "expected a law in nearly every resample of the runs, found none in %.0f %% of %d",
                                    100 * unlawful,
                                    options.replicates())
                            + hint,
                    List.of(missing));
        }
        return new LawResamples(lawful, options.level());
    }

    /** The interval of a quantity. */
    Interval interval(ToDoubleFunction<double[]> quantity) {
        return resamples.interval(quantity, level);
    }

    /**
     * The interval of one more observation of a quantity, whose noise is that of the residuals. It
     * rests on the same BCa distribution as the interval of the quantity.
     */
    Interval ofOne(ToDoubleFunction<double[]> quantity, double[] residuals, int parameters) {
        Interval mean = interval(quantity);
        Interval one = resamples.interval(quantity, Residuals.noise(residuals, parameters), level);
        // Centred noise widens every distribution whose density falls beyond its ends (Jensen's
        // inequality on its tail). Where the mean's end is still the outer one, the few replicates
        // beyond it lie in lumps: that is an error of the draw, a few hundredths of the width.
        return new Interval(
                one.estimate(),
                Math.min(one.low(), mean.low()),
                Math.max(one.high(), mean.high()),
                one.level());
    }

    /** What a reader has to know of the refits. */
    Optional<String> warning() {
        return resamples.failures() == 0
                ? Optional.empty()
                : Optional.of(
                        String.format(
                                Locale.ROOT,
                                "%d bootstrap replicates gave no law and were left out.",
                                resamples.failures()));
    }
}

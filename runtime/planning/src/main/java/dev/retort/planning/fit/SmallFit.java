package dev.retort.planning.fit;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.solve.Resamples;
import dev.retort.planning.solve.ResidualModel;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** A minimum of Huber losses over starts, with resamples: what the fits of the other laws share. */
final class SmallFit {
    private final Minima minimum;
    private final double[] residuals;
    private final LawResamples resamples;

    private SmallFit(Minima minimum, double[] residuals, LawResamples resamples) {
        this.minimum = minimum;
        this.residuals = residuals;
        this.resamples = resamples;
    }

    /**
     * Refits to resamples.
     *
     * @param model the model
     * @param minimum its minimum over all points
     * @param clusters the points that are resampled together
     * @param isLaw whether parameters make a law
     * @param options how
     * @param missing what has to be added where too few resamples give a law
     * @throws PlanningException if they do
     */
    static SmallFit of(
            ResidualModel model,
            Minima minimum,
            int[] clusters,
            Predicate<double[]> isLaw,
            FitOptions options,
            String missing) {
        Resamples all =
                Resamples.of(
                        model,
                        options.huberDelta(),
                        minimum.near(),
                        clusters,
                        options.replicates(),
                        options.seed(),
                        options.observer());
        return new SmallFit(
                minimum,
                Residuals.of(model, minimum.x()),
                LawResamples.of(all, isLaw, options, "", missing));
    }

    double[] x() {
        return minimum.x();
    }

    double objective() {
        return minimum.value();
    }

    /** What a reader has to know of the search and the resamples. */
    List<String> warnings() {
        return Stream.of(minimum.warning(), resamples.warning()).flatMap(Optional::stream).toList();
    }

    Interval interval(ToDoubleFunction<double[]> quantity) {
        return resamples.interval(quantity);
    }

    /** The interval of one more observation. */
    Interval ofOne(ToDoubleFunction<double[]> quantity) {
        return resamples.ofOne(quantity, residuals, minimum.x().length);
    }

    double noise() {
        return Residuals.sigma(residuals, minimum.x().length);
    }
}

package dev.retort.planning.fit;

import dev.retort.planning.Interval;
import dev.retort.planning.solve.Resamples;
import dev.retort.planning.solve.ResidualModel;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** A minimum of Huber losses over starts, with resamples: what the fits of the other laws share. */
final class SmallFit {
    private final ResidualModel model;
    private final Minima minimum;
    private final Resamples resamples;
    private final double level;

    private SmallFit(ResidualModel model, Minima minimum, Resamples resamples, double level) {
        this.model = model;
        this.minimum = minimum;
        this.resamples = resamples;
        this.level = level;
    }

    static SmallFit of(
            ResidualModel model, List<double[]> starts, int[] clusters, FitOptions options) {
        Minima minimum = Minima.search(model, options.huberDelta(), starts);
        Resamples resamples =
                Resamples.of(
                        model,
                        options.huberDelta(),
                        minimum.near(),
                        clusters,
                        options.replicates(),
                        options.seed());
        return new SmallFit(model, minimum, resamples, options.level());
    }

    double[] x() {
        return minimum.x();
    }

    double objective() {
        return minimum.value();
    }

    /** The parameters of minima whose value is at most a hundredth above this one's. */
    List<double[]> others() {
        return minimum.near().subList(1, minimum.near().size());
    }

    /** What a reader has to know of the search. */
    List<String> warnings() {
        return minimum.converged()
                ? List.of()
                : List.of("The minimum was not reached to the last digit.");
    }

    Interval interval(ToDoubleFunction<double[]> quantity) {
        return resamples.interval(quantity, level);
    }

    double noise() {
        return Residuals.sigma(Residuals.of(model, minimum.x()), model.parameters());
    }

    double[] residuals() {
        return Residuals.of(model, minimum.x());
    }

    double[][] replicates() {
        return resamples.replicates();
    }

    double level() {
        return level;
    }
}

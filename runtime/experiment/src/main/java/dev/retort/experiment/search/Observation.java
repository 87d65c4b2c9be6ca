package dev.retort.experiment.search;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;

/**
 * What a configuration was worth. Of several of one number, as of a trial that was tried again, the
 * last one holds.
 *
 * @param number the number of its proposal
 * @param config the configuration
 * @param loss its loss, less is better; infinite for a run that diverged
 * @param pruned after how many epochs it was stopped, or {@code null} if it was not: then its loss
 *     is the one it had so far
 */
public record Observation(int number, Config config, double loss, @Nullable Integer pruned) {
    /** The order from the best: first what was not stopped, then what trained for longer. */
    static final Comparator<Observation> BEST_FIRST =
            Comparator.comparingInt(Observation::trained)
                    .reversed()
                    .thenComparingDouble(Observation::loss)
                    .thenComparingInt(Observation::number);

    /** Checks the loss. */
    public Observation {
        if (Double.isNaN(loss)) {
            throw new IllegalArgumentException(
                    "expected a loss, infinite for a run that diverged, found NaN of proposal "
                            + number);
        }
    }

    private int trained() {
        return pruned == null ? Integer.MAX_VALUE : pruned;
    }
}

package dev.retort.experiment.search;

/**
 * What a configuration was worth.
 *
 * @param number the number of its proposal
 * @param config the configuration
 * @param loss its loss, less is better; infinite for a run that diverged
 */
public record Observation(int number, Config config, double loss) {
    /** Checks the loss. */
    public Observation {
        if (Double.isNaN(loss)) {
            throw new IllegalArgumentException(
                    "expected a loss, infinite for a run that diverged, found NaN of proposal "
                            + number);
        }
    }
}

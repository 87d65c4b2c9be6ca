package dev.retort.distill.recipe;

import static java.util.Objects.requireNonNull;

/**
 * The students.
 *
 * @param network their network
 * @param training how both are trained
 */
public record StudentSettings(NetworkSettings network, TrainingSettings training) {
    /** Checks that nothing is missing. */
    public StudentSettings {
        requireNonNull(network, "expected network, found none");
        requireNonNull(training, "expected training, found none");
    }
}

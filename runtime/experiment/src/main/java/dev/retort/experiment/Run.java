package dev.retort.experiment;

import java.util.Objects;

/**
 * One arm with one seed: what is done once, in as many attempts as it takes. Immutable.
 *
 * @param id {@code experiment/arm/seed}
 * @param experiment the experiment it belongs to
 * @param arm the arm
 * @param seed the seed
 * @param contentKey what makes it the same work as another
 */
public record Run(String id, String experiment, String arm, long seed, ContentKey contentKey) {
    /** Checks the components. */
    public Run {
        Objects.requireNonNull(contentKey, "contentKey is null");
        if (!id.equals(id(experiment, arm, seed))) {
            throw new IllegalArgumentException(
                    "a run is named \"" + id + "\": expected experiment/arm/seed");
        }
    }

    /** The name of a run. */
    public static String id(String experiment, String arm, long seed) {
        return experiment + "/" + arm + "/" + seed;
    }

    /** The name of the experiment in the name of a run. */
    public static String experimentOf(String id) {
        return id.substring(0, id.indexOf('/'));
    }
}

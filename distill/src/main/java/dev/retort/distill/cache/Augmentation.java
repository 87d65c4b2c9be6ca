package dev.retort.distill.cache;

import static java.util.Objects.requireNonNull;

/**
 * What happens to the samples between the data set and the student. It must be said, because a
 * cached output belongs to one view of a sample: a student that sees another view than its teacher
 * saw is told the wrong thing.
 */
public sealed interface Augmentation {
    /** The student sees the samples as the teacher did. */
    Augmentation OFF = new Off();

    /** The samples are changed at random each time; such outputs are not cached. */
    Augmentation REFUSE = new Refuse();

    /**
     * How many outputs there are for a sample.
     *
     * @return at least 1
     */
    int views();

    /**
     * The policy in a word or two, as it is stored in a cache.
     *
     * @return the words
     */
    String label();

    /** See {@link #OFF}. */
    record Off() implements Augmentation {
        @Override
        public int views() {
            return 1;
        }

        @Override
        public String label() {
            return "off";
        }
    }

    /** See {@link #REFUSE}. */
    record Refuse() implements Augmentation {
        @Override
        public int views() {
            return 1;
        }

        @Override
        public String label() {
            return "refuse";
        }
    }

    /**
     * Each sample has a fixed number of views, the same ones each time, and an output for each.
     *
     * @param views how many, at least 1
     * @param recipe what makes a view of a sample and its number, settings and seed included; a
     *     cache made by another recipe is refused
     */
    record PerView(int views, String recipe) implements Augmentation {
        /** Checks the components. */
        public PerView {
            requireNonNull(recipe, "recipe is null");
            if (views < 1) {
                throw new IllegalArgumentException(
                        "expected at least 1 view of a sample, found " + views);
            }
        }

        @Override
        public String label() {
            return "%d views by %s".formatted(views, recipe);
        }
    }
}

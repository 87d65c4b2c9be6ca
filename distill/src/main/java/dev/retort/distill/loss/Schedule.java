package dev.retort.distill.loss;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * How a temperature or the weight of a loss moves over a training. Immutable.
 *
 * <p>Steps count from 1. Places in a training are shares of its steps, from 0 to 1, so that a
 * schedule does not depend on how long the training is.
 */
public sealed interface Schedule {
    /**
     * The value in a step.
     *
     * @param step the step, from 1
     * @param totalSteps the steps of the whole training, at least 1
     * @return the value
     */
    double at(long step, long totalSteps);

    /**
     * The same value in every step.
     *
     * @param value the value, finite
     * @return the schedule
     */
    static Schedule constant(double value) {
        return new Constant(value);
    }

    /**
     * A straight line.
     *
     * @param first the value in the first step, finite
     * @param last the value in the last step, finite
     * @return the schedule
     */
    static Schedule linear(double first, double last) {
        return new Linear(first, last);
    }

    /**
     * Half a cosine, flat at both ends.
     *
     * @param first the value in the first step, finite
     * @param last the value in the last step, finite
     * @return the schedule
     */
    static Schedule cosine(double first, double last) {
        return new Cosine(first, last);
    }

    /**
     * Another schedule, times a factor that rises linearly to 1. In step k of a warm-up of n steps
     * it is k / n, so it is never 0: the min(epoch / warm-up, 1) of DKD, by steps.
     *
     * @param share the share of the steps that the warm-up takes, from 0 to 1
     * @param main what is multiplied; it goes its way from step 1
     * @return the schedule
     */
    static Schedule warmUp(double share, Schedule main) {
        return new WarmUp(share, main);
    }

    /**
     * A value that changes at given places.
     *
     * @param first the value before the first change, finite
     * @param changes the changes, in the order of their places
     * @return the schedule
     */
    static Schedule steps(double first, List<Change> changes) {
        return new Steps(first, changes);
    }

    /**
     * Where a schedule takes another value.
     *
     * @param from the share of the steps that are done by then, above 0 and below 1
     * @param value the value from then on, finite
     */
    record Change(double from, double value) {
        /** Checks the components. */
        public Change {
            Checks.insideUnit("a place of a change", from);
            Checks.finite("a value", value);
        }
    }

    /**
     * The same value in every step.
     *
     * @param value the value
     */
    record Constant(double value) implements Schedule {
        /** Checks the value. */
        public Constant {
            Checks.finite("a value", value);
        }

        @Override
        public double at(long step, long totalSteps) {
            return value;
        }
    }

    /**
     * A straight line.
     *
     * @param first the value in the first step
     * @param last the value in the last step
     */
    record Linear(double first, double last) implements Schedule {
        /** Checks the components. */
        public Linear {
            Checks.finite("a first value", first);
            Checks.finite("a last value", last);
        }

        @Override
        public double at(long step, long totalSteps) {
            double place = place(step, totalSteps);
            // Exact at both ends.
            return (1 - place) * first + place * last;
        }
    }

    /**
     * Half a cosine.
     *
     * @param first the value in the first step
     * @param last the value in the last step
     */
    record Cosine(double first, double last) implements Schedule {
        /** Checks the components. */
        public Cosine {
            Checks.finite("a first value", first);
            Checks.finite("a last value", last);
        }

        @Override
        public double at(long step, long totalSteps) {
            double place = (1 - Math.cos(Math.PI * place(step, totalSteps))) / 2;
            return (1 - place) * first + place * last;
        }
    }

    /**
     * A linear rise to another schedule.
     *
     * @param share the share of the steps that the rise takes
     * @param main what is multiplied
     */
    record WarmUp(double share, Schedule main) implements Schedule {
        /** Checks the components. */
        public WarmUp {
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException(
                        "expected a warm-up share from 0 to 1, found " + share);
            }
            requireNonNull(main, "main is null");
        }

        @Override
        public double at(long step, long totalSteps) {
            double value = main.at(step, totalSteps);
            double warmUp = share * totalSteps;
            return step < warmUp ? step / warmUp * value : value;
        }
    }

    /**
     * A value that changes at given places.
     *
     * @param first the value before the first change
     * @param changes the changes, in the order of their places
     */
    record Steps(double first, List<Change> changes) implements Schedule {
        /** Checks the components. */
        public Steps {
            Checks.finite("a first value", first);
            changes = List.copyOf(changes);
            for (int i = 1; i < changes.size(); i++) {
                double before = changes.get(i - 1).from();
                double after = changes.get(i).from();
                if (before >= after) {
                    throw new IllegalArgumentException(
                            "expected changes in the order of their places, found %s before %s"
                                    .formatted(before, after));
                }
            }
        }

        @Override
        public double at(long step, long totalSteps) {
            double value = first;
            for (Change change : changes) {
                if (step - 1 < change.from() * totalSteps) {
                    break;
                }
                value = change.value();
            }
            return value;
        }
    }

    private static double place(long step, long totalSteps) {
        return totalSteps <= 1 ? 0 : Math.min(1, (step - 1.0) / (totalSteps - 1.0));
    }
}

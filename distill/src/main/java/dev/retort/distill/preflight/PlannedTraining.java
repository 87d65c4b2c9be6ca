package dev.retort.distill.preflight;

import dev.retort.distill.train.TrainingProgress;

import java.time.Duration;

/**
 * What a training is expected to take.
 *
 * @param steps steps of all its epochs, at least 1
 * @param time an estimate of their time and of that of the evaluations after each epoch
 */
public record PlannedTraining(long steps, Duration time) {
    /** Checks the steps. */
    public PlannedTraining {
        if (steps < 1) {
            throw new IllegalArgumentException("expected at least 1 step, found " + steps);
        }
    }

    /**
     * What is left of it.
     *
     * @param done how far it is
     * @return a share of the time; zero once it is finished, or has made more steps than are
     *     planned
     */
    public Duration left(TrainingProgress done) {
        long left = done.finished() ? 0 : Math.max(0, steps - done.steps());
        return time.multipliedBy(left).dividedBy(steps);
    }
}

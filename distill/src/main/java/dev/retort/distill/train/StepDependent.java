package dev.retort.distill.train;

/**
 * A loss that moves with the steps of a training. The loop tells it the step, since it cannot count
 * them: a step may be evaluated in parts, twice, or in another process than the step before it.
 */
public interface StepDependent {
    /**
     * A step begins; all evaluations until the next call belong to it.
     *
     * @param step the step, from 1
     */
    void stepBegins(long step);
}

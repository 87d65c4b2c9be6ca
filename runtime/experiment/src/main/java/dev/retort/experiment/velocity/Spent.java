package dev.retort.experiment.velocity;

/**
 * What device time was spent on. Only {@link #USEFUL} is no waste. What a run saved before it ended
 * counts as the run that went on from it.
 */
public enum Spent {
    /** Steps of runs with a result for a hypothesis that was decided or is open. */
    USEFUL,
    /** From admission to the first step. */
    STARTING,
    /**
     * Steps that were lost: those since the last checkpoint. Where a scheduler was killed, at least
     * that: up to its last sign of life.
     */
    REDONE,
    /** Steps of runs that failed. */
    FAILED,
    /** Steps of runs that were stopped because they were hopeless. */
    PRUNED,
    /** Steps of runs whose configuration cannot run. */
    INFEASIBLE,
    /** Steps of runs whose result was there already. */
    DUPLICATE,
    /** Steps of runs that a person stopped. */
    CANCELLED,
    /** Steps of runs with a result for a hypothesis whose verdict was inconclusive. */
    INCONCLUSIVE,
    /** Steps of runs that have not ended. */
    OPEN
}

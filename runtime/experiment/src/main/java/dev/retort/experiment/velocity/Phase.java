package dev.retort.experiment.velocity;

/** What a hypothesis or a run is waiting for. */
public enum Phase {
    /** Nothing is submitted, and something will be. */
    DESIGN,
    /** For devices. */
    QUEUE,
    /** For the first step. */
    START,
    /** For steps that count. */
    RUN,
    /** For steps that were lost and are done again. */
    REDO,
    /** For the verdict, with all runs ended. */
    ANALYSIS
}

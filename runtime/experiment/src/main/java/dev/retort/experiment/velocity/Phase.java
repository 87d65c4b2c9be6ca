package dev.retort.experiment.velocity;

/** What a hypothesis or a run is waiting for. */
public enum Phase {
    /** Nothing is submitted, or all that is pauses, and something will go on. */
    DESIGN,
    /** For devices. */
    QUEUE,
    /** For the first step. */
    START,
    /** For steps that count. */
    RUN,
    /** For steps that were lost and are done again, and for the back-off before they are. */
    REDO,
    /** For the verdict, with all runs ended. */
    ANALYSIS
}

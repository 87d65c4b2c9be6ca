package dev.retort.experiment;

/** How the arms of an experiment are compared. */
public enum Comparison {
    /** Runs of one seed are compared with each other. */
    PAIRED,
    /** The runs of an arm are compared with those of another as a whole. */
    UNPAIRED
}

package dev.retort.experiment;

/**
 * How the arms of an experiment are compared. All are paired: where runs of one seed have nothing
 * in common, their difference is as symmetric as any other under "the treatment changes nothing",
 * so that the test of pairs is exact there too.
 */
public enum Comparison {
    /** Runs of one seed are compared with each other. */
    PAIRED,
    /** Stands in logs of versions that took it and did not heed it; not accepted any more. */
    UNPAIRED
}

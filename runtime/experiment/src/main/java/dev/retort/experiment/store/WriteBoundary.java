package dev.retort.experiment.store;

/** Told each place between two writes, so that tests can end the process there. */
interface WriteBoundary {
    /** Does nothing. */
    WriteBoundary NONE = place -> {};

    /** Called at a place, by the thread that writes. */
    void reached(String place);
}

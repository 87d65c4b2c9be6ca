package dev.retort.examples.plan;

/** A layer that reads a sequence position by position. */
interface PositionTimer {
    /** Reads on until so many positions were read, if they are more than there were. */
    void readTo(int position);

    /**
     * Times further positions.
     *
     * @param steps how many, at least 1
     * @return the mean seconds of one
     */
    double seconds(int steps);
}

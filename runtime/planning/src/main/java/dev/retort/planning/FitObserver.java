package dev.retort.planning;

/**
 * Is told how a fit gets on, which takes minutes for many thousands of points. It has no effect on
 * the fit.
 */
@FunctionalInterface
public interface FitObserver {
    /** Takes no notice. */
    FitObserver NONE = (_, _, _) -> {};

    /** What a fit does many times. */
    enum Step {
        /** Searches from a start. */
        START,
        /** Brings an end of such a search to the last digit. */
        REFINEMENT,
        /** Fits to a resample of the runs. */
        REPLICATE,
        /** Fits to all runs but one. */
        LEAVING_OUT
    }

    /**
     * A step was done. Steps of one kind follow each other up to the last of them; a kind may come
     * more than once. Threads take turns to call this, which has to be quick.
     *
     * @param step what was done
     * @param done how many times, from 1
     * @param of how many times it will be done
     */
    void progressed(Step step, int done, int of);
}

package dev.retort.experiment.verdict;

/** Which way a metric has to move to be better. */
public enum Direction {
    /** More is better, as of an accuracy. */
    INCREASE,
    /** Less is better, as of a loss. */
    DECREASE;

    /**
     * The difference of a pair, positive where the treatment is better.
     *
     * @param treatment the metric with what is claimed to help
     * @param control the metric without it
     * @return the difference in the unit of the metric
     */
    public double gain(double treatment, double control) {
        return this == INCREASE ? treatment - control : control - treatment;
    }
}

package dev.retort.experiment;

/** Which values of a metric are better. */
public enum Direction {
    /** Such as accuracy. */
    HIGHER_IS_BETTER,
    /** Such as loss. */
    LOWER_IS_BETTER;

    /**
     * The difference of a pair, positive where the treatment is better.
     *
     * @param treatment the metric with what is claimed to help
     * @param control the metric without it
     * @return the difference in the unit of the metric
     */
    public double gain(double treatment, double control) {
        return this == HIGHER_IS_BETTER ? treatment - control : control - treatment;
    }
}

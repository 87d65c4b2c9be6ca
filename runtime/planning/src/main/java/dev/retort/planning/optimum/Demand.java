package dev.retort.planning.optimum;

/**
 * How much a model will be used in its life.
 *
 * @param inputTokens tokens that it reads, all requests together, not negative
 * @param outputTokens tokens that it writes, not negative
 */
public record Demand(double inputTokens, double outputTokens) {
    /** Checks the numbers. */
    public Demand {
        Checks.notNegative("number of input tokens", inputTokens);
        Checks.notNegative("number of output tokens", outputTokens);
    }
}

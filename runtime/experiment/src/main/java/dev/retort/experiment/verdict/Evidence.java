package dev.retort.experiment.verdict;

/**
 * Evidence against a null hypothesis, valid at whatever seed one stops.
 *
 * @param pValue the smallest error at which the design rejects by now; with a fixed design, above 0
 *     and at most 1
 * @param eValue a figure whose expectation is at most 1 under the null hypothesis: the factor by
 *     which a fair bet against it has grown
 */
public record Evidence(double pValue, double eValue) {}

package dev.retort.experiment.worker;

/**
 * How good a run is so far.
 *
 * @param epochs how far it has come
 * @param value what was measured; may be no number
 */
public record EpochReport(int epochs, double value) {}

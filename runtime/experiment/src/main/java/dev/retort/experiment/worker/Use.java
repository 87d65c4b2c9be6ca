package dev.retort.experiment.worker;

import org.jspecify.annotations.Nullable;

/**
 * What an attempt has done and held so far, as its task says.
 *
 * @param steps how many steps are done
 * @param atNanos when, by a clock of its process that does not jump
 * @param peakBytes the most memory of its device that it held, or {@code null} if it did not say
 */
public record Use(long steps, long atNanos, @Nullable Long peakBytes) {}

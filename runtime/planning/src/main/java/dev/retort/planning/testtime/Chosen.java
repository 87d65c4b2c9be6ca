package dev.retort.planning.testtime;

import dev.retort.planning.Interval;

/**
 * What a way of choosing one of k samples reaches.
 *
 * @param share the share of problems that are answered right, with its interval over problems
 * @param gap the coverage less this share, over the same problems
 * @param drawnError the standard error that both have of votes that were drawn, since counting them
 *     takes too long; 0 where everything was counted, which is exact. The intervals allow for it,
 *     since it scatters the problems
 */
public record Chosen(Interval share, Interval gap, double drawnError) {}

/**
 * Which configuration to run next, and which run to stop early: grid, random, Sobol, TPE and exact
 * sets; ASHA, Hyperband and the median rule. Every decision is a pure function of a seed and of the
 * reports before it, and says how many of them it was made from, so that a log replays bit for bit.
 * Losses are minimised.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.experiment.search;

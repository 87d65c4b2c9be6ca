package dev.retort.experiment.search;

/**
 * A configuration to run, and what it was drawn from: a number, and none of the observations, so
 * that it has the same size however many there are.
 *
 * @param number the number of the proposal, from 0
 * @param config the configuration
 * @param proposer how it was drawn
 * @param seed the seed of the search
 * @param seen how many observations, from the first on, it was drawn from
 */
public record Proposal(int number, Config config, Proposer proposer, long seed, int seen) {}

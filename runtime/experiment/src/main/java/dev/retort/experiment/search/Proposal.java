package dev.retort.experiment.search;

import java.util.List;

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
public record Proposal(int number, Config config, Proposer proposer, long seed, int seen) {
    /**
     * Draws it again.
     *
     * @param space the space of the search
     * @param observations the observations of the search, at least as many as it was drawn from
     * @return the same proposal, unless the code that drew it has changed
     */
    public Proposal replay(SearchSpace space, List<Observation> observations) {
        return proposer.propose(space, seed, number, observations.subList(0, seen));
    }
}

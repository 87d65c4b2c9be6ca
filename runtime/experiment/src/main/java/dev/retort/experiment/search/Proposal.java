package dev.retort.experiment.search;

import java.util.List;

/**
 * A configuration to run, with all that it was drawn from.
 *
 * @param number the number of the proposal, from 0
 * @param config the configuration
 * @param proposer how it was drawn
 * @param seed the seed of the search
 * @param seen the observations that it was drawn from, in their order
 */
public record Proposal(
        int number, Config config, Proposer proposer, long seed, List<Observation> seen) {
    /** Copies the observations. */
    public Proposal {
        seen = List.copyOf(seen);
    }

    /**
     * Draws it again.
     *
     * @param space the space of the search
     * @return the same proposal, unless the code that drew it has changed
     */
    public Proposal replay(SearchSpace space) {
        return proposer.propose(space, seed, number, seen);
    }
}

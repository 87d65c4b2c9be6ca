package dev.retort.experiment.search;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A way to choose configurations. Values without state: the same arguments give the same proposal
 * bit for bit on every machine, in any order of the calls. Randomness is {@code L64X128MixRandom},
 * seeded anew for each proposal.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ExactSet.class, name = "SET"),
    @JsonSubTypes.Type(value = GridSearch.class, name = "GRID"),
    @JsonSubTypes.Type(value = RandomSearch.class, name = "RANDOM"),
    @JsonSubTypes.Type(value = SobolSearch.class, name = "SOBOL"),
    @JsonSubTypes.Type(value = TreeParzenSearch.class, name = "TPE")
})
public sealed interface Proposer
        permits ExactSet, GridSearch, RandomSearch, SobolSearch, TreeParzenSearch {
    /**
     * Proposes.
     *
     * @param space the space
     * @param seed the seed of the search
     * @param number the number of the proposal, from 0
     * @param seen the observations so far; only some proposers look at them
     * @return the proposal
     */
    Proposal propose(SearchSpace space, long seed, int number, List<Observation> seen);

    /** The randomness of one proposal. */
    static RandomGenerator random(long seed, int number) {
        // An odd factor keeps different numbers of one seed apart.
        return RandomGeneratorFactory.of("L64X128MixRandom")
                .create(seed + 0x9E3779B97F4A7C15L * (number + 1L));
    }

    /** Refuses a negative number. */
    static void check(int number) {
        if (number < 0) {
            throw new IllegalArgumentException(
                    "expected the number of a proposal from 0, found " + number);
        }
    }
}

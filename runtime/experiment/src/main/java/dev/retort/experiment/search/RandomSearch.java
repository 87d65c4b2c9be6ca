package dev.retort.experiment.search;

import java.util.List;
import java.util.random.RandomGenerator;

/** Independent draws, uniform on the scales of the parameters. */
public record RandomSearch() implements Proposer {
    /** {@inheritDoc} */
    @Override
    public Proposal propose(SearchSpace space, long seed, int number, List<Observation> seen) {
        Proposer.check(number);
        RandomGenerator random = Proposer.random(seed, number);
        double[] point = random.doubles(space.dimensions().size()).toArray();
        return new Proposal(number, space.at(point), this, seed, 0);
    }
}

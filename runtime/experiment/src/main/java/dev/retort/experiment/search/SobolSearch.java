package dev.retort.experiment.search;

import org.hipparchus.random.SobolSequenceGenerator;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Sobol's sequence with the direction numbers of Joe and Kuo (2008), shifted by a random vector
 * modulo 1 (Cranley and Patterson, 1976) that the seed gives. It covers the space more evenly than
 * random draws; best with a power of two of proposals.
 */
public record SobolSearch() implements Proposer {
    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the space has more than 1,000 parameters
     */
    @Override
    public Proposal propose(SearchSpace space, long seed, int number, List<Observation> seen) {
        Proposer.check(number);
        int dimensions = space.dimensions().size();
        if (dimensions > 1_000) {
            throw new IllegalArgumentException(
                    "expected at most 1000 parameters, found " + dimensions);
        }
        double[] point = new SobolSequenceGenerator(dimensions).skipTo(number);
        RandomGenerator random = Proposer.random(seed, -1);
        for (int i = 0; i < point.length; i++) {
            double shifted = point[i] + random.nextDouble();
            point[i] = shifted < 1 ? shifted : shifted - 1;
        }
        return new Proposal(number, space.at(point), this, seed, 0);
    }
}

package dev.retort.distill.train;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Random numbers that are as good as independent for different seeds, also for consecutive ones.
 */
public final class Seeds {
    private static final RandomGeneratorFactory<RandomGenerator> FACTORY =
            RandomGeneratorFactory.of("L64X128MixRandom");

    private Seeds() {}

    /**
     * A generator for one purpose of one seed.
     *
     * @param seed the seed
     * @param stream tells the purposes of the seed apart
     * @return a new generator; the same arguments give the same numbers everywhere
     */
    public static RandomGenerator generator(long seed, long stream) {
        // The factory mixes the seed thoroughly; two of them in a row keep the pairs apart.
        return FACTORY.create(FACTORY.create(seed).nextLong() + stream);
    }
}

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

    /**
     * 64 random bits for one thing out of many of one purpose, without a generator: a step draws
     * them for each sample and allocates nothing.
     *
     * @param seed the seed
     * @param stream tells the purposes of the seed apart
     * @param index tells the things apart
     * @return bits that depend on all three; the same arguments give the same bits everywhere
     */
    public static long bits(long seed, long stream, long index) {
        return mixed(mixed(mixed(seed) + stream) + index);
    }

    /**
     * The step and the finaliser of SplitMix64 (Steele, Lea, Flood, 2014), variant 13 by Stafford.
     */
    private static long mixed(long state) {
        long z = state + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}

package dev.retort.planning.inference;

import dev.retort.planning.PlanningException;

/** How attention keeps the past. */
public sealed interface Attention {
    /**
     * The elements that the cache of one layer keeps of a token.
     *
     * @return the elements
     */
    long cachedElements();

    /**
     * The width that queries and keys are compared over, all heads together: what a pair of tokens
     * costs two times two FLOPs of.
     *
     * @return the width
     */
    long scoreWidth();

    /**
     * The same width for the tokens of a prompt, which are read together.
     *
     * @return the width
     */
    long promptWidth();

    /**
     * Keys and values of heads, which groups of query heads share: with as many key-value heads as
     * query heads multi-head attention (MHA), with one multi-query attention, between them
     * grouped-query attention (GQA, Ainslie et al. 2023).
     *
     * @param heads the query heads, at least 1
     * @param keyValueHeads the key-value heads, which divide the query heads
     * @param headDimension the width of a head, at least 1
     */
    record Grouped(long heads, long keyValueHeads, long headDimension) implements Attention {
        /** Checks the numbers. */
        public Grouped {
            if (heads < 1 || keyValueHeads < 1 || headDimension < 1) {
                throw new PlanningException(
                        "expected at least 1 head, key-value head and dimension, found %d, %d and %d"
                                .formatted(heads, keyValueHeads, headDimension));
            }
            if (heads % keyValueHeads != 0) {
                throw new PlanningException(
                        "expected key-value heads that divide the %d heads, found %d"
                                .formatted(heads, keyValueHeads));
            }
        }

        @Override
        public long cachedElements() {
            return 2 * keyValueHeads * headDimension;
        }

        @Override
        public long scoreWidth() {
            return heads * headDimension;
        }

        @Override
        public long promptWidth() {
            return scoreWidth();
        }
    }

    /**
     * Multi-head latent attention (MLA, DeepSeek-V2, 2024): one compressed latent and one rotary
     * key a token. With the projections absorbed, decoding compares over the latent itself, which
     * spares reading keys and values of heads; a prompt is read with them, which are narrower.
     *
     * @param heads the heads, at least 1
     * @param latentDimension the width of the latent, at least 1
     * @param rotaryDimension the width of the rotary key, not negative
     * @param headDimension the width of a head's value, and of its key without the rotary part, at
     *     least 1
     */
    record Latent(long heads, long latentDimension, long rotaryDimension, long headDimension)
            implements Attention {
        /** Checks the numbers. */
        public Latent {
            if (heads < 1 || latentDimension < 1 || rotaryDimension < 0 || headDimension < 1) {
                throw new PlanningException(
                        "expected at least 1 head, a latent of at least 1, a rotary key of at least 0 and a head of at least 1, found %d, %d, %d and %d"
                                .formatted(heads, latentDimension, rotaryDimension, headDimension));
            }
        }

        @Override
        public long cachedElements() {
            return latentDimension + rotaryDimension;
        }

        /** Scores over latent and rotary key, values over the latent: the mean of both. */
        @Override
        public long scoreWidth() {
            return heads * (2 * latentDimension + rotaryDimension) / 2;
        }

        /** Scores over key and rotary key of a head, values over its value: the mean of both. */
        @Override
        public long promptWidth() {
            return heads * (2 * headDimension + rotaryDimension) / 2;
        }
    }

    /**
     * Multi-head attention.
     *
     * @param heads the heads, at least 1
     * @param headDimension the width of a head, at least 1
     * @return grouped attention without sharing
     */
    static Attention multiHead(long heads, long headDimension) {
        return new Grouped(heads, heads, headDimension);
    }
}

package dev.retort.distill.text;

import ai.djl.ndarray.NDManager;

import java.util.Arrays;

/**
 * Makes a static embedder from what a sentence encoder says of each token of its vocabulary alone,
 * as model2vec does (van Dongen and Tulkens, "Model2Vec: fast state-of-the-art static embeddings",
 * 2024): its principal components, each token weighted by smooth inverse frequency (Arora et al.,
 * "A simple but tough-to-beat baseline for sentence embeddings", 2017), {@code w = a / (a + p)}.
 * The frequency p of a token is taken from its place in the vocabulary by Zipf's law, since
 * WordPiece vocabularies are ordered by frequency: {@code p_i = (1 / (i + 2)) / sum}, i from 0.
 *
 * @param dimensions components that are kept
 * @param sif the coefficient a, above 0; 1e-4 in both papers
 */
public record StaticDistillation(int dimensions, double sif) {
    private static final double USUAL_SIF = 1e-4;

    /** Checks the components. */
    public StaticDistillation {
        if (dimensions < 1 || !(sif > 0)) {
            throw new IllegalArgumentException(
                    "expected at least 1 dimension and a coefficient above 0, found %d and %s"
                            .formatted(dimensions, sif));
        }
    }

    /**
     * With the usual coefficient, 1e-4.
     *
     * @param dimensions components that are kept
     * @return the settings
     */
    public static StaticDistillation of(int dimensions) {
        return new StaticDistillation(dimensions, USUAL_SIF);
    }

    /**
     * Makes the embedder.
     *
     * @param vocabulary what the encoder says of {@link TokenWindows#vocabulary}, a row a token
     * @param components the principal components of the same rows, {@link #dimensions} of them
     * @param tokenizer the encoder's; borrowed by the result
     * @param parent intermediate arrays live in a sub-manager of it
     * @return the embedder; special tokens have zeros
     */
    public StaticEmbedder embedder(
            float[] vocabulary,
            PrincipalComponents components,
            SubwordTokenizer tokenizer,
            NDManager parent) {
        if (components.count() != dimensions) {
            throw new IllegalArgumentException(
                    "expected %d components, found %d".formatted(dimensions, components.count()));
        }
        float[] table = components.centred(vocabulary, parent);
        double[] weights = weights(tokenizer.size());
        for (int token = 0; token < weights.length; token++) {
            int row = token * dimensions;
            if (tokenizer.special().contains(token)) {
                Arrays.fill(table, row, row + dimensions, 0);
                continue;
            }
            for (int i = 0; i < dimensions; i++) {
                table[row + i] *= (float) weights[token];
            }
        }
        return StaticEmbedder.of(table, dimensions, tokenizer);
    }

    /** The weights of the tokens by their places. */
    double[] weights(int tokens) {
        double sum = 0;
        for (int i = 0; i < tokens; i++) {
            sum += 1.0 / (i + 2);
        }
        double[] weights = new double[tokens];
        for (int i = 0; i < tokens; i++) {
            weights[i] = sif / (sif + 1.0 / (i + 2) / sum);
        }
        return weights;
    }
}

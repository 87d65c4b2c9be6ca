package dev.retort.distill.transfer;

import ai.djl.training.initializer.Initializer;

/**
 * What adapters of low rank are like (Hu et al., "LoRA: Low-rank adaptation of large language
 * models", 2021). B begins with zeros, so that a network begins as it was; A with {@code
 * U(-1/sqrt(n), 1/sqrt(n))} for n inputs, which is what the authors' code draws (Kaiming's with a =
 * sqrt(5)).
 *
 * @param rank the rank, at least 1
 * @param alpha the adapter is multiplied by {@code alpha / rank}
 * @param dropout the share of inputs that the adapter does not see in training, from 0 to below 1
 */
public record LoraSettings(int rank, float alpha, float dropout) {
    /** Checks the components. */
    public LoraSettings {
        if (rank < 1) {
            throw new IllegalArgumentException("expected a rank of at least 1, found " + rank);
        }
        if (!(alpha > 0 && Float.isFinite(alpha))) {
            throw new IllegalArgumentException("expected an alpha above 0, found " + alpha);
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException(
                    "expected a dropout from 0 to below 1, found " + dropout);
        }
    }

    /**
     * What the authors use for GPT-2: rank 4, alpha 32, dropout 0.1.
     *
     * @return the settings
     */
    public static LoraSettings usual() {
        return new LoraSettings(4, 32, 0.1f);
    }

    /** What the adapter is multiplied by. */
    float scaling() {
        return alpha / rank;
    }

    /** How A begins. */
    static Initializer init() {
        return (manager, shape, type) -> {
            float bound = (float) (1 / Math.sqrt((double) shape.get(1)));
            return manager.randomUniform(-bound, bound, shape, type);
        };
    }
}

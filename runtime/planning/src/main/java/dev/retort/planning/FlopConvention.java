package dev.retort.planning;

import java.util.Locale;

/**
 * By which rule the FLOPs of a training are counted. Two fits are comparable only if they count
 * alike: counting the head or not moves the exponent of the optimal model size (Porian et al.
 * 2024), so every fit carries its convention.
 *
 * <p>Immutable.
 */
public sealed interface FlopConvention {
    /**
     * The FLOPs of training on one token: forward pass and backward pass, without recomputation.
     *
     * @param parameters the parameters N as the points count them, positive
     * @return the FLOPs
     */
    double perToken(double parameters);

    /**
     * The convention in a few words.
     *
     * @return such as {@code C = 6 N D}
     */
    String label();

    /**
     * The FLOPs of a training.
     *
     * @param parameters the parameters N, positive
     * @param tokens the tokens D, positive
     * @return the FLOPs
     */
    default double of(double parameters, double tokens) {
        return perToken(parameters) * tokens;
    }

    /** C = 6 N D (Kaplan et al. 2020): two FLOPs a parameter forward, four backward. */
    record SixND() implements FlopConvention {
        @Override
        public double perToken(double parameters) {
            return 6 * parameters;
        }

        @Override
        public String label() {
            return "C = 6 N D";
        }
    }

    /**
     * C = (6 N + 6 · vocabulary · width) D, for an N that leaves the embeddings and the head out:
     * the head multiplies every token by a matrix of vocabulary by width.
     *
     * @param vocabulary entries of the vocabulary, at least 1
     * @param shape how the width follows from N
     */
    record WithHead(long vocabulary, ShapeRule shape) implements FlopConvention {
        /** Checks the vocabulary. */
        public WithHead {
            positive("a vocabulary", vocabulary);
        }

        @Override
        public double perToken(double parameters) {
            return 6 * parameters + 6.0 * vocabulary * shape.width(parameters);
        }

        @Override
        public String label() {
            return String.format(
                    Locale.ROOT,
                    "C = (6 N + 6 V d) D, V = %d, d from width/depth %.4g",
                    vocabulary,
                    shape.aspect());
        }
    }

    /**
     * C = (6 N + 12 · layers · width · context) D, PaLM's form (Chowdhery et al. 2022, appendix B)
     * with the attention's products; half of the second term where kernels skip what the causal
     * mask hides.
     *
     * @param context tokens of a sequence, at least 1
     * @param causal whether the masked half is skipped
     * @param shape how depth and width follow from N
     */
    record WithAttention(long context, boolean causal, ShapeRule shape) implements FlopConvention {
        /** Checks the context. */
        public WithAttention {
            positive("a context", context);
        }

        @Override
        public double perToken(double parameters) {
            double attention = 12 * shape.layers(parameters) * shape.width(parameters) * context;
            return 6 * parameters + (causal ? attention / 2 : attention);
        }

        @Override
        public String label() {
            return String.format(
                    Locale.ROOT,
                    "C = (6 N + %d L d T) D, T = %d, L and d from width/depth %.4g",
                    causal ? 6 : 12,
                    context,
                    shape.aspect());
        }
    }

    private static void positive(String what, long value) {
        if (value < 1) {
            throw new PlanningException(
                    "expected %s of at least 1, found %d".formatted(what, value));
        }
    }
}

package dev.retort.planning.inference;

import dev.retort.planning.PlanningException;

/**
 * What serving a transformer needs to know of it.
 *
 * @param parameters all parameters, positive
 * @param activeParameters those that a token passes, at most all; fewer in a mixture of experts
 * @param layers the blocks with attention, at least 1
 * @param attention how attention keeps the past
 * @param weights how the weights are kept
 * @param cache how the cache is kept
 */
public record TransformerSpec(
        double parameters,
        double activeParameters,
        long layers,
        Attention attention,
        ElementFormat weights,
        ElementFormat cache) {
    /** Checks the numbers. */
    public TransformerSpec {
        if (!(parameters > 0 && Double.isFinite(parameters))) {
            throw new PlanningException(
                    "expected a positive, finite number of parameters, found " + parameters);
        }
        if (!(activeParameters > 0 && activeParameters <= parameters)) {
            throw new PlanningException(
                    "expected active parameters above 0 and at most all %s, found %s"
                            .formatted(parameters, activeParameters));
        }
        if (layers < 1) {
            throw new PlanningException("expected at least 1 layer, found " + layers);
        }
    }

    /**
     * A dense model with weights and cache of 16 bits.
     *
     * @param parameters all parameters, positive
     * @param layers the blocks, at least 1
     * @param attention how attention keeps the past
     * @return the model
     */
    public static TransformerSpec dense(double parameters, long layers, Attention attention) {
        return new TransformerSpec(
                parameters, parameters, layers, attention, ElementFormat.BF16, ElementFormat.BF16);
    }

    /**
     * The model with other formats.
     *
     * @param ofWeights how the weights are kept
     * @param ofCache how the cache is kept
     * @return the changed model
     */
    public TransformerSpec with(ElementFormat ofWeights, ElementFormat ofCache) {
        return new TransformerSpec(
                parameters, activeParameters, layers, attention, ofWeights, ofCache);
    }

    /**
     * The bytes of the weights.
     *
     * @return the bytes
     */
    public double weightBytes() {
        return parameters * weights.bytes();
    }

    /**
     * The bytes of the weights that tokens of one step read: all of a dense model. Tokens of a
     * mixture of experts that are routed evenly and independently leave out a weight with the
     * chance (1 − active/all)^tokens. The result is the mean; uneven routing, and weights that
     * every token passes, make it less.
     *
     * @param tokens the tokens of the step, at least 1
     * @return the bytes: those of the active parameters for one token, of all for many
     */
    public double weightBytesRead(double tokens) {
        double read = -Math.expm1(tokens * Math.log1p(-activeParameters / parameters));
        return weightBytes() * read;
    }

    /**
     * The bytes of the cache of one token: for heads 2 · layers · key-value heads · head dimension
     * · bytes of an element.
     *
     * @return the bytes
     */
    public double cacheBytesPerToken() {
        return layers * attention.cachedElements() * cache.bytes();
    }

    /**
     * The bytes of the cache of a batch.
     *
     * @param batch the sequences, at least 1
     * @param context the tokens of each, at least 0
     * @return the bytes
     */
    public double cacheBytes(long batch, long context) {
        return batch * (double) context * cacheBytesPerToken();
    }

    /**
     * The FLOPs of the forward pass on a new token after others: two a parameter, and four a layer,
     * score width and token that it looks at.
     *
     * @param context the tokens that it looks at, itself included
     * @return the FLOPs
     */
    public double flopsOfToken(double context) {
        return flopsOfToken(context, attention.scoreWidth());
    }

    private double flopsOfToken(double context, long width) {
        return 2 * activeParameters + 4.0 * layers * width * context;
    }

    /**
     * The FLOPs of reading a prompt, the causal half of its attention counted.
     *
     * @param context the tokens of the prompt, at least 1
     * @return the FLOPs
     */
    public double flopsOfPrompt(long context) {
        return context * flopsOfToken((context + 1) / 2.0, attention.promptWidth());
    }
}

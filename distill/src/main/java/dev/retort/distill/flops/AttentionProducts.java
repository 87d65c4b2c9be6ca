package dev.retort.distill.flops;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.nn.transformer.ScaledDotProductAttentionBlock;

/**
 * The products of DJL's multi-head attention: the projections of keys, queries and values, the
 * scores of all queries with all keys, the values weighted by them, and the projection of the
 * result. All heads together have as many elements as the embedding, so their number does not
 * matter. Masked positions are multiplied like others, and count.
 */
final class AttentionProducts {
    private AttentionProducts() {}

    /**
     * Adds the products of a block.
     *
     * @param block the block, initialised
     * @param inputs one input that attends to itself, with or without a mask, or keys, queries and
     *     values, with or without a mask; each of samples, positions and embedding
     * @param inputHasGradient whether something before it is trained
     * @param products the sum
     * @return whether something up to its end is trained
     */
    static boolean add(
            ScaledDotProductAttentionBlock block,
            Shape[] inputs,
            boolean inputHasGradient,
            Products products) {
        boolean self = inputs.length < 3;
        Shape keys = inputs[0];
        Shape queries = self ? keys : inputs[1];
        Shape values = self ? keys : inputs[2];
        boolean key = project(block.getKeyProjection(), keys, inputHasGradient, products);
        boolean query = project(block.getQueryProjection(), queries, inputHasGradient, products);
        boolean value = project(block.getValueProjection(), values, inputHasGradient, products);
        double pairs = (double) queries.get(0) * queries.get(1) * keys.get(1) * queries.get(2);
        boolean scores = key || query;
        products.add(pairs, (key ? 1 : 0) + (query ? 1 : 0));
        products.add(pairs, (scores ? 1 : 0) + (value ? 1 : 0));
        return project(block.getResultProjection(), queries, scores || value, products);
    }

    private static boolean project(
            Linear linear, Shape input, boolean inputHasGradient, Products products) {
        boolean trained = linear.getDirectParameters().get("weight").requiresGradient();
        double rows = (double) input.size() / input.get(input.dimension() - 1);
        double weights = linear.getDirectParameters().get("weight").getArray().getShape().size();
        products.add(rows * weights, (trained ? 1 : 0) + (inputHasGradient ? 1 : 0));
        return inputHasGradient || FlopCounter.isTrained(linear);
    }
}

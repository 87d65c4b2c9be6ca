package dev.retort.torch;

import ai.djl.ndarray.NDArray;

import dev.retort.torch.ffi.AtenTraining;

import org.jspecify.annotations.Nullable;

/**
 * Scaled dot-product attention (Vaswani et al., Attention Is All You Need, 2017) by one operator of
 * libtorch, which chooses a kernel that does not hold the matrix of weights where it can
 * (FlashAttention on GPUs and on CPUs).
 *
 * <p>Shapes: queries (…, L, E), keys (…, S, E), values (…, S, V), result (…, L, V); the leading
 * axes are usually batch and heads.
 */
public final class Attention {
    private Attention() {}

    /**
     * softmax(Q K<sup>T</sup> / &radic;E) V.
     *
     * @param query the queries
     * @param key the keys
     * @param value the values
     * @param causal whether a position attends to itself and earlier ones alone
     * @return the attended values, in the manager of the queries
     */
    public static NDArray scaledDotProduct(
            NDArray query, NDArray key, NDArray value, boolean causal) {
        return scaledDotProduct(query, key, value, null, 0, causal, null);
    }

    /**
     * dropout(softmax(scale Q K<sup>T</sup> + mask)) V.
     *
     * @param query the queries
     * @param key the keys
     * @param value the values
     * @param mask booleans, true where a query may attend to a key, or numbers to be added;
     *     broadcast to (…, L, S); null for none
     * @param dropout the probability at which a weight is dropped, 0 outside of training
     * @param causal whether a position attends to itself and earlier ones alone; not with a mask
     * @param scale the factor; null for 1/&radic;E
     * @return the attended values, in the manager of the queries
     */
    public static NDArray scaledDotProduct(
            NDArray query,
            NDArray key,
            NDArray value,
            @Nullable NDArray mask,
            double dropout,
            boolean causal,
            @Nullable Double scale) {
        if (causal && mask != null) {
            throw new IllegalArgumentException(
                    "expected a mask or a causal order, found both; put the order into the mask");
        }
        if (!(dropout >= 0 && dropout <= 1)) {
            throw new IllegalArgumentException(
                    "expected a probability of dropout from 0 to 1, found " + dropout);
        }
        long attended =
                AtenTraining.scaledDotProductAttention(
                        Handles.of(query),
                        Handles.of(key),
                        Handles.of(value),
                        Handles.ofOptional(mask),
                        dropout,
                        causal,
                        scale,
                        false);
        TorchNDArray result = Handles.manager(query).wrap(attended);
        Reachability.keep(query);
        Reachability.keep(key);
        Reachability.keep(value);
        Reachability.keep(mask);
        return result;
    }
}

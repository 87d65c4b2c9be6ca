package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;

/**
 * Writes into the memory of an array.
 *
 * <p>DJL's {@code source.copyTo(target)} does not: it copies to a Java buffer and makes that buffer
 * the memory of the target, where it stays only as long as the Java object of the target. Views,
 * and arrays that share the native object as gradients do, keep the old memory or outlive the new.
 */
public final class InPlace {
    private static final NDIndex EVERYTHING = new NDIndex("...");

    private InPlace() {}

    /**
     * Copies values. Into a parameter that is trained with recording off, since a leaf of a graph
     * must not be changed: see {@link GradientMode}.
     *
     * @param source the values
     * @param target an array of the same shape with at least one axis; what shares its memory
     *     changes with it
     */
    public static void copy(NDArray source, NDArray target) {
        target.set(EVERYTHING, source);
    }
}

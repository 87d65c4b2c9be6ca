package dev.retort.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;

import dev.retort.torch.abi.Autograd;
import dev.retort.torch.abi.MemoryLayouts;
import dev.retort.torch.abi.Tensors;
import dev.retort.torch.abi.Values;
import dev.retort.torch.ffi.AtenTensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Parameters that have a gradient, and the gradients, without an array object for each. The handles
 * of the gradients are owned until this is closed.
 */
final class Gradients implements AutoCloseable {
    private final List<String> ids;
    private final List<NDArray> arrays;
    private final long[] weights;
    private final long[] gradients;

    private Gradients(List<String> ids, List<NDArray> arrays, long[] weights, long[] gradients) {
        this.ids = ids;
        this.arrays = arrays;
        this.weights = weights;
        this.gradients = gradients;
    }

    /** Those of the parameters that have a gradient. */
    static Gradients of(Collection<Parameter> parameters) {
        Collector collector = new Collector(parameters.size());
        for (Parameter parameter : parameters) {
            if (parameter.requiresGradient()) {
                collector.add(parameter.getId(), parameter.getArray());
            }
        }
        return collector.gradients();
    }

    /** Those of the arrays, by the ids of their parameters, that have a gradient. */
    static Gradients of(Map<String, NDArray> arrays) {
        Collector collector = new Collector(arrays.size());
        arrays.forEach(collector::add);
        return collector.gradients();
    }

    /** One parameter with a gradient that is not its own. */
    static Gradients of(String id, NDArray weight, NDArray gradient) {
        return new Gradients(
                List.of(id),
                List.of(weight),
                new long[] {Handles.of(weight)},
                new long[] {Tensors.share(Handles.of(gradient))});
    }

    private static final class Collector {
        private final List<String> ids;
        private final List<NDArray> arrays;
        private final long[] weights;
        private final long[] gradients;

        Collector(int capacity) {
            ids = new ArrayList<>(capacity);
            arrays = new ArrayList<>(capacity);
            weights = new long[capacity];
            gradients = new long[capacity];
        }

        void add(String id, NDArray array) {
            long weight = Handles.of(array);
            long gradient = Autograd.gradient(weight);
            if (gradient != 0) {
                weights[ids.size()] = weight;
                gradients[ids.size()] = gradient;
                ids.add(id);
                arrays.add(array);
            }
        }

        Gradients gradients() {
            return new Gradients(
                    ids,
                    arrays,
                    Arrays.copyOf(weights, ids.size()),
                    Arrays.copyOf(gradients, ids.size()));
        }
    }

    boolean isEmpty() {
        return ids.isEmpty();
    }

    int size() {
        return ids.size();
    }

    List<String> ids() {
        return ids;
    }

    NDArray weight(int index) {
        return arrays.get(index);
    }

    long[] weights() {
        return weights;
    }

    long[] gradients() {
        return gradients;
    }

    /**
     * Has each gradient lie in memory as its weight does; those that lie otherwise, as transposed
     * and broadcast ones do, are copied. The fused operators go by addresses alone.
     *
     * @throws IllegalArgumentException if a gradient is not of its weight's shape, or sparse
     */
    void layOut() {
        // CUDA's kernels refuse other strides even where they move nothing.
        boolean exact = Tensors.deviceType(weights[0]) != 0;
        for (int i = 0; i < gradients.length; i++) {
            if (Tensors.layout(gradients[i]) != 0) {
                throw new IllegalArgumentException(
                        "expected a dense gradient of the weight '%s', found a sparse one"
                                .formatted(ids.get(i)));
            }
            if (!MemoryLayouts.same(weights[i], gradients[i], exact)) {
                layOut(i);
            }
        }
    }

    private void layOut(int index) {
        long old = gradients[index];
        long[] shape = Tensors.sizes(weights[index]);
        if (!Arrays.equals(shape, Tensors.sizes(old))) {
            throw new IllegalArgumentException(
                    "expected a gradient of shape %s, as the weight '%s' has, found %s"
                            .formatted(
                                    Arrays.toString(shape),
                                    ids.get(index),
                                    Arrays.toString(Tensors.sizes(old))));
        }
        long laidOut =
                AtenTensor.emptyLike(
                        weights[index], Tensors.dtype(old), -1, Values.NO_DEVICE, null, -1);
        gradients[index] = laidOut;
        try {
            AtenTensor.copyInPlace(laidOut, old, false);
        } finally {
            Tensors.delete(old);
        }
    }

    /** Takes the gradients off the parameters. */
    void remove() {
        for (NDArray array : arrays) {
            Handles.torch(array).removeGradient();
        }
    }

    @Override
    public void close() {
        for (long gradient : gradients) {
            Tensors.delete(gradient);
        }
    }
}

package dev.retort.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;

import dev.retort.torch.abi.Autograd;
import dev.retort.torch.abi.Tensors;

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
    private final boolean owned;

    private Gradients(
            List<String> ids,
            List<NDArray> arrays,
            long[] weights,
            long[] gradients,
            boolean owned) {
        this.ids = ids;
        this.arrays = arrays;
        this.weights = weights;
        this.gradients = gradients;
        this.owned = owned;
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
                new long[] {Handles.of(gradient)},
                false);
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
                    Arrays.copyOf(gradients, ids.size()),
                    true);
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

    /** Takes the gradients off the parameters. */
    void remove() {
        for (NDArray array : arrays) {
            Handles.torch(array).removeGradient();
        }
    }

    @Override
    public void close() {
        if (owned) {
            for (long gradient : gradients) {
                Tensors.delete(gradient);
            }
        }
    }
}

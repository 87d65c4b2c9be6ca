package dev.retort.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;

import dev.retort.torch.abi.MemoryLayouts;
import dev.retort.torch.abi.Tensors;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a fused optimizer keeps from step to step, by the ids of the parameters. */
final class OptimizerState implements AutoCloseable {
    private static final String STEP = "step";

    private final List<String> bufferNames;
    private final Map<String, State> states = new HashMap<>();
    private @Nullable NDManager manager;
    private @Nullable NDArray one;
    private @Nullable Group current;

    /**
     * The state of one parameter.
     *
     * @param step the number of updates, a float without axes on the parameter's device; parameters
     *     that began together share it
     * @param buffers moments and the like, each in the shape of the parameter
     */
    private record State(NDArray step, NDList buffers) {}

    /** The state of the parameters of one step, as handles in their order. */
    static final class Group {
        private final List<String> ids;
        private final List<NDArray> distinctSteps;
        private final long[] steps;
        private final long[][] buffers;
        private boolean first;

        private Group(List<String> ids, List<State> states, int bufferCount, boolean first) {
            this.ids = ids;
            this.first = first;
            Set<NDArray> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
            states.forEach(state -> distinct.add(state.step()));
            distinctSteps = List.copyOf(distinct);
            steps = states.stream().mapToLong(state -> Handles.of(state.step())).toArray();
            buffers = new long[bufferCount][];
            for (int i = 0; i < bufferCount; i++) {
                int buffer = i;
                buffers[i] =
                        states.stream()
                                .mapToLong(state -> Handles.of(state.buffers().get(buffer)))
                                .toArray();
            }
        }

        /** Whether this is the state of these weights, and lies in memory as they do now. */
        private boolean fits(Gradients gradients) {
            if (!ids.equals(gradients.ids())) {
                return false;
            }
            long[] weights = gradients.weights();
            for (int i = 0; i < weights.length; i++) {
                boolean fits =
                        buffers.length == 0
                                ? MemoryLayouts.dense(weights[i])
                                : MemoryLayouts.same(weights[i], buffers[0][i], true);
                if (!fits) {
                    return false;
                }
            }
            return true;
        }

        /** The numbers of updates, this one included. */
        long[] steps() {
            return steps;
        }

        /** The buffers of one name. */
        long[] buffers(int index) {
            return buffers[index];
        }

        /** Whether all parameters are updated for the first time. */
        boolean takeFirst() {
            boolean was = first;
            first = false;
            return was;
        }
    }

    OptimizerState(List<String> bufferNames) {
        this.bufferNames = bufferNames;
    }

    /** The state of the parameters for their next update, counted unless a gradient overflowed. */
    Group begin(Gradients gradients, @Nullable NDArray foundInfinite) {
        Group group = current;
        if (group == null || !group.fits(gradients)) {
            current = null;
            group = group(gradients);
            current = group;
        }
        for (NDArray step : group.distinctSteps) {
            step.addi(one);
            if (foundInfinite != null) {
                step.subi(foundInfinite);
            }
        }
        return group;
    }

    private Group group(Gradients gradients) {
        for (int i = 0; i < gradients.size(); i++) {
            requireUpdatable(gradients.ids().get(i), gradients.weight(i));
        }
        NDManager owner = owner(gradients.weight(0));
        List<State> found = new ArrayList<>();
        NDArray shared = owner.zeros(new Shape(), DataType.FLOAT32);
        boolean first = true;
        for (int i = 0; i < gradients.size(); i++) {
            NDArray weight = gradients.weight(i);
            State state = states.get(gradients.ids().get(i));
            first &= state == null;
            if (state == null) {
                state = new State(shared, zeros(weight, owner));
                states.put(gradients.ids().get(i), state);
            } else {
                layOut(state.buffers(), weight, owner);
            }
            found.add(state);
        }
        return new Group(List.copyOf(gradients.ids()), found, bufferNames.size(), first);
    }

    /** The operators go through the memory of the weights and buffers, whatever their shapes. */
    private void requireUpdatable(String id, NDArray weight) {
        long handle = Handles.of(weight);
        if (!MemoryLayouts.dense(handle)) {
            throw new IllegalArgumentException(
                    "expected a weight '%s' that fills its memory, found a view of shape %s with the strides %s"
                            .formatted(
                                    id,
                                    weight.getShape(),
                                    Arrays.toString(Tensors.strides(handle))));
        }
        State state = states.get(id);
        if (state != null && !state.buffers().isEmpty()) {
            Shape before = state.buffers().getFirst().getShape();
            if (!before.equals(weight.getShape())) {
                throw new IllegalArgumentException(
                        "expected a weight '%s' of shape %s, as it was updated before, found %s"
                                .formatted(id, before, weight.getShape()));
            }
        }
    }

    private NDList zeros(NDArray weight, NDManager owner) {
        NDList buffers = new NDList(bufferNames.size());
        for (int i = 0; i < bufferNames.size(); i++) {
            buffers.add(zerosLike(weight, owner));
        }
        return buffers;
    }

    /** Zeros in the memory layout of the weight, which may be channels-last. */
    private static NDArray zerosLike(NDArray weight, NDManager owner) {
        NDArray buffer = weight.zerosLike();
        buffer.attach(owner);
        return buffer;
    }

    /** Has buffers lie in memory as their weight does, whose layout may have changed. */
    private static void layOut(NDList buffers, NDArray weight, NDManager owner) {
        for (int i = 0; i < buffers.size(); i++) {
            NDArray old = buffers.get(i);
            if (!MemoryLayouts.same(Handles.of(weight), Handles.of(old), true)) {
                NDArray laidOut = zerosLike(weight, owner);
                old.copyTo(laidOut);
                buffers.set(i, laidOut);
                old.close();
            }
        }
    }

    private NDManager owner(NDArray weight) {
        if (manager == null) {
            manager = weight.getManager().getEngine().newBaseManager(weight.getDevice());
            manager.setName("optimizer");
            one = manager.ones(new Shape());
        } else if (!manager.getDevice().equals(weight.getDevice())) {
            throw new IllegalArgumentException(
                    "expected parameters on %s, as before, found one on %s"
                            .formatted(manager.getDevice(), weight.getDevice()));
        }
        return manager;
    }

    Map<String, NDArray> save(Block block) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        for (Pair<String, Parameter> parameter : block.getParameters()) {
            State state = states.get(parameter.getValue().getId());
            if (state != null) {
                arrays.put(parameter.getKey() + "." + STEP, state.step());
                for (int i = 0; i < bufferNames.size(); i++) {
                    arrays.put(
                            parameter.getKey() + "." + bufferNames.get(i), state.buffers().get(i));
                }
            }
        }
        return arrays;
    }

    /** Takes over saved arrays; returns the number of steps. */
    int restore(Block block, Map<String, NDArray> arrays) {
        Map<String, NDArray> left = new LinkedHashMap<>(arrays);
        Map<String, State> restored = new HashMap<>();
        Map<Float, NDArray> steps = new HashMap<>();
        for (Pair<String, Parameter> pair : block.getParameters()) {
            NDArray step = left.remove(pair.getKey() + "." + STEP);
            if (step != null) {
                NDArray weight = pair.getValue().getArray();
                NDList buffers = new NDList(bufferNames.size());
                for (String name : bufferNames) {
                    String key = pair.getKey() + "." + name;
                    buffers.add(copy(key, left.remove(key), weight));
                }
                NDArray shared =
                        steps.computeIfAbsent(
                                step.toType(DataType.FLOAT32, false).getFloat(),
                                value -> owner(weight).create((float) value));
                restored.put(pair.getValue().getId(), new State(shared, buffers));
            }
        }
        if (!left.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected state of the parameters %s alone, found also %s"
                            .formatted(block.getParameters().keys(), left.keySet()));
        }
        states.clear();
        states.putAll(restored);
        current = null;
        return steps.keySet().stream().mapToInt(Float::intValue).max().orElse(0);
    }

    private NDArray copy(String key, @Nullable NDArray source, NDArray weight) {
        if (source == null || !source.getShape().equals(weight.getShape())) {
            throw new IllegalArgumentException(
                    "expected '%s' of shape %s, found %s"
                            .formatted(
                                    key,
                                    weight.getShape(),
                                    source == null ? "none" : source.getShape()));
        }
        NDArray buffer = zerosLike(weight, owner(weight));
        try (NDArray local = source.toDevice(weight.getDevice(), true)) {
            buffer.addi(local);
        }
        return buffer;
    }

    @Override
    public void close() {
        if (manager != null) {
            manager.close();
        }
    }
}

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
import dev.retort.torch.abi.Values;
import dev.retort.torch.ffi.AtenTensor;

import org.jspecify.annotations.Nullable;

import java.nio.LongBuffer;
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

    /** Without a dot, so that no parameter's array has this name. */
    private static final String STEPS = "steps";

    private final List<String> bufferNames;
    private final Map<String, State> states = new HashMap<>();
    private int steps;
    private @Nullable NDManager manager;
    private @Nullable NDArray one;
    private @Nullable NDArray savedSteps;
    private @Nullable Group current;

    /**
     * A number of updates on the device, a float without axes, without those that overflowed.
     * Parameters that have always been updated together share it, which spares an addition each.
     */
    private static final class Count {
        private final NDArray value;
        private int sharers;

        Count(NDArray value) {
            this.value = value;
        }
    }

    /** The state of one parameter. */
    private static final class State {
        private Count count;

        /** Moments and the like, each in the shape and the memory layout of the parameter. */
        private final NDList buffers;

        /**
         * The number of the step in which it was updated last; of one that is updated by itself,
         * how often. Overflows count.
         */
        private int updates;

        State(Count count, NDList buffers, int updates) {
            this.count = count;
            this.buffers = buffers;
            this.updates = updates;
            count.sharers++;
        }
    }

    /** The state of the parameters of one step, as handles in their order. */
    static final class Group {
        private final List<String> ids;
        private final List<State> states;
        private final List<NDArray> distinctSteps;
        private final long[] steps;
        private final long[][] buffers;
        private boolean first;

        private Group(List<String> ids, List<State> states, int bufferCount) {
            this.ids = ids;
            this.states = states;
            Set<NDArray> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
            states.forEach(state -> distinct.add(state.count.value));
            distinctSteps = List.copyOf(distinct);
            steps = states.stream().mapToLong(state -> Handles.of(state.count.value)).toArray();
            buffers = new long[bufferCount][];
            for (int i = 0; i < bufferCount; i++) {
                int buffer = i;
                buffers[i] =
                        states.stream()
                                .mapToLong(state -> Handles.of(state.buffers.get(buffer)))
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

        private void begin() {
            first = true;
            for (int i = 0; first && i < states.size(); i++) {
                first = states.get(i).updates == 0;
            }
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
        boolean first() {
            return first;
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
        group.begin();
        for (NDArray step : group.distinctSteps) {
            step.addi(one);
            if (foundInfinite != null) {
                step.subi(foundInfinite);
            }
        }
        return group;
    }

    /** Counts a step of the parameters of a group; returns how many there have been of any. */
    int countStep(Group group) {
        steps++;
        for (int i = 0; i < group.states.size(); i++) {
            group.states.get(i).updates = steps;
        }
        return steps;
    }

    /**
     * Counts an update of a group that is one parameter of many, each updated by itself; returns
     * how often that one has been updated which has been most often.
     */
    int countUpdate(Group group) {
        for (State state : group.states) {
            state.updates++;
            steps = Math.max(steps, state.updates);
        }
        return steps;
    }

    private Group group(Gradients gradients) {
        for (int i = 0; i < gradients.size(); i++) {
            requireUpdatable(gradients.ids().get(i), gradients.weight(i));
        }
        NDManager owner = owner(gradients.weight(0));
        List<State> found = new ArrayList<>();
        Count begun = null;
        for (int i = 0; i < gradients.size(); i++) {
            NDArray weight = gradients.weight(i);
            State state = states.get(gradients.ids().get(i));
            if (state == null) {
                if (begun == null) {
                    begun = new Count(owner.zeros(new Shape(), DataType.FLOAT32));
                }
                state = new State(begun, zeros(weight, owner), 0);
                states.put(gradients.ids().get(i), state);
            } else {
                layOut(state.buffers, weight, owner);
            }
            found.add(state);
        }
        partCounts(found);
        return new Group(List.copyOf(gradients.ids()), found, bufferNames.size());
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
        if (state != null && !state.buffers.isEmpty()) {
            Shape before = state.buffers.getFirst().getShape();
            if (!before.equals(weight.getShape())) {
                throw new IllegalArgumentException(
                        "expected a weight '%s' of shape %s, as it was updated before, found %s"
                                .formatted(id, before, weight.getShape()));
            }
        }
    }

    /** Gives parameters whose count others share that are not updated now one of their own. */
    private static void partCounts(List<State> together) {
        Map<Count, Integer> present = new HashMap<>();
        together.forEach(state -> present.merge(state.count, 1, Integer::sum));
        Map<Count, Count> parted = new HashMap<>();
        present.forEach(
                (count, sharers) -> {
                    if (sharers < count.sharers) {
                        Count own = new Count(count.value.duplicate());
                        own.sharers = sharers;
                        count.sharers -= sharers;
                        parted.put(count, own);
                    }
                });
        together.forEach(state -> state.count = parted.getOrDefault(state.count, state.count));
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
        // Not weight.zerosLike(), which is row-major.
        return Handles.torch(owner)
                .wrap(AtenTensor.zerosLike(Handles.of(weight), -1, -1, Values.NO_DEVICE, null, -1));
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
                arrays.put(parameter.getKey() + "." + STEP, state.count.value);
                for (int i = 0; i < bufferNames.size(); i++) {
                    arrays.put(parameter.getKey() + "." + bufferNames.get(i), state.buffers.get(i));
                }
            }
        }
        if (manager != null) {
            if (savedSteps == null) {
                savedSteps = manager.create((long) steps);
            }
            savedSteps.set(LongBuffer.wrap(new long[] {steps}));
            arrays.put(STEPS, savedSteps);
        }
        return arrays;
    }

    /** A state of the same kind that has taken over saved arrays. */
    OptimizerState restored(Block block, Map<String, NDArray> arrays) {
        OptimizerState restored = new OptimizerState(bufferNames);
        try {
            restored.read(block, arrays);
            return restored;
        } catch (RuntimeException e) {
            restored.close();
            throw e;
        }
    }

    private void read(Block block, Map<String, NDArray> arrays) {
        Map<String, NDArray> left = new LinkedHashMap<>(arrays);
        Map<Float, Count> counts = new HashMap<>();
        for (Pair<String, Parameter> pair : block.getParameters()) {
            NDArray step = left.remove(pair.getKey() + "." + STEP);
            if (step != null) {
                NDArray weight = pair.getValue().getArray();
                NDList buffers = new NDList(bufferNames.size());
                for (String name : bufferNames) {
                    String key = pair.getKey() + "." + name;
                    buffers.add(copy(key, left.remove(key), weight));
                }
                float updates = step.toType(DataType.FLOAT32, false).getFloat();
                Count count =
                        counts.computeIfAbsent(
                                updates, value -> new Count(owner(weight).create((float) value)));
                states.put(pair.getValue().getId(), new State(count, buffers, Math.round(updates)));
            }
        }
        steps = steps(left.remove(STEPS));
        if (!left.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected state of the parameters %s alone, found also %s"
                            .formatted(block.getParameters().keys(), left.keySet()));
        }
    }

    /** The saved number of steps, or without it, as it was not always saved, the most updates. */
    private int steps(@Nullable NDArray saved) {
        if (saved == null) {
            return states.values().stream().mapToInt(state -> state.updates).max().orElse(0);
        }
        if (!saved.isScalar()) {
            throw new IllegalArgumentException(
                    "expected '%s' without axes, found the shape %s"
                            .formatted(STEPS, saved.getShape()));
        }
        return Math.toIntExact(saved.toType(DataType.INT64, false).getLong());
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

package dev.retort.examples.plan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;

import dev.retort.distill.sequence.SequenceMixer;

import java.util.ArrayList;
import java.util.List;

/** Times a layer without gradients, on one sequence. Confined to one thread. */
final class MixerTimes {
    private final NDManager manager;
    private final SequenceMixer mixer;
    private final int width;
    private final ParameterStore parameters;

    MixerTimes(NDManager manager, SequenceMixer mixer, int width) {
        this.manager = manager;
        this.mixer = mixer;
        this.width = width;
        parameters = new ParameterStore(manager, false);
        mixer.initialize(manager, DataType.FLOAT32, new Shape(1, 1, width));
    }

    /** The seconds of reading a sequence at once. */
    double prefill(long length) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray x = scope.randomNormal(new Shape(1, length, width));
            await(x.add(1));
            long begin = System.nanoTime();
            await(mixer.forward(parameters, new NDList(x), false).head());
            return (System.nanoTime() - begin) / 1e9;
        }
    }

    /**
     * The seconds of one more position after each of the contexts.
     *
     * @param contexts the positions before, ascending
     * @param repetitions how often each is timed
     * @param steps over how many positions each time is the mean
     * @return a list of times a context
     */
    List<List<Double>> decode(List<Integer> contexts, int repetitions, int steps) {
        int capacity = contexts.getLast() + repetitions * steps;
        List<List<Double>> times = new ArrayList<>();
        try (NDManager scope = manager.newSubManager();
                SequenceMixer.State state = mixer.newState(scope, DataType.FLOAT32, 1, capacity)) {
            int read = 0;
            for (int context : contexts) {
                while (read < context) {
                    step(scope, state);
                    read++;
                }
                List<Double> each = new ArrayList<>();
                for (int i = 0; i < repetitions; i++) {
                    long begin = System.nanoTime();
                    for (int j = 0; j < steps; j++) {
                        step(scope, state);
                    }
                    each.add((System.nanoTime() - begin) / 1e9 / steps);
                }
                read += repetitions * steps;
                times.add(each);
            }
        }
        return times;
    }

    private void step(NDManager parent, SequenceMixer.State state) {
        try (NDManager scope = parent.newSubManager()) {
            NDArray x = scope.ones(new Shape(1, 1, width));
            await(mixer.step(parameters, x, state));
        }
    }

    /** Waits for the device: it has to give a number of the result. */
    static void await(NDArray array) {
        try (NDArray first = array.flatten().get(0)) {
            first.getFloat();
        }
        array.close();
    }
}

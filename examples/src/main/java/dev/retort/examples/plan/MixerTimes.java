package dev.retort.examples.plan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;

import dev.retort.distill.sequence.SequenceMixer;

/** Times a layer without gradients, on one sequence. Confined to one thread. */
final class MixerTimes {
    /** Times fell from 35 to 21 microseconds a position over about as many, and then no further. */
    private static final int WARM_READINGS = 150;

    private static final int WARM_STEPS = 5000;
    private static final int WARM_LENGTH = 512;

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

    /** Runs both phases so often that the JVM has compiled them. */
    void warmUp() {
        for (int i = 0; i < WARM_READINGS; i++) {
            prefill(WARM_LENGTH);
        }
        try (Positions positions = positions(WARM_STEPS)) {
            positions.readTo(WARM_STEPS);
        }
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
     * Reads on position by position, from none.
     *
     * @param capacity the most positions
     * @return what reads, to be closed
     */
    Positions positions(int capacity) {
        NDManager scope = manager.newSubManager();
        return new Positions(scope, mixer.newState(scope, DataType.FLOAT32, 1, capacity));
    }

    /** A sequence that is read position by position. */
    final class Positions implements PositionTimer, AutoCloseable {
        private final NDManager scope;
        private final SequenceMixer.State state;
        private int read;

        private Positions(NDManager scope, SequenceMixer.State state) {
            this.scope = scope;
            this.state = state;
        }

        @Override
        public void readTo(int position) {
            while (read < position) {
                step(scope, state);
                read++;
            }
        }

        @Override
        public double seconds(int steps) {
            long begin = System.nanoTime();
            for (int i = 0; i < steps; i++) {
                step(scope, state);
            }
            read += steps;
            return (System.nanoTime() - begin) / 1e9 / steps;
        }

        @Override
        public void close() {
            state.close();
            scope.close();
        }
    }

    private void step(NDManager parent, SequenceMixer.State state) {
        try (NDManager scope = parent.newSubManager()) {
            NDArray x = scope.ones(new Shape(1, 1, width));
            await(mixer.step(parameters, x, state));
        }
    }

    /** Waits for the device: it has to give a number of the result. */
    static void await(NDArray array) {
        try (array;
                NDArray flat = array.flatten();
                NDArray first = flat.get(0)) {
            first.getFloat();
        }
    }
}

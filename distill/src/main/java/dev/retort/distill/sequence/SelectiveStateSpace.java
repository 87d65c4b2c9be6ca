package dev.retort.distill.sequence;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.util.PairList;

/**
 * A selective state-space layer, the block of Mamba (Gu and Dao 2023, figure 3): a linear layer to
 * twice the width and a gate, a causal convolution of each channel over four positions, SiLU, the
 * recurrence of {@link SelectiveScan} whose Δ, B and C follow from its input, D x beside it, the
 * gate by SiLU, and a linear layer back.
 *
 * <p>Its work is proportional to the length, and its state has the same size after any number of
 * positions.
 */
public final class SelectiveStateSpace extends SequenceMixer {
    /** Channels for each element of the width. */
    private static final int EXPANSION = 2;

    private static final int TAPS = 4;

    /**
     * Bytes of the states after all positions that are read at once, which the caches of a core
     * hold. All of 4,096 positions at width 128 and N = 16 are 64 MiB, which glibc maps anew for
     * each operation: 336 microseconds a position, and 15 to 17 by such parts; 13 to 21 by parts
     * twice as large, which depend on what other cores leave in a cache that they share (AMD EPYC,
     * one thread).
     */
    private static final long HOST_STATES = 1L << 20;

    /** The same on a GPU: enough to keep it busy. Not measured. */
    private static final long GPU_STATES = 256L << 20;

    /** Rows that linear layers are given at least, since each part reads all their weights. */
    private static final int FEWEST_ROWS = 64;

    private static final double SMALLEST_DELTA = 1e-3;
    private static final double LARGEST_DELTA = 0.1;

    private final int channels;
    private final int stateSize;
    private final int rank;
    private final SelectiveScan scan;
    private final Linear input;
    private final Linear selection;
    private final Linear deltas;
    private final Linear output;
    private final Parameter taps;
    private final Parameter logDecay;
    private final Parameter skip;

    /**
     * Creates a block.
     *
     * @param width elements of a position
     * @param stateSize N, elements of the state of a channel
     * @param chunk positions that the scan takes one after another; as many as the sequence has
     *     where the batch alone keeps the device busy, else about the root of {@link
     *     #positionsAtOnce}
     */
    public SelectiveStateSpace(int width, int stateSize, int chunk) {
        super(width);
        this.stateSize = requireAtLeastOne("a state size", stateSize);
        channels = EXPANSION * width;
        rank = rank(width);
        scan = new SelectiveScan(requireAtLeastOne("a chunk", chunk));
        input = addChildBlock("input", projection(width, 2 * channels));
        selection = addChildBlock("selection", projection(channels, rank + 2 * stateSize));
        deltas = addChildBlock("delta", Linear.builder().setUnits(channels).build());
        deltas.setInitializer(
                new NormalInitializer((float) (1 / Math.sqrt(rank))), Parameter.Type.WEIGHT);
        deltas.setInitializer(SelectiveStateSpace::initialDeltas, Parameter.Type.BIAS);
        output = addChildBlock("output", smallProjection(width));
        taps =
                parameter(
                        "taps",
                        new Shape(TAPS, channels),
                        new NormalInitializer((float) (1 / Math.sqrt(TAPS))));
        logDecay =
                parameter(
                        "logDecay",
                        new Shape(channels, stateSize),
                        SelectiveStateSpace::initialDecays);
        skip = parameter("skip", new Shape(channels), Initializer.ONES);
    }

    /** The rank of the matrix from which Δ follows, as in Mamba. */
    private static int rank(int width) {
        return Math.ceilDiv(width, 16);
    }

    /** The parameters of a block. */
    static long parameters(int width, int stateSize) {
        long inner = (long) EXPANSION * width;
        long selection = inner * (rank(width) + 2L * stateSize);
        long deltas = inner * (rank(width) + 1L);
        return 3 * inner * width + selection + deltas + inner * (TAPS + stateSize + 1L);
    }

    /** The state of a sequence: the recurrence's, and the last inputs of the convolution. */
    static final class Recurrence implements State {
        private final NDManager manager;
        private NDArray hidden;
        private NDArray recent;

        private Recurrence(NDManager parent, DataType type, int batch, int channels, int size) {
            manager = parent.newSubManager();
            hidden = manager.zeros(new Shape(batch, channels, size), type);
            recent = manager.zeros(new Shape(batch, TAPS - 1L, channels), type);
        }

        private void replace(NDArray newHidden, NDArray newRecent) {
            hidden.close();
            recent.close();
            hidden = newHidden;
            recent = newRecent;
            hidden.attach(manager);
            recent.attach(manager);
        }

        @Override
        public long bytes() {
            return hidden.getDataType().getNumOfBytes() * (hidden.size() + recent.size());
        }

        @Override
        public void close() {
            manager.close();
        }
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        Shape outer = inputShapes[0];
        Shape inner = new Shape(outer.get(0), outer.get(1), channels);
        input.initialize(manager, dataType, outer);
        selection.initialize(manager, dataType, inner);
        deltas.initialize(manager, dataType, new Shape(outer.get(0), outer.get(1), rank));
        output.initialize(manager, dataType, inner);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters,
            NDList inputs,
            boolean training,
            PairList<String, Object> options) {
        NDArray positions = inputs.head();
        NDManager owner = positions.getManager();
        int batch = Math.toIntExact(positions.size(0));
        int length = Math.toIntExact(positions.size(1));
        int atOnce =
                training ? length : positionsAtOnce(width, stateSize, batch, positions.getDevice());
        try (Recurrence state = newRecurrence(owner, positions.getDataType(), batch)) {
            if (length <= atOnce) {
                return new NDList(read(parameters, positions, state, training));
            }
            NDList outputs = new NDList(Math.ceilDiv(length, atOnce));
            for (int begin = 0; begin < length; begin += atOnce) {
                try (NDManager scope = owner.newSubManager()) {
                    int end = Math.min(begin + atOnce, length);
                    NDArray some = positions.get(scope, new NDIndex(":, {}:{}", begin, end));
                    NDArray read = read(parameters, some, state, false);
                    read.attach(owner);
                    outputs.add(read);
                }
            }
            NDArray all = NDArrays.concat(outputs, 1);
            outputs.close();
            return new NDList(all);
        }
    }

    /**
     * How many positions are read at once without gradients: so many that the states after all of
     * them, of four bytes a number, take no more than 1 MiB on a processor or 256 MiB on a GPU, but
     * no fewer than 64 of all sequences together.
     *
     * @param width elements of a position
     * @param stateSize N, elements of the state of a channel
     * @param batch sequences that are read together
     * @param device where
     * @return the positions of each sequence
     */
    public static int positionsAtOnce(int width, int stateSize, int batch, Device device) {
        long state = (long) Float.BYTES * batch * EXPANSION * width * stateSize;
        long held = (device.isGpu() ? GPU_STATES : HOST_STATES) / state;
        return (int) Math.max(held, Math.ceilDiv(FEWEST_ROWS, batch));
    }

    @Override
    public State newState(NDManager manager, DataType type, int batch, int capacity) {
        return newRecurrence(manager, type, batch);
    }

    private Recurrence newRecurrence(NDManager manager, DataType type, int batch) {
        return new Recurrence(manager, type, batch, channels, stateSize);
    }

    @Override
    public NDArray step(ParameterStore parameters, NDArray position, State state) {
        if (!(state instanceof Recurrence recurrence)) {
            throw new IllegalArgumentException("expected the state of a recurrence, found another");
        }
        return read(parameters, position, recurrence, false);
    }

    /** Reads on from a state, which becomes the one after the last position. */
    private NDArray read(
            ParameterStore parameters, NDArray positions, Recurrence state, boolean training) {
        NDList parts = run(input, parameters, positions, training).split(2, 2);
        NDArray seen = state.recent.concat(parts.get(0), 1);
        seen.attach(positions.getManager());
        NDArray x = convolve(parameters, seen, training);
        Selection chosen = select(parameters, x, training);
        SelectiveScan.Scanned scanned =
                scan.from(state.hidden, x, chosen.delta(), chosen.a(), chosen.b(), chosen.c());
        state.replace(scanned.last(), seen.get(":, {}:", positions.size(1)));
        return gated(parameters, scanned.outputs(), x, parts.get(1), training);
    }

    /**
     * What the selection gives.
     *
     * @param delta Δ, shape (batch, length, channels)
     * @param a A, shape (channels, N)
     * @param b B, shape (batch, length, N)
     * @param c C, shape (batch, length, N)
     */
    private record Selection(NDArray delta, NDArray a, NDArray b, NDArray c) {}

    private Selection select(ParameterStore parameters, NDArray x, boolean training) {
        NDList parts =
                run(selection, parameters, x, training)
                        .split(new long[] {rank, rank + stateSize}, 2);
        NDArray delta = Activation.softPlus(run(deltas, parameters, parts.get(0), training));
        NDArray a = value(parameters, logDecay, x, training).exp();
        a.attach(x.getManager());
        return new Selection(delta, a.neg(), parts.get(1), parts.get(2));
    }

    /**
     * SiLU of the convolution.
     *
     * @param padded shape (batch, length + 3, channels): three earlier positions and the inputs
     * @return shape (batch, length, channels)
     */
    private NDArray convolve(ParameterStore parameters, NDArray padded, boolean training) {
        long length = padded.size(1) - TAPS + 1;
        NDArray weights = value(parameters, taps, padded, training);
        NDList rows = weights.split(TAPS, 0);
        rows.attach(padded.getManager());
        NDArray sum = padded.get(":, :{}", length).mul(rows.get(0));
        for (int i = 1; i < TAPS; i++) {
            sum = sum.add(padded.get(":, {}:{}", i, length + i).mul(rows.get(i)));
        }
        return Activation.swish(sum, 1);
    }

    private NDArray gated(
            ParameterStore parameters, NDArray read, NDArray x, NDArray gate, boolean training) {
        NDArray skipped = x.mul(value(parameters, skip, x, training));
        NDArray product = read.add(skipped).mul(Activation.swish(gate, 1));
        return run(output, parameters, product, training);
    }

    private static NDArray run(
            Linear layer, ParameterStore parameters, NDArray input, boolean training) {
        return layer.forward(parameters, new NDList(input), training).head();
    }

    private Parameter parameter(String name, Shape shape, Initializer initializer) {
        return addParameter(
                Parameter.builder()
                        .setName(name)
                        .setType(Parameter.Type.OTHER)
                        .optShape(shape)
                        .optInitializer(initializer)
                        .build());
    }

    /** Biases whose softplus is from the smallest to the largest Δ, equally far apart in ln Δ. */
    private static NDArray initialDeltas(NDManager manager, Shape shape, DataType type) {
        float[] biases = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < biases.length; i++) {
            double share = biases.length == 1 ? 0.5 : (double) i / (biases.length - 1);
            double delta = SMALLEST_DELTA * Math.pow(LARGEST_DELTA / SMALLEST_DELTA, share);
            biases[i] = (float) Math.log(Math.expm1(delta));
        }
        return manager.create(biases, shape).toType(type, false);
    }

    /** ln 1, ln 2, ..., ln N for each channel (S4D-Real: Gu et al. 2022). */
    private static NDArray initialDecays(NDManager manager, Shape shape, DataType type) {
        int size = Math.toIntExact(shape.get(1));
        float[] logs = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = (float) Math.log(i % size + 1.0);
        }
        return manager.create(logs, shape).toType(type, false);
    }
}

package dev.retort.distill;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;

import dev.retort.distill.train.GradientMode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * How long a forward pass takes, from an input in memory to logits on the heap.
 *
 * @param batch samples a pass
 * @param p50 the median
 * @param p95 the 95th percentile
 * @param leastP95 that of the turn in which it was lowest
 * @param mostP95 that of the turn in which it was highest: what lies between the two says nothing
 *     of the network
 * @param passes how many passes were timed
 */
public record InferenceLatency(
        int batch, Duration p50, Duration p95, Duration leastP95, Duration mostP95, int passes) {
    /** Turns of each block; odd, so that one of them is the median. */
    static final int TURNS = 5;

    // So many calls make the JVM's last compiler take a method (Tier4InvocationThreshold).
    private static final int WARM_UP = 5000;
    private static final int PASSES = 200;
    // What else ran meanwhile has emptied the caches of the processor.
    private static final int SETTLING = 20;
    private static final long LIMIT_NANOS = Duration.ofSeconds(3).toNanos();

    /**
     * Times blocks at several batch sizes in inference mode, so that blocks can be compared, and so
     * can the batch sizes of one. All of them are warmed up before any is timed, by 5,000 passes
     * each or three seconds. Then each has five turns of 200 passes, one after another in each
     * round, so that neither a JVM that still compiles nor a machine that is busy for a while is to
     * the account of one of them; a turn ends after a fifth of three seconds. What is given is the
     * median over the turns of the percentiles of a turn. Inputs are random, since speed can depend
     * on zeros.
     *
     * @param blocks the blocks, initialised on one device
     * @param sampleShape the shape of one sample
     * @param batches samples a pass
     * @param parent intermediate arrays live in sub-managers of it
     * @return for each block in the same order the percentiles by batch in the same order
     */
    public static List<List<InferenceLatency>> measure(
            List<Block> blocks, Shape sampleShape, List<Integer> batches, NDManager parent) {
        try (GradientMode _ = GradientMode.off(parent.getEngine());
                NDManager manager = parent.newSubManager()) {
            List<NDArray> inputs =
                    batches.stream()
                            .map(size -> new Shape(size).addAll(sampleShape))
                            .map(shape -> manager.randomUniform(0, 1, shape))
                            .toList();
            List<List<Timed>> timed =
                    blocks.stream()
                            .map(block -> inputs.stream().map(in -> new Timed(block, in)).toList())
                            .toList();
            List<Timed> all = timed.stream().flatMap(List::stream).toList();
            all.forEach(one -> time(one.block, one.input, manager, WARM_UP, LIMIT_NANOS));
            for (int turn = 0; turn < TURNS; turn++) {
                all.forEach(one -> one.turns.add(turn(one.block, one.input, manager)));
            }
            return timed.stream()
                    .map(ofBlock -> ofBlock.stream().map(one -> median(one.turns)).toList())
                    .toList();
        }
    }

    /** A block with one size of batch, and its turns so far. */
    private record Timed(Block block, NDArray input, List<InferenceLatency> turns) {
        Timed(Block block, NDArray input) {
            this(block, input, new ArrayList<>());
        }
    }

    private static InferenceLatency turn(Block block, NDArray input, NDManager manager) {
        time(block, input, manager, SETTLING, LIMIT_NANOS / TURNS / 10);
        long[] nanos = time(block, input, manager, PASSES, LIMIT_NANOS / TURNS);
        Arrays.sort(nanos);
        Duration p95 = percentile(nanos, 0.95);
        int batch = Math.toIntExact(input.getShape().get(0));
        return new InferenceLatency(batch, percentile(nanos, 0.50), p95, p95, p95, nanos.length);
    }

    /** Percentile by percentile, over an odd number of turns of one block. */
    static InferenceLatency median(List<InferenceLatency> turns) {
        List<Duration> p95s = turns.stream().map(InferenceLatency::p95).sorted().toList();
        return new InferenceLatency(
                turns.getFirst().batch(),
                middle(turns, InferenceLatency::p50),
                p95s.get(p95s.size() / 2),
                p95s.getFirst(),
                p95s.getLast(),
                turns.stream().mapToInt(InferenceLatency::passes).sum());
    }

    private static Duration middle(
            List<InferenceLatency> turns, Function<InferenceLatency, Duration> of) {
        return turns.stream().map(of).sorted().toList().get(turns.size() / 2);
    }

    private static long[] time(
            Block block, NDArray input, NDManager parent, int passes, long limitNanos) {
        long[] nanos = new long[passes];
        long begin = System.nanoTime();
        for (int i = 0; i < passes; i++) {
            long start = System.nanoTime();
            try (NDManager manager = parent.newSubManager()) {
                // Results go to the manager of the input; it returns to its own on close.
                manager.tempAttachAll(input);
                block.forward(new ParameterStore(manager, false), new NDList(input), false)
                        .head()
                        .toFloatArray();
            }
            nanos[i] = System.nanoTime() - start;
            if (System.nanoTime() - begin > limitNanos) {
                return Arrays.copyOf(nanos, i + 1);
            }
        }
        return nanos;
    }

    /** The smallest value that at least the given share of the sorted values does not exceed. */
    private static Duration percentile(long[] sorted, double share) {
        int rank = (int) Math.ceil(share * sorted.length);
        return Duration.ofNanos(sorted[rank - 1]);
    }
}

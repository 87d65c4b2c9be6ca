package dev.retort.distill;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;

import dev.retort.distill.train.GradientMode;

import java.time.Duration;
import java.util.Arrays;

/**
 * How long a forward pass takes, from an input in memory to logits on the heap.
 *
 * @param batch samples a pass
 * @param p50 the median
 * @param p95 the 95th percentile
 * @param passes how many passes were timed
 */
public record InferenceLatency(int batch, Duration p50, Duration p95, int passes) {
    private static final int WARM_UP = 200;
    private static final int PASSES = 1000;
    private static final long LIMIT_NANOS = Duration.ofSeconds(3).toNanos();

    /**
     * Times a block in inference mode: 200 passes to warm up, then 1,000 that count, or as many as
     * fit into three seconds each. Inputs are random, since speed can depend on zeros.
     *
     * @param block the block, initialised
     * @param sampleShape the shape of one sample
     * @param batch samples a pass
     * @param parent intermediate arrays live in sub-managers of it
     * @return the percentiles
     */
    public static InferenceLatency measure(
            Block block, Shape sampleShape, int batch, NDManager parent) {
        try (GradientMode _ = GradientMode.off(parent.getEngine());
                NDManager manager = parent.newSubManager()) {
            NDArray input = manager.randomUniform(0, 1, new Shape(batch).addAll(sampleShape));
            time(block, input, manager, WARM_UP);
            long[] nanos = time(block, input, manager, PASSES);
            Arrays.sort(nanos);
            return new InferenceLatency(
                    batch, percentile(nanos, 0.50), percentile(nanos, 0.95), nanos.length);
        }
    }

    private static long[] time(Block block, NDArray input, NDManager parent, int passes) {
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
            if (System.nanoTime() - begin > LIMIT_NANOS) {
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

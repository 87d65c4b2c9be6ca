package dev.retort.distill.flops;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

import dev.retort.efficiency.Precision;
import dev.retort.efficiency.RunMeter;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells a meter the operations of each step, counted from the block once per shape of its input.
 * Not thread-safe.
 */
public final class StepFlops {
    private final RunMeter meter;
    private final Map<List<Shape>, FlopCount> counts = new HashMap<>();
    private double givenPerSample = Double.NaN;
    private @Nullable Block lastBlock;
    private @Nullable Precision precision;
    private @Nullable FlopCount last;

    /**
     * Counts for a meter.
     *
     * @param meter is told
     */
    public StepFlops(RunMeter meter) {
        this.meter = meter;
    }

    /**
     * Replaces the count by the user's own.
     *
     * @param perSample the operations that a training step needs per sample, forward and backward
     */
    public void give(double perSample) {
        if (!(perSample >= 0) || perSample == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "expected a number of operations, found " + perSample);
        }
        givenPerSample = perSample;
    }

    /**
     * Tells the meter the operations of a step. What cannot be counted is not told.
     *
     * @param block the block that is trained
     * @param data its input
     * @param samples the samples in it
     */
    public void step(Block block, NDList data, long samples) {
        if (data.isEmpty()) {
            return;
        }
        if (block != lastBlock) {
            // Once per block: DJL walks all its parameters to name one.
            lastBlock = block;
            precision = precision(block, data);
        }
        if (precision == null) {
            last = new FlopCount.Unknown("data type " + data.head().getDataType());
            return;
        }
        if (!Double.isNaN(givenPerSample)) {
            double flops = givenPerSample * samples;
            meter.flops(precision, flops, flops);
            return;
        }
        FlopCount count =
                counts.computeIfAbsent(
                        data.stream().map(NDArray::getShape).toList(),
                        shapes -> count(block, shapes));
        last = count;
        if (count instanceof FlopCount.Counted counted) {
            meter.flops(precision, counted.total(), counted.total());
        }
    }

    /**
     * What was counted for the last step.
     *
     * @return the count; empty before the first step, and where the user gave one
     */
    public Optional<FlopCount> last() {
        return Optional.ofNullable(last);
    }

    private static FlopCount count(Block block, List<Shape> shapes) {
        try {
            return FlopCounter.count(block, shapes.toArray(Shape[]::new));
        } catch (RuntimeException e) {
            // A block that cannot tell its shapes must not end the training that is measured.
            return new FlopCount.Unknown(block.getClass().getName() + ": " + e.getMessage());
        }
    }

    /** That of the weights: inputs may be integers, such as the indices of an embedding. */
    private static @Nullable Precision precision(Block block, NDList data) {
        DataType type =
                block.getParameters().isEmpty()
                        ? data.head().getDataType()
                        : block.getParameters().valueAt(0).getArray().getDataType();
        return switch (type) {
            case FLOAT64 -> Precision.FP64;
            case FLOAT32 -> Precision.FP32;
            case FLOAT16 -> Precision.FP16;
            case BFLOAT16 -> Precision.BF16;
            default -> null;
        };
    }
}

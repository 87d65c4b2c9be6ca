package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Moves an exponential moving average of a block's parameters. With the parameters w after a step,
 *
 * <pre>
 *   v &larr; decay v + (1 - decay) w
 * </pre>
 *
 * What is not trained, running statistics among it, is copied. It owns no memory.
 */
public final class MovingAverage {
    // A parameter and its average. DJL makes a list anew each time it is asked.
    private final List<Pair<Parameter, NDArray>> pairs = new ArrayList<>();
    private final NDManager manager;

    /**
     * An average of a block.
     *
     * @param source the block that is trained
     * @param means what is moved, by the names of the block's parameters and in their shapes
     * @param manager intermediate arrays live in sub-managers of it
     * @throws IllegalArgumentException if an array is missing
     */
    public MovingAverage(Block source, Map<String, NDArray> means, NDManager manager) {
        this.manager = manager;
        for (Pair<String, Parameter> parameter : source.getParameters()) {
            NDArray mean = means.get(parameter.getKey());
            if (mean == null) {
                throw new IllegalArgumentException(
                        "expected an average of the parameter %s, found none"
                                .formatted(parameter.getKey()));
            }
            pairs.add(new Pair<>(parameter.getValue(), mean));
        }
    }

    /**
     * The decay of a step where the average is to follow fast at first: TensorFlow's {@code
     * ExponentialMovingAverage} with {@code num_updates}.
     *
     * @param decay the decay in the long run
     * @param step the step, from 1
     * @return the smaller one of the decay and (1 + step) / (10 + step)
     */
    public static double warmedUp(double decay, long step) {
        return Math.min(decay, (1.0 + step) / (10.0 + step));
    }

    /**
     * Moves the average towards the parameters. Does not synchronise the device.
     *
     * @param decay the share of the average that stays, from 0 to below 1
     */
    public void update(double decay) {
        try (GradientMode _ = GradientMode.off(manager.getEngine());
                NDManager scope = manager.newSubManager()) {
            for (Pair<Parameter, NDArray> pair : pairs) {
                Parameter source = pair.getKey();
                NDArray now = source.getArray().stopGradient();
                now.attach(scope);
                double share = source.requiresGradient() ? decay : 0;
                // In place, since whoever made it keeps the array.
                pair.getValue().muli(share).addi(now.mul(1 - share));
            }
        }
    }
}

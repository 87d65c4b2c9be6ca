package dev.retort.distill.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.Pair;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adam (Kingma and Ba, 2015) with the decoupled weight decay of AdamW (Loshchilov and Hutter,
 * 2019), &beta;<sub>1</sub> = 0.9, &beta;<sub>2</sub> = 0.999, &epsilon; = 1e-8. One engine call
 * updates a parameter and zeroes its gradient.
 *
 * <p>It owns its moments and frees them on {@link #close}; DJL's own Adam leaves them to the
 * garbage collector, which cannot see device memory. Confined to one thread and one device.
 */
public final class Adam extends Optimizer implements ResumableOptimizer, AutoCloseable {
    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.999f;
    private static final float EPSILON = 1e-8f;
    private static final float NO_CLIP = -1;
    // The names that Python's optimizer has for them.
    private static final String STEP = ".step";
    private static final String MEAN = ".exp_avg";
    private static final String VARIANCE = ".exp_avg_sq";

    private final Tracker learningRate;
    private final NDManager manager;
    private final Map<String, Float> shares;
    private final Map<String, Moments> moments = new HashMap<>();
    private final Map<String, Integer> steps = new HashMap<>();

    private record Moments(NDArray mean, NDArray variance) implements AutoCloseable {
        @Override
        public void close() {
            mean.close();
            variance.close();
        }
    }

    /**
     * Creates an optimizer.
     *
     * @param learningRate the learning rate by step, from step 1
     * @param weightDecay decoupled weight decay, at least 0
     * @param parent the moments live in a sub-manager of it
     */
    public Adam(Tracker learningRate, float weightDecay, NDManager parent) {
        this(learningRate, weightDecay, parent, Map.of());
    }

    /**
     * Creates an optimizer that gives some parameters a share of the learning rate.
     *
     * @param learningRate the learning rate by step, from step 1
     * @param weightDecay decoupled weight decay, at least 0, times the rate of each parameter
     * @param parent the moments live in a sub-manager of it
     * @param shares the share of a parameter by its identity, 1 where there is none
     */
    public Adam(
            Tracker learningRate, float weightDecay, NDManager parent, Map<String, Float> shares) {
        super(Optimizer.adamW().optWeightDecays(weightDecay));
        this.learningRate = learningRate;
        this.shares = Map.copyOf(shares);
        manager = parent.newSubManager();
        manager.setName("adam");
    }

    @Override
    public void update(String parameterId, NDArray weight, NDArray gradient) {
        Moments state = moments.computeIfAbsent(parameterId, _ -> zeros(weight));
        int step = steps.merge(parameterId, 1, Integer::sum);
        float rate = learningRate.getNewValue(step) * shares.getOrDefault(parameterId, 1f);
        double spread = Math.sqrt(1 - Math.pow(BETA2, step));
        double correction = spread / (1 - Math.pow(BETA1, step));
        weight.getNDArrayInternal()
                .adamUpdate(
                        new NDList(weight, gradient, state.mean(), state.variance()),
                        new NDList(weight),
                        rate,
                        (float) (rate * correction),
                        getWeightDecay(),
                        rescaleGrad,
                        NO_CLIP,
                        BETA1,
                        BETA2,
                        // The engine adds it to the root of the uncorrected variance.
                        (float) (EPSILON * spread),
                        true,
                        // Without decay the plain form does the same with two operations less.
                        getWeightDecay() != 0);
    }

    private Moments zeros(NDArray weight) {
        Device device = weight.getDevice();
        if (!device.equals(manager.getDevice())) {
            throw new IllegalArgumentException(
                    "expected parameters on %s, found one on %s"
                            .formatted(manager.getDevice(), device));
        }
        return new Moments(
                manager.zeros(weight.getShape(), weight.getDataType()),
                manager.zeros(weight.getShape(), weight.getDataType()));
    }

    /**
     * {@inheritDoc}
     *
     * @return {@code NAME.step}, {@code NAME.exp_avg} and {@code NAME.exp_avg_sq} of each parameter
     *     that has been updated; the moments are those of this optimizer, not copies
     */
    @Override
    public Map<String, NDArray> state(Block block, NDManager owner) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        for (Pair<String, Parameter> parameter : block.getParameters()) {
            String id = parameter.getValue().getId();
            Moments state = moments.get(id);
            if (state != null) {
                String name = parameter.getKey();
                arrays.put(name + STEP, owner.create(new long[] {steps.getOrDefault(id, 0)}));
                arrays.put(name + MEAN, state.mean());
                arrays.put(name + VARIANCE, state.variance());
            }
        }
        return arrays;
    }

    @Override
    public void restore(Block block, Map<String, NDArray> arrays) {
        moments.values().forEach(Moments::close);
        moments.clear();
        steps.clear();
        for (Pair<String, Parameter> parameter : block.getParameters()) {
            String name = parameter.getKey();
            NDArray step = arrays.get(name + STEP);
            if (step != null) {
                NDArray weight = parameter.getValue().getArray();
                Moments state = zeros(weight);
                InPlace.copy(required(arrays, name + MEAN, weight), state.mean());
                InPlace.copy(required(arrays, name + VARIANCE, weight), state.variance());
                moments.put(parameter.getValue().getId(), state);
                steps.put(parameter.getValue().getId(), Math.toIntExact(step.toLongArray()[0]));
            }
        }
    }

    private static NDArray required(Map<String, NDArray> arrays, String name, NDArray weight) {
        NDArray array = arrays.get(name);
        if (array == null || !array.getShape().equals(weight.getShape())) {
            throw new IllegalArgumentException(
                    "expected '%s' of shape %s, found %s"
                            .formatted(
                                    name,
                                    weight.getShape(),
                                    array == null ? "none" : array.getShape()));
        }
        return array;
    }

    /** Frees the moments; the optimizer cannot be used afterwards. */
    @Override
    public void close() {
        manager.close();
    }
}

package dev.retort.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;

import dev.retort.torch.ffi.AtenTraining;

import java.util.Collection;
import java.util.Map;

/**
 * Loss scaling for training in half precision (Micikevicius et al., Mixed Precision Training,
 * 2018), as Python's {@code torch.amp.GradScaler} does it: the loss is multiplied by a scale, so
 * that small gradients do not vanish in float16, and the gradients are divided by it before the
 * step. A step whose gradients overflowed changes nothing and halves the scale; after {@code
 * growthInterval} good steps it doubles. Nothing waits for the device.
 *
 * <pre>{@code
 * try (GradientCollector collector = engine.newGradientCollector()) {
 *     try (Autocast _ = Autocast.open(device, DataType.FLOAT16)) {
 *         loss = …;
 *     }
 *     collector.backward(scaler.scale(loss));
 * }
 * scaler.step(optimizer, parameters);
 * }</pre>
 *
 * <p>bfloat16 has the range of float32 and needs no scaler. Confined to one thread.
 */
public final class GradScaler implements AutoCloseable {
    private final NDManager manager;
    private final double growthFactor;
    private final double backoffFactor;
    private final int growthInterval;
    private final NDArray scale;
    private final NDArray growthTracker;
    private final NDArray foundInfinite;
    private boolean unscaled;

    /**
     * A scaler with Python's defaults: scale 65,536, factors 2 and 0.5, interval 2,000.
     *
     * @param parent the state lives in a sub-manager of it, on its device
     */
    public GradScaler(NDManager parent) {
        this(parent, 65_536, 2, 0.5, 2000);
    }

    /**
     * A scaler.
     *
     * @param parent the state lives in a sub-manager of it, on its device
     * @param initialScale the first scale, above 0
     * @param growthFactor by what the scale grows, above 1
     * @param backoffFactor by what it shrinks, between 0 and 1
     * @param growthInterval good steps in a row before it grows, at least 1
     */
    public GradScaler(
            NDManager parent,
            float initialScale,
            double growthFactor,
            double backoffFactor,
            int growthInterval) {
        if (!(initialScale > 0
                && growthFactor > 1
                && backoffFactor > 0
                && backoffFactor < 1
                && growthInterval >= 1)) {
            throw new IllegalArgumentException(
                    "expected a scale above 0, growth above 1, backoff between 0 and 1 and an interval of at least 1,"
                            + " found %s, %s, %s and %d"
                                    .formatted(
                                            initialScale,
                                            growthFactor,
                                            backoffFactor,
                                            growthInterval));
        }
        this.growthFactor = growthFactor;
        this.backoffFactor = backoffFactor;
        this.growthInterval = growthInterval;
        manager = parent.newSubManager();
        manager.setName("gradient scaler");
        scale = manager.create(initialScale);
        growthTracker = manager.zeros(new Shape(), DataType.INT32);
        foundInfinite = manager.zeros(new Shape(), DataType.FLOAT32);
    }

    /**
     * Multiplies the loss by the scale.
     *
     * @param loss the loss
     * @return what the backward pass begins with
     * @throws IllegalStateException between {@link #unscale} and the step, as scaled gradients
     *     would be added to unscaled ones
     */
    public NDArray scale(NDArray loss) {
        if (unscaled) {
            throw new IllegalStateException(
                    "expected the step of the gradients that were unscaled, or skip(), before another loss is scaled");
        }
        return loss.mul(scale);
    }

    /**
     * Leaves out the step of gradients that {@link #unscale} has divided, which the caller drops or
     * sets to zero. The scale stays as it is.
     */
    public void skip() {
        unscaled = false;
    }

    /**
     * Divides the gradients by the scale, in place. {@link #step} does it unless it was done, which
     * is needed before clipping.
     *
     * @param parameters the parameters; those without a gradient are left out
     * @throws IllegalStateException if none of them has a gradient, or a second time in a step
     */
    public void unscale(Collection<Parameter> parameters) {
        try (Gradients gradients = Gradients.of(parameters)) {
            unscale(gradients);
        }
    }

    private void unscale(Gradients gradients) {
        if (gradients.isEmpty()) {
            throw new IllegalStateException(
                    "expected gradients of a backward pass before unscaling, found none");
        }
        if (unscaled) {
            throw new IllegalStateException(
                    "expected gradients to be unscaled once in a step, found a second time");
        }
        try (NoGrad _ = NoGrad.open();
                NDManager intermediate = manager.newSubManager()) {
            foundInfinite.subi(foundInfinite);
            NDArray inverse = intermediate.create(1f).div(scale);
            inverse.attach(intermediate);
            AtenTraining.unscaleInPlace(
                    gradients.gradients(), Handles.of(foundInfinite), Handles.of(inverse));
            unscaled = true;
        }
    }

    /**
     * Makes a step unless a gradient is infinite or no number, which is decided on the device, and
     * adjusts the scale. A step that fails leaves the scale as it is; the next one takes the
     * gradients for scaled ones again, so that those of a step that failed are to be dropped.
     *
     * @param optimizer the optimizer
     * @param parameters the parameters; those without a gradient are left out
     * @throws IllegalStateException if none of them has a gradient
     */
    public void step(FusedOptimizer optimizer, Collection<Parameter> parameters) {
        try (Gradients gradients = Gradients.of(parameters)) {
            if (!unscaled) {
                unscale(gradients);
            }
            optimizer.step(gradients, foundInfinite);
        } finally {
            unscaled = false;
        }
        adjust(foundInfinite);
    }

    /** Adjusts the scale to the outcome of a step. */
    void adjust(NDArray overflow) {
        AtenTraining.updateScaleInPlace(
                Handles.of(scale),
                Handles.of(growthTracker),
                Handles.of(overflow),
                growthFactor,
                backoffFactor,
                growthInterval);
    }

    /**
     * Reads the scale, which waits for the device.
     *
     * @return the scale
     */
    public float scale() {
        return scale.getFloat();
    }

    /**
     * The state, to be saved.
     *
     * @return the arrays of this scaler themselves
     */
    public Map<String, NDArray> state() {
        return Map.of("scale", scale, "growth_tracker", growthTracker);
    }

    /**
     * Takes over a saved state.
     *
     * @param state what {@link #state} gave, on any device; the arrays are copied
     */
    public void restore(Map<String, NDArray> state) {
        restore(scale, "scale", state);
        restore(growthTracker, "growth_tracker", state);
    }

    private static void restore(NDArray target, String name, Map<String, NDArray> state) {
        NDArray source = state.get(name);
        if (source == null || !source.getShape().isScalar()) {
            throw new IllegalArgumentException(
                    "expected a scalar '%s' in the state, found %s".formatted(name, source));
        }
        try (NDArray local = source.toDevice(target.getDevice(), true)) {
            target.subi(target);
            target.addi(local);
        }
    }

    /** Frees the state; the scaler cannot be used afterwards. */
    @Override
    public void close() {
        manager.close();
    }
}

package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import org.jspecify.annotations.Nullable;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Clipping by the global norm (Pascanu, Mikolov, Bengio: On the difficulty of training recurrent
 * neural networks, 2013): all gradients are scaled by one factor, so that their direction stays.
 *
 * <p>DJL's {@code optClipGrad} is no substitute: it bounds each element, and only from above.
 *
 * <p>On a GPU it never synchronises the device, so gradients of a smaller norm are multiplied by 1.
 * On the processor it reads single-precision gradients where they lie and leaves small ones alone:
 * for a small network the engine's operations for that take longer than the arithmetic, together a
 * sixth of a step.
 */
public final class GradientClipper {
    private final NDArray maximum;
    private final float limit;
    private final boolean onHost;

    /**
     * Creates a clipper.
     *
     * @param maximum the largest norm, above 0 and finite as a float
     * @param manager owns what the clipper keeps on the device of the gradients, a scalar; the
     *     clipper can be used as long as it is open
     */
    public GradientClipper(double maximum, NDManager manager) {
        this(maximum, manager, !manager.getDevice().isGpu());
    }

    /** A clipper, or {@code null} for a largest norm of infinity, by which nothing is clipped. */
    static @Nullable GradientClipper of(double maximum, NDManager manager) {
        return maximum == Double.POSITIVE_INFINITY ? null : new GradientClipper(maximum, manager);
    }

    GradientClipper(double maximum, NDManager manager, boolean onHost) {
        limit = (float) maximum;
        if (!(limit > 0) || limit == Float.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "expected a largest norm above 0 and finite as a float, found " + maximum);
        }
        this.maximum = manager.create(limit);
        this.onHost = onHost;
    }

    /**
     * Scales the gradients in place so that their global L2 norm is at most the maximum; gradients
     * of a smaller norm stay as they are, to the last bit. What is no number stays none.
     *
     * @param gradients the gradients of all parameters, on one device
     * @param manager owns the intermediate arrays
     */
    public void clip(NDList gradients, NDManager manager) {
        if (onHost && gradients.stream().allMatch(GradientClipper::isReadable)) {
            double squares = gradients.stream().mapToDouble(GradientClipper::squares).sum();
            double norm = Math.sqrt(squares);
            if (norm > limit) {
                scale(gradients, manager.create((float) (limit / norm)));
            }
        } else {
            scale(gradients, factor(gradients, manager));
        }
    }

    private NDArray factor(NDList gradients, NDManager manager) {
        NDList norms = new NDList(gradients.size());
        for (NDArray gradient : gradients) {
            norms.add(gradient.norm());
        }
        norms.attach(manager);
        NDArray norm = NDArrays.stack(norms).norm();
        norm.attach(manager);
        NDArray divisor = norm.maximum(maximum);
        divisor.attach(manager);
        NDArray factor = maximum.div(divisor);
        factor.attach(manager);
        return factor;
    }

    private static void scale(NDList gradients, NDArray factor) {
        for (NDArray gradient : gradients) {
            gradient.muli(factor);
        }
    }

    private static boolean isReadable(NDArray gradient) {
        // A Java buffer holds 2 GiB.
        return gradient.getDataType() == DataType.FLOAT32
                && gradient.size() <= Integer.MAX_VALUE / Float.BYTES;
    }

    /** The sum of squares, in double precision, in which no float overflows. */
    private static double squares(NDArray gradient) {
        FloatBuffer values =
                gradient.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
        int length = values.remaining();
        // Four sums, since each addition waits for the one before.
        double sum0 = 0;
        double sum1 = 0;
        double sum2 = 0;
        double sum3 = 0;
        int i = 0;
        for (; i < length - 3; i += 4) {
            sum0 += square(values.get(i));
            sum1 += square(values.get(i + 1));
            sum2 += square(values.get(i + 2));
            sum3 += square(values.get(i + 3));
        }
        for (; i < length; i++) {
            sum0 += square(values.get(i));
        }
        return sum0 + sum1 + (sum2 + sum3);
    }

    private static double square(double value) {
        return value * value;
    }
}

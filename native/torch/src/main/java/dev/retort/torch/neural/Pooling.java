package dev.retort.torch.neural;

import dev.retort.torch.abi.Scalars;
import dev.retort.torch.abi.Tensors;
import dev.retort.torch.ffi.AtenNeural;
import dev.retort.torch.ffi.AtenTensor;

import java.util.Arrays;

/**
 * Pooling over one, two or three spatial axes of an (N, C, ...) tensor. Sizes, strides and paddings
 * have one number per spatial axis.
 */
public final class Pooling {
    private Pooling() {}

    /** The largest element under the window. */
    public static long max(long x, long[] kernel, long[] stride, long[] padding, boolean ceilMode) {
        int axes = spatialAxes(x);
        long[] dilation = ones(axes);
        return switch (axes) {
            case 1 -> AtenNeural.maxPool1d(x, kernel, stride, padding, dilation, ceilMode);
            case 2 -> AtenNeural.maxPool2d(x, kernel, stride, padding, dilation, ceilMode);
            default -> AtenNeural.maxPool3d(x, kernel, stride, padding, dilation, ceilMode);
        };
    }

    /**
     * The average of the elements under the window.
     *
     * @param countPadding whether padded zeros count as elements
     */
    public static long average(
            long x,
            long[] kernel,
            long[] stride,
            long[] padding,
            boolean ceilMode,
            boolean countPadding) {
        return switch (spatialAxes(x)) {
            case 1 -> AtenNeural.avgPool1d(x, kernel, stride, padding, ceilMode, countPadding);
            case 2 ->
                    AtenNeural.avgPool2d(x, kernel, stride, padding, ceilMode, countPadding, null);
            default ->
                    AtenNeural.avgPool3d(x, kernel, stride, padding, ceilMode, countPadding, null);
        };
    }

    /** The p-norm of the elements under the window. */
    public static long norm(long x, double p, long[] kernel, long[] stride, boolean ceilMode) {
        try (Temporaries t = new Temporaries()) {
            long powers = t.own(AtenTensor.pow(x, t.own(Scalars.of(p))));
            long[] padding = new long[kernel.length];
            long mean = t.own(average(powers, kernel, stride, padding, ceilMode, true));
            // As libtorch has it: a negative sum, possible for odd p, counts as zero power.
            long sign = t.own(AtenTensor.sign(mean));
            long size = t.own(AtenTensor.relu(t.own(AtenTensor.abs(mean))));
            long count = t.own(Scalars.of(Arrays.stream(kernel).reduce(1, (a, b) -> a * b)));
            long sum = t.own(AtenTensor.mul(t.own(AtenTensor.mul(sign, size)), count));
            return AtenTensor.pow(sum, t.own(Scalars.of(1 / p)));
        }
    }

    /** The largest element of each channel, (N, C). */
    public static long globalMax(long x) {
        try (Temporaries t = new Temporaries()) {
            long[] one = ones(spatialAxes(x));
            long[] pooled =
                    switch (one.length) {
                        case 1 -> AtenNeural.adaptiveMaxPool1d(x, one);
                        case 2 -> AtenNeural.adaptiveMaxPool2d(x, one);
                        default -> AtenNeural.adaptiveMaxPool3d(x, one);
                    };
            t.own(pooled[1]);
            return channels(t.own(pooled[0]));
        }
    }

    /** The average of each channel, (N, C). */
    public static long globalAverage(long x) {
        try (Temporaries t = new Temporaries()) {
            return channels(t.own(adaptiveAverage(x, ones(spatialAxes(x)))));
        }
    }

    /** The p-norm of each channel, (N, C). */
    public static long globalNorm(long x, double p) {
        try (Temporaries t = new Temporaries()) {
            long[] sizes = Tensors.sizes(x);
            long[] one = ones(spatialAxes(x));
            long[] kernel = Arrays.copyOfRange(sizes, 2, sizes.length);
            return channels(t.own(norm(x, p, kernel, one, false)));
        }
    }

    /** Averages over windows chosen such that the output has the given size. */
    static long adaptiveAverage(long x, long[] size) {
        return switch (spatialAxes(x)) {
            case 1 -> AtenNeural.adaptiveAvgPool1d(x, size);
            case 2 -> AtenNeural.adaptiveAvgPool2d(x, size);
            default -> AtenNeural.adaptiveAvgPool3d(x, size);
        };
    }

    private static long channels(long pooled) {
        return AtenTensor.reshape(pooled, Arrays.copyOf(Tensors.sizes(pooled), 2));
    }

    /** The number of axes behind batch and channel. */
    static int spatialAxes(long x) {
        int dim = Tensors.dim(x);
        if (dim < 3 || dim > 5) {
            throw new IllegalArgumentException(
                    "the input dimension should be in [3, 5], found " + dim);
        }
        return dim - 2;
    }

    private static long[] ones(int length) {
        long[] ones = new long[length];
        Arrays.fill(ones, 1);
        return ones;
    }
}

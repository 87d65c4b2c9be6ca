package dev.retort.torch.neural;

import ai.djl.engine.EngineException;

import dev.retort.torch.abi.Tensors;
import dev.retort.torch.ffi.AtenNeural;
import dev.retort.torch.ffi.AtenTensor;

import java.util.Arrays;

/** Convolutions and normalisation. A bias, scale or offset of 0 is absent. */
public final class Layers {
    private Layers() {}

    /**
     * Convolution over the spatial axes.
     *
     * @param x (N, C, ...)
     * @param weight (filters, C / groups, kernel ...); its rank says how many spatial axes there
     *     are
     * @param bias (filters) or 0
     */
    public static long convolution(
            long x,
            long weight,
            long bias,
            long[] stride,
            long[] padding,
            long[] dilation,
            long groups) {
        return switch (Pooling.spatialAxes(weight)) {
            case 1 -> AtenNeural.conv1d(x, weight, bias, stride, padding, dilation, groups);
            case 2 -> AtenNeural.conv2d(x, weight, bias, stride, padding, dilation, groups);
            default -> AtenNeural.conv3d(x, weight, bias, stride, padding, dilation, groups);
        };
    }

    /**
     * Transposed convolution over the spatial axes.
     *
     * @param x (N, C, ...)
     * @param weight (filters, C / groups, kernel ...), as DJL documents it; libtorch's own has
     *     channels first
     * @param bias (filters) or 0
     * @param outPadding added to one side of each axis of the output
     */
    public static long deconvolution(
            long x,
            long weight,
            long bias,
            long[] stride,
            long[] padding,
            long[] outPadding,
            long[] dilation,
            long groups) {
        try (Temporaries t = new Temporaries()) {
            long w = channelsFirst(t, weight, groups);
            return switch (Pooling.spatialAxes(weight)) {
                case 1 ->
                        AtenNeural.convTranspose1d(
                                x, w, bias, stride, padding, outPadding, groups, dilation);
                case 2 ->
                        AtenNeural.convTranspose2d(
                                x, w, bias, stride, padding, outPadding, groups, dilation);
                default ->
                        AtenNeural.convTranspose3d(
                                x, w, bias, stride, padding, outPadding, groups, dilation);
            };
        }
    }

    /** From (filters, C / groups, ...) to (C, filters / groups, ...). */
    private static long channelsFirst(Temporaries t, long weight, long groups) {
        if (groups == 1) {
            return t.own(AtenTensor.transpose(weight, 0, 1));
        }
        long[] sizes = Tensors.sizes(weight);
        long[] grouped = new long[sizes.length + 1];
        System.arraycopy(sizes, 1, grouped, 2, sizes.length - 1);
        grouped[0] = groups;
        grouped[1] = sizes[0] / groups;
        long turned = t.own(AtenTensor.transpose(t.own(AtenTensor.reshape(weight, grouped)), 1, 2));
        long[] turnedSizes = sizes.clone();
        turnedSizes[0] = sizes[1] * groups;
        turnedSizes[1] = sizes[0] / groups;
        return t.own(AtenTensor.reshape(turned, turnedSizes));
    }

    /**
     * Batch normalisation over every axis but one. The running mean and variance are updated in
     * place when training.
     *
     * @param axis the axis of the channels; -1 is 1
     * @param momentum the share of the batch in the running values
     */
    public static long batchNorm(
            long x,
            long runningMean,
            long runningVariance,
            long gamma,
            long beta,
            int axis,
            double momentum,
            double epsilon,
            boolean training) {
        if (axis > 1 && axis == Tensors.dim(x) - 1) {
            return batchNormOfRows(
                    x, runningMean, runningVariance, gamma, beta, momentum, epsilon, training);
        }
        try (Temporaries t = new Temporaries()) {
            boolean swapped = axis != -1 && axis != 1;
            long input = swapped ? t.own(AtenTensor.transpose(x, 1, axis)) : x;
            if (training) {
                requireSeveralValues(input);
            }
            long result =
                    AtenNeural.batchNorm(
                            input,
                            gamma,
                            beta,
                            runningMean,
                            runningVariance,
                            training,
                            momentum,
                            epsilon,
                            true);
            return swapped ? AtenTensor.transpose(t.own(result), 1, axis) : result;
        }
    }

    /**
     * Batch normalisation of channels that lie on the last axis, as those of tokens do. As rows
     * they are contiguous, for which libtorch has a vectorised kernel; transposed they are not.
     */
    private static long batchNormOfRows(
            long x,
            long runningMean,
            long runningVariance,
            long gamma,
            long beta,
            double momentum,
            double epsilon,
            boolean training) {
        long[] sizes = Tensors.sizes(x);
        long channels = sizes[sizes.length - 1];
        long rows = 1;
        for (int i = 0; i < sizes.length - 1; i++) {
            rows *= sizes[i];
        }
        try (Temporaries t = new Temporaries()) {
            long input = t.own(AtenTensor.reshape(x, new long[] {rows, channels}));
            long result =
                    batchNorm(
                            input,
                            runningMean,
                            runningVariance,
                            gamma,
                            beta,
                            1,
                            momentum,
                            epsilon,
                            training);
            return AtenTensor.reshape(t.own(result), sizes);
        }
    }

    /** One value per channel has no variance. */
    private static void requireSeveralValues(long x) {
        long[] sizes = Tensors.sizes(x);
        long values = 1;
        for (int i = 0; i < sizes.length; i++) {
            values *= i == 1 ? 1 : sizes[i];
        }
        if (values == 1) {
            throw new EngineException(
                    "Expected more than 1 value per channel when training, got input size "
                            + Arrays.toString(sizes));
        }
    }
}

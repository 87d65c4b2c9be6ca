package dev.retort.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.recurrent.RNN;

import dev.retort.torch.ffi.AtenNeural;
import dev.retort.torch.ffi.AtenTensor;
import dev.retort.torch.neural.Activations;
import dev.retort.torch.neural.CoarseDropout;
import dev.retort.torch.neural.Layers;
import dev.retort.torch.neural.Pooling;

import org.jspecify.annotations.Nullable;

/** Activations and layers. Results belong to the manager of the array. */
abstract class LayerFunctions extends UpdateFunctions {
    LayerFunctions(TorchNDArray array) {
        super(array);
    }

    @Override
    public final TorchNDArray relu() {
        return array.unary(AtenTensor::relu);
    }

    @Override
    public final TorchNDArray sigmoid() {
        return array.unary(AtenTensor::sigmoid);
    }

    @Override
    public final TorchNDArray tanh() {
        return array.unary(AtenTensor::tanh);
    }

    @Override
    public final TorchNDArray softPlus() {
        return array.unary(Activations::softPlus);
    }

    @Override
    public final TorchNDArray softSign() {
        return array.unary(Activations::softSign);
    }

    @Override
    public final TorchNDArray leakyRelu(float alpha) {
        return array.unary(x -> Activations.leakyRelu(x, alpha));
    }

    @Override
    public final TorchNDArray elu(float alpha) {
        return array.unary(x -> Activations.elu(x, alpha));
    }

    @Override
    public final TorchNDArray selu() {
        return array.unary(AtenNeural::selu);
    }

    @Override
    public final TorchNDArray gelu() {
        return array.unary(x -> AtenNeural.gelu(x, "none"));
    }

    @Override
    public final TorchNDArray maxPool(
            Shape kernelShape, Shape stride, Shape padding, boolean ceilMode) {
        return array.unary(
                x ->
                        Pooling.max(
                                x,
                                kernelShape.getShape(),
                                stride.getShape(),
                                padding.getShape(),
                                ceilMode));
    }

    @Override
    public final TorchNDArray globalMaxPool() {
        return array.unary(Pooling::globalMax);
    }

    @Override
    public final TorchNDArray avgPool(
            Shape kernelShape,
            Shape stride,
            Shape padding,
            boolean ceilMode,
            boolean countIncludePad) {
        return array.unary(
                x ->
                        Pooling.average(
                                x,
                                kernelShape.getShape(),
                                stride.getShape(),
                                padding.getShape(),
                                ceilMode,
                                countIncludePad));
    }

    @Override
    public final TorchNDArray globalAvgPool() {
        return array.unary(Pooling::globalAverage);
    }

    @Override
    public final TorchNDArray lpPool(
            float normType, Shape kernelShape, Shape stride, Shape padding, boolean ceilMode) {
        for (long each : padding.getShape()) {
            if (each != 0) {
                throw new IllegalArgumentException(
                        "lpPool does not support padding, found " + padding);
            }
        }
        return array.unary(
                x ->
                        Pooling.norm(
                                x, normType, kernelShape.getShape(), stride.getShape(), ceilMode));
    }

    @Override
    public final TorchNDArray globalLpPool(float normType) {
        return array.unary(x -> Pooling.globalNorm(x, normType));
    }

    @Override
    public final NDList convolution(
            NDArray input,
            NDArray weight,
            @Nullable NDArray bias,
            Shape stride,
            Shape padding,
            Shape dilation,
            int groups) {
        return list(
                Layers.convolution(
                        handle(input),
                        handle(weight),
                        optional(bias),
                        stride.getShape(),
                        padding.getShape(),
                        dilation.getShape(),
                        groups),
                input,
                weight,
                bias);
    }

    @Override
    public final NDList deconvolution(
            NDArray input,
            NDArray weight,
            @Nullable NDArray bias,
            Shape stride,
            Shape padding,
            Shape outPadding,
            Shape dilation,
            int groups) {
        return list(
                Layers.deconvolution(
                        handle(input),
                        handle(weight),
                        optional(bias),
                        stride.getShape(),
                        padding.getShape(),
                        outPadding.getShape(),
                        dilation.getShape(),
                        groups),
                input,
                weight,
                bias);
    }

    @Override
    public final NDList linear(NDArray input, NDArray weight, @Nullable NDArray bias) {
        return list(
                AtenTensor.linear(handle(input), handle(weight), optional(bias)),
                input,
                weight,
                bias);
    }

    @Override
    public final NDList embedding(NDArray input, NDArray weight, SparseFormat sparseFormat) {
        if (sparseFormat != SparseFormat.DENSE && sparseFormat != SparseFormat.COO) {
            throw new IllegalArgumentException(
                    "an embedding's gradient is DENSE or COO, found " + sparseFormat);
        }
        boolean sparse = sparseFormat == SparseFormat.COO;
        return list(
                AtenNeural.embedding(handle(weight), handle(input), -1, false, sparse),
                input,
                weight);
    }

    @Override
    public final NDList prelu(NDArray input, NDArray alpha) {
        return list(AtenNeural.prelu(handle(input), handle(alpha)), input, alpha);
    }

    @Override
    public final NDList dropout(NDArray input, float rate, boolean training) {
        long x = handle(input);
        long dropped =
                training && FastDropout.appliesTo(rate, x)
                        ? CoarseDropout.dropout(x, rate)
                        : AtenNeural.dropout(x, rate, training);
        return list(dropped, input);
    }

    @Override
    public final NDList layerNorm(
            NDArray input, Shape normalizedShape, NDArray gamma, NDArray beta, float eps) {
        return list(
                AtenNeural.layerNorm(
                        handle(input),
                        normalizedShape.getShape(),
                        handle(gamma),
                        handle(beta),
                        eps,
                        true),
                input,
                gamma,
                beta);
    }

    @Override
    public final NDList batchNorm(
            NDArray input,
            NDArray runningMean,
            NDArray runningVar,
            NDArray gamma,
            NDArray beta,
            int axis,
            float momentum,
            float eps,
            boolean training) {
        return list(
                Layers.batchNorm(
                        handle(input),
                        handle(runningMean),
                        handle(runningVar),
                        handle(gamma),
                        handle(beta),
                        axis,
                        // DJL's momentum is the share of the past, libtorch's that of the batch.
                        1f - momentum,
                        eps,
                        training),
                input,
                runningMean,
                runningVar,
                gamma,
                beta);
    }

    @Override
    public final NDList rnn(
            NDArray input,
            NDArray state,
            NDList params,
            boolean hasBiases,
            int numLayers,
            RNN.Activation activation,
            double dropRate,
            boolean training,
            boolean bidirectional,
            boolean batchFirst) {
        long x = handle(input);
        long hidden = handle(state);
        long[] weights = handles(params);
        long[] results =
                switch (activation) {
                    case RELU ->
                            AtenNeural.rnnRelu(
                                    x,
                                    hidden,
                                    weights,
                                    hasBiases,
                                    numLayers,
                                    dropRate,
                                    training,
                                    bidirectional,
                                    batchFirst);
                    case TANH ->
                            AtenNeural.rnnTanh(
                                    x,
                                    hidden,
                                    weights,
                                    hasBiases,
                                    numLayers,
                                    dropRate,
                                    training,
                                    bidirectional,
                                    batchFirst);
                };
        return list(results, input, state, params);
    }

    @Override
    public final NDList gru(
            NDArray input,
            NDArray state,
            NDList params,
            boolean hasBiases,
            int numLayers,
            double dropRate,
            boolean training,
            boolean bidirectional,
            boolean batchFirst) {
        long[] results =
                AtenNeural.gru(
                        handle(input),
                        handle(state),
                        handles(params),
                        hasBiases,
                        numLayers,
                        dropRate,
                        training,
                        bidirectional,
                        batchFirst);
        return list(results, input, state, params);
    }

    @Override
    public final NDList lstm(
            NDArray input,
            NDList states,
            NDList params,
            boolean hasBiases,
            int numLayers,
            double dropRate,
            boolean training,
            boolean bidirectional,
            boolean batchFirst) {
        long[] results =
                AtenNeural.lstm(
                        handle(input),
                        handles(states),
                        handles(params),
                        hasBiases,
                        numLayers,
                        dropRate,
                        training,
                        bidirectional,
                        batchFirst);
        return list(results, input, states, params);
    }

    final long[] handles(NDList arrays) {
        return arrays.stream().mapToLong(this::handle).toArray();
    }

    private long optional(@Nullable NDArray operand) {
        return operand == null ? 0 : handle(operand);
    }

    /** Makes a list of a result. The operands stay reachable until the native call is over. */
    private NDList list(long result, @Nullable Object... operands) {
        NDList list = new NDList(array.own(result));
        Reachability.keep(operands);
        return list;
    }

    private NDList list(long[] results, @Nullable Object... operands) {
        NDList list = array.list(results);
        Reachability.keep(operands);
        return list;
    }
}

package dev.retort.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.recurrent.RNN;

import dev.retort.torch.ffi.AtenTensor;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** The operations behind DJL's blocks, losses and optimizers. */
final class TorchNDArrayEx implements NDArrayEx {
    private final TorchNDArray array;

    TorchNDArrayEx(TorchNDArray array) {
        this.array = array;
    }

    private static UnsupportedOperationException missing(String name) {
        return new UnsupportedOperationException(
                "the engine " + TorchEngine.NAME + " does not have " + name + " yet");
    }

    @Override
    public NDArray rdivi(NDArray b) {
        throw missing("rdivi");
    }

    @Override
    public NDArray rmodi(NDArray b) {
        throw missing("rmodi");
    }

    @Override
    public NDArray rpowi(Number n) {
        throw missing("rpowi");
    }

    @Override
    public TorchNDArray relu() {
        return array.unary(AtenTensor::relu);
    }

    @Override
    public TorchNDArray sigmoid() {
        return array.unary(AtenTensor::sigmoid);
    }

    @Override
    public TorchNDArray tanh() {
        return array.tanh();
    }

    @Override
    public NDArray softPlus() {
        throw missing("softPlus");
    }

    @Override
    public NDArray softSign() {
        throw missing("softSign");
    }

    @Override
    public NDArray leakyRelu(float alpha) {
        throw missing("leakyRelu");
    }

    @Override
    public NDArray elu(float alpha) {
        throw missing("elu");
    }

    @Override
    public NDArray selu() {
        throw missing("selu");
    }

    @Override
    public NDArray gelu() {
        throw missing("gelu");
    }

    @Override
    public NDArray maxPool(Shape kernelShape, Shape stride, Shape padding, boolean ceilMode) {
        throw missing("maxPool");
    }

    @Override
    public NDArray globalMaxPool() {
        throw missing("globalMaxPool");
    }

    @Override
    public NDArray avgPool(
            Shape kernelShape,
            Shape stride,
            Shape padding,
            boolean ceilMode,
            boolean countIncludePad) {
        throw missing("avgPool");
    }

    @Override
    public NDArray globalAvgPool() {
        throw missing("globalAvgPool");
    }

    @Override
    public NDArray lpPool(
            float normType, Shape kernelShape, Shape stride, Shape padding, boolean ceilMode) {
        throw missing("lpPool");
    }

    @Override
    public NDArray globalLpPool(float normType) {
        throw missing("globalLpPool");
    }

    @Override
    public void adadeltaUpdate(
            NDList inputs,
            NDList weights,
            float weightDecay,
            float rescaleGrad,
            float clipGrad,
            float rho,
            float epsilon) {
        throw missing("adadeltaUpdate");
    }

    @Override
    public void adagradUpdate(
            NDList inputs,
            NDList weights,
            float learningRate,
            float weightDecay,
            float rescaleGrad,
            float clipGrad,
            float epsilon) {
        throw missing("adagradUpdate");
    }

    @Override
    public void adamUpdate(
            NDList inputs,
            NDList weights,
            float learningRate,
            float learningRateBiasCorrection,
            float weightDecay,
            float rescaleGrad,
            float clipGrad,
            float beta1,
            float beta2,
            float epsilon,
            boolean lazyUpdate,
            boolean adamw) {
        throw missing("adamUpdate");
    }

    @Override
    public void nagUpdate(
            NDList inputs,
            NDList weights,
            float learningRate,
            float weightDecay,
            float rescaleGrad,
            float clipGrad,
            float momentum) {
        throw missing("nagUpdate");
    }

    @Override
    public void rmspropUpdate(
            NDList inputs,
            NDList weights,
            float learningRate,
            float weightDecay,
            float rescaleGrad,
            float clipGrad,
            float rho,
            float momentum,
            float epsilon,
            boolean centered) {
        throw missing("rmspropUpdate");
    }

    @Override
    public void sgdUpdate(
            NDList inputs,
            NDList weights,
            float learningRate,
            float weightDecay,
            float rescaleGrad,
            float clipGrad,
            float momentum,
            boolean lazyUpdate) {
        throw missing("sgdUpdate");
    }

    @Override
    public NDList convolution(
            NDArray input,
            NDArray weight,
            @Nullable NDArray bias,
            Shape stride,
            Shape padding,
            Shape dilation,
            int groups) {
        throw missing("convolution");
    }

    @Override
    public NDList deconvolution(
            NDArray input,
            NDArray weight,
            @Nullable NDArray bias,
            Shape stride,
            Shape padding,
            Shape outPadding,
            Shape dilation,
            int groups) {
        throw missing("deconvolution");
    }

    @Override
    public NDList linear(NDArray input, NDArray weight, @Nullable NDArray bias) {
        TorchNDArray in = array.operand(input);
        TorchNDArray weights = array.operand(weight);
        TorchNDArray offset = bias == null ? null : array.operand(bias);
        long result =
                AtenTensor.linear(
                        in.handle(), weights.handle(), offset == null ? 0 : offset.handle());
        return new NDList(in.own(result, new Object[] {weights, offset}));
    }

    @Override
    public NDList embedding(NDArray input, NDArray weight, SparseFormat sparse) {
        throw missing("embedding");
    }

    @Override
    public NDList prelu(NDArray input, NDArray alpha) {
        throw missing("prelu");
    }

    @Override
    public NDList dropout(NDArray input, float rate, boolean training) {
        throw missing("dropout");
    }

    @Override
    public NDList layerNorm(
            NDArray input, Shape normalizedShape, NDArray gamma, NDArray beta, float eps) {
        throw missing("layerNorm");
    }

    @Override
    public NDList batchNorm(
            NDArray input,
            NDArray runningMean,
            NDArray runningVar,
            NDArray gamma,
            NDArray beta,
            int axis,
            float momentum,
            float eps,
            boolean training) {
        throw missing("batchNorm");
    }

    @Override
    public NDList rnn(
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
        throw missing("rnn");
    }

    @Override
    public NDList gru(
            NDArray input,
            NDArray state,
            NDList params,
            boolean hasBiases,
            int numLayers,
            double dropRate,
            boolean training,
            boolean bidirectional,
            boolean batchFirst) {
        throw missing("gru");
    }

    @Override
    public NDList lstm(
            NDArray input,
            NDList states,
            NDList params,
            boolean hasBiases,
            int numLayers,
            double dropRate,
            boolean training,
            boolean bidirectional,
            boolean batchFirst) {
        throw missing("lstm");
    }

    @Override
    public NDArray interpolation(long[] size, int mode, boolean alignCorners) {
        throw missing("interpolation");
    }

    @Override
    public NDArray resize(int width, int height, int interpolation) {
        throw missing("resize");
    }

    @Override
    public NDArray randomFlipLeftRight() {
        throw missing("randomFlipLeftRight");
    }

    @Override
    public NDArray randomFlipTopBottom() {
        throw missing("randomFlipTopBottom");
    }

    @Override
    public NDArray randomBrightness(float brightness) {
        throw missing("randomBrightness");
    }

    @Override
    public NDArray randomHue(float hue) {
        throw missing("randomHue");
    }

    @Override
    public NDArray randomColorJitter(
            float brightness, float contrast, float saturation, float hue) {
        throw missing("randomColorJitter");
    }

    @Override
    public TorchIndexer getIndexer(NDManager manager) {
        return new TorchIndexer((TorchManager) manager);
    }

    @Override
    public TorchNDArray where(NDArray condition, NDArray other) {
        TorchNDArray truth = array.operand(condition);
        TorchNDArray otherwise = array.operand(other);
        return array.own(
                AtenTensor.where(truth.handle(), array.handle(), otherwise.handle()),
                new Object[] {truth, otherwise});
    }

    @Override
    public TorchNDArray stack(NDList arrays, int axis) {
        return array.own(AtenTensor.stack(handles(arrays), axis), arrays);
    }

    @Override
    public TorchNDArray concat(NDList arrays, int axis) {
        return array.own(AtenTensor.cat(handles(arrays), axis), arrays);
    }

    @Override
    public NDList multiBoxTarget(
            NDList inputs,
            float iouThreshold,
            float ignoreLabel,
            float negativeMiningRatio,
            float negativeMiningThreshold,
            int minNegativeSamples) {
        throw missing("multiBoxTarget");
    }

    @Override
    public NDList multiBoxPrior(
            List<Float> sizes,
            List<Float> ratios,
            List<Float> steps,
            List<Float> offsets,
            boolean clip) {
        throw missing("multiBoxPrior");
    }

    @Override
    public NDList multiBoxDetection(
            NDList inputs,
            boolean clip,
            float threshold,
            int backgroundId,
            float nmsThreshold,
            boolean forceSuppress,
            int nmsTopK) {
        throw missing("multiBoxDetection");
    }

    @Override
    public TorchNDArray getArray() {
        return array;
    }

    /** The handles of this array and of those that are joined to it. */
    private long[] handles(NDList others) {
        long[] handles = new long[others.size() + 1];
        handles[0] = array.handle();
        for (int i = 1; i < handles.length; i++) {
            handles[i] = array.operand(others.get(i - 1)).handle();
        }
        return handles;
    }
}

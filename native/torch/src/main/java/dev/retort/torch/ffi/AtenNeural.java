package dev.retort.torch.ffi;

import dev.retort.torch.abi.CallStack;
import dev.retort.torch.abi.Op;
import dev.retort.torch.abi.Tensors;
import dev.retort.torch.abi.Values;

/**
 * Operators of ATen, generated from their schemas by GenerateAten.java and neural.txt; not edited by hand.
 *
 * <p>Tensors are handles. Those that are passed stay the caller's; those that are returned are owned by the
 * caller, who frees each once. A handle of 0 stands for an absent optional tensor, null for another absent
 * optional value, a negative number for an absent data type, layout or memory format, and {@link
 * Values#NO_DEVICE} for an absent device. Errors of libtorch are {@link ai.djl.engine.EngineException}s.
 */
@SuppressWarnings("unused")
public final class AtenNeural {
    private static final Op LOG_SIGMOID_OP = Op.direct("aten::log_sigmoid", "",
            "_ZN2at4_ops11log_sigmoid4callERKNS_6TensorE");
    private static final Op PRELU_OP = Op.direct("aten::prelu", "",
            "_ZN2at4_ops5prelu4callERKNS_6TensorES4_");
    private static final Op SELU_OP = Op.direct("aten::selu", "",
            "_ZN2at4_ops4selu4callERKNS_6TensorE");
    private static final Op GELU_OP = Op.of("aten::gelu", "");
    private static final Op SILU_OP = Op.direct("aten::silu", "",
            "_ZN2at4_ops4silu4callERKNS_6TensorE");
    private static final Op MISH_OP = Op.direct("aten::mish", "",
            "_ZN2at4_ops4mish4callERKNS_6TensorE");
    private static final Op DROPOUT_OP = Op.of("aten::dropout", "");
    private static final Op CONV1D_OP = Op.of("aten::conv1d", "");
    private static final Op CONV2D_OP = Op.of("aten::conv2d", "");
    private static final Op CONV3D_OP = Op.of("aten::conv3d", "");
    private static final Op CONV_TRANSPOSE1D_OP = Op.of("aten::conv_transpose1d", "");
    private static final Op CONV_TRANSPOSE2D_INPUT_OP = Op.of("aten::conv_transpose2d", "input");
    private static final Op CONV_TRANSPOSE3D_INPUT_OP = Op.of("aten::conv_transpose3d", "input");
    private static final Op EMBEDDING_OP = Op.of("aten::embedding", "");
    private static final Op LAYER_NORM_OP = Op.of("aten::layer_norm", "");
    private static final Op BATCH_NORM_OP = Op.of("aten::batch_norm", "");
    private static final Op MAX_POOL1D_OP = Op.of("aten::max_pool1d", "");
    private static final Op MAX_POOL2D_OP = Op.of("aten::max_pool2d", "");
    private static final Op MAX_POOL3D_OP = Op.of("aten::max_pool3d", "");
    private static final Op AVG_POOL1D_OP = Op.of("aten::avg_pool1d", "");
    private static final Op AVG_POOL2D_OP = Op.of("aten::avg_pool2d", "");
    private static final Op AVG_POOL3D_OP = Op.of("aten::avg_pool3d", "");
    private static final Op ADAPTIVE_AVG_POOL1D_OP = Op.of("aten::adaptive_avg_pool1d", "");
    private static final Op ADAPTIVE_AVG_POOL2D_OP = Op.of("aten::adaptive_avg_pool2d", "");
    private static final Op ADAPTIVE_AVG_POOL3D_OP = Op.of("aten::adaptive_avg_pool3d", "");
    private static final Op ADAPTIVE_MAX_POOL1D_OP = Op.of("aten::adaptive_max_pool1d", "");
    private static final Op ADAPTIVE_MAX_POOL2D_OP = Op.of("aten::adaptive_max_pool2d", "");
    private static final Op ADAPTIVE_MAX_POOL3D_OP = Op.of("aten::adaptive_max_pool3d", "");
    private static final Op RNN_RELU_INPUT_OP = Op.of("aten::rnn_relu", "input");
    private static final Op RNN_TANH_INPUT_OP = Op.of("aten::rnn_tanh", "input");
    private static final Op GRU_INPUT_OP = Op.of("aten::gru", "input");
    private static final Op LSTM_INPUT_OP = Op.of("aten::lstm", "input");
    private static final Op UPSAMPLE_NEAREST1D_VEC_OP = Op.of("aten::upsample_nearest1d", "vec");
    private static final Op UPSAMPLE_NEAREST2D_VEC_OP = Op.of("aten::upsample_nearest2d", "vec");
    private static final Op UPSAMPLE_NEAREST3D_VEC_OP = Op.of("aten::upsample_nearest3d", "vec");
    private static final Op _UPSAMPLE_BILINEAR2D_AA_VEC_OP = Op.of("aten::_upsample_bilinear2d_aa", "vec");
    private static final Op _UPSAMPLE_BICUBIC2D_AA_VEC_OP = Op.of("aten::_upsample_bicubic2d_aa", "vec");
    private static final Op _FUSED_ADAM__OP = Op.of("aten::_fused_adam_", "");
    private static final Op _FUSED_ADAMW__OP = Op.of("aten::_fused_adamw_", "");
    private static final Op _FUSED_SGD__OP = Op.of("aten::_fused_sgd_", "");

    private AtenNeural() {}

    /** {@code aten::log_sigmoid(Tensor self) -> Tensor} */
    public static long logSigmoid(long self) {
        CallStack stack = CallStack.enter();
        if (LOG_SIGMOID_OP.direct() != 0) {
            return stack.callDirect(LOG_SIGMOID_OP, self);
        }
        stack.tensor(0, self);
        stack.call(LOG_SIGMOID_OP);
        return stack.get(0);
    }

    /** {@code aten::prelu(Tensor self, Tensor weight) -> Tensor} */
    public static long prelu(long self, long weight) {
        CallStack stack = CallStack.enter();
        if (PRELU_OP.direct() != 0) {
            return stack.callDirect(PRELU_OP, self, weight);
        }
        stack.tensor(0, self);
        stack.tensor(1, weight);
        stack.call(PRELU_OP);
        return stack.get(0);
    }

    /** {@code aten::selu(Tensor self) -> Tensor} */
    public static long selu(long self) {
        CallStack stack = CallStack.enter();
        if (SELU_OP.direct() != 0) {
            return stack.callDirect(SELU_OP, self);
        }
        stack.tensor(0, self);
        stack.call(SELU_OP);
        return stack.get(0);
    }

    /** {@code aten::gelu(Tensor self, *, str approximate="none") -> Tensor} */
    public static long gelu(long self, String approximate) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.string(approximate));
        stack.call(GELU_OP);
        return stack.get(0);
    }

    /** {@code aten::silu(Tensor self) -> Tensor} */
    public static long silu(long self) {
        CallStack stack = CallStack.enter();
        if (SILU_OP.direct() != 0) {
            return stack.callDirect(SILU_OP, self);
        }
        stack.tensor(0, self);
        stack.call(SILU_OP);
        return stack.get(0);
    }

    /** {@code aten::mish(Tensor self) -> Tensor} */
    public static long mish(long self) {
        CallStack stack = CallStack.enter();
        if (MISH_OP.direct() != 0) {
            return stack.callDirect(MISH_OP, self);
        }
        stack.tensor(0, self);
        stack.call(MISH_OP);
        return stack.get(0);
    }

    /** {@code aten::dropout(Tensor input, float p, bool train) -> Tensor} */
    public static long dropout(long input, double p, boolean train) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, input);
        stack.put(1, Values.of(p));
        stack.put(2, Values.of(train));
        stack.call(DROPOUT_OP);
        return stack.get(0);
    }

    /** {@code aten::conv1d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[1] stride=[1], SymInt[1] padding=[0], SymInt[1] dilation=[1], SymInt groups=1) -> Tensor} */
    public static long conv1d(long input, long weight, long bias, long[] stride, long[] padding, long[] dilation, long groups) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, input);
        stack.tensor(1, weight);
        stack.optionalTensor(2, bias);
        stack.put(3, Values.list(stride));
        stack.put(4, Values.list(padding));
        stack.put(5, Values.list(dilation));
        stack.put(6, groups);
        stack.call(CONV1D_OP);
        return stack.get(0);
    }

    /** {@code aten::conv2d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0], SymInt[2] dilation=[1, 1], SymInt groups=1) -> Tensor} */
    public static long conv2d(long input, long weight, long bias, long[] stride, long[] padding, long[] dilation, long groups) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, input);
        stack.tensor(1, weight);
        stack.optionalTensor(2, bias);
        stack.put(3, Values.list(stride));
        stack.put(4, Values.list(padding));
        stack.put(5, Values.list(dilation));
        stack.put(6, groups);
        stack.call(CONV2D_OP);
        return stack.get(0);
    }

    /** {@code aten::conv3d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0], SymInt[3] dilation=[1, 1, 1], SymInt groups=1) -> Tensor} */
    public static long conv3d(long input, long weight, long bias, long[] stride, long[] padding, long[] dilation, long groups) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, input);
        stack.tensor(1, weight);
        stack.optionalTensor(2, bias);
        stack.put(3, Values.list(stride));
        stack.put(4, Values.list(padding));
        stack.put(5, Values.list(dilation));
        stack.put(6, groups);
        stack.call(CONV3D_OP);
        return stack.get(0);
    }

    /** {@code aten::conv_transpose1d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[1] stride=[1], SymInt[1] padding=[0], SymInt[1] output_padding=[0], SymInt groups=1, SymInt[1] dilation=[1]) -> Tensor} */
    public static long convTranspose1d(long input, long weight, long bias, long[] stride, long[] padding, long[] outputPadding, long groups, long[] dilation) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, input);
        stack.tensor(1, weight);
        stack.optionalTensor(2, bias);
        stack.put(3, Values.list(stride));
        stack.put(4, Values.list(padding));
        stack.put(5, Values.list(outputPadding));
        stack.put(6, groups);
        stack.put(7, Values.list(dilation));
        stack.call(CONV_TRANSPOSE1D_OP);
        return stack.get(0);
    }

    /** {@code aten::conv_transpose2d.input(Tensor input, Tensor weight, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0], SymInt[2] output_padding=[0, 0], SymInt groups=1, SymInt[2] dilation=[1, 1]) -> Tensor} */
    public static long convTranspose2d(long input, long weight, long bias, long[] stride, long[] padding, long[] outputPadding, long groups, long[] dilation) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, input);
        stack.tensor(1, weight);
        stack.optionalTensor(2, bias);
        stack.put(3, Values.list(stride));
        stack.put(4, Values.list(padding));
        stack.put(5, Values.list(outputPadding));
        stack.put(6, groups);
        stack.put(7, Values.list(dilation));
        stack.call(CONV_TRANSPOSE2D_INPUT_OP);
        return stack.get(0);
    }

    /** {@code aten::conv_transpose3d.input(Tensor input, Tensor weight, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0], SymInt[3] output_padding=[0, 0, 0], SymInt groups=1, SymInt[3] dilation=[1, 1, 1]) -> Tensor} */
    public static long convTranspose3d(long input, long weight, long bias, long[] stride, long[] padding, long[] outputPadding, long groups, long[] dilation) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, input);
        stack.tensor(1, weight);
        stack.optionalTensor(2, bias);
        stack.put(3, Values.list(stride));
        stack.put(4, Values.list(padding));
        stack.put(5, Values.list(outputPadding));
        stack.put(6, groups);
        stack.put(7, Values.list(dilation));
        stack.call(CONV_TRANSPOSE3D_INPUT_OP);
        return stack.get(0);
    }

    /** {@code aten::embedding(Tensor weight, Tensor indices, SymInt padding_idx=-1, bool scale_grad_by_freq=False, bool sparse=False) -> Tensor} */
    public static long embedding(long weight, long indices, long paddingIdx, boolean scaleGradByFreq, boolean sparse) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, weight);
        stack.tensor(1, indices);
        stack.put(2, paddingIdx);
        stack.put(3, Values.of(scaleGradByFreq));
        stack.put(4, Values.of(sparse));
        stack.call(EMBEDDING_OP);
        return stack.get(0);
    }

    /** {@code aten::layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1.0000000000000001e-05, bool cudnn_enable=True) -> Tensor} */
    public static long layerNorm(long input, long[] normalizedShape, long weight, long bias, double eps, boolean cudnnEnable) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, input);
        stack.put(1, Values.list(normalizedShape));
        stack.optionalTensor(2, weight);
        stack.optionalTensor(3, bias);
        stack.put(4, Values.of(eps));
        stack.put(5, Values.of(cudnnEnable));
        stack.call(LAYER_NORM_OP);
        return stack.get(0);
    }

    /** {@code aten::batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, bool cudnn_enabled) -> Tensor} */
    public static long batchNorm(long input, long weight, long bias, long runningMean, long runningVar, boolean training, double momentum, double eps, boolean cudnnEnabled) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, input);
        stack.optionalTensor(1, weight);
        stack.optionalTensor(2, bias);
        stack.optionalTensor(3, runningMean);
        stack.optionalTensor(4, runningVar);
        stack.put(5, Values.of(training));
        stack.put(6, Values.of(momentum));
        stack.put(7, Values.of(eps));
        stack.put(8, Values.of(cudnnEnabled));
        stack.call(BATCH_NORM_OP);
        return stack.get(0);
    }

    /** {@code aten::max_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], int[1] dilation=[1], bool ceil_mode=False) -> Tensor} */
    public static long maxPool1d(long self, long[] kernelSize, long[] stride, long[] padding, long[] dilation, boolean ceilMode) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(kernelSize));
        stack.put(2, Values.list(stride));
        stack.put(3, Values.list(padding));
        stack.put(4, Values.list(dilation));
        stack.put(5, Values.of(ceilMode));
        stack.call(MAX_POOL1D_OP);
        return stack.get(0);
    }

    /** {@code aten::max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor} */
    public static long maxPool2d(long self, long[] kernelSize, long[] stride, long[] padding, long[] dilation, boolean ceilMode) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(kernelSize));
        stack.put(2, Values.list(stride));
        stack.put(3, Values.list(padding));
        stack.put(4, Values.list(dilation));
        stack.put(5, Values.of(ceilMode));
        stack.call(MAX_POOL2D_OP);
        return stack.get(0);
    }

    /** {@code aten::max_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> Tensor} */
    public static long maxPool3d(long self, long[] kernelSize, long[] stride, long[] padding, long[] dilation, boolean ceilMode) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(kernelSize));
        stack.put(2, Values.list(stride));
        stack.put(3, Values.list(padding));
        stack.put(4, Values.list(dilation));
        stack.put(5, Values.of(ceilMode));
        stack.call(MAX_POOL3D_OP);
        return stack.get(0);
    }

    /** {@code aten::avg_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], bool ceil_mode=False, bool count_include_pad=True) -> Tensor} */
    public static long avgPool1d(long self, long[] kernelSize, long[] stride, long[] padding, boolean ceilMode, boolean countIncludePad) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(kernelSize));
        stack.put(2, Values.list(stride));
        stack.put(3, Values.list(padding));
        stack.put(4, Values.of(ceilMode));
        stack.put(5, Values.of(countIncludePad));
        stack.call(AVG_POOL1D_OP);
        return stack.get(0);
    }

    /** {@code aten::avg_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor} */
    public static long avgPool2d(long self, long[] kernelSize, long[] stride, long[] padding, boolean ceilMode, boolean countIncludePad, Long divisorOverride) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(kernelSize));
        stack.put(2, Values.list(stride));
        stack.put(3, Values.list(padding));
        stack.put(4, Values.of(ceilMode));
        stack.put(5, Values.of(countIncludePad));
        stack.put(6, Values.optional(divisorOverride));
        stack.call(AVG_POOL2D_OP);
        return stack.get(0);
    }

    /** {@code aten::avg_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor} */
    public static long avgPool3d(long self, long[] kernelSize, long[] stride, long[] padding, boolean ceilMode, boolean countIncludePad, Long divisorOverride) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(kernelSize));
        stack.put(2, Values.list(stride));
        stack.put(3, Values.list(padding));
        stack.put(4, Values.of(ceilMode));
        stack.put(5, Values.of(countIncludePad));
        stack.put(6, Values.optional(divisorOverride));
        stack.call(AVG_POOL3D_OP);
        return stack.get(0);
    }

    /** {@code aten::adaptive_avg_pool1d(Tensor self, int[1] output_size) -> Tensor} */
    public static long adaptiveAvgPool1d(long self, long[] outputSize) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(outputSize));
        stack.call(ADAPTIVE_AVG_POOL1D_OP);
        return stack.get(0);
    }

    /** {@code aten::adaptive_avg_pool2d(Tensor self, SymInt[2] output_size) -> Tensor} */
    public static long adaptiveAvgPool2d(long self, long[] outputSize) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(outputSize));
        stack.call(ADAPTIVE_AVG_POOL2D_OP);
        return stack.get(0);
    }

    /** {@code aten::adaptive_avg_pool3d(Tensor self, SymInt[3] output_size) -> Tensor} */
    public static long adaptiveAvgPool3d(long self, long[] outputSize) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(outputSize));
        stack.call(ADAPTIVE_AVG_POOL3D_OP);
        return stack.get(0);
    }

    /** {@code aten::adaptive_max_pool1d(Tensor self, int[1] output_size) -> (Tensor, Tensor)} */
    public static long[] adaptiveMaxPool1d(long self, long[] outputSize) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(outputSize));
        stack.call(ADAPTIVE_MAX_POOL1D_OP);
        return new long[] {stack.get(0), stack.get(1)};
    }

    /** {@code aten::adaptive_max_pool2d(Tensor self, int[2] output_size) -> (Tensor, Tensor)} */
    public static long[] adaptiveMaxPool2d(long self, long[] outputSize) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(outputSize));
        stack.call(ADAPTIVE_MAX_POOL2D_OP);
        return new long[] {stack.get(0), stack.get(1)};
    }

    /** {@code aten::adaptive_max_pool3d(Tensor self, int[3] output_size) -> (Tensor, Tensor)} */
    public static long[] adaptiveMaxPool3d(long self, long[] outputSize) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(outputSize));
        stack.call(ADAPTIVE_MAX_POOL3D_OP);
        return new long[] {stack.get(0), stack.get(1)};
    }

    /** {@code aten::rnn_relu.input(Tensor input, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)} */
    public static long[] rnnRelu(long input, long hx, long[] params, boolean hasBiases, long numLayers, double dropout, boolean train, boolean bidirectional, boolean batchFirst) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, input);
        stack.tensor(1, hx);
        stack.put(2, Values.tensors(params));
        stack.put(3, Values.of(hasBiases));
        stack.put(4, numLayers);
        stack.put(5, Values.of(dropout));
        stack.put(6, Values.of(train));
        stack.put(7, Values.of(bidirectional));
        stack.put(8, Values.of(batchFirst));
        stack.call(RNN_RELU_INPUT_OP);
        return new long[] {stack.get(0), stack.get(1)};
    }

    /** {@code aten::rnn_tanh.input(Tensor input, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)} */
    public static long[] rnnTanh(long input, long hx, long[] params, boolean hasBiases, long numLayers, double dropout, boolean train, boolean bidirectional, boolean batchFirst) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, input);
        stack.tensor(1, hx);
        stack.put(2, Values.tensors(params));
        stack.put(3, Values.of(hasBiases));
        stack.put(4, numLayers);
        stack.put(5, Values.of(dropout));
        stack.put(6, Values.of(train));
        stack.put(7, Values.of(bidirectional));
        stack.put(8, Values.of(batchFirst));
        stack.call(RNN_TANH_INPUT_OP);
        return new long[] {stack.get(0), stack.get(1)};
    }

    /** {@code aten::gru.input(Tensor input, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)} */
    public static long[] gru(long input, long hx, long[] params, boolean hasBiases, long numLayers, double dropout, boolean train, boolean bidirectional, boolean batchFirst) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, input);
        stack.tensor(1, hx);
        stack.put(2, Values.tensors(params));
        stack.put(3, Values.of(hasBiases));
        stack.put(4, numLayers);
        stack.put(5, Values.of(dropout));
        stack.put(6, Values.of(train));
        stack.put(7, Values.of(bidirectional));
        stack.put(8, Values.of(batchFirst));
        stack.call(GRU_INPUT_OP);
        return new long[] {stack.get(0), stack.get(1)};
    }

    /** {@code aten::lstm.input(Tensor input, Tensor[] hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor, Tensor)} */
    public static long[] lstm(long input, long[] hx, long[] params, boolean hasBiases, long numLayers, double dropout, boolean train, boolean bidirectional, boolean batchFirst) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, input);
        stack.put(1, Values.tensors(hx));
        stack.put(2, Values.tensors(params));
        stack.put(3, Values.of(hasBiases));
        stack.put(4, numLayers);
        stack.put(5, Values.of(dropout));
        stack.put(6, Values.of(train));
        stack.put(7, Values.of(bidirectional));
        stack.put(8, Values.of(batchFirst));
        stack.call(LSTM_INPUT_OP);
        return new long[] {stack.get(0), stack.get(1), stack.get(2)};
    }

    /** {@code aten::upsample_nearest1d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor} */
    public static long upsampleNearest1d(long input, long[] outputSize, double[] scaleFactors) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, input);
        stack.put(1, outputSize == null ? Values.NONE : Values.some(Values.list(outputSize)));
        stack.put(2, scaleFactors == null ? Values.NONE : Values.some(Values.list(scaleFactors)));
        stack.call(UPSAMPLE_NEAREST1D_VEC_OP);
        return stack.get(0);
    }

    /** {@code aten::upsample_nearest2d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor} */
    public static long upsampleNearest2d(long input, long[] outputSize, double[] scaleFactors) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, input);
        stack.put(1, outputSize == null ? Values.NONE : Values.some(Values.list(outputSize)));
        stack.put(2, scaleFactors == null ? Values.NONE : Values.some(Values.list(scaleFactors)));
        stack.call(UPSAMPLE_NEAREST2D_VEC_OP);
        return stack.get(0);
    }

    /** {@code aten::upsample_nearest3d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor} */
    public static long upsampleNearest3d(long input, long[] outputSize, double[] scaleFactors) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, input);
        stack.put(1, outputSize == null ? Values.NONE : Values.some(Values.list(outputSize)));
        stack.put(2, scaleFactors == null ? Values.NONE : Values.some(Values.list(scaleFactors)));
        stack.call(UPSAMPLE_NEAREST3D_VEC_OP);
        return stack.get(0);
    }

    /** {@code aten::_upsample_bilinear2d_aa.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor} */
    public static long upsampleBilinear2dAntialiased(long input, long[] outputSize, boolean alignCorners, double[] scaleFactors) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, input);
        stack.put(1, outputSize == null ? Values.NONE : Values.some(Values.list(outputSize)));
        stack.put(2, Values.of(alignCorners));
        stack.put(3, scaleFactors == null ? Values.NONE : Values.some(Values.list(scaleFactors)));
        stack.call(_UPSAMPLE_BILINEAR2D_AA_VEC_OP);
        return stack.get(0);
    }

    /** {@code aten::_upsample_bicubic2d_aa.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor} */
    public static long upsampleBicubic2dAntialiased(long input, long[] outputSize, boolean alignCorners, double[] scaleFactors) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, input);
        stack.put(1, outputSize == null ? Values.NONE : Values.some(Values.list(outputSize)));
        stack.put(2, Values.of(alignCorners));
        stack.put(3, scaleFactors == null ? Values.NONE : Values.some(Values.list(scaleFactors)));
        stack.call(_UPSAMPLE_BICUBIC2D_AA_VEC_OP);
        return stack.get(0);
    }

    /** {@code aten::_fused_adam_(Tensor(a!)[] self, Tensor(b!)[] grads, Tensor(c!)[] exp_avgs, Tensor(d!)[] exp_avg_sqs, Tensor(e!)[] max_exp_avg_sqs, Tensor[] state_steps, *, float lr, float beta1, float beta2, float weight_decay, float eps, bool amsgrad, bool maximize, Tensor? grad_scale=None, Tensor? found_inf=None) -> ()} */
    public static void fusedAdam(long[] self, long[] grads, long[] expAvgs, long[] expAvgSqs, long[] maxExpAvgSqs, long[] stateSteps, double lr, double beta1, double beta2, double weightDecay, double eps, boolean amsgrad, boolean maximize, long gradScale, long foundInf) {
        CallStack stack = CallStack.enter();
        stack.put(0, Values.tensors(self));
        stack.put(1, Values.tensors(grads));
        stack.put(2, Values.tensors(expAvgs));
        stack.put(3, Values.tensors(expAvgSqs));
        stack.put(4, Values.tensors(maxExpAvgSqs));
        stack.put(5, Values.tensors(stateSteps));
        stack.put(6, Values.of(lr));
        stack.put(7, Values.of(beta1));
        stack.put(8, Values.of(beta2));
        stack.put(9, Values.of(weightDecay));
        stack.put(10, Values.of(eps));
        stack.put(11, Values.of(amsgrad));
        stack.put(12, Values.of(maximize));
        stack.optionalTensor(13, gradScale);
        stack.optionalTensor(14, foundInf);
        stack.call(_FUSED_ADAM__OP);
    }

    /** {@code aten::_fused_adamw_(Tensor(a!)[] self, Tensor(b!)[] grads, Tensor(c!)[] exp_avgs, Tensor(d!)[] exp_avg_sqs, Tensor(e!)[] max_exp_avg_sqs, Tensor[] state_steps, *, float lr, float beta1, float beta2, float weight_decay, float eps, bool amsgrad, bool maximize, Tensor? grad_scale=None, Tensor? found_inf=None) -> ()} */
    public static void fusedAdamw(long[] self, long[] grads, long[] expAvgs, long[] expAvgSqs, long[] maxExpAvgSqs, long[] stateSteps, double lr, double beta1, double beta2, double weightDecay, double eps, boolean amsgrad, boolean maximize, long gradScale, long foundInf) {
        CallStack stack = CallStack.enter();
        stack.put(0, Values.tensors(self));
        stack.put(1, Values.tensors(grads));
        stack.put(2, Values.tensors(expAvgs));
        stack.put(3, Values.tensors(expAvgSqs));
        stack.put(4, Values.tensors(maxExpAvgSqs));
        stack.put(5, Values.tensors(stateSteps));
        stack.put(6, Values.of(lr));
        stack.put(7, Values.of(beta1));
        stack.put(8, Values.of(beta2));
        stack.put(9, Values.of(weightDecay));
        stack.put(10, Values.of(eps));
        stack.put(11, Values.of(amsgrad));
        stack.put(12, Values.of(maximize));
        stack.optionalTensor(13, gradScale);
        stack.optionalTensor(14, foundInf);
        stack.call(_FUSED_ADAMW__OP);
    }

    /** {@code aten::_fused_sgd_(Tensor(a!)[] self, Tensor(b!)[] grads, Tensor(c!)[] momentum_buffer_list, *, float weight_decay, float momentum, float lr, float dampening, bool nesterov, bool maximize, bool is_first_step, Tensor? grad_scale=None, Tensor? found_inf=None) -> ()} */
    public static void fusedSgd(long[] self, long[] grads, long[] momentumBufferList, double weightDecay, double momentum, double lr, double dampening, boolean nesterov, boolean maximize, boolean isFirstStep, long gradScale, long foundInf) {
        CallStack stack = CallStack.enter();
        stack.put(0, Values.tensors(self));
        stack.put(1, Values.tensors(grads));
        stack.put(2, Values.tensors(momentumBufferList));
        stack.put(3, Values.of(weightDecay));
        stack.put(4, Values.of(momentum));
        stack.put(5, Values.of(lr));
        stack.put(6, Values.of(dampening));
        stack.put(7, Values.of(nesterov));
        stack.put(8, Values.of(maximize));
        stack.put(9, Values.of(isFirstStep));
        stack.optionalTensor(10, gradScale);
        stack.optionalTensor(11, foundInf);
        stack.call(_FUSED_SGD__OP);
    }
}

package dev.retort.torch.ffi;

import dev.retort.torch.abi.CallStack;
import dev.retort.torch.abi.Op;
import dev.retort.torch.abi.Tensors;
import dev.retort.torch.abi.Values;

/**
 * Operators of ATen, generated from their schemas by GenerateAten.java and training.txt; not edited by hand.
 *
 * <p>Tensors are handles. Those that are passed stay the caller's; those that are returned are owned by the
 * caller, who frees each once. A handle of 0 stands for an absent optional tensor, null for another absent
 * optional value, a negative number for an absent data type, layout or memory format, and {@link
 * Values#NO_DEVICE} for an absent device. Errors of libtorch are {@link ai.djl.engine.EngineException}s.
 */
@SuppressWarnings("unused")
public final class AtenTraining {
    private static final Op _FUSED_ADAM__OP = Op.of("aten::_fused_adam_", "");
    private static final Op _FUSED_ADAMW__OP = Op.of("aten::_fused_adamw_", "");
    private static final Op _FUSED_SGD__OP = Op.of("aten::_fused_sgd_", "");
    private static final Op _FOREACH_MUL__TENSOR_OP = Op.of("aten::_foreach_mul_", "Tensor");
    private static final Op _AMP_FOREACH_NON_FINITE_CHECK_AND_UNSCALE__OP = Op.of("aten::_amp_foreach_non_finite_check_and_unscale_", "");
    private static final Op _AMP_UPDATE_SCALE__OP = Op.of("aten::_amp_update_scale_", "");
    private static final Op SCALED_DOT_PRODUCT_ATTENTION_OP = Op.of("aten::scaled_dot_product_attention", "");
    private static final Op CROSS_ENTROPY_LOSS_OP = Op.of("aten::cross_entropy_loss", "");

    private AtenTraining() {}

    /** {@code aten::_fused_adam_(Tensor(a!)[] self, Tensor(b!)[] grads, Tensor(c!)[] exp_avgs, Tensor(d!)[] exp_avg_sqs, Tensor(e!)[] max_exp_avg_sqs, Tensor[] state_steps, *, float lr, float beta1, float beta2, float weight_decay, float eps, bool amsgrad, bool maximize, Tensor? grad_scale=None, Tensor? found_inf=None) -> ()} */
    public static void fusedAdamInPlace(long[] self, long[] grads, long[] expAvgs, long[] expAvgSqs, long[] maxExpAvgSqs, long[] stateSteps, double lr, double beta1, double beta2, double weightDecay, double eps, boolean amsgrad, boolean maximize, long gradScale, long foundInf) {
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
    public static void fusedAdamwInPlace(long[] self, long[] grads, long[] expAvgs, long[] expAvgSqs, long[] maxExpAvgSqs, long[] stateSteps, double lr, double beta1, double beta2, double weightDecay, double eps, boolean amsgrad, boolean maximize, long gradScale, long foundInf) {
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
    public static void fusedSgdInPlace(long[] self, long[] grads, long[] momentumBufferList, double weightDecay, double momentum, double lr, double dampening, boolean nesterov, boolean maximize, boolean isFirstStep, long gradScale, long foundInf) {
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

    /** {@code aten::_foreach_mul_.Tensor(Tensor(a!)[] self, Tensor other) -> ()} */
    public static void foreachMulInPlace(long[] self, long other) {
        CallStack stack = CallStack.enter();
        stack.put(0, Values.tensors(self));
        stack.tensor(1, other);
        stack.call(_FOREACH_MUL__TENSOR_OP);
    }

    /** {@code aten::_amp_foreach_non_finite_check_and_unscale_(Tensor(a!)[] self, Tensor(b!) found_inf, Tensor inv_scale) -> ()} */
    public static void unscaleInPlace(long[] self, long foundInf, long invScale) {
        CallStack stack = CallStack.enter();
        stack.put(0, Values.tensors(self));
        stack.tensor(1, foundInf);
        stack.tensor(2, invScale);
        stack.call(_AMP_FOREACH_NON_FINITE_CHECK_AND_UNSCALE__OP);
    }

    /** {@code aten::_amp_update_scale_(Tensor(a!) self, Tensor(b!) growth_tracker, Tensor found_inf, float scale_growth_factor, float scale_backoff_factor, int growth_interval) -> Tensor(a!)} */
    public static void updateScaleInPlace(long self, long growthTracker, long foundInf, double scaleGrowthFactor, double scaleBackoffFactor, long growthInterval) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.tensor(1, growthTracker);
        stack.tensor(2, foundInf);
        stack.put(3, Values.of(scaleGrowthFactor));
        stack.put(4, Values.of(scaleBackoffFactor));
        stack.put(5, growthInterval);
        stack.call(_AMP_UPDATE_SCALE__OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0., bool is_causal=False, *, float? scale=None, bool enable_gqa=False) -> Tensor} */
    public static long scaledDotProductAttention(long query, long key, long value, long attnMask, double dropoutP, boolean isCausal, Double scale, boolean enableGqa) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, query);
        stack.tensor(1, key);
        stack.tensor(2, value);
        stack.optionalTensor(3, attnMask);
        stack.put(4, Values.of(dropoutP));
        stack.put(5, Values.of(isCausal));
        stack.put(6, Values.optional(scale));
        stack.put(7, Values.of(enableGqa));
        stack.call(SCALED_DOT_PRODUCT_ATTENTION_OP);
        return stack.get(0);
    }

    /** {@code aten::cross_entropy_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100, float label_smoothing=0.) -> Tensor} */
    public static long crossEntropyLoss(long self, long target, long weight, long reduction, long ignoreIndex, double labelSmoothing) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.tensor(1, target);
        stack.optionalTensor(2, weight);
        stack.put(3, reduction);
        stack.put(4, ignoreIndex);
        stack.put(5, Values.of(labelSmoothing));
        stack.call(CROSS_ENTROPY_LOSS_OP);
        return stack.get(0);
    }
}

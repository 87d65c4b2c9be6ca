package dev.retort.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.internal.NDArrayEx;

import dev.retort.torch.abi.Autograd;
import dev.retort.torch.abi.Scalars;
import dev.retort.torch.abi.Tensors;
import dev.retort.torch.ffi.AtenTensor;
import dev.retort.torch.neural.OptimizerStep;

import java.util.function.Consumer;

/** What changes arrays in place: reversed operators and the steps of DJL's optimizers. */
abstract class UpdateFunctions implements NDArrayEx {
    final TorchNDArray array;

    UpdateFunctions(TorchNDArray array) {
        this.array = array;
    }

    @Override
    public final TorchNDArray getArray() {
        return array;
    }

    /** The handle of an operand, of this engine or another. */
    final long handle(NDArray operand) {
        return array.operand(operand).handle();
    }

    @Override
    public final TorchNDArray rdivi(NDArray b) {
        long quotient = AtenTensor.div(handle(b), array.handle());
        Reachability.keep(b);
        return assign(quotient);
    }

    @Override
    public final TorchNDArray rmodi(NDArray b) {
        long remainder = AtenTensor.remainder(handle(b), array.handle());
        Reachability.keep(b);
        return assign(remainder);
    }

    @Override
    public final TorchNDArray rpowi(Number n) {
        long base = Scalars.of(n);
        try {
            return assign(AtenTensor.pow(base, array.handle()));
        } finally {
            Tensors.delete(base);
        }
    }

    private TorchNDArray assign(long value) {
        try {
            AtenTensor.copyInPlace(array.handle(), value, false);
        } finally {
            Tensors.delete(value);
        }
        return array;
    }

    @Override
    public final void sgdUpdate(
            NDList inputs,
            NDList weights,
            float learningRate,
            float weightDecay,
            float rescaleGrad,
            float clipGrad,
            float momentum,
            boolean lazyUpdate) {
        update(
                inputs,
                weights,
                new Options(learningRate, weightDecay, rescaleGrad, clipGrad),
                step -> {
                    if (momentum == 0) {
                        step.sgd();
                    } else {
                        step.sgd(handle(inputs.get(2)), momentum);
                    }
                });
    }

    @Override
    public final void nagUpdate(
            NDList inputs,
            NDList weights,
            float learningRate,
            float weightDecay,
            float rescaleGrad,
            float clipGrad,
            float momentum) {
        update(
                inputs,
                weights,
                new Options(learningRate, weightDecay, rescaleGrad, clipGrad),
                step -> {
                    if (momentum == 0) {
                        step.sgd();
                    } else {
                        step.nesterov(handle(inputs.get(2)), momentum);
                    }
                });
    }

    @Override
    public final void adamUpdate(
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
        update(
                inputs,
                weights,
                new Options(learningRate, weightDecay, rescaleGrad, clipGrad),
                step ->
                        step.adam(
                                handle(inputs.get(2)),
                                handle(inputs.get(3)),
                                learningRateBiasCorrection,
                                beta1,
                                beta2,
                                epsilon,
                                adamw));
    }

    @Override
    public final void adagradUpdate(
            NDList inputs,
            NDList weights,
            float learningRate,
            float weightDecay,
            float rescaleGrad,
            float clipGrad,
            float epsilon) {
        update(
                inputs,
                weights,
                new Options(learningRate, weightDecay, rescaleGrad, clipGrad),
                step -> step.adagrad(handle(inputs.get(2)), epsilon));
    }

    @Override
    public final void adadeltaUpdate(
            NDList inputs,
            NDList weights,
            float weightDecay,
            float rescaleGrad,
            float clipGrad,
            float rho,
            float epsilon) {
        update(
                inputs,
                weights,
                new Options(1, weightDecay, rescaleGrad, clipGrad),
                step -> step.adadelta(handle(inputs.get(2)), handle(inputs.get(3)), rho, epsilon));
    }

    @Override
    public final void rmspropUpdate(
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
        update(
                inputs,
                weights,
                new Options(learningRate, weightDecay, rescaleGrad, clipGrad),
                step -> {
                    if (centered) {
                        step.rmspropCentered(
                                handle(inputs.get(2)),
                                handle(inputs.get(3)),
                                handle(inputs.get(4)),
                                rho,
                                momentum,
                                epsilon);
                    } else {
                        step.rmsprop(handle(inputs.get(2)), rho, epsilon);
                    }
                });
    }

    /** The options that all optimizers share. */
    private record Options(float rate, float decay, float scale, float clip) {}

    /** Takes a step and, as DJL's engines do, sets the weight's gradient to zero. */
    private void update(
            NDList inputs, NDList weights, Options options, Consumer<OptimizerStep> action) {
        long weight = handle(inputs.get(0));
        OptimizerStep step =
                new OptimizerStep(
                        weight,
                        handle(inputs.get(1)),
                        options.rate(),
                        options.decay(),
                        options.scale(),
                        options.clip());
        NoGrad.run(
                () -> {
                    action.accept(step);
                    zeroGradient(handle(weights.singletonOrThrow()));
                });
        Reachability.keep(inputs);
        Reachability.keep(weights);
    }

    private static void zeroGradient(long weight) {
        long gradient = Autograd.gradient(weight);
        if (gradient != 0) {
            AtenTensor.zeroInPlace(gradient);
            Tensors.delete(gradient);
        }
    }
}

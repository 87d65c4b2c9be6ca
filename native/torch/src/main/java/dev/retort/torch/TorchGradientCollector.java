package dev.retort.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;

import dev.retort.torch.abi.Autograd;
import dev.retort.torch.abi.CallStack;
import dev.retort.torch.abi.Tensors;
import dev.retort.torch.ffi.AtenTensor;

/**
 * Records the operations of the thread that opened it until it is closed, which must happen on the
 * same thread. Several threads may have one each; a second on the same thread is refused.
 */
public final class TorchGradientCollector implements GradientCollector {
    private final CallStack stack;
    private boolean closed;

    TorchGradientCollector() {
        stack = CallStack.enter();
        if (stack.gradMode()) {
            throw new IllegalStateException(
                    "A gradient collector is already collecting on this thread. Only one can be"
                            + " collecting at a time");
        }
        stack.setGradMode(true);
    }

    @Override
    public void backward(NDArray target) {
        TorchNDArray array = Handles.torch(target);
        long handle = array.handle();
        long seed =
                Tensors.dim(handle) == 0
                        ? 0
                        : AtenTensor.onesLike(
                                handle, -1, -1, dev.retort.torch.abi.Values.NO_DEVICE, null, -1);
        try {
            AtenTensor.backward(handle, new long[0], seed, null, false);
        } finally {
            if (seed != 0) {
                Tensors.delete(seed);
            }
            Reachability.keep(array);
        }
    }

    /**
     * Sets all gradients to zero, those that are not a number too. As in DJL they are those of the
     * whole process, also what other threads collect: where several train at once, leave it to
     * their optimizers, each of which clears the gradients that it has used.
     */
    @Override
    public void zeroGradients() {
        GradientLeaves.forEach(
                leaf -> {
                    long gradient = Autograd.gradient(leaf);
                    if (gradient != 0) {
                        try {
                            NoGrad.run(() -> AtenTensor.zeroInPlace(gradient));
                        } finally {
                            Tensors.delete(gradient);
                        }
                    }
                });
    }

    @Override
    public void close() {
        if (CallStack.enter() != stack) {
            throw new IllegalStateException(
                    "a gradient collector must be closed by the thread that opened it");
        }
        if (!closed) {
            closed = true;
            stack.setGradMode(false);
        }
    }
}

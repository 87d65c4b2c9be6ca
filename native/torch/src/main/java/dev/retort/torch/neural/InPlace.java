package dev.retort.torch.neural;

import dev.retort.torch.abi.Tensors;
import dev.retort.torch.ffi.AtenTensor;

/**
 * A tensor as libtorch's fused optimizers want it: they walk over memory, so all their tensors must
 * lie alike. One that is not contiguous is changed as a copy, which is written back.
 */
final class InPlace implements AutoCloseable {
    private final long tensor;
    private final long contiguous;

    InPlace(long tensor) {
        this.tensor = tensor;
        contiguous = Tensors.contiguous(tensor) ? tensor : AtenTensor.contiguous(tensor, 0);
    }

    /** The one handle as a list. */
    long[] list() {
        return new long[] {contiguous};
    }

    @Override
    public void close() {
        if (contiguous != tensor) {
            AtenTensor.copyInPlace(tensor, contiguous, false);
            Tensors.delete(contiguous);
        }
    }
}

package dev.retort.examples.language;

import ai.djl.ndarray.NDManager;

import dev.retort.distill.sequence.AttentionKernel;
import dev.retort.torch.Attention;
import dev.retort.torch.TorchEngine;

/** The attention that the engine in use is fastest with. */
public final class EngineAttention {
    private EngineAttention() {}

    /**
     * Our engine has an operator for attention; another gets it composed of DJL's operations.
     *
     * @param manager of the engine in use
     * @return the kernel
     */
    public static AttentionKernel of(NDManager manager) {
        return manager.getEngine() instanceof TorchEngine
                ? Attention::scaledDotProduct
                : AttentionKernel.COMPOSED;
    }
}

package dev.retort.torch;

import dev.retort.torch.abi.Determinism;

/**
 * Whether libtorch may use operators whose results differ from run to run. On the CPU the engine's
 * own are deterministic at a given number of threads; on a GPU some are not, and CUDA's matrix
 * products also need the environment variable {@code CUBLAS_WORKSPACE_CONFIG=:4096:8}.
 */
public final class DeterministicMode {
    private DeterministicMode() {}

    /**
     * Allows only deterministic operators, in the whole process: one that has no such form throws
     * an {@link ai.djl.engine.EngineException}.
     *
     * @param required false to allow all again
     */
    public static void require(boolean required) {
        TorchEngine.requireLibtorch();
        Determinism.require(required);
    }

    /**
     * Whether only deterministic operators are allowed.
     *
     * @return false by default
     */
    public static boolean required() {
        TorchEngine.requireLibtorch();
        return Determinism.required();
    }
}

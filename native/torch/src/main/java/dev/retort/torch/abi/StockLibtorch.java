package dev.retort.torch.abi;

import java.util.Map;

/** The libtorch of DJL's own PyTorch engine. */
public final class StockLibtorch {
    private StockLibtorch() {}

    /**
     * Keeps its oneDNN from kernels that compute wrong: those of AVX-512 in libtorch 2.7.1 for
     * convolutions and LSTMs on AMD's Zen 5, where AVX2 is taken then. Sets {@code
     * ONEDNN_MAX_CPU_ISA} in this process unless the user has set it. To be called before that
     * engine loads; does nothing on other processors.
     */
    public static void avoidWrongKernels() {
        if (Processor.isZen5()) {
            ProcessEnvironment.setIfAbsent(Map.of("ONEDNN_MAX_CPU_ISA", "AVX2"));
        }
    }
}

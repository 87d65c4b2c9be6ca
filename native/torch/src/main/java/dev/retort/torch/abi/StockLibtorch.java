package dev.retort.torch.abi;

import java.util.Map;

/** The libtorch of DJL's own PyTorch engine. */
public final class StockLibtorch {
    private StockLibtorch() {}

    /**
     * Keeps its oneDNN from kernels that compute wrong on AMD's Zen 5: those of AVX2 and AVX-512 in
     * libtorch 2.7.1 pack channels into blocks of 8 or 16 and leave what the memory held in the
     * rest of a block, so that gradients of convolutions with other numbers of channels take it up,
     * NaN included; LSTMs are wrong by AVX-512. By AVX nothing is packed. Sets {@code
     * ONEDNN_MAX_CPU_ISA} in this process unless the user has set it. To be called before that
     * engine loads; does nothing on other processors.
     */
    public static void avoidWrongKernels() {
        if (Processor.isZen5()) {
            ProcessEnvironment.setIfAbsent(Map.of("ONEDNN_MAX_CPU_ISA", "AVX"));
        }
    }
}

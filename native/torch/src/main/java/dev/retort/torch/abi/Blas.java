package dev.retort.torch.abi;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The library of linear algebra that libtorch uses on the CPU. The choice decides the speed of
 * matrix products by more than an order of magnitude, and each library needs settings of its own
 * before it is loaded.
 */
public enum Blas {
    /** Intel's MKL from JavaCPP's artifact, under the name that libtorch asks for. */
    MKL("MKL (org.bytedeco:mkl)"),
    /** OpenBLAS from JavaCPP's artifact. */
    OPENBLAS("OpenBLAS on one thread (org.bytedeco:openblas)"),
    /** What the libtorch that was found has inside. */
    BUILT_IN("built into libtorch");

    private final String label;

    Blas(String label) {
        this.label = label;
    }

    /**
     * The library in words.
     *
     * @return for example {@code MKL (org.bytedeco:mkl)}
     */
    public String label() {
        return label;
    }

    /**
     * The environment variables that the library reads when it is loaded.
     *
     * @return names and values, none of which replaces what the user has set
     */
    Map<String, String> environment() {
        Map<String, String> variables = new LinkedHashMap<>();
        switch (this) {
            case MKL -> {
                // libtorch is built on GNU's OpenMP; Intel's would be a second pool of threads.
                variables.put("MKL_THREADING_LAYER", "GNU");
                fastPathOnAmd(variables);
            }
            case OPENBLAS ->
                    // Its own threads fight with OpenMP's: 13 times slower with two cores.
                    variables.put("OPENBLAS_NUM_THREADS", "1");
            case BUILT_IN -> fastPathOnAmd(variables);
        }
        return variables;
    }

    /** On processors that are not Intel's, MKL takes its slow path unless it is told otherwise. */
    private static void fastPathOnAmd(Map<String, String> variables) {
        if (Processor.isAmd()) {
            variables.put("MKL_ENABLE_INSTRUCTIONS", "AVX2");
        }
    }
}

package dev.retort.device.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.retort.cuda.Availability;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.cuda.CudaException;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/** The real NVRTC, where there is one. */
class KernelCompilerTest {
    private static final String SCALE =
            "template <typename T> __global__ void scale(T *x, T a) { x[threadIdx.x] *= a; }";

    private final CodeCache cache;

    KernelCompilerTest(@TempDir Path folder) {
        this.cache = new CodeCache(folder, 1 << 20);
    }

    private Availability<KernelCompiler> probe() {
        return KernelCompiler.probe(cache);
    }

    private KernelCompiler compiler() {
        return probe().optional().orElseThrow();
    }

    @BeforeEach
    void thisMachineHasNvrtc() {
        if (probe() instanceof Unavailable<KernelCompiler>(List<String> reasons)) {
            System.out.println("NVRTC is not tested: " + String.join("; ", reasons));
        }
        assumeTrue(probe().optional().isPresent(), "no NVRTC");
    }

    @Test
    void aTemplateIsCompiledOnce() {
        KernelSource source =
                new KernelSource("scale.cu", SCALE, List.of(), List.of("scale<float>"));
        CompiledCode code = compiler().compile(source, "compute_80");
        String name = code.loweredName("scale<float>");
        assertEquals("_Z5scaleIfEvPT_S0_", name);
        assertTrue(code.image().getString(0).contains(".entry " + name));
        assertTrue(compiler().compile(source, "compute_80").cached());
    }

    @Test
    void aWrongProgramIsRefusedWithTheLog() {
        CudaException failure =
                assertThrows(
                        CudaException.class,
                        () ->
                                compiler()
                                        .compile(
                                                new KernelSource("wrong.cu", "__global__ f("),
                                                "compute_80"));
        assertTrue(failure.text().contains("wrong.cu(1): error"), failure.text());
    }
}

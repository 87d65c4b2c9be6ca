package dev.retort.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.retort.cuda.Nvrtc.Compilation;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** NVRTC is the real library or none: it needs no device. */
@Tag("no-driver")
class NvrtcTest {
    private static final String SAXPY =
            """
            extern "C" __global__ void saxpy(float a, const float *x, float *y, int n) {
                int i = blockIdx.x * blockDim.x + threadIdx.x;
                if (i < n) y[i] += a * x[i];
            }
            """;

    @BeforeAll
    static void thisMachineHasNvrtc() {
        List<String> reasons = Nvrtc.probe().absenceReasons();
        if (!reasons.isEmpty()) {
            System.out.println("NVRTC is not tested: " + String.join("; ", reasons));
        }
        assumeTrue(reasons.isEmpty(), "no NVRTC");
    }

    private static Nvrtc nvrtc() {
        return Drivers.available(Nvrtc.probe());
    }

    @Test
    void aProgramIsCompiled() {
        Nvrtc nvrtc = nvrtc();
        assertTrue(nvrtc.version().compareTo(new CudaVersion(12, 0)) >= 0);
        assertEquals(CudaLibrary.NVRTC, nvrtc.library().library());
        Compilation compilation =
                nvrtc.compile(SAXPY, "saxpy.cu", List.of("--gpu-architecture=compute_80"));
        assertTrue(compilation.ptx().contains(".entry saxpy("), compilation::ptx);
        assertTrue(compilation.ptx().contains(".target sm_80"), compilation::ptx);
        assertEquals("", compilation.log());
    }

    @Test
    void optionsMayBeLeftOutAndWarningsAreKept() {
        Compilation compilation =
                nvrtc().compile("__global__ void f() { int unused; }", "f.cu", List.of());
        assertTrue(compilation.ptx().contains(".entry _Z1fv("), compilation::ptx);
        assertTrue(compilation.log().contains("f.cu(1)"), compilation::log);
        assertTrue(compilation.log().contains("never referenced"), compilation::log);
    }

    @Test
    void aWrongProgramIsRefusedWithTheLog() {
        Nvrtc nvrtc = nvrtc();
        CudaException failure =
                assertThrows(
                        CudaException.class,
                        () -> nvrtc.compile("__global__ void f() { g(); }", "wrong.cu", List.of()));
        assertEquals("nvrtcCompileProgram", failure.function());
        assertEquals("NVRTC_ERROR_COMPILATION", failure.name());
        assertTrue(failure.text().contains("wrong.cu(1): error"), failure.text());
        assertTrue(failure.text().contains("\"g\" is undefined"), failure.text());
        assertFalse(failure.fatalToProcess());
    }

    @Test
    void aWrongOptionIsRefusedWithTheLog() {
        Nvrtc nvrtc = nvrtc();
        CudaException failure =
                assertThrows(
                        CudaException.class,
                        () ->
                                nvrtc.compile(
                                        SAXPY,
                                        "saxpy.cu",
                                        List.of("--gpu-architecture=compute_1")));
        assertEquals("NVRTC_ERROR_INVALID_OPTION", failure.name());
        assertTrue(failure.text().contains("gpu-architecture"), failure.text());
    }

    @Test
    void templatesAreNamedByExpressions() {
        String source =
                "template <typename T> __global__ void scale(T *x, T a) { x[threadIdx.x] *= a; }";
        Compilation compilation =
                nvrtc().compile(
                                source,
                                "scale.cu",
                                List.of("--gpu-architecture=compute_80"),
                                List.of("scale<float>", "scale<double>"));
        assertEquals("_Z5scaleIfEvPT_S0_", compilation.loweredNames().get("scale<float>"));
        assertTrue(compilation.ptx().contains(".entry _Z5scaleIdEvPT_S0_("), compilation::ptx);
        CudaException failure =
                assertThrows(
                        CudaException.class,
                        () ->
                                nvrtc().compile(
                                                source,
                                                "scale.cu",
                                                List.of(),
                                                List.of("shrink<float>")));
        assertTrue(failure.text().contains("shrink"), failure.text());
    }

    @Test
    void aRealArchitectureMakesMachineCode() {
        Compilation compilation =
                nvrtc().compile(SAXPY, "saxpy.cu", List.of("--gpu-architecture=sm_80"));
        byte[] elf = new byte[4];
        MemorySegment.copy(compilation.image(), ValueLayout.JAVA_BYTE, 0, elf, 0, 4);
        assertArrayEquals(new byte[] {0x7f, 'E', 'L', 'F'}, elf);
    }
}

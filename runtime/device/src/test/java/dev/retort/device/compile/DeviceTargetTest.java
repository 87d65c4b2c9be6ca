package dev.retort.device.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.cuda.CudaVersion;
import dev.retort.cuda.Nvrtc.Compilation;
import dev.retort.cuda.standin.StandInExtension;
import dev.retort.device.gpu.Device;
import dev.retort.device.gpu.Devices;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a compiler makes for the stand-in's device, of CUDA 13.0 and compute capability 9.0. */
@ExtendWith(StandInExtension.class)
class DeviceTargetTest {
    private static final String PTX = "--gpu-architecture=compute_90";
    private static final String MACHINE_CODE = "--gpu-architecture=sm_90";

    private final Device device = Devices.probe().optional().orElseThrow().all().getFirst();
    private final List<String> compiled = new ArrayList<>();
    private final CodeCache cache;

    DeviceTargetTest(@TempDir Path folder) {
        this.cache = new CodeCache(folder, 1 << 20);
    }

    private void compile(int major, int minor) {
        new KernelCompiler(this::compile, new CudaVersion(major, minor), cache)
                .compile(new KernelSource("a.cu", "text"), device);
    }

    private Compilation compile(KernelSource source, List<String> options) {
        compiled.addAll(options);
        return new Compilation(MemorySegment.ofArray(new byte[1]), Map.of(), "");
    }

    @Test
    void aCompilerThatTheDriverKnowsMakesPtx() {
        compile(12, 9);
        compile(13, 0);
        assertEquals(List.of(PTX, PTX), compiled);
    }

    @Test
    void ofANewerCompilerTheDriverGetsMachineCode() {
        compile(13, 1);
        assertEquals(List.of(MACHINE_CODE), compiled);
    }

    @Test
    void aCompilerOfANewerMajorVersionSaysWhatToDo() {
        IllegalStateException refusal =
                assertThrows(IllegalStateException.class, () -> compile(14, 0));
        assertEquals(
                "the driver supports CUDA 13.0 and takes no code of NVRTC 14.0: update the driver,"
                        + " or name a libnvrtc.so.13 by the system property dev.retort.cuda.nvrtc",
                refusal.getMessage());
        assertEquals(List.of(), compiled);
    }
}

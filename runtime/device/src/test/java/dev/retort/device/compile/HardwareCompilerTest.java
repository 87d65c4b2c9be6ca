package dev.retort.device.compile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.retort.cuda.Availability;
import dev.retort.cuda.LaunchShape;
import dev.retort.device.gpu.Device;
import dev.retort.device.gpu.DeviceBuffer;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.gpu.Devices;
import dev.retort.device.gpu.Kernel;
import dev.retort.device.gpu.KernelModule;
import dev.retort.device.gpu.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** What NVRTC compiles runs on the devices of this machine. */
@Tag("gpu")
class HardwareCompilerTest {
    private static final KernelSource SCALE =
            new KernelSource(
                    "scale.cu",
                    """
                    extern "C" __global__ void scale(float *x, float a) { x[threadIdx.x] *= a; }
                    """);

    @Test
    void aCompiledKernelRuns(@TempDir Path folder) {
        Availability<KernelCompiler> compiler =
                KernelCompiler.probe(new CodeCache(folder, 1 << 20));
        assumeTrue(
                compiler.optional().isPresent(),
                () -> String.join("; ", compiler.absenceReasons()));
        Device device = Devices.probe().optional().orElseThrow().all().getFirst();
        CompiledCode code = compiled(compiler.optional().orElseThrow(), device);
        float[] values = {1, 2, 3, 4};
        try (DeviceContext context = device.open();
                Stream stream = context.createStream();
                KernelModule module = context.load(code.image());
                DeviceBuffer x = context.allocate(values.length * (long) Float.BYTES)) {
            x.copyFrom(MemorySegment.ofArray(values));
            Kernel scale = module.kernel("scale");
            scale.launch(
                    stream,
                    LaunchShape.linear(1, values.length),
                    scale.arguments(Long.BYTES, Float.BYTES).pointer(0, x).float32(1, 3));
            x.copyTo(MemorySegment.ofArray(values));
        }
        assertArrayEquals(new float[] {3, 6, 9, 12}, values);
    }

    /** A driver that is older than the compiler is a reason to skip; another failure is none. */
    private static CompiledCode compiled(KernelCompiler compiler, Device device) {
        try {
            return compiler.compile(SCALE, device);
        } catch (IllegalStateException e) {
            String reason = String.valueOf(e.getMessage());
            if (!reason.startsWith("the driver supports CUDA ")) {
                throw e;
            }
            return abort(reason);
        }
    }
}

package dev.retort.examples;

import dev.retort.cuda.Availability;
import dev.retort.cuda.LaunchShape;
import dev.retort.device.compile.CodeCache;
import dev.retort.device.compile.CompiledCode;
import dev.retort.device.compile.KernelCompiler;
import dev.retort.device.compile.KernelSource;
import dev.retort.device.gpu.Device;
import dev.retort.device.gpu.DeviceBuffer;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.gpu.Devices;
import dev.retort.device.gpu.Kernel;
import dev.retort.device.gpu.KernelArguments;
import dev.retort.device.gpu.KernelModule;
import dev.retort.device.gpu.Stream;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A kernel from Java: y += a · x on the first GPU, or the reasons why that is not possible. */
public final class SaxpyOnGpu {
    private static final KernelSource SAXPY =
            new KernelSource(
                    "saxpy.cu",
                    """
                    extern "C" __global__ void saxpy(float a, const float *x, float *y, int n) {
                        int i = blockIdx.x * blockDim.x + threadIdx.x;
                        if (i < n) y[i] += a * x[i];
                    }
                    """);

    private SaxpyOnGpu() {}

    /**
     * Runs the example.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        Availability<Devices> devices = Devices.probe();
        Availability<KernelCompiler> compiler = KernelCompiler.probe(CodeCache.standard());
        if (devices.optional().isEmpty() || compiler.optional().isEmpty()) {
            List<String> reasons = new ArrayList<>(devices.absenceReasons());
            reasons.addAll(compiler.absenceReasons());
            System.out.println("No saxpy on a GPU: " + String.join("; ", reasons));
            return;
        }
        float[] y = {10, 20, 30};
        try {
            saxpy(
                    devices.optional().orElseThrow().all().getFirst(),
                    compiler.optional().orElseThrow(),
                    2,
                    new float[] {1, 2, 3},
                    y);
        } catch (IllegalStateException e) {
            System.out.println("No saxpy on a GPU: " + e.getMessage());
            return;
        }
        System.out.println("y = " + Arrays.toString(y));
    }

    static void saxpy(Device device, KernelCompiler compiler, float a, float[] x, float[] y) {
        CompiledCode code = compiler.compile(SAXPY, device);
        long bytes = (long) x.length * Float.BYTES;
        try (DeviceContext context = device.open();
                Stream stream = context.createStream();
                KernelModule module = context.load(code.image());
                DeviceBuffer deviceX = context.allocate(bytes);
                DeviceBuffer deviceY = context.allocate(bytes)) {
            deviceX.copyFrom(MemorySegment.ofArray(x));
            deviceY.copyFrom(MemorySegment.ofArray(y));
            Kernel kernel = module.kernel("saxpy");
            KernelArguments arguments =
                    kernel.arguments()
                            .float32(0, a)
                            .pointer(1, deviceX)
                            .pointer(2, deviceY)
                            .int32(3, x.length);
            kernel.launch(stream, LaunchShape.covering(x.length, 256), arguments);
            stream.synchronize();
            deviceY.copyTo(MemorySegment.ofArray(y));
        }
    }
}

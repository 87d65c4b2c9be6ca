package dev.retort.device.blas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.retort.cuda.Availability;
import dev.retort.cuda.CudaVersion;
import dev.retort.device.gpu.ComputeCapability;
import dev.retort.device.gpu.DeviceBuffer;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.gpu.Devices;
import dev.retort.device.gpu.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.MemorySegment;
import java.util.Random;

/** Products on a real device against sums in float64. */
@Tag("gpu")
class HardwareProductTest {
    private static final int M = 48;
    private static final int N = 64;
    private static final int K = 80;
    private static final long WORKSPACE_BYTES = 32 << 20;

    @ParameterizedTest
    @EnumSource
    void productsAgreeWithFloat64(Precision precision) {
        Availability<Blas> blas = Blas.probe();
        assumeTrue(blas.optional().isPresent(), () -> String.join("; ", blas.absenceReasons()));
        try (DeviceContext context =
                        Devices.probe().optional().orElseThrow().all().getFirst().open();
                Stream stream = context.createStream();
                BlasLt library = open(blas.optional().orElseThrow(), context)) {
            boolean fp8 = precision == Precision.FLOAT8_E4M3;
            assumeTrue(
                    !fp8
                            || context.device()
                                            .computeCapability()
                                            .compareTo(new ComputeCapability(8, 9))
                                    >= 0,
                    "fp8 needs compute capability 8.9");
            for (boolean transposeA : new boolean[] {false, true}) {
                for (boolean transposeB : new boolean[] {false, true}) {
                    if (!fp8 || (!transposeA && transposeB)) {
                        ProductShape shape =
                                new ProductShape(precision, M, N, K, transposeA, transposeB);
                        check(context, stream, library, shape);
                    }
                }
            }
        }
    }

    /** A driver that is older than the library is a reason to skip; another failure is none. */
    private static BlasLt open(Blas blas, DeviceContext context) {
        try {
            return blas.open(context);
        } catch (BlasException e) {
            CudaVersion driver = context.device().cudaVersion();
            int needed = Integer.parseInt(blas.version().replaceFirst("\\..*", ""));
            assumeTrue(
                    driver.major() >= needed,
                    () ->
                            "cuBLASLt %s needs a driver of CUDA %d, this one is of %s: %s"
                                    .formatted(blas.version(), needed, driver, e.getMessage()));
            throw e;
        }
    }

    private static void check(
            DeviceContext context, Stream stream, BlasLt library, ProductShape shape) {
        Random random = new Random(7);
        // Small integers are exact in every type, and so are their sums in fp32.
        int[] a = random.ints(M * K, -2, 3).toArray();
        int[] b = random.ints(K * N, -2, 3).toArray();
        try (MatrixProduct product = library.prepare(shape, WORKSPACE_BYTES);
                DeviceBuffer deviceA = context.allocate(shape.bytesOfA());
                DeviceBuffer deviceB = context.allocate(shape.bytesOfB());
                DeviceBuffer deviceC = context.allocate(shape.bytesOfC())) {
            Precision precision = shape.precision();
            deviceA.copyFrom(
                    Elements.encode(precision, shape.transposeA() ? transposed(a, M, K) : a));
            deviceB.copyFrom(
                    Elements.encode(precision, shape.transposeB() ? transposed(b, K, N) : b));
            product.run(stream, 2f, deviceA, deviceB, 0f, deviceC);
            product.run(stream, 1f, deviceA, deviceB, 1f, deviceC);
            byte[] out = new byte[(int) shape.bytesOfC()];
            stream.synchronize();
            deviceC.copyTo(MemorySegment.ofArray(out));
            for (int row = 0; row < M; row++) {
                for (int column = 0; column < N; column++) {
                    double sum = 0;
                    for (int i = 0; i < K; i++) {
                        sum += (double) a[row * K + i] * b[i * N + column];
                    }
                    // 3 · A · B; bf16 rounds it to 8 bits.
                    assertEquals(
                            3 * sum,
                            Elements.decode(precision, out, row * N + column),
                            Math.abs(3 * sum) / 128,
                            shape + " at " + row + ", " + column);
                }
            }
            assertThrows(
                    IllegalArgumentException.class,
                    () -> product.run(stream, 1, deviceA, deviceB, 0, deviceC.slice(0, 2)));
        }
    }

    private static int[] transposed(int[] matrix, int rows, int columns) {
        int[] turned = new int[matrix.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                turned[column * rows + row] = matrix[row * columns + column];
            }
        }
        return turned;
    }
}

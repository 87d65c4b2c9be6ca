package dev.retort.device.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.gpu.DeviceMemory;
import dev.retort.device.kernels.reference.Difference;
import dev.retort.device.kernels.reference.HostMatrix;
import dev.retort.device.kernels.reference.RowReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** copy, saxpy, reduce, softmax and layernorm, on every device, simulated or real. */
abstract class YardstickContract {
    private KernelFixture fixture;
    private VectorKernels vectors;
    private RowKernels rows;

    @BeforeEach
    void open() {
        fixture = new KernelFixture();
        vectors = VectorKernels.load(fixture.context);
        rows = RowKernels.load(fixture.context);
    }

    @AfterEach
    void close() {
        rows.close();
        vectors.close();
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 16_384, 16_385, 100_003})
    void copiesEveryByteAndNoOther(int bytes) {
        byte[] content = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            content[i] = (byte) fixture.random.nextInt();
        }
        DeviceMemory to = fixture.poisoned(bytes);
        vectors.copy(fixture.stream, fixture.upload(MemorySegment.ofArray(content)), to, bytes);
        fixture.stream.synchronize();
        byte[] found = new byte[bytes];
        to.copyTo(MemorySegment.ofArray(found));
        assertArrayEquals(content, found);
    }

    private float[] normal(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) fixture.random.nextGaussian();
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 4096, 4097, 50_001})
    void saxpyAgreesWithFloat64(int n) {
        float[] x = normal(n);
        float[] y = normal(n);
        DeviceMemory onDevice = fixture.floats(y);
        vectors.saxpy(fixture.stream, 1.5f, fixture.floats(x), onDevice, n);
        float[] found = fixture.floats(onDevice);
        for (int i = 0; i < n; i++) {
            // One rounding, that of the fused result.
            assertEquals((float) (1.5 * x[i] + y[i]), found[i]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 4097, 300_003, 5_000_003})
    void reduceAgreesWithFloat64AndRepeats(int n) {
        float[] x = normal(n);
        double expected = 0;
        double magnitude = 0;
        for (float value : x) {
            expected += value;
            magnitude += Math.abs(value);
        }
        DeviceMemory onDevice = fixture.floats(x);
        DeviceMemory sum = fixture.poisoned(4);
        vectors.reduce(fixture.stream, onDevice, n, sum);
        float first = fixture.floats(sum)[0];
        assertEquals(expected, first, 1e-6 * magnitude);
        vectors.reduce(fixture.stream, onDevice, n, sum);
        assertEquals(first, fixture.floats(sum)[0]);
    }

    @ParameterizedTest
    @CsvSource({"5, 1", "5, 10", "3, 768", "2, 1003", "2, 40001"})
    void rowsAgreeWithFloat64(int count, int columns) {
        float[] scale = normal(columns);
        float[] shift = normal(columns);
        DeviceMemory onDeviceScale = fixture.floats(scale);
        DeviceMemory onDeviceShift = fixture.floats(shift);
        for (ElementType type : ElementType.values()) {
            HostMatrix input = HostMatrix.normal(fixture.random, type, count, columns, 3);
            DeviceMemory source = fixture.upload(input.memory());
            DeviceMemory softmax = fixture.poisoned(input.memory().byteSize());
            rows.softmax(fixture.stream, input.on(source), input.on(softmax));
            // In place, after the other has read it.
            rows.layernorm(
                    fixture.stream,
                    input.on(source),
                    onDeviceScale,
                    onDeviceShift,
                    1e-5f,
                    input.on(source));
            fixture.stream.synchronize();
            check(input, input.download(softmax), RowReference::softmax);
            check(
                    input,
                    input.download(source),
                    x -> RowReference.layernorm(x, doubles(scale), doubles(shift), 1e-5));
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 131072", "1, 1500001"})
    @Tag("slow")
    void longRowsAgreeWithFloat64(int count, int columns) {
        rowsAgreeWithFloat64(count, columns);
    }

    private interface RowFunction {
        double[] of(double[] row);
    }

    private static void check(HostMatrix input, HostMatrix found, RowFunction function) {
        Difference difference = new Difference();
        for (int r = 0; r < input.rows(); r++) {
            double[] expected = function.of(input.row(r));
            for (int c = 0; c < input.columns(); c++) {
                difference.add(found.get(r, c), expected[c]);
            }
        }
        assertTrue(
                difference.relative() < Difference.tolerance(input.type()),
                "%s %d × %d differs by %s"
                        .formatted(
                                input.type(),
                                input.rows(),
                                input.columns(),
                                difference.relative()));
    }

    @Test
    void aLargeMeanCostsTheVarianceNoDigits() {
        HostMatrix input = HostMatrix.normal(fixture.random, ElementType.FLOAT32, 2, 5000, 1);
        for (long i = 0; i < input.elements(); i++) {
            ElementType.FLOAT32.set(
                    input.memory(), i, ElementType.FLOAT32.get(input.memory(), i) + 4096);
        }
        float[] ones = new float[5000];
        Arrays.fill(ones, 1);
        DeviceMemory output = fixture.poisoned(input.memory().byteSize());
        rows.layernorm(
                fixture.stream,
                input.on(fixture.upload(input.memory())),
                fixture.floats(ones),
                fixture.floats(new float[5000]),
                0,
                input.on(output));
        fixture.stream.synchronize();
        HostMatrix found = input.download(output);
        Difference difference = new Difference();
        for (int r = 0; r < 2; r++) {
            double[] expected =
                    RowReference.layernorm(input.row(r), doubles(ones), new double[5000], 0);
            for (int c = 0; c < 5000; c++) {
                difference.add(found.get(r, c), expected[c]);
            }
        }
        // Σx² − mean² in float would lose all digits: 4096² has 24 bits.
        assertTrue(difference.relative() < 1e-3, "differs by " + difference.relative());
    }

    private static double[] doubles(float[] values) {
        double[] result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = values[i];
        }
        return result;
    }

    @Test
    void wrongSizesAreNamed() {
        DeviceMemory memory = fixture.floats(new float[4]);
        assertEquals(
                "saxpy: 5 elements of 4 bytes do not fit a memory of 16 bytes",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> vectors.saxpy(fixture.stream, 1, memory, memory, 5))
                        .getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> vectors.copy(fixture.stream, memory, memory, 0));
        Matrix matrix = new Matrix(memory, ElementType.FLOAT32, 1, 4);
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        rows.softmax(
                                fixture.stream,
                                matrix,
                                new Matrix(memory, ElementType.FLOAT32, 2, 2)));
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        rows.layernorm(
                                fixture.stream, matrix, memory.slice(0, 8), memory, 1e-5f, matrix));
    }
}

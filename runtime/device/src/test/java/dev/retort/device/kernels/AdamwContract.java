package dev.retort.device.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.gpu.DeviceMemory;
import dev.retort.device.kernels.reference.AdamwReference;
import dev.retort.device.kernels.reference.Difference;
import dev.retort.device.kernels.reference.HostMatrix;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** AdamW over many tensors, on every device, simulated or real. */
abstract class AdamwContract {
    /** Around a chunk of 8,192 elements and a vector of 4. */
    private static final int[] SIZES = {1, 3, 4, 7, 1000, 8191, 8192, 8193, 20_000};

    private KernelFixture fixture;

    @BeforeEach
    void open() {
        fixture = new KernelFixture();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static AdamwStep settings(int step, float clipNorm) {
        return new AdamwStep(step, 0.01f, 0.9f, 0.99f, 1e-8f, 0.1f, clipNorm, 0.8f);
    }

    /** A tensor on the device and its reference; every second one has no average. */
    private AdamwTensor tensor(HostMatrix parameters, ElementType gradients, boolean averaged) {
        int n = parameters.columns();
        return new AdamwTensor(
                fixture.upload(parameters.memory()),
                fixture.poisoned((long) n * gradients.bytes()),
                fixture.floats(new float[n]),
                fixture.floats(new float[n]),
                averaged ? fixture.upload(parameters.memory()) : null,
                n);
    }

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void agreesWithFloat64OverSteps(ElementType gradientType) {
        List<AdamwTensor> tensors = new ArrayList<>();
        List<AdamwReference> references = new ArrayList<>();
        for (int n : SIZES) {
            HostMatrix parameters = HostMatrix.normal(fixture.random, ElementType.FLOAT32, 1, n, 1);
            tensors.add(tensor(parameters, gradientType, tensors.size() % 2 == 0));
            references.add(new AdamwReference(parameters.row(0)));
        }
        try (AdamwKernel adamw = AdamwKernel.load(fixture.context, gradientType, tensors)) {
            for (int step = 1; step <= 4; step++) {
                AdamwStep settings = settings(step, step % 2 == 0 ? 5 : Float.POSITIVE_INFINITY);
                List<double[]> gradients = new ArrayList<>();
                double squares = 0;
                for (AdamwTensor tensor : tensors) {
                    HostMatrix host =
                            HostMatrix.normal(
                                    fixture.random, gradientType, 1, (int) tensor.elements(), 1);
                    tensor.gradients().copyFrom(host.memory());
                    gradients.add(host.row(0));
                    for (double g : host.row(0)) {
                        squares += g * g;
                    }
                }
                adamw.step(fixture.stream, settings);
                fixture.stream.synchronize();
                assertEquals(Math.sqrt(squares), adamw.lastNorm(), 1e-5 * Math.sqrt(squares));
                for (int i = 0; i < tensors.size(); i++) {
                    references.get(i).step(gradients.get(i), Math.sqrt(squares), settings);
                }
            }
        }
        for (int i = 0; i < tensors.size(); i++) {
            AdamwTensor tensor = tensors.get(i);
            AdamwReference reference = references.get(i);
            check(tensor.parameters(), reference.parameters);
            check(tensor.firstMoments(), reference.firstMoments);
            check(tensor.secondMoments(), reference.secondMoments);
            if (tensor.average() != null) {
                check(tensor.average(), reference.average);
            }
        }
    }

    private void check(DeviceMemory memory, double[] expected) {
        float[] found = fixture.floats(memory);
        Difference difference = new Difference();
        for (int i = 0; i < expected.length; i++) {
            difference.add(found[i], expected[i]);
        }
        assertTrue(difference.relative() < 1e-5, "differs by " + difference.relative());
    }

    @Test
    void aNormThatIsNoNumberLeavesEverythingAsItIs() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            HostMatrix parameters =
                    HostMatrix.normal(fixture.random, ElementType.FLOAT32, 1, 9000, 1);
            AdamwTensor tensor = tensor(parameters, ElementType.FLOAT32, true);
            float[] gradients = new float[9000];
            gradients[8500] = bad;
            tensor.gradients().copyFrom(MemorySegment.ofArray(gradients));
            try (AdamwKernel adamw =
                    AdamwKernel.load(fixture.context, ElementType.FLOAT32, List.of(tensor))) {
                adamw.step(fixture.stream, settings(1, 1));
                fixture.stream.synchronize();
                assertEquals(bad, adamw.lastNorm());
            }
            assertEquals(
                    -1,
                    parameters
                            .memory()
                            .mismatch(parameters.download(tensor.parameters()).memory()));
            assertArrayEquals(new float[9000], fixture.floats(tensor.firstMoments()));
        }
    }

    @Test
    void wrongInputIsNamed() {
        DeviceMemory memory = fixture.floats(new float[4]);
        assertEquals(
                "parameters: 5 elements need 20 bytes, found 16",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new AdamwTensor(memory, memory, memory, memory, null, 5))
                        .getMessage());
        assertEquals(
                "expected at least one tensor, found none",
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        AdamwKernel.load(
                                                fixture.context, ElementType.FLOAT32, List.of()))
                        .getMessage());
        assertEquals(
                "beta2 is in [0, 1), found 1.0",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new AdamwStep(1, 0, 0, 1, 1, 0, 1, 0))
                        .getMessage());
    }
}

package dev.retort.device.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.gpu.DeviceMemory;
import dev.retort.device.gpu.ExecutableGraph;
import dev.retort.device.gpu.Graph;
import dev.retort.device.kernels.reference.Difference;
import dev.retort.device.kernels.reference.HostMatrix;
import dev.retort.device.kernels.reference.LossReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The distillation loss against all logits, on every device, simulated or real. */
abstract class LossContract {
    private KernelFixture fixture;
    private DistillationLossKernel kernel;

    @BeforeEach
    void open() {
        fixture = new KernelFixture();
        kernel = DistillationLossKernel.load(fixture.context);
    }

    @AfterEach
    void close() {
        kernel.close();
        fixture.close();
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Losses(float[] crossEntropy, float[] divergence, HostMatrix gradient) {}

    private Losses run(
            HostMatrix student,
            HostMatrix teacher,
            int @Nullable [] labels,
            LossWeights weights,
            boolean inPlace) {
        DeviceMemory s = fixture.upload(student.memory());
        DeviceMemory gradient = inPlace ? s : fixture.poisoned(student.memory().byteSize());
        DeviceMemory crossEntropy = fixture.poisoned(student.rows() * 4L);
        DeviceMemory divergence = fixture.poisoned(student.rows() * 4L);
        kernel.launch(
                fixture.stream,
                student.on(s),
                teacher.on(fixture.upload(teacher.memory())),
                fixture.optionalInts(labels),
                new LossOutput(student.on(gradient), crossEntropy, divergence),
                weights);
        return new Losses(
                fixture.floats(crossEntropy),
                fixture.floats(divergence),
                student.download(gradient));
    }

    private void check(
            HostMatrix student,
            HostMatrix teacher,
            int @Nullable [] labels,
            LossWeights weights,
            boolean inPlace) {
        Losses found = run(student, teacher, labels, weights, inPlace);
        Difference losses = new Difference();
        Difference gradient = new Difference();
        for (int r = 0; r < student.rows(); r++) {
            LossReference expected =
                    LossReference.of(
                            student.row(r),
                            teacher.row(r),
                            labels == null ? -1 : labels[r],
                            weights);
            losses.add(found.crossEntropy[r], expected.crossEntropy());
            losses.add(found.divergence[r], expected.divergence());
            for (int c = 0; c < student.columns(); c++) {
                gradient.add(found.gradient.get(r, c), expected.gradient()[c]);
            }
        }
        assertTrue(losses.relative() < 1e-5, "losses differ by " + losses.relative());
        assertTrue(
                gradient.relative() < Difference.tolerance(student.type()),
                "gradients differ by " + gradient.relative());
    }

    private HostMatrix logits(ElementType type, int rows, int classes) {
        return HostMatrix.normal(fixture.random, type, rows, classes, 3);
    }

    @ParameterizedTest
    @CsvSource({
        // few classes: a row in the registers of a group of lanes
        "37, 2, 2",
        "37, 10, 4",
        "5, 32, 3.5",
        "3, 33, 1",
        "7, 512, 2",
        // rows that begin at a multiple of 16 bytes, and rows that do not
        "3, 513, 4",
        "2, 1024, 1",
        "3, 1003, 3",
        "2, 4099, 8",
        // a row that a cluster shares
        "1, 50257, 4"
    })
    void agreesWithFloat64(int rows, int classes, float temperature) {
        for (ElementType type : ElementType.values()) {
            LossWeights weights = new LossWeights(temperature, 0.3f, 0.7f, 1f / rows);
            HostMatrix student = logits(type, rows, classes);
            HostMatrix teacher = logits(type, rows, classes);
            check(student, teacher, fixture.labels(rows, classes), weights, false);
            check(student, teacher, fixture.labels(rows, classes), weights, true);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 65536, 2.5", "1, 128256, 4", "2, 151936, 2"})
    @Tag("slow")
    void agreesWithFloat64OnVocabularies(int rows, int classes, float temperature) {
        agreesWithFloat64(rows, classes, temperature);
    }

    /** Two rows of float32 with 262,144 classes have no room in the shared memory of a cluster. */
    @Test
    @Tag("slow")
    void rowsThatDoNotFitAreReadTwice() {
        HostMatrix student = logits(ElementType.FLOAT32, 1, 262_144);
        HostMatrix teacher = logits(ElementType.FLOAT32, 1, 262_144);
        check(student, teacher, new int[] {262_143}, new LossWeights(4, 0.5f, 0.5f, 1), true);
    }

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void largeLogitsLoseNoDigits(ElementType type) {
        for (int classes : new int[] {100, 2000}) {
            HostMatrix student = HostMatrix.normal(fixture.random, type, 3, classes, 1000);
            HostMatrix teacher = HostMatrix.normal(fixture.random, type, 3, classes, 1000);
            int[] labels = fixture.labels(3, classes);
            check(student, teacher, labels, new LossWeights(4, 0.3f, 0.7f, 1), false);
            check(student, teacher, labels, new LossWeights(5, 0.3f, 0.7f, 1), false);
        }
    }

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void equalLogitsGiveNoDivergenceAndNoGradient(ElementType type) {
        for (int classes : new int[] {10, 400, 3001}) {
            for (float temperature : new float[] {4, 3}) {
                HostMatrix logits = logits(type, 2, classes);
                Losses found =
                        run(logits, logits, null, new LossWeights(temperature, 1, 1, 1), false);
                assertArrayEquals(new float[2], found.crossEntropy);
                assertArrayEquals(new float[2], found.divergence);
                for (long i = 0; i < logits.elements(); i++) {
                    assertEquals(0, Math.abs(type.get(found.gradient.memory(), i)));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void excludedClassesHaveNoProbability(ElementType type) {
        for (int classes : new int[] {10, 300, 2001}) {
            HostMatrix student = logits(type, 2, classes);
            HostMatrix teacher = logits(type, 2, classes);
            for (int r = 0; r < 2; r++) {
                for (int c = 0; c < classes; c += 3) {
                    student.set(r, c, Float.NEGATIVE_INFINITY);
                    teacher.set(r, c, Float.NEGATIVE_INFINITY);
                }
            }
            int[] labels = {1, -1};
            check(student, teacher, labels, new LossWeights(2, 0.5f, 0.5f, 1), false);
        }
    }

    @Test
    void whatIsNoNumberStaysInItsRow() {
        for (int classes : new int[] {10, 300, 2001}) {
            HostMatrix student = logits(ElementType.FLOAT32, 3, classes);
            HostMatrix teacher = logits(ElementType.FLOAT32, 3, classes);
            student.set(0, 7, Float.NaN);
            int[] labels = {0, classes, 2};
            Losses found = run(student, teacher, labels, new LossWeights(2, 0.5f, 0.5f, 1), false);
            assertTrue(Float.isNaN(found.crossEntropy[0]) && Float.isNaN(found.divergence[0]));
            assertTrue(Float.isNaN(found.crossEntropy[1]), "the label is no class");
            assertTrue(Float.isFinite(found.divergence[1]));
            assertTrue(
                    Float.isFinite(found.crossEntropy[2]) && Float.isFinite(found.divergence[2]));
        }
    }

    @Test
    void theSameInputGivesTheSameBitsAlsoFromAGraph() {
        HostMatrix student = logits(ElementType.BFLOAT16, 2, 40_001);
        HostMatrix teacher = logits(ElementType.BFLOAT16, 2, 40_001);
        LossWeights weights = new LossWeights(4, 0.5f, 0.5f, 1);
        Losses first = run(student, teacher, null, weights, false);
        DeviceMemory s = fixture.upload(student.memory());
        DeviceMemory t = fixture.upload(teacher.memory());
        DeviceMemory gradient = fixture.poisoned(student.memory().byteSize());
        LossOutput output =
                new LossOutput(student.on(gradient), fixture.poisoned(8), fixture.poisoned(8));
        try (Graph graph =
                        fixture.stream.capture(
                                () ->
                                        kernel.launch(
                                                fixture.stream,
                                                student.on(s),
                                                teacher.on(t),
                                                null,
                                                output,
                                                weights));
                ExecutableGraph executable = graph.instantiate()) {
            executable.launch(fixture.stream);
            fixture.stream.synchronize();
            assertEquals(-1, first.gradient.memory().mismatch(student.download(gradient).memory()));
            assertArrayEquals(first.divergence, fixture.floats(output.divergence()));
        }
    }

    @Test
    void wrongShapesAreNamed() {
        HostMatrix small = logits(ElementType.FLOAT32, 2, 10);
        DeviceMemory memory = fixture.upload(small.memory());
        Matrix matrix = small.on(memory);
        DeviceMemory losses = fixture.poisoned(8);
        LossWeights weights = new LossWeights(2, 1, 1, 1);
        assertEquals(
                "student and teacher have one type and shape, found FLOAT32 2 × 10 and FLOAT32 1 × 10",
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        kernel.launch(
                                                fixture.stream,
                                                matrix,
                                                new Matrix(memory, ElementType.FLOAT32, 1, 10),
                                                null,
                                                new LossOutput(matrix, losses, losses),
                                                weights))
                        .getMessage());
        assertEquals(
                "for the label of each row 8 bytes are needed, found 4",
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        kernel.launch(
                                                fixture.stream,
                                                matrix,
                                                matrix,
                                                memory.slice(0, 4),
                                                new LossOutput(matrix, losses, losses),
                                                weights))
                        .getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> new Matrix(memory, ElementType.FLOAT32, 3, 10));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Matrix(memory.slice(4, 40), ElementType.FLOAT32, 1, 10));
        assertThrows(
                IllegalArgumentException.class,
                () -> new LossOutput(matrix, losses.slice(0, 4), losses));
        assertThrows(IllegalArgumentException.class, () -> new LossWeights(0, 1, 1, 1));
    }
}

package dev.retort.device.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.gpu.DeviceMemory;
import dev.retort.device.kernels.reference.Difference;
import dev.retort.device.kernels.reference.HostMatrix;
import dev.retort.device.kernels.reference.LossReference;
import dev.retort.device.kernels.reference.TopReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;

/** The largest logits and the loss against them, on every device, simulated or real. */
abstract class TopLogitsContract {
    private KernelFixture fixture;
    private TopLogitsKernel kernel;

    @BeforeEach
    void open() {
        fixture = new KernelFixture();
        kernel = TopLogitsKernel.load(fixture.context);
    }

    @AfterEach
    void close() {
        kernel.close();
        fixture.close();
    }

    private TopLogits select(HostMatrix logits, int k, float temperature) {
        TopLogits top =
                new TopLogits(
                        fixture.poisoned(4L * logits.rows() * k),
                        fixture.poisoned(4L * logits.rows() * k),
                        fixture.poisoned(4L * logits.rows()),
                        logits.rows(),
                        k);
        kernel.select(fixture.stream, logits.on(fixture.upload(logits.memory())), temperature, top);
        return top;
    }

    private void checkSelection(HostMatrix logits, int k, float temperature) {
        TopLogits top = select(logits, k, temperature);
        float[] values = fixture.floats(top.logits());
        int[] classes = fixture.ints(top.classes());
        float[] rest = fixture.floats(top.rest());
        for (int r = 0; r < logits.rows(); r++) {
            TopReference expected = TopReference.of(logits.row(r), k, temperature);
            assertArrayEquals(expected.classes(), Arrays.copyOfRange(classes, r * k, (r + 1) * k));
            for (int j = 0; j < k; j++) {
                assertEquals(expected.logits()[j], values[r * k + j]);
            }
            assertEquals(expected.rest(), rest[r], 1e-5 * Math.max(1, Math.abs(expected.rest())));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "3, 10, 1, 1",
        "2, 10, 10, 4",
        "3, 1001, 17, 2",
        "2, 4099, 64, 4",
        "1, 40001, 1000, 3",
        "2, 2000, 1024, 1"
    })
    void selectsWhatSortingSelects(int rows, int classes, int k, float temperature) {
        for (ElementType type : ElementType.values()) {
            checkSelection(
                    HostMatrix.normal(fixture.random, type, rows, classes, 3), k, temperature);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 128256, 64, 2", "1, 262144, 1024, 1"})
    @Tag("slow")
    void selectsFromVocabularies(int rows, int classes, int k, float temperature) {
        selectsWhatSortingSelects(rows, classes, k, temperature);
    }

    @Test
    void equalLogitsGoByTheirClass() {
        for (ElementType type : ElementType.values()) {
            HostMatrix equal = HostMatrix.zeros(type, 2, 5003);
            checkSelection(equal, 100, 1);
            HostMatrix few = HostMatrix.zeros(type, 2, 5003);
            for (int c = 0; c < few.columns(); c++) {
                few.set(0, c, c % 7 - 3);
                few.set(1, c, c % 2 == 0 ? Float.NEGATIVE_INFINITY : -c % 5);
            }
            checkSelection(few, 1000, 2);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Losses(float[] crossEntropy, float[] divergence, HostMatrix gradient) {}

    private Losses loss(HostMatrix student, TopLogits teacher, int[] labels, LossWeights weights) {
        DeviceMemory s = fixture.upload(student.memory());
        DeviceMemory crossEntropy = fixture.poisoned(student.rows() * 4L);
        DeviceMemory divergence = fixture.poisoned(student.rows() * 4L);
        kernel.loss(
                fixture.stream,
                student.on(s),
                teacher,
                fixture.ints(labels),
                new LossOutput(student.on(s), crossEntropy, divergence),
                weights);
        return new Losses(
                fixture.floats(crossEntropy), fixture.floats(divergence), student.download(s));
    }

    @ParameterizedTest
    @CsvSource({
        "3, 10, 3, 2",
        "2, 100, 100, 4",
        "3, 1001, 17, 3",
        "2, 4099, 64, 4",
        "1, 40001, 64, 1"
    })
    void theLossAgreesWithFloat64(int rows, int classes, int k, float temperature) {
        for (ElementType type : ElementType.values()) {
            HostMatrix student = HostMatrix.normal(fixture.random, type, rows, classes, 3);
            HostMatrix teacher = HostMatrix.normal(fixture.random, type, rows, classes, 3);
            TopLogits top = select(teacher, k, temperature);
            int[] labels = fixture.labels(rows, classes);
            LossWeights weights = new LossWeights(temperature, 0.3f, 0.7f, 1f / rows);
            Losses found = loss(student, top, labels, weights);
            Difference losses = new Difference();
            Difference gradient = new Difference();
            for (int r = 0; r < rows; r++) {
                TopReference stored = TopReference.of(teacher.row(r), k, temperature);
                LossReference expected =
                        LossReference.ofTop(
                                student.row(r),
                                stored.logits(),
                                stored.classes(),
                                stored.rest(),
                                labels[r],
                                weights);
                losses.add(found.crossEntropy[r], expected.crossEntropy());
                losses.add(found.divergence[r], expected.divergence());
                for (int c = 0; c < classes; c++) {
                    gradient.add(found.gradient.get(r, c), expected.gradient()[c]);
                }
            }
            assertTrue(losses.relative() < 1e-5, "losses differ by " + losses.relative());
            assertTrue(
                    gradient.relative() < Difference.tolerance(type),
                    "gradients differ by " + gradient.relative());
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 128256, 64, 4", "1, 262144, 1024, 2"})
    @Tag("slow")
    void theLossAgreesOnVocabularies(int rows, int classes, int k, float temperature) {
        theLossAgreesWithFloat64(rows, classes, k, temperature);
    }

    @Test
    void aClassThatIsNoneMakesItsRowNotANumber() {
        HostMatrix student = HostMatrix.normal(fixture.random, ElementType.FLOAT32, 2, 700, 3);
        TopLogits top =
                new TopLogits(
                        fixture.floats(1, 2, 1, 2),
                        fixture.ints(0, 700, 0, 699),
                        fixture.floats(0, 0),
                        2,
                        2);
        Losses found = loss(student, top, new int[] {1, 1}, new LossWeights(2, 1, 1, 1));
        assertTrue(Float.isNaN(found.divergence[0]) && Float.isNaN(found.crossEntropy[0]));
        assertTrue(Float.isFinite(found.divergence[1]) && Float.isFinite(found.crossEntropy[1]));
    }

    @Test
    void wrongShapesAreNamed() {
        DeviceMemory memory = fixture.floats(new float[20]);
        assertEquals(
                "from 1 to 1024 logits of a row are stored, found 1025",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new TopLogits(memory, memory, memory, 1, 1025))
                        .getMessage());
        assertEquals(
                "for the logits 84 bytes are needed, found 80",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new TopLogits(memory, memory, memory, 3, 7))
                        .getMessage());
        assertEquals(
                "the largest 11 of 1 rows do not fit logits of 2 × 10",
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        kernel.select(
                                                fixture.stream,
                                                new Matrix(memory, ElementType.FLOAT32, 2, 10),
                                                1,
                                                new TopLogits(memory, memory, memory, 1, 11)))
                        .getMessage());
    }
}

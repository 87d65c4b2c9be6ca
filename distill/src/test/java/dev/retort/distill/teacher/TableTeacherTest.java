package dev.retort.distill.teacher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/** Teachers that are tables, and the means of several. */
@Tag("engines")
class TableTeacherTest {
    private static final long[] UNKNOWN = {};

    @TempDir Path folder;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void aTableGivesTheRowsOfThePositions() throws IOException {
        try (TableTeacher table =
                TableTeacher.read(
                        TestModels.file("soft-labels.npz"), TeacherOutput.PROBABILITIES)) {
            assertEquals(OptionalLong.of(6), table.samples());
            double[][] rows = TestModels.rows("probabilities");
            NDList two = new NDList(manager.zeros(new Shape(2, 4)));
            NDArray given = table.outputs(two, new long[] {4, 1}, manager);
            assertEquals(
                    0,
                    TestModels.largestDifference(new double[][] {rows[4], rows[1]}, given),
                    1e-7);
            assertEquals(
                    "expected a sample from 0 to 5 of soft-labels.npz (table), found 6",
                    refused(() -> table.outputs(two, new long[] {0, 6}, manager)));
            assertEquals(
                    "expected the positions of 2 samples for soft-labels.npz (table), found 0",
                    refused(() -> table.outputs(two, UNKNOWN, manager)));
            assertNotEquals(
                    table.fingerprint(),
                    TableTeacher.read(TestModels.file("soft-labels.npz"), TeacherOutput.LOGITS)
                            .fingerprint());
        }
    }

    @Test
    void aProbabilityOfZeroHasTheLogarithmOfTheSmallestNormalNumber() {
        try (Teacher certain =
                new TableTeacher("t", new float[] {0, 1}, 2, TeacherOutput.PROBABILITIES)) {
            NDList any = new NDList(manager.zeros(new Shape(1, 1)));
            float[] logits = certain.logits(any, new long[] {0}, manager).toFloatArray();
            assertArrayEquals(new float[] {(float) Math.log(Float.MIN_NORMAL), 0}, logits, 1e-4f);
        }
    }

    @Test
    void aTableThatIsNoneOrWasCutIsRefused() throws IOException {
        Path table = Files.writeString(folder.resolve("table.npz"), "not an array");
        assertEquals(
                "expected a whole .npz archive or safetensors file, found " + table,
                refused(() -> TableTeacher.read(table, TeacherOutput.LOGITS)));
        byte[] whole = Files.readAllBytes(TestModels.file("soft-labels.npz"));
        for (int length : new int[] {whole.length / 3, whole.length / 2}) {
            Path file = folder.resolve(length + ".npz");
            Files.write(file, Arrays.copyOf(whole, length));
            assertEquals(
                    "expected a whole .npz archive or safetensors file, found " + file,
                    refused(() -> TableTeacher.read(file, TeacherOutput.LOGITS)));
        }
    }

    @Test
    void anEnsembleIsTheWeightedMeanOfProbabilitiesOrOfLogits() throws IOException {
        float[] one = {1, -2, 0.5f, 0, 3, -80};
        float[] other = {0, 0, 4, -1, 2, 90};
        NDList two = new NDList(manager.zeros(new Shape(2, 1)));
        for (EnsembleTeacher.Mean mean : EnsembleTeacher.Mean.values()) {
            try (Teacher ensemble =
                    new EnsembleTeacher(
                            List.of(table(one, 3), table(other, 3)), new double[] {1, 3}, mean)) {
                float[] given =
                        ensemble.logits(two, new long[] {0, 1}, manager).softmax(1).toFloatArray();
                for (int row = 0; row < 2; row++) {
                    double[] expected = mean(mean, softmax(one, row), softmax(other, row));
                    for (int i = 0; i < 3; i++) {
                        assertEquals(expected[i], given[row * 3 + i], 1e-6, mean + " " + row);
                    }
                }
            }
        }
    }

    @Test
    void anEnsembleOfOneIsThatOneAndOthersMustAgreeInShape() {
        NDList two = new NDList(manager.zeros(new Shape(2, 1)));
        float[] values = {1, -2, 0.5f, 0, 3, -8};
        try (Teacher ensemble = EnsembleTeacher.of(List.of(table(values, 3)))) {
            assertArrayEquals(
                    table(values, 3)
                            .logits(two, new long[] {0, 1}, manager)
                            .softmax(1)
                            .toFloatArray(),
                    ensemble.logits(two, new long[] {0, 1}, manager).softmax(1).toFloatArray(),
                    1e-6f);
        }
        try (Teacher ensemble =
                EnsembleTeacher.of(List.of(table(values, 3), table(new float[4], 2)))) {
            assertEquals(
                    "expected outputs of shape (2, 3) from t (table) as from t (table), found"
                            + " (2, 2)",
                    refused(() -> ensemble.logits(two, new long[] {0, 1}, manager)));
        }
        List<Teacher> members = List.of(table(values, 3));
        for (double weight : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () ->
                            new EnsembleTeacher(
                                    members, new double[] {weight}, EnsembleTeacher.Mean.LOGITS));
        }
        assertThrows(IllegalArgumentException.class, () -> EnsembleTeacher.of(List.of()));
    }

    private static String refused(Executable executable) {
        return String.valueOf(assertThrows(TeacherException.class, executable).getMessage());
    }

    private static TableTeacher table(float[] values, int classes) {
        return new TableTeacher("t", values, classes, TeacherOutput.LOGITS);
    }

    private static double[] softmax(float[] logits, int row) {
        double[] powers = new double[3];
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            powers[i] = Math.exp(logits[row * 3 + i]);
            sum += powers[i];
        }
        for (int i = 0; i < 3; i++) {
            powers[i] /= sum;
        }
        return powers;
    }

    /** With the weights 1/4 and 3/4. */
    private static double[] mean(EnsembleTeacher.Mean mean, double[] one, double[] other) {
        double[] result = new double[3];
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            result[i] =
                    mean == EnsembleTeacher.Mean.PROBABILITIES
                            ? one[i] / 4 + other[i] * 3 / 4
                            : Math.pow(one[i], 0.25) * Math.pow(other[i], 0.75);
            sum += result[i];
        }
        for (int i = 0; i < 3; i++) {
            result[i] /= sum;
        }
        return result;
    }
}

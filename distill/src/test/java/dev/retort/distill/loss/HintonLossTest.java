package dev.retort.distill.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

@Tag("engines")
class HintonLossTest {
    private record Outcome(double loss, List<Double> gradient) {
        void assertGradient(double[] expected, double tolerance) {
            assertArrayEquals(
                    expected,
                    gradient.stream().mapToDouble(Double::doubleValue).toArray(),
                    tolerance);
        }
    }

    private static CombinedLoss hinton(double temperature, double hardWeight, double softWeight) {
        return new Objective(
                        LogitLossKind.HINTON,
                        OptionalDouble.of(temperature),
                        hardWeight,
                        softWeight,
                        false,
                        LogitLossKind.HINTON.settings())
                .over(1, null);
    }

    static Stream<JsonNode> golden() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        HintonLossTest.class.getResourceAsStream("distillation-loss.json"))) {
            JsonNode cases = new ObjectMapper().readTree(in);
            assertEquals(10, cases.size());
            return StreamSupport.stream(cases.spliterator(), false);
        }
    }

    @ParameterizedTest
    @MethodSource("golden")
    void agreesWithIndependentDecimalsInDouble(JsonNode golden) {
        assertGolden(golden, DataType.FLOAT64, 1e-12);
    }

    @ParameterizedTest
    @MethodSource("golden")
    void agreesWithIndependentDecimalsInFloat(JsonNode golden) {
        assertGolden(golden, DataType.FLOAT32, 1e-6);
    }

    private static void assertGolden(JsonNode golden, DataType type, double tolerance) {
        CombinedLoss loss =
                hinton(
                        golden.get("temperature").asDouble(),
                        golden.get("hardWeight").asDouble(),
                        golden.get("softWeight").asDouble());
        double[] student = flat(golden.get("student"));
        double[] expected = flat(golden.get("gradient"));
        long[] classes = new long[golden.get("classes").size()];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = golden.get("classes").get(i).asLong();
        }
        Outcome outcome = evaluate(loss, student, flat(golden.get("teacher")), classes, type);
        double value = golden.get("loss").asDouble();
        // Relative to the size of the loss where it is above 1, absolute below.
        assertEquals(value, outcome.loss(), tolerance * Math.max(1, Math.abs(value)));
        outcome.assertGradient(expected, tolerance);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 4, 20})
    void isZeroWithZeroGradientAtAPerfectMatch(double temperature) {
        SplittableRandom random = new SplittableRandom(7);
        double[] logits = random.doubles(80, -30, 30).toArray();
        Outcome outcome =
                evaluate(hinton(temperature, 0, 1), logits, logits, new long[8], DataType.FLOAT32);
        assertEquals(0, outcome.loss());
        outcome.assertGradient(new double[80], 1e-7);
    }

    @Test
    void isNeverNegativeAndIgnoresAShiftOfTheLogits() {
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 200; i++) {
            double temperature = random.nextDouble(0.5, 10);
            CombinedLoss loss = hinton(temperature, 0.2, 0.8);
            double[] student = random.doubles(30, -5, 5).toArray();
            double[] teacher = random.doubles(30, -5, 5).toArray();
            long[] classes = random.longs(3, 0, 10).toArray();
            double plain = evaluate(loss, student, teacher, classes, DataType.FLOAT64).loss();
            double shift = random.nextDouble(-20, 20);
            double[] moved = new double[30];
            for (int j = 0; j < 30; j++) {
                moved[j] = student[j] + shift;
            }
            assertTrue(plain > 0);
            assertEquals(
                    plain, evaluate(loss, moved, teacher, classes, DataType.FLOAT64).loss(), 1e-10);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT32", "FLOAT64"})
    void aBatchWithoutAnyLabelHasTheSoftTermAlone(DataType type) {
        double[] student = {1, 2, 3, 4, 5, 6};
        double[] teacher = {3, 2, 1, 0, 1, 0};
        long[] none = {-1, -1};
        double soft = evaluate(hinton(2, 0, 0.5), student, teacher, none, type).loss();
        double both = evaluate(hinton(2, 0.5, 0.5), student, teacher, none, type).loss();
        assertEquals(soft, both);
        assertTrue(soft > 0);
    }

    @Test
    void refusesValuesOutOfRange() {
        for (double temperature : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            IllegalArgumentException error =
                    assertThrows(
                            IllegalArgumentException.class, () -> hinton(temperature, 0.1, 0.9));
            assertEquals(
                    "expected a temperature above 0, found " + temperature, error.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> hinton(1, -0.1, 1));
        assertThrows(IllegalArgumentException.class, () -> hinton(1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> hinton(1, 1, Double.NaN));
    }

    @Test
    void namesBothShapesWhenTeacherAndStudentDiffer() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDList labels =
                    new NDList(manager.create(new long[] {0, 1}), manager.ones(new Shape(2, 5)));
            NDList predictions = new NDList(manager.ones(new Shape(2, 4)));
            IllegalArgumentException error =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> hinton(4, 0.1, 0.9).evaluate(labels, predictions));
            assertEquals(
                    "expected teacher logits of the student's shape (2, 4), found (2, 5)",
                    error.getMessage());
        }
    }

    private static Outcome evaluate(
            CombinedLoss loss, double[] student, double[] teacher, long[] classes, DataType type) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Shape shape = new Shape(classes.length, student.length / classes.length);
            NDArray studentLogits = manager.create(student, shape).toType(type, true);
            NDArray teacherLogits = manager.create(teacher, shape).toType(type, true);
            studentLogits.setRequiresGradient(true);
            try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
                NDArray value =
                        loss.evaluate(
                                new NDList(manager.create(classes), teacherLogits),
                                new NDList(studentLogits));
                collector.backward(value);
                return new Outcome(
                        value.toType(DataType.FLOAT64, false).getDouble(),
                        Arrays.stream(
                                        studentLogits
                                                .getGradient()
                                                .toType(DataType.FLOAT64, false)
                                                .toDoubleArray())
                                .boxed()
                                .toList());
            }
        }
    }

    private static double[] flat(JsonNode rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .flatMap(row -> StreamSupport.stream(row.spliterator(), false))
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }
}

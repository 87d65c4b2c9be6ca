package dev.retort.distill.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

@Tag("engines")
class LogitLossTest {
    private static final int BATCH = 6;
    private static final int CLASSES = 5;

    /** A loss, and what is promised of it. */
    @SuppressWarnings("ImmutableEnumChecker") // Never changed.
    enum Promise {
        CROSS_ENTROPY(new CrossEntropy(), "shift student"),
        FORWARD(KullbackLeibler.forward(4), "match, shift student, shift teacher"),
        REVERSE(KullbackLeibler.reverse(2), "match, shift student, shift teacher"),
        JSD_HALF(new JensenShannon(0.5, 1), "match, symmetric, shift student, shift teacher"),
        JSD(new JensenShannon(0.2, 3), "match, shift student, shift teacher"),
        TVD(new TotalVariation(2), "match, symmetric, shift student, shift teacher"),
        MSE(new LogitSquaredError(), "match, symmetric"),
        STANDARDISED(
                new StandardisedLogits(KullbackLeibler.forward(2)),
                "match, shift student, shift teacher, scale student, scale teacher"),
        DKD(new DecoupledDistillation(1, 8, 4), "match, shift student, shift teacher"),
        DIST(new RelationMatching(1, 2, 2), "match, symmetric, shift student, shift teacher"),
        TF_KD(new VirtualTeacher(0.99, 20), "shift student"),
        STANDARDISED_TF_KD(
                new StandardisedLogits(new VirtualTeacher(0.99, 20)),
                "shift student, scale student");

        private final LogitLoss loss;
        private final Set<String> promises;

        Promise(LogitLoss loss, String promises) {
            this.loss = loss;
            this.promises = Set.of(promises.split(", ", -1));
        }

        boolean promises(String promise) {
            return promises.contains(promise);
        }

        LossOutcome of(double[] student, double[] teacher, long[] classes) {
            return LossOutcome.of(loss, student, teacher, classes, DataType.FLOAT64);
        }

        /** What the epsilon that DIST adds to a product of norms may move. */
        double tolerance(double others) {
            return this == DIST ? 1e-5 : others;
        }

        double value(double[] student, double[] teacher, long[] classes) {
            return of(student, teacher, classes).value();
        }
    }

    private final SplittableRandom random = new SplittableRandom(20240301);

    @ParameterizedTest
    @EnumSource
    void isZeroWithZeroGradientAtAMatchOnlyWhereThatIsPromised(Promise promise) {
        double[] logits = logits();
        LossOutcome outcome = promise.of(logits, logits, classes());
        if (promise.promises("match")) {
            assertEquals(0, outcome.value(), promise.tolerance(1e-13));
            assertArrayEquals(
                    new double[logits.length], outcome.gradient(), promise.tolerance(1e-9));
        } else {
            assertTrue(outcome.value() > 1e-3, outcome.toString());
        }
        assertTrue(promise.value(logits(), logits, classes()) > 1e-3);
    }

    @ParameterizedTest
    @EnumSource
    void isSymmetricOnlyWhereThatIsPromised(Promise promise) {
        double[] student = logits();
        double[] teacher = logits();
        double one = promise.value(student, teacher, classes());
        double other = promise.value(teacher, student, classes());
        if (promise.promises("symmetric")) {
            assertEquals(one, other, 1e-12);
        } else {
            assertNotEquals(one, other, 1e-6);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aShiftOrAScaleOfRowsCountsOnlyWhereThatIsNotPromised(Promise promise) {
        double[] student = logits();
        double[] teacher = logits();
        long[] classes = classes();
        double plain = promise.value(student, teacher, classes);
        boolean needsNoTeacher = !promise.loss.needsTeacher();
        assertUnchanged(
                promise.promises("shift student"),
                plain,
                promise.value(shifted(student), teacher, classes));
        assertUnchanged(
                promise.promises("shift teacher") || needsNoTeacher,
                plain,
                promise.value(student, shifted(teacher), classes));
        assertUnchanged(
                promise.promises("scale student"),
                plain,
                promise.value(Rows.each(student, x -> 3 * x), teacher, classes));
        assertUnchanged(
                promise.promises("scale teacher") || needsNoTeacher,
                plain,
                promise.value(student, Rows.each(teacher, x -> 3 * x), classes));
    }

    private static void assertUnchanged(boolean promised, double plain, double changed) {
        if (promised) {
            // The epsilon of the standardisation is all that may be seen.
            assertEquals(plain, changed, 1e-6);
        } else {
            assertNotEquals(plain, changed, 1e-5);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theOrderOfTheSamplesDoesNotCountAndGradientsFollowIt(Promise promise) {
        double[] student = logits();
        double[] teacher = logits();
        long[] classes = classes();
        LossOutcome plain = promise.of(student, teacher, classes);
        LossOutcome turned =
                promise.of(
                        Rows.reversed(student, CLASSES),
                        Rows.reversed(teacher, CLASSES),
                        LongStream.range(0, BATCH)
                                .map(i -> classes[BATCH - 1 - (int) i])
                                .toArray());
        assertEquals(plain.value(), turned.value(), 1e-12);
        assertArrayEquals(Rows.reversed(plain.gradient(), CLASSES), turned.gradient(), 1e-12);
    }

    @ParameterizedTest
    @EnumSource
    void isAMeanOverTheSamples(Promise promise) {
        double[] student = logits();
        double[] teacher = logits();
        long[] classes = classes();
        double once = promise.value(student, teacher, classes);
        double twice =
                promise.value(
                        twice(student),
                        twice(teacher),
                        LongStream.concat(Arrays.stream(classes), Arrays.stream(classes))
                                .toArray());
        assertEquals(once, twice, promise.tolerance(1e-12));
    }

    @ParameterizedTest
    @EnumSource
    void extremeLogitsGiveFiniteNumbers(Promise promise) {
        double[] sizes = {1e4, -1e4, 0, 1, -3e3};
        for (int round = 0; round < 20; round++) {
            double[] student = random.ints(30, 0, 5).mapToDouble(i -> sizes[i]).toArray();
            double[] teacher = random.ints(30, 0, 5).mapToDouble(i -> sizes[i]).toArray();
            for (DataType type :
                    new DataType[] {DataType.FLOAT16, DataType.FLOAT32, DataType.FLOAT64}) {
                assertFinite(LossOutcome.of(promise.loss, student, teacher, classes(), type));
                assertFinite(LossOutcome.of(promise.loss, student, student, classes(), type));
            }
        }
        double[] zeros = new double[30];
        assertFinite(promise.of(zeros, zeros, classes()));
        assertFinite(promise.of(zeros, logits(), classes()));
        assertFinite(promise.of(logits(), zeros, classes()));
    }

    static void assertFinite(LossOutcome outcome) {
        assertTrue(Double.isFinite(outcome.value()), outcome.toString());
        for (double element : outcome.gradient()) {
            assertTrue(Double.isFinite(element), Arrays.toString(outcome.gradient()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theWeightMultipliesValueAndGradient(Promise promise) {
        double[] student = logits();
        double[] teacher = logits();
        try (NDManager manager = NDManager.newBaseManager()) {
            Shape shape = new Shape(BATCH, CLASSES);
            NDArray other = manager.create(teacher, shape);
            NDArray labels = manager.create(classes());
            LossOutcome plain = promise.of(student, teacher, labels.toLongArray());
            LossOutcome weighted =
                    LossOutcome.of(
                            manager.create(student, shape),
                            logits -> promise.loss.evaluate(logits, other, labels, 2.5));
            assertEquals(2.5 * plain.value(), weighted.value(), 1e-12);
            assertArrayEquals(
                    Rows.each(plain.gradient(), x -> 2.5 * x), weighted.gradient(), 1e-12);
        }
    }

    @ParameterizedTest
    @EnumSource
    void noGradientReachesTheTeacherAndNothingStaysWithArraysThatLiveLonger(Promise promise) {
        try (NDManager manager = NDManager.newBaseManager();
                NDManager longer = manager.newSubManager()) {
            Shape shape = new Shape(BATCH, CLASSES);
            NDArray teacher = longer.create(logits(), shape);
            teacher.setRequiresGradient(true);
            NDArray labels = longer.create(classes());
            int before = longer.getManagedArrays().size();
            try (NDManager step = manager.newSubManager();
                    GradientCollector collector = step.getEngine().newGradientCollector()) {
                NDArray student = step.create(logits(), shape);
                student.setRequiresGradient(true);
                NDArray value = promise.loss.evaluate(student, teacher, labels, 1);
                assertEquals(before, longer.getManagedArrays().size());
                // With a gradient of ones, to which the loss would add.
                collector.backward(value.add(teacher.sum()));
                assertArrayEquals(
                        Rows.each(new double[BATCH * CLASSES], _ -> 1),
                        teacher.getGradient().toDoubleArray());
                assertNotEquals(
                        0, student.getGradient().abs().sum().getDouble(), promise.toString());
            }
        }
    }

    @Test
    void noLossOfLabelsLooksAtTheTeacher() {
        double[] nothing = Rows.each(logits(), _ -> Double.NaN);
        for (Promise promise : Promise.values()) {
            double value = promise.value(logits(), nothing, classes());
            assertEquals(promise.loss.needsTeacher(), Double.isNaN(value), promise.toString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void typesOfSixteenBitsGiveWhatTheirNumbersGiveInDouble(Promise promise) {
        // Exact in both types, with sums and squares that are not.
        double[] student = random.ints(30, -64, 64).mapToDouble(i -> 8.0 * i).toArray();
        double[] teacher = random.ints(30, -64, 64).mapToDouble(i -> 8.0 * i).toArray();
        LossOutcome exact = promise.of(student, teacher, classes());
        for (DataType type : new DataType[] {DataType.FLOAT16}) {
            LossOutcome half = LossOutcome.of(promise.loss, student, teacher, classes(), type);
            assertEquals(exact.value(), half.value(), 1e-5 * Math.max(1, exact.value()));
            // The gradient is of the student's type.
            double largest = Arrays.stream(exact.gradient()).map(Math::abs).max().orElse(0);
            assertArrayEquals(exact.gradient(), half.gradient(), 4e-3 * largest + 1e-7);
        }
    }

    @Test
    void labelsCountOnlyWhereTheLossSaysSo() {
        double[] student = logits();
        double[] teacher = logits();
        long[] none = new long[BATCH];
        Arrays.fill(none, -1);
        for (Promise promise : Promise.values()) {
            double with = promise.value(student, teacher, classes());
            double without = promise.value(student, teacher, none);
            switch (promise) {
                case CROSS_ENTROPY, TF_KD, STANDARDISED_TF_KD -> assertEquals(0, without, 1e-300);
                // The teacher's choice stands in.
                case DKD ->
                        assertEquals(promise.value(student, teacher, choices(teacher)), without);
                default -> assertEquals(with, without);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void namesShapesThatDoNotFit(Promise promise) {
        Rows.assertRefused(
                "expected student logits of shape (batch, classes), found (4)",
                () -> evaluate(promise.loss, new Shape(4), new Shape(4), 4));
        Rows.assertRefused(
                "expected teacher logits of the student's shape (2, 4), found (2, 5)",
                () -> evaluate(promise.loss, new Shape(2, 4), new Shape(2, 5), 2));
        Rows.assertRefused(
                "expected classes of shape (2), one a sample, found (3)",
                () -> evaluate(promise.loss, new Shape(2, 4), new Shape(2, 4), 3));
        Rows.assertRefused(
                "expected logits of at least 2 classes, found 1",
                () -> evaluate(promise.loss, new Shape(2, 1), new Shape(2, 1), 2));
        if (promise == Promise.DIST) {
            assertEquals(2, promise.loss.minimumSamples());
            Rows.assertRefused(
                    "expected a batch of at least 2 samples, found 1",
                    () -> evaluate(promise.loss, new Shape(1, 4), new Shape(1, 4), 1));
        } else {
            assertEquals(1, promise.loss.minimumSamples());
            evaluate(promise.loss, new Shape(1, 4), new Shape(1, 4), 1);
        }
    }

    private static void evaluate(LogitLoss loss, Shape student, Shape teacher, int labels) {
        try (NDManager manager = NDManager.newBaseManager()) {
            loss.evaluate(
                    manager.ones(student),
                    manager.ones(teacher),
                    manager.create(new long[labels]),
                    1);
        }
    }

    private double[] logits() {
        return random.doubles(BATCH * CLASSES, -3, 3).toArray();
    }

    private static long[] classes() {
        return new long[] {0, 4, 2, 2, 1, 3};
    }

    private static long[] choices(double[] logits) {
        long[] choices = new long[BATCH];
        for (int i = 0; i < logits.length; i++) {
            int row = i / CLASSES;
            if (logits[i] > logits[row * CLASSES + (int) choices[row]]) {
                choices[row] = i % CLASSES;
            }
        }
        return choices;
    }

    /** Another shift for each row. */
    private static double[] shifted(double[] rows) {
        double[] moved = rows.clone();
        for (int i = 0; i < moved.length; i++) {
            int row = i / CLASSES;
            moved[i] += 1.5 + row;
        }
        return moved;
    }

    private static double[] twice(double[] rows) {
        double[] both = Arrays.copyOf(rows, 2 * rows.length);
        System.arraycopy(rows, 0, both, rows.length, rows.length);
        return both;
    }
}

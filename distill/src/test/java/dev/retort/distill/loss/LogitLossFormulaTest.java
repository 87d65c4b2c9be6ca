package dev.retort.distill.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.DataType;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.SplittableRandom;

/** What single losses of logits are by their formulas. What all of them promise is elsewhere. */
@Tag("engines")
class LogitLossFormulaTest {
    private static final int BATCH = 6;
    private static final int CLASSES = 5;

    private final SplittableRandom random = new SplittableRandom(20240302);

    @Test
    void aClassThatIsEqualUpToRoundingHasNoCorrelation() {
        int batch = 64;
        int count = 10;
        double[] row = random.doubles(count, -3, 3).toArray();
        double[] equal = new double[batch * count];
        Arrays.setAll(equal, i -> row[i % count]);
        double[] teacher = random.doubles(equal.length, -3, 3).toArray();
        long[] labels = new long[batch];
        for (DataType type : new DataType[] {DataType.FLOAT32, DataType.FLOAT64}) {
            for (LogitLoss loss :
                    new LogitLoss[] {
                        new RelationMatching(1, 1, 1), new RelationMatching(0, 1, 4)
                    }) {
                LossOutcome outcome = LossOutcome.of(loss, equal, teacher, labels, type);
                LogitLossTest.assertFinite(outcome);
                double largest = Arrays.stream(outcome.gradient()).map(Math::abs).max().orElse(0);
                assertTrue(largest < 1e3, () -> "a gradient of " + largest);
            }
        }
    }

    @Test
    void theParametersOfDkdPutTogetherGiveTheForwardDivergence() {
        // KL(t || s) = TCKD + (1 - t_y) NCKD, for one sample.
        for (int round = 0; round < 50; round++) {
            double temperature = random.nextDouble(0.5, 6);
            double[] student = random.doubles(CLASSES, -4, 4).toArray();
            double[] teacher = random.doubles(CLASSES, -4, 4).toArray();
            long[] target = {random.nextInt(CLASSES)};
            double rest = 1 - softmax(teacher, temperature)[(int) target[0]];
            assertEquals(
                    value(KullbackLeibler.forward(temperature), student, teacher, target),
                    value(new DecoupledDistillation(1, 0, temperature), student, teacher, target)
                            + rest
                                    * value(
                                            new DecoupledDistillation(0, 1, temperature),
                                            student,
                                            teacher,
                                            target),
                    1e-10);
        }
    }

    @Test
    void jsdDividedByItsBetaGoesToBothDivergencesAndItselfToZero() {
        double[] student = logits();
        double[] teacher = logits();
        double forward = value(KullbackLeibler.forward(1), student, teacher, classes());
        double reverse = value(KullbackLeibler.reverse(1), student, teacher, classes());
        double tiny = 1e-7;
        double low = value(new JensenShannon(tiny, 1), student, teacher, classes());
        double high = value(new JensenShannon(1 - tiny, 1), student, teacher, classes());
        assertEquals(forward, low / tiny, 1e-3 * forward);
        assertEquals(reverse, high / tiny, 1e-3 * reverse);
        assertTrue(low < 1e-5 && high < 1e-5);
        double[] far = {1e4, 0, 0};
        double[] away = {0, 1e4, 0};
        assertEquals(Math.log(2), value(new JensenShannon(0.5, 1), far, away, new long[1]), 1e-12);
        assertEquals(1, value(new TotalVariation(1), far, away, new long[1]), 1e-12);
    }

    @Test
    void samplesWithoutALabelAreLeftOutOfTheMeanOfTheLabels() {
        double[] student = logits();
        for (LogitLoss loss : new LogitLoss[] {new CrossEntropy(), new VirtualTeacher(0.9, 2)}) {
            double[] first = Arrays.copyOf(student, CLASSES);
            long[] firstAlone = {3, -1, -1, -1, -1, -1};
            assertEquals(
                    value(loss, first, first, new long[] {3}),
                    value(loss, student, student, firstAlone),
                    1e-12);
        }
    }

    @Test
    void refusesSettingsOutOfRange() {
        for (double value : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            String message = "expected a temperature above 0, found " + value;
            Rows.assertRefused(message, () -> KullbackLeibler.forward(value));
            Rows.assertRefused(message, () -> KullbackLeibler.reverse(value));
            Rows.assertRefused(message, () -> new JensenShannon(0.5, value));
            Rows.assertRefused(message, () -> new TotalVariation(value));
            Rows.assertRefused(message, () -> new DecoupledDistillation(1, 8, value));
            Rows.assertRefused(message, () -> new RelationMatching(1, 1, value));
            Rows.assertRefused(message, () -> new VirtualTeacher(0.9, value));
        }
        for (double value : new double[] {0, 1, -0.1, 1.1, Double.NaN}) {
            Rows.assertRefused(
                    "expected a beta above 0 and below 1, found " + value,
                    () -> new JensenShannon(value, 1));
            Rows.assertRefused(
                    "expected a value of the class of a sample above 0 and below 1, found " + value,
                    () -> new VirtualTeacher(value, 1));
        }
        Rows.assertRefused(
                "expected an alpha of at least 0, found -1.0",
                () -> new DecoupledDistillation(-1, 8, 4));
        Rows.assertRefused(
                "expected a beta of at least 0, found NaN",
                () -> new DecoupledDistillation(1, Double.NaN, 4));
        Rows.assertRefused(
                "expected a gamma of at least 0, found -0.5",
                () -> new RelationMatching(1, -0.5, 1));
    }

    private static double value(
            LogitLoss loss, double[] student, double[] teacher, long[] classes) {
        return LossOutcome.of(loss, student, teacher, classes, DataType.FLOAT64).value();
    }

    private double[] logits() {
        return random.doubles(BATCH * CLASSES, -3, 3).toArray();
    }

    private static long[] classes() {
        return new long[] {0, 4, 2, 2, 1, 3};
    }

    private static double[] softmax(double[] logits, double temperature) {
        double total = Arrays.stream(logits).map(z -> Math.exp(z / temperature)).sum();
        return Arrays.stream(logits).map(z -> Math.exp(z / temperature) / total).toArray();
    }
}

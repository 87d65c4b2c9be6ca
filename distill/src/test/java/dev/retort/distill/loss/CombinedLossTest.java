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

import dev.retort.distill.loss.feature.FeatureSquaredError;
import dev.retort.distill.loss.feature.RelationalAngle;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

@Tag("engines")
class CombinedLossTest {
    private static final Shape SHAPE = new Shape(4, 3);
    private final NDManager manager = NDManager.newBaseManager();
    private final SplittableRandom random = new SplittableRandom(5);

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void isTheSumOfItsTermsWithTheWeightsAndTemperaturesOfTheStep() {
        CombinedLoss loss =
                new CombinedLoss(
                        List.of(
                                new LossTerm.OfLogits(
                                        "soft",
                                        KullbackLeibler::forward,
                                        Schedule.linear(4, 2),
                                        Schedule.warmUp(0.6, Schedule.constant(0.9))),
                                LossTerm.of("labels", new CrossEntropy(), 0.1)),
                        5);
        double[] temperatures = {4, 3.5, 3, 2.5, 2, 2};
        double[] weights = {0.3, 0.6, 0.9, 0.9, 0.9, 0.9};
        for (int i = 0; i < 6; i++) {
            NDList labels = labels();
            NDList predictions = new NDList(logits());
            NDArray student = predictions.head();
            NDArray teacher = labels.get(1);
            NDArray soft =
                    KullbackLeibler.forward(temperatures[i])
                            .evaluate(student, teacher, labels.get(0), weights[i]);
            NDArray hard = new CrossEntropy().evaluate(student, teacher, labels.get(0), 0.1);
            assertEquals(
                    soft.getDouble() + hard.getDouble(),
                    loss.evaluate(labels, predictions).getDouble(),
                    1e-12,
                    "step " + (i + 1));
        }
    }

    @Test
    void theObjectiveOfHintonIsItsTwoTermsToTheLastBit() {
        CombinedLoss loss = Objective.hinton(4, 0.9).over(3, null);
        NDList labels = labels();
        NDArray teacher = labels.get(1).toType(DataType.FLOAT32, true);
        double[] student = logits().toDoubleArray();
        NDList single = new NDList(labels.get(0), teacher);
        LossOutcome one = outcome(student, s -> loss.evaluate(single, s));
        LossOutcome other =
                outcome(
                        student,
                        s ->
                                KullbackLeibler.forward(4)
                                        .evaluate(s.head(), teacher, labels.get(0), 0.9)
                                        .add(
                                                new CrossEntropy()
                                                        .evaluate(
                                                                s.head(),
                                                                teacher,
                                                                labels.get(0),
                                                                1 - 0.9)));
        assertEquals(other.value(), one.value());
        assertArrayEquals(other.gradient(), one.gradient());
    }

    @Test
    void aStepThatIsMadeAgainCountsOnce() {
        CombinedLoss loss =
                new CombinedLoss(List.of(LossTerm.of("labels", new CrossEntropy(), 2)), 4, manager);
        NDList labels = labels();
        NDList predictions = new NDList(logits());
        double once = 0;
        for (int step : new int[] {1, 1, 2, 2, 2}) {
            loss.stepBegins(step);
            once = loss.evaluate(labels, predictions).getDouble();
        }
        LossBreakdown breakdown = loss.read();
        assertEquals(2, breakdown.steps());
        assertEquals(once, breakdown.total(), 1e-6);
    }

    @Test
    void partsAddUpToTheWholeAndToItsBreakdown() {
        List<LossTerm> terms =
                List.of(
                        LossTerm.of("kl", KullbackLeibler.forward(2), 0.5),
                        LossTerm.of(
                                "smooth",
                                new StandardisedLogits(new VirtualTeacher(0.9, 4)),
                                Schedule.constant(3)),
                        LossTerm.of("labels", new CrossEntropy(), 2));
        CombinedLoss whole = new CombinedLoss(terms, 4, manager);
        CombinedLoss parts = new CombinedLoss(terms, 4, manager);
        NDList labels = labels();
        NDArray student = logits();
        whole.stepBegins(1);
        double value = whole.evaluate(labels, new NDList(student)).getDouble();
        parts.stepBegins(1);
        double sum = 0;
        // The second part has no label, which is the third sample's.
        for (String rows : List.of("0:2", "2:3", "3:4")) {
            NDList part = new NDList(labels.get(0).get(rows), labels.get(1).get(rows));
            sum += parts.evaluatePart(part, new NDList(student.get(rows)), labels).getDouble();
        }
        assertEquals(value, sum, 1e-12);
        LossBreakdown expected = whole.read();
        LossBreakdown found = parts.read();
        assertEquals(1, found.steps());
        for (int i = 0; i < terms.size(); i++) {
            assertEquals(
                    expected.parts().get(i).contribution(),
                    found.parts().get(i).contribution(),
                    1e-12);
        }
    }

    @Test
    void needsAsManySamplesAsItsTermsDo() {
        assertEquals(1, Objective.of(LogitLossKind.HINTON).over(1, null).minimumSamples());
        assertEquals(2, Objective.of(LogitLossKind.DIST).over(1, null).minimumSamples());
        assertEquals(
                3,
                new CombinedLoss(
                                List.of(
                                        LossTerm.of("dist", new RelationMatching(1, 1, 1), 1),
                                        LossTerm.of(
                                                "angles",
                                                new RelationalAngle(),
                                                0,
                                                Schedule.constant(1))),
                                1)
                        .minimumSamples());
    }

    private LossOutcome outcome(double[] student, Function<NDList, NDArray> loss) {
        return LossOutcome.of(
                manager.create(student, SHAPE).toType(DataType.FLOAT32, true),
                logits -> loss.apply(new NDList(logits)));
    }

    @Test
    void theBreakdownAddsUpToTheLossAndIsAMeanOverSamples() {
        CombinedLoss loss =
                new CombinedLoss(
                        List.of(
                                LossTerm.of("late", new TotalVariation(1), afterHalf()),
                                LossTerm.of("kl", KullbackLeibler.forward(2), 0.5),
                                LossTerm.of("labels", new CrossEntropy(), 2)),
                        4,
                        manager);
        double sum = 0;
        double late = 0;
        long samples = 0;
        int before = -1;
        for (int step = 1; step <= 4; step++) {
            long size = step == 4 ? 2 : 4;
            try (NDManager scope = manager.newSubManager()) {
                NDArray student = scope.create(doubles(size), new Shape(size, 3));
                NDArray teacher = scope.create(doubles(size), new Shape(size, 3));
                NDArray classes = scope.zeros(new Shape(size), DataType.INT64);
                student.setRequiresGradient(true);
                try (GradientCollector collector = scope.getEngine().newGradientCollector()) {
                    NDArray value =
                            loss.evaluate(new NDList(classes, teacher), new NDList(student));
                    collector.backward(value);
                    sum += size * value.getDouble();
                    if (step > 2) {
                        late +=
                                size
                                        * new TotalVariation(1)
                                                .evaluate(student, teacher, classes, 3)
                                                .getDouble();
                    }
                    samples += size;
                }
            }
            // The sums are all that stays.
            int held = manager.getManagedArrays().size();
            assertTrue(before < 0 || held == before, before + " then " + held);
            before = held;
        }
        LossBreakdown breakdown = loss.read();
        assertEquals(4, breakdown.steps());
        assertEquals(sum / samples, breakdown.total(), 1e-6);
        assertEquals("late", breakdown.parts().get(0).name());
        assertEquals(3, breakdown.parts().get(0).weight());
        assertEquals(late / samples, breakdown.parts().get(0).contribution(), 1e-6);
        assertTrue(breakdown.toString().contains(" + labels "), breakdown.toString());
        assertThrows(IllegalStateException.class, loss::read);

        NDList labels = labels();
        NDList predictions = new NDList(logits());
        double next = loss.evaluate(labels, predictions).getDouble();
        assertEquals(1, loss.read().steps());
        loss.evaluate(labels, predictions);
        assertEquals(next, loss.read().total(), 1e-6);
    }

    private static Schedule afterHalf() {
        return Schedule.steps(0, List.of(new Schedule.Change(0.5, 3)));
    }

    @Test
    void evaluationsOfListenersAreNoSteps() {
        CombinedLoss loss =
                new CombinedLoss(
                        List.of(
                                LossTerm.of(
                                        "kl", KullbackLeibler.forward(1), Schedule.linear(1, 3))),
                        3,
                        manager);
        NDList labels = labels();
        // DJL reads a float.
        NDList predictions = new NDList(logits().toType(DataType.FLOAT32, true));
        double first = loss.evaluate(labels, predictions).getFloat();
        loss.addAccumulator("key");
        loss.updateAccumulators(new String[] {"key"}, labels, predictions);
        loss.updateAccumulators(new String[] {"key"}, labels, predictions);
        assertEquals(first, loss.getAccumulator("key"), 1e-6);
        assertEquals(2 * first, loss.evaluate(labels, predictions).getFloat(), 1e-5);
        assertEquals(2, loss.read().steps());
    }

    @Test
    void featuresFollowTheLogits() {
        CombinedLoss loss =
                new CombinedLoss(
                        List.of(
                                LossTerm.of(
                                        "hints",
                                        FeatureSquaredError.hints(null),
                                        1,
                                        Schedule.constant(100))),
                        1);
        NDArray feature = manager.ones(new Shape(4, 2), DataType.FLOAT64);
        NDArray other = manager.zeros(new Shape(4, 7), DataType.FLOAT64);
        NDList labels = labels();
        labels.add(other);
        labels.add(feature.mul(3));
        assertEquals(
                400, loss.evaluate(labels, new NDList(logits(), other, feature)).getDouble(), 1e-9);
        Rows.assertRefused(
                "expected features 1 of student and teacher for hints, found 1 and 2",
                () -> loss.evaluate(labels, new NDList(logits(), other)));
    }

    @Test
    void refusesWhatIsNoCombination() {
        Rows.assertRefused(
                "expected at least 1 term of the loss, found 0",
                () -> new CombinedLoss(List.of(), 1));
        LossTerm term = LossTerm.of("kl", KullbackLeibler.forward(1), 1);
        Rows.assertRefused(
                "expected terms with different names, found [kl, kl]",
                () -> new CombinedLoss(List.of(term, term), 1));
        Rows.assertRefused(
                "expected at least 1 step, found 0", () -> new CombinedLoss(List.of(term), 0));
        Rows.assertRefused(
                "expected a weight of at least 0, found -1.0",
                () -> LossTerm.of("kl", KullbackLeibler.forward(1), -1));
        Rows.assertRefused(
                "expected a term with a weight other than 0 in step 1, found none",
                () ->
                        new CombinedLoss(
                                        List.of(
                                                LossTerm.of(
                                                        "tvd", new TotalVariation(1), afterHalf())),
                                        4)
                                .evaluate(labels(), new NDList(logits())));
        assertThrows(IllegalStateException.class, () -> new CombinedLoss(List.of(term), 1).read());
    }

    private NDList labels() {
        return new NDList(manager.create(new long[] {0, 2, -1, 1}), logits());
    }

    private NDArray logits() {
        return manager.create(doubles(4), SHAPE);
    }

    private double[] doubles(long rows) {
        return random.doubles(rows * 3, -3, 3).toArray();
    }
}

package dev.retort.distill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.types.Shape;

import dev.retort.distill.data.DataException;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.data.Digits;
import dev.retort.distill.data.LabelledData;
import dev.retort.distill.loss.LogitLossKind;
import dev.retort.distill.loss.Objective;
import dev.retort.distill.train.TrainingPlan;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.OptionalInt;

class DistillationTaskTest {
    private static final DataSplit DATA = Digits.load();
    private static final TrainingPlan PLAN = TrainingPlan.of(1, 32, 0.01f);

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesATemperatureThatIsNotAboveZero(double temperature) {
        assertEquals(
                "expected a temperature above 0, found " + temperature,
                refusal(temperature, 0.9, OptionalInt.empty()));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.01, 1.01, Double.NaN})
    void refusesAWeightThatIsNoShare(double weight) {
        assertEquals(
                "expected a weight of the soft labels from 0 to 1, found " + weight,
                refusal(4, weight, OptionalInt.empty()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 1168})
    void refusesLabelsThatAreTooFewOrTooMany(int labels) {
        assertEquals(
                "expected from 10 (one a class) to 1167 labels, found " + labels,
                refusal(4, 0.9, OptionalInt.of(labels)));
    }

    @Test
    void takesTheValuesAtTheBounds() {
        assertEquals(0, task(Double.MIN_VALUE, 0, OptionalInt.of(10)).objective().softWeight());
        assertEquals(1, task(1e9, 1, OptionalInt.of(1167)).objective().softWeight());
    }

    @Test
    void refusesALastBatchThatIsTooSmallForTheLoss() {
        TrainingPlan pairs = TrainingPlan.of(1, 2, 0.01f);
        assertEquals(
                "expected at least 2 samples in each batch for the loss dist, found 1 in the last:"
                        + " 1167 samples in batches of 2",
                assertThrows(IllegalArgumentException.class, () -> task(pairs, LogitLossKind.DIST))
                        .getMessage());
        assertEquals(pairs, task(pairs, LogitLossKind.DKD).studentPlan());
        TrainingPlan whole = TrainingPlan.of(1, 1167, 0.01f);
        assertEquals(whole, task(whole, LogitLossKind.DIST).studentPlan());
    }

    private static LabelledData samples(int classes, int... labels) {
        return new LabelledData(
                new byte[labels.length * 3], 1, new Shape(3), labels.clone(), classes);
    }

    private static String refused(LabelledData train, LabelledData validation, LabelledData test) {
        DataSplit data = new DataSplit("made", train, validation, test, "made here");
        return String.valueOf(
                assertThrows(
                                DataException.class,
                                () -> task(data, TrainingPlan.of(1, 2, 0.01f), LogitLossKind.DKD))
                        .getMessage());
    }

    @Test
    void refusesDataThatAreNotForClassification() {
        LabelledData good = samples(2, 0, 1, 1);
        LabelledData oneClass = samples(2, 1, 1);
        assertEquals(
                "expected training samples of at least 2 classes in made, found samples of one"
                        + " class alone",
                refused(oneClass, good, good));
        assertEquals(
                "expected all parts of made to have samples of shape (3) and 2 classes, found"
                        + " shape (3) and 3 classes",
                refused(good, good, samples(3, 0, 1)));
        // One class among those that choose is no harm.
        task(
                new DataSplit("made", good, oneClass, good, "made here"),
                TrainingPlan.of(1, 3, 0.01f),
                LogitLossKind.DKD);
    }

    @Test
    void refusesSamplesThatAreOutOfRange() {
        assertEquals(
                "expected labels from 0 to 1, found 2 at sample 1",
                assertThrows(DataException.class, () -> samples(2, 0, 2)).getMessage());
        assertEquals(
                "expected a finite value above 0 that becomes 1, found 0.0",
                assertThrows(
                                DataException.class,
                                () -> new LabelledData(new byte[3], 0, new Shape(3), new int[1], 2))
                        .getMessage());
    }

    @Test
    void refusesSamplesWithoutALabel() {
        LabelledData good = samples(2, 0, 1, 1);
        LabelledData some = good.keepLabels(new int[] {0});
        assertEquals(
                "expected a label for each of the 3 training samples of made, found none for 2 of"
                        + " them, sample 1 the first",
                refused(some, good, good));
        assertEquals(
                "expected a label for each of the 3 validation samples of made, found none for 2"
                        + " of them, sample 1 the first",
                refused(good, some, good));
        assertEquals(
                "expected a label for each of the 3 test samples of made, found none for 3 of"
                        + " them, sample 0 the first",
                refused(good, good, good.keepLabels(new int[0])));
    }

    private static DistillationTask task(TrainingPlan studentPlan, LogitLossKind loss) {
        return task(DATA, studentPlan, loss);
    }

    private static DistillationTask task(
            DataSplit data, TrainingPlan studentPlan, LogitLossKind loss) {
        return new DistillationTask(
                data,
                () -> Networks.mlp(new int[] {4}, 10),
                () -> Networks.mlp(new int[] {2}, 10),
                PLAN,
                studentPlan,
                Objective.of(loss),
                OptionalInt.empty());
    }

    private static String refusal(double temperature, double weight, OptionalInt labels) {
        return String.valueOf(
                assertThrows(
                                IllegalArgumentException.class,
                                () -> task(temperature, weight, labels))
                        .getMessage());
    }

    private static DistillationTask task(double temperature, double weight, OptionalInt labels) {
        return new DistillationTask(
                DATA,
                () -> Networks.mlp(new int[] {4}, 10),
                () -> Networks.mlp(new int[] {2}, 10),
                PLAN,
                PLAN,
                temperature,
                weight,
                labels);
    }
}

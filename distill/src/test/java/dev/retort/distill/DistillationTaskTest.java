package dev.retort.distill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.distill.data.DataSplit;
import dev.retort.distill.data.Digits;
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

    private static DistillationTask task(TrainingPlan studentPlan, LogitLossKind loss) {
        return new DistillationTask(
                DATA,
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

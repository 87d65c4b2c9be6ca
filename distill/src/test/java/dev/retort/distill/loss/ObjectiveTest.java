package dev.retort.distill.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.OptionalDouble;

class ObjectiveTest {
    @Test
    void standardisingBringsTheWeightsOfItsAuthorsForHintonsLossAlone() {
        Objective hinton = Objective.of(LogitLossKind.HINTON).withStandardisedLogits();
        assertEquals(OptionalDouble.of(2), hinton.temperature());
        assertEquals(9, hinton.softWeight());
        assertEquals(0.1, hinton.hardWeight());
        Objective dkd = Objective.of(LogitLossKind.DKD).withStandardisedLogits();
        assertEquals(OptionalDouble.of(4), dkd.temperature());
        assertEquals(1, dkd.softWeight());
    }

    @Test
    void settingsAreChangedOneByOne() {
        Objective dkd = Objective.of(LogitLossKind.DKD).withSettings(Map.of("beta", 2.0));
        assertEquals(Map.of("alpha", 1.0, "beta", 2.0, "warm-up", 20.0 / 240), dkd.settings());
        Rows.assertRefused(
                "expected a setting of dkd, alpha or beta or warm-up, found gamma",
                () -> dkd.withSettings(Map.of("gamma", 1.0)));
        Rows.assertRefused(
                "expected a warm-up share from 0 to 1, found 2.0",
                () -> dkd.withSettings(Map.of("warm-up", 2.0)));
        Rows.assertRefused(
                "expected a beta above 0 and below 1, found 1.0",
                () -> Objective.of(LogitLossKind.JSD).withSettings(Map.of("beta", 1.0)));
    }

    @Test
    void refusesTemperaturesAndWeightsThatDoNotFit() {
        Rows.assertRefused(
                "expected no temperature with mse, which has none, found 4.0",
                () -> Objective.of(LogitLossKind.MSE).withTemperature(4));
        Rows.assertRefused(
                "expected a temperature above 0, found 0.0",
                () -> Objective.of(LogitLossKind.KL).withTemperature(0));
        Rows.assertRefused(
                "expected a weight of the soft labels from 0 to 1, found 1.5",
                () -> Objective.hinton(4, 1.5));
        Objective kl = Objective.of(LogitLossKind.KL);
        Rows.assertRefused(
                "expected a weight above 0 for the labels or the teacher, found 0 for both",
                () -> new Objective(kl.kind(), kl.temperature(), 0, 0, false, kl.settings()));
    }

    @Test
    void saysHowManySamplesABatchNeeds() {
        Objective dist = Objective.of(LogitLossKind.DIST);
        assertEquals(2, dist.minimumSamples());
        assertEquals(2, dist.withStandardisedLogits().minimumSamples());
        assertEquals(1, dist.withSoftWeight(0).minimumSamples());
        assertEquals(1, Objective.of(LogitLossKind.DKD).minimumSamples());
    }

    @Test
    void kindsHaveTheSettingsOfTheirAuthorsAndAreFoundByName() {
        for (LogitLossKind kind : LogitLossKind.values()) {
            assertEquals(kind, LogitLossKind.of(kind.label()));
            assertEquals(kind.softWeight(), Objective.of(kind).softWeight());
            assertFalse(kind.description().isBlank());
        }
        assertEquals(
                Map.of("alpha", 1.0, "beta", 8.0, "warm-up", 20.0 / 240),
                LogitLossKind.DKD.settings());
        assertTrue(LogitLossKind.MSE.temperature().isEmpty());
        Rows.assertRefused(
                "expected a loss of hinton, kl, reverse-kl, jsd, tvd, mse, dkd, dist, tf-kd, found"
                        + " nst",
                () -> LogitLossKind.of("nst"));
    }
}

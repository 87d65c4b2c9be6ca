package dev.retort.distill.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.types.DataType;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Values and gradients of the losses of logits, against 60-digit numbers. */
@Tag("engines")
class LogitLossGoldenTest {
    static Stream<GoldenCase> golden() {
        return GoldenCase.read("logit-losses.json");
    }

    @Test
    void thereAreGoldenValuesOfEveryLoss() {
        assertEquals(
                Set.of(
                        "cross-entropy",
                        "kl",
                        "reverse-kl",
                        "jsd",
                        "tvd",
                        "mse",
                        "standardised-kl",
                        "dkd",
                        "dist",
                        "tf-kd"),
                golden().map(GoldenCase::loss).collect(Collectors.toSet()));
        assertEquals(54, golden().count());
    }

    @ParameterizedTest
    @MethodSource("golden")
    void agreesWithIndependentDigitsInDouble(GoldenCase golden) {
        golden.check(outcome(golden, DataType.FLOAT64), 1e-10);
    }

    @ParameterizedTest
    @MethodSource("golden")
    void agreesWithIndependentDigitsInFloat(GoldenCase golden) {
        // Standardising divides by a spread in single precision.
        golden.check(outcome(golden, DataType.FLOAT32), 2e-6);
    }

    private static LossOutcome outcome(GoldenCase golden, DataType type) {
        return LossOutcome.of(
                loss(golden),
                golden.student().values(),
                golden.teacher().values(),
                requireNonNull(golden.classes()),
                type);
    }

    private static LogitLoss loss(GoldenCase golden) {
        return switch (golden.loss()) {
            case "cross-entropy" -> new CrossEntropy();
            case "kl" -> KullbackLeibler.forward(golden.setting("temperature"));
            case "reverse-kl" -> KullbackLeibler.reverse(golden.setting("temperature"));
            case "jsd" -> new JensenShannon(golden.setting("beta"), golden.setting("temperature"));
            case "tvd" -> new TotalVariation(golden.setting("temperature"));
            case "mse" -> new LogitSquaredError();
            case "standardised-kl" ->
                    new StandardisedLogits(KullbackLeibler.forward(golden.setting("temperature")));
            case "dkd" ->
                    new DecoupledDistillation(
                            golden.setting("alpha"),
                            golden.setting("beta"),
                            golden.setting("temperature"));
            case "dist" ->
                    new RelationMatching(
                            golden.setting("beta"),
                            golden.setting("gamma"),
                            golden.setting("temperature"));
            case "tf-kd" ->
                    new VirtualTeacher(golden.setting("correct"), golden.setting("temperature"));
            default -> throw new AssertionError(golden.loss());
        };
    }
}

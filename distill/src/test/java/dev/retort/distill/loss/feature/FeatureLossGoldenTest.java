package dev.retort.distill.loss.feature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.ParameterList;

import dev.retort.distill.loss.FeatureLoss;
import dev.retort.distill.loss.GoldenCase;
import dev.retort.distill.loss.LossOutcome;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Values and gradients of the losses of features, also of their projectors, against 60-digit
 * numbers.
 */
@Tag("engines")
class FeatureLossGoldenTest {
    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    static Stream<GoldenCase> golden() {
        return GoldenCase.read("feature-losses.json");
    }

    @Test
    void thereAreGoldenValuesOfEveryLoss() {
        assertEquals(
                Set.of(
                        "squared-error",
                        "cosine",
                        "attention",
                        "similarity",
                        "pkt",
                        "nst",
                        "rkd-distance",
                        "rkd-angle",
                        "vid",
                        "crd"),
                golden().map(GoldenCase::loss).collect(Collectors.toSet()));
        assertEquals(29, golden().count());
    }

    @ParameterizedTest
    @MethodSource("golden")
    void agreesWithIndependentDigitsInDouble(GoldenCase golden) {
        check(golden, DataType.FLOAT64, 1e-10);
    }

    @ParameterizedTest
    @MethodSource("golden")
    void agreesWithIndependentDigitsInFloat(GoldenCase golden) {
        check(golden, DataType.FLOAT32, 1e-5);
    }

    private void check(GoldenCase golden, DataType type, double tolerance) {
        FeatureLoss loss = loss(golden, type);
        List<GoldenCase.Values> weights = golden.ownWeights();
        ParameterList parameters = loss.parameters();
        assertEquals(weights.size(), parameters.size());
        for (int i = 0; i < weights.size(); i++) {
            NDArray array = parameters.get(i).getValue().getArray();
            assertEquals(new Shape(weights.get(i).shape()), array.getShape());
            array.set(new NDIndex("..."), weights.get(i).array(manager, type));
        }
        NDArray teacher = golden.teacher().array(manager, type);
        golden.check(
                LossOutcome.of(
                        golden.student().array(manager, type),
                        student -> loss.evaluate(student, teacher, 1)),
                tolerance);
        for (int i = 0; i < weights.size(); i++) {
            double[] expected = golden.weightGradient(i);
            double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
            assertArrayEquals(
                    expected,
                    LossOutcome.doubles(parameters.get(i).getValue().getArray().getGradient()),
                    tolerance * Math.max(1, largest),
                    parameters.get(i).getKey());
        }
    }

    private FeatureLoss loss(GoldenCase golden, DataType type) {
        Shape student = new Shape(golden.student().shape());
        Shape teacher = new Shape(golden.teacher().shape());
        Projector projector =
                golden.ownWeights().size() == 2
                        ? Projector.between(manager, type, student, teacher)
                        : null;
        return switch (golden.loss()) {
            case "squared-error" -> FeatureSquaredError.hints(projector);
            case "cosine" -> new FeatureCosine(projector);
            case "attention" -> new AttentionTransfer((int) golden.setting("power"));
            case "similarity" -> new SimilarityPreserving();
            case "pkt" -> new ProbabilisticTransfer();
            case "nst" -> new NeuronSelectivity();
            case "rkd-distance" -> new RelationalDistance();
            case "rkd-angle" -> new RelationalAngle();
            case "vid" -> new VariationalInformation(manager, type, student, teacher);
            case "crd" ->
                    new ContrastiveRepresentation(
                            Projector.linear(manager, type, student.get(1), 3),
                            Projector.linear(manager, type, teacher.get(1), 3),
                            golden.setting("temperature"));
            default -> throw new AssertionError(golden.loss());
        };
    }
}

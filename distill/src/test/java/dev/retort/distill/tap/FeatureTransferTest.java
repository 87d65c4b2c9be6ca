package dev.retort.distill.tap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Objects.requireNonNull;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;

import dev.retort.distill.Networks;
import dev.retort.distill.fingerprint.Fingerprint;
import dev.retort.distill.flops.FlopCounter;
import dev.retort.distill.loss.CombinedLoss;
import dev.retort.distill.loss.LossTerm;
import dev.retort.distill.loss.Objective;
import dev.retort.distill.loss.feature.FeatureLossKind;
import dev.retort.distill.train.Adam;
import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.EpochRecord;
import dev.retort.distill.train.TensorSource;
import dev.retort.distill.train.TrainingLoop;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.distill.train.TrainingResult;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

@Tag("engines")
class FeatureTransferTest {
    private static final Shape SAMPLE = new Shape(1, 10, 10);
    private static final int STEPS = 6;

    private final NDManager manager = NDManager.newBaseManager();
    // Maps of 5 x 5 after the first pooling, of 2 x 2 after the second; the teacher's are wider.
    private final Model teacher = TapsTest.model(Networks.convolutional(6, 8, 7, 3), SAMPLE);
    private final Model student = TapsTest.model(Networks.convolutional(2, 3, 4, 3), SAMPLE);

    @AfterEach
    void close() {
        teacher.close();
        student.close();
        manager.close();
    }

    private static Hint hint(FeatureLossKind kind, String ofStudent, String ofTeacher) {
        return new Hint(kind, Optional.of(ofStudent), Optional.of(ofTeacher), OptionalDouble.of(1));
    }

    @ParameterizedTest
    @EnumSource(FeatureLossKind.class)
    void everyLossTrainsBetweenUnequalLayersAndLeavesTheTeacherAlone(FeatureLossKind kind) {
        Fingerprint before = Fingerprint.of(teacher.getBlock());
        List<float[]> parameters = values(student);
        // 5 x 5 and 2 x 2: neither is a multiple of the other.
        List<Hint> hints =
                List.of(
                        hint(kind, "08maxPool2d", "04maxPool2d"),
                        Hint.of(
                                kind.features() == FeatureLossKind.Features.MAPS
                                        ? FeatureLossKind.FITNET
                                        : kind));
        try (FeatureTransfer transfer = new FeatureTransfer(student, teacher, hints, SAMPLE)) {
            List<float[]> trained = values(transfer.trained());
            train(transfer, STEPS);
            List<float[]> after = values(transfer.trained());
            int changed = 0;
            for (int i = 0; i < trained.size(); i++) {
                changed += Arrays.equals(trained.get(i), after.get(i)) ? 0 : 1;
            }
            // All, projectors included.
            assertEquals(trained.size(), changed, kind.label());
        }
        assertEquals(before, Fingerprint.of(teacher.getBlock()));
        // The student is usable when the projectors are gone, has what it had, and has learnt.
        List<float[]> after = values(student);
        assertEquals(parameters.size(), after.size());
        assertFalse(Arrays.equals(parameters.getFirst(), after.getFirst()));
    }

    @Test
    void theHintComesCloserWithinATraining() {
        List<Hint> hints = List.of(Hint.of(FeatureLossKind.FITNET));
        try (FeatureTransfer transfer = new FeatureTransfer(student, teacher, hints, SAMPLE)) {
            List<EpochRecord> epochs = train(transfer, 200);
            assertTrue(
                    epochs.getLast().trainLoss() < 0.5 * epochs.getFirst().trainLoss(),
                    epochs.toString());
        }
    }

    @Test
    void projectorsAreMadeWhereTheyAreNeededAndAreNotTheStudents() {
        int own = student.getBlock().getParameters().size();
        try (FeatureTransfer same =
                        new FeatureTransfer(
                                student,
                                student,
                                List.of(Hint.of(FeatureLossKind.FITNET)),
                                SAMPLE);
                FeatureTransfer wider =
                        new FeatureTransfer(
                                student,
                                teacher,
                                List.of(Hint.of(FeatureLossKind.FITNET)),
                                SAMPLE)) {
            assertEquals(own, same.trained().getBlock().getParameters().size());
            assertEquals(own + 2, wider.trained().getBlock().getParameters().size());
            assertEquals(own, student.getBlock().getParameters().size());
            Set<String> ids = new HashSet<>();
            for (Pair<String, Parameter> pair : wider.trained().getBlock().getParameters()) {
                assertTrue(ids.add(pair.getValue().getId()), "the optimizer tells them apart");
            }
        }
    }

    @Test
    void aGuidedBatchHasClassesLogitsAndFeatures() {
        List<Hint> hints =
                List.of(
                        hint(FeatureLossKind.ATTENTION, "03ReLU", "07ReLU"),
                        Hint.of(FeatureLossKind.FITNET));
        try (FeatureTransfer transfer = new FeatureTransfer(student, teacher, hints, SAMPLE);
                NDManager step = manager.newSubManager();
                BatchSource.Pass pass = transfer.guided(source()).pass(manager, 1)) {
            assertEquals(
                    List.of("at of 03ReLU from 07ReLU", "fitnet of 11ReLU from 11ReLU"),
                    transfer.terms().stream().map(LossTerm::name).toList());
            NDList labels = requireNonNull(pass.next(step)).labels();
            assertEquals(
                    List.of(new Shape(8), new Shape(8, 3), new Shape(8, 8, 5, 5), new Shape(8, 7)),
                    labels.stream().map(NDArray::getShape).toList());
        }
    }

    @Test
    void logitsThatAreKnownStayAndATrainingLeavesNoGradientInTheTeacher() {
        List<Hint> hints = List.of(Hint.of(FeatureLossKind.FITNET));
        NDArray known = manager.ones(new Shape(16, 3));
        NDArray data = manager.randomNormal(new Shape(16, 1, 10, 10));
        NDArray classes = manager.zeros(new Shape(16), DataType.INT64);
        BatchSource source = TensorSource.ordered(data, new NDList(classes, known), 8);
        try (FeatureTransfer transfer = new FeatureTransfer(student, teacher, hints, SAMPLE);
                NDManager step = manager.newSubManager();
                BatchSource.Pass pass = transfer.guided(source).pass(manager, 1);
                GradientCollector collector = manager.getEngine().newGradientCollector()) {
            NDList labels = requireNonNull(pass.next(step)).labels();
            assertEquals(3, labels.size());
            assertEquals(24, labels.get(1).sum().getFloat());
            NDArray factors = step.ones(labels.get(2).getShape());
            factors.setRequiresGradient(true);
            collector.backward(factors.mul(labels.get(2)).sum());
        }
        for (Pair<String, Parameter> pair : teacher.getBlock().getParameters()) {
            if (pair.getValue().requiresGradient()) {
                NDArray gradient = pair.getValue().getArray().getGradient();
                assertEquals(0, gradient.abs().sum().getFloat(), pair.getKey());
            }
        }
    }

    @Test
    void aTappedNetworkIsNotInitialisedAgainAndItsOperationsAreCounted() throws Exception {
        Block network = student.getBlock();
        TappedBlock tapped = new TappedBlock(network, List.of("03ReLU"));
        List<Shape> before = network.describeInput().values();
        Shape batch = new Shape(6, 1, 10, 10);
        NDList data = new NDList(manager.zeros(batch));
        tapped.forward(new ParameterStore(manager, false), data, true);
        assertEquals(before, network.describeInput().values());
        assertEquals(FlopCounter.count(network, batch), FlopCounter.count(tapped, batch));
    }

    @Test
    void layersThatCannotBeComparedAreRefused() {
        assertRefused(
                "expected maps of shape (batch, channels, height, width) for at, found"
                        + " 11ReLU (-1, 4) and 07ReLU (-1, 8, 5, 5)",
                List.of(hint(FeatureLossKind.ATTENTION, "11ReLU", "07ReLU")));
        assertRefused("expected at least 1 hint, found 0", List.of());
        assertRefused(
                "expected hints that differ, found fitnet of 11ReLU from 11ReLU twice",
                List.of(Hint.of(FeatureLossKind.FITNET), Hint.of(FeatureLossKind.FITNET)));
        IllegalArgumentException error =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                new FeatureTransfer(
                                        student,
                                        teacher,
                                        List.of(hint(FeatureLossKind.FITNET, "x", "07ReLU")),
                                        SAMPLE));
        assertTrue(
                String.valueOf(error.getMessage())
                        .matches("expected a tap of 01Conv2d, .*, output, found x"),
                error.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new Hint(
                                FeatureLossKind.FITNET,
                                Optional.empty(),
                                Optional.empty(),
                                OptionalDouble.of(-1)));
    }

    private void assertRefused(String message, List<Hint> hints) {
        assertEquals(
                message,
                String.valueOf(
                        assertThrows(
                                        IllegalArgumentException.class,
                                        () -> new FeatureTransfer(student, teacher, hints, SAMPLE))
                                .getMessage()));
    }

    @Test
    void sequencesOfOneShapeAreComparedTokenByToken() {
        Shape tokens = new Shape(-1, 5, 4);
        assertEquals(
                new Pooling.None(), AlignedLoss.pooling(FeatureLossKind.FITNET, tokens, tokens));
        assertEquals(
                new Pooling.ToVector(),
                AlignedLoss.pooling(FeatureLossKind.FITNET, tokens, new Shape(-1, 5, 6)));
        assertEquals(
                new Pooling.ToVector(),
                AlignedLoss.pooling(FeatureLossKind.COSINE, tokens, tokens));
    }

    @Test
    void theWeightOfAHintIsThatOfItsLoss() {
        for (FeatureLossKind kind : FeatureLossKind.values()) {
            try (NDManager parent = manager.newSubManager()) {
                Shape shape =
                        kind.features() == FeatureLossKind.Features.MAPS
                                ? new Shape(2, 3, 4, 4)
                                : new Shape(2, 3);
                assertEquals(
                        kind.usualWeight(),
                        kind.create(parent, DataType.FLOAT32, shape, shape).usualWeight());
            }
        }
        assertEquals(
                "cosines of embeddings, input of the last layer of the student against input of"
                        + " the last layer of the teacher, weight 1.0",
                Hint.of(FeatureLossKind.COSINE).words());
    }

    @Test
    void namesOfLossesAreReadBack() {
        for (FeatureLossKind kind : FeatureLossKind.values()) {
            assertEquals(kind, FeatureLossKind.of(kind.label()));
        }
        assertTrue(
                String.valueOf(
                                assertThrows(
                                                IllegalArgumentException.class,
                                                () -> FeatureLossKind.of("hint"))
                                        .getMessage())
                        .startsWith("expected a loss of features of fitnet, at, "));
    }

    private BatchSource source() {
        manager.getEngine().setRandomSeed(3);
        NDArray data = manager.randomNormal(new Shape(16, 1, 10, 10));
        NDArray classes =
                manager.randomUniform(0, 3, new Shape(16)).floor().toType(DataType.INT64, true);
        return TensorSource.ordered(data, new NDList(classes), 8);
    }

    private List<EpochRecord> train(FeatureTransfer transfer, int steps) {
        BatchSource source = transfer.guided(source());
        TrainingPlan plan = TrainingPlan.of(steps / 2, 8, 3e-2f);
        List<LossTerm> terms = new ArrayList<>(transfer.terms());
        terms.addAll(Objective.hinton(4, 0.5).terms());
        try (RunMeter meter = RunOptions.of("hints").open();
                Adam adam = new Adam(plan.learningRate().over(steps), 0, manager);
                TrainingResult result =
                        new TrainingLoop(
                                        transfer.trained(),
                                        new CombinedLoss(terms, steps),
                                        adam,
                                        plan,
                                        meter,
                                        TrainingObserver.NONE)
                                .fit(source, null)) {
            return result.epochs();
        }
    }

    private static List<float[]> values(Model model) {
        List<float[]> values = new ArrayList<>();
        for (Pair<String, Parameter> pair : model.getBlock().getParameters()) {
            values.add(pair.getValue().getArray().toFloatArray());
        }
        return values;
    }

    @Test
    void theStudentsOutputsAreThoseOfTheTappedOne() {
        List<Hint> hints = List.of(Hint.of(FeatureLossKind.SIMILARITY));
        NDList data = new NDList(manager.randomNormal(new Shape(4, 1, 10, 10)));
        try (FeatureTransfer transfer = new FeatureTransfer(student, teacher, hints, SAMPLE)) {
            var store = new ParameterStore(manager, false);
            assertArrayEquals(
                    student.getBlock().forward(store, data, false).head().toFloatArray(),
                    transfer.trained()
                            .getBlock()
                            .forward(store, data, false)
                            .head()
                            .toFloatArray());
        }
    }
}

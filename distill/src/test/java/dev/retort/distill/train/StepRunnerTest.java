package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;

import dev.retort.distill.Networks;
import dev.retort.distill.loss.CombinedLoss;
import dev.retort.distill.loss.LogitLossKind;
import dev.retort.distill.loss.Objective;
import dev.retort.efficiency.OutOfMemory;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunMeter;
import dev.retort.torch.safetensors.SafetensorsFile;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Steps in parts, without enough memory, and with losses that are no numbers. */
@Tag("engines")
class StepRunnerTest {
    private static final int SAMPLES = 50;
    private static final int FEATURES = 6;

    // Batches of 23, 23 and 4 samples.
    private static final TrainingPlan PLAN =
            TrainingPlan.of(3, 23, 1e-2f).withReadEvery(2).withWeightDecay(0.01f);

    @TempDir Path folder;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private NDArray features(DataType type) {
        manager.getEngine().setRandomSeed(5);
        return manager.randomNormal(new Shape(SAMPLES, FEATURES)).toType(type, false);
    }

    private NDList classes() {
        long[] classes = new long[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            classes[i] = i * 7L % 3;
        }
        return new NDList(manager.create(classes));
    }

    private Model model(DataType type) {
        Model model = Model.newInstance("student");
        manager.getEngine().setRandomSeed(2);
        Block block = Networks.mlp(new int[] {8}, 3);
        block.initialize(model.getNDManager(), type, new Shape(1, FEATURES));
        model.setBlock(block);
        return model;
    }

    /** Parameters of all layers, losses, and how often memory ran out. */
    private record Trained(
            List<Double> parameters, List<EpochRecord> epochs, TrainingResult result) {
        double[] values() {
            return parameters.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    /** Classes that few samples have, and what a teacher says of all. */
    private NDList taught(DataType type) {
        long[] classes = classes().head().toLongArray();
        for (int i = 0; i < SAMPLES; i++) {
            classes[i] = i % 4 == 0 ? classes[i] : -1;
        }
        manager.getEngine().setRandomSeed(6);
        NDArray logits = manager.randomNormal(new Shape(SAMPLES, 3)).toType(type, false);
        return new NDList(manager.create(classes), logits);
    }

    private Trained train(TrainingPlan plan, Loss loss, DataType type) {
        return train(plan, loss, type, classes());
    }

    private Trained train(TrainingPlan plan, Loss loss, DataType type, NDList labels) {
        BatchSource source = TensorSource.shuffled(features(type), labels, plan.batchSize(), 1);
        try (Model model = model(type);
                RunMeter meter = RunMeter.open("test");
                Adam adam =
                        new Adam(
                                plan.learningRate().over(source.batches() * plan.epochs()),
                                plan.weightDecay(),
                                manager)) {
            TrainingResult result =
                    new TrainingLoop(model, loss, adam, plan, meter, TrainingObserver.NONE)
                            .keepDivergedBatch(folder)
                            .fit(source, null);
            RunAccount account = meter.finish();
            assertTrue(
                    account.anomalies().values().stream().allMatch(count -> count == 0),
                    account.anomalies().toString());
            List<Double> parameters =
                    model.getBlock().getParameters().values().stream()
                            .flatMapToDouble(
                                    p ->
                                            Arrays.stream(
                                                    p.getArray()
                                                            .toType(DataType.FLOAT64, true)
                                                            .toDoubleArray()))
                            .boxed()
                            .toList();
            result.close();
            return new Trained(parameters, result.epochs(), result);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 23})
    void aBatchInPartsGivesTheStepOfTheWholeBatch(int parts) {
        Loss loss = Loss.softmaxCrossEntropyLoss();
        Trained whole = train(PLAN, loss, DataType.FLOAT64);
        Trained split = train(PLAN.withMicroBatches(parts), loss, DataType.FLOAT64);
        assertArrayEquals(whole.values(), split.values(), 1e-6);
        for (int i = 0; i < PLAN.epochs(); i++) {
            assertEquals(
                    whole.epochs().get(i).trainLoss(), split.epochs().get(i).trainLoss(), 1e-6);
        }
    }

    @ParameterizedTest
    @CsvSource({"hinton, 2", "hinton, 5", "hinton, 23", "tf-kd, 5", "dkd, 5"})
    void aLabelCountsInPartsAsItDoesInTheWholeBatch(String kind, int parts) {
        Objective objective = Objective.of(LogitLossKind.of(kind));
        NDList labels = taught(DataType.FLOAT64);
        Trained whole = train(PLAN, objective.over(9, null), DataType.FLOAT64, labels);
        Trained split =
                train(
                        PLAN.withMicroBatches(parts),
                        objective.over(9, null),
                        DataType.FLOAT64,
                        labels);
        assertArrayEquals(whole.values(), split.values(), 1e-6);
        for (int i = 0; i < PLAN.epochs(); i++) {
            assertEquals(
                    whole.epochs().get(i).trainLoss(), split.epochs().get(i).trainLoss(), 1e-6);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "15, 8, 1, 2",
        "15, 8, 2, 3",
        "23, 23, 2, 3",
        "23, 23, 1, 1",
        "4, 23, 2, 2",
        "11, 3, 4, 6",
        "11, 4, 4, 6",
        "10, 9, 4, 5",
        "5, 5, 3, 5",
        "1, 4, 2, 1",
        "32, 1, 2, 32"
    })
    void noPartHasFewerSamplesThanTheLossNeeds(int samples, int parts, int least, int expected) {
        int length = StepRunner.partLength(samples, parts, least);
        assertEquals(expected, length);
        int last = samples % length == 0 ? length : samples % length;
        assertTrue(last >= Math.min(least, samples), "the last part has " + last);
    }

    @Test
    void aLossOfPairsIsTrainedInParts() {
        CombinedLoss loss = Objective.of(LogitLossKind.DIST).over(9, null);
        Trained trained =
                train(PLAN.withMicroBatches(23), loss, DataType.FLOAT32, taught(DataType.FLOAT32));
        assertEquals(PLAN.epochs(), trained.epochs().size());
    }

    @Test
    void whatCannotBeSplitFurtherIsToldAsWhatItIs() {
        final class Pairs extends Loss implements PartwiseLoss {
            Pairs() {
                super("pairs");
            }

            @Override
            public NDArray evaluate(NDList labels, NDList predictions) {
                throw new EngineException("CUDA out of memory. Tried to allocate more");
            }

            @Override
            public NDArray evaluatePart(NDList labels, NDList predictions, NDList whole) {
                assertTrue(predictions.head().size(0) >= 2, "a part of one sample");
                return evaluate(labels, predictions);
            }

            @Override
            public int minimumSamples() {
                return 2;
            }
        }
        EngineException error =
                assertThrows(
                        EngineException.class, () -> train(PLAN, new Pairs(), DataType.FLOAT32));
        assertEquals("CUDA out of memory. Tried to allocate more", error.getMessage());
    }

    @Test
    void aStepThatDependsOnItsNumberIsToldItOnce() {
        class Moving extends Loss implements StepDependent {
            private final Loss inner = Loss.softmaxCrossEntropyLoss();
            private final StringBuilder seen = new StringBuilder();

            Moving() {
                super("moving");
            }

            @Override
            public void stepBegins(long step) {
                seen.append(step).append(' ');
            }

            @Override
            public NDArray evaluate(NDList labels, NDList predictions) {
                return inner.evaluate(labels, predictions);
            }
        }
        Moving loss = new Moving();
        train(PLAN.withMicroBatches(4), loss, DataType.FLOAT32);
        assertEquals("1 2 3 4 5 6 7 8 9 ", loss.seen.toString());
    }

    /** A device that has room for so many samples. */
    private static final class SmallDevice extends Loss {
        private final Loss inner = Loss.softmaxCrossEntropyLoss();
        private final long room;

        SmallDevice(long room) {
            super("small device");
            this.room = room;
        }

        @Override
        public NDArray evaluate(NDList labels, NDList predictions) {
            long samples = predictions.head().size(0);
            if (samples > room) {
                throw new EngineException(
                        "CUDA out of memory. Tried to allocate %d samples".formatted(samples));
            }
            return inner.evaluate(labels, predictions);
        }
    }

    @Test
    void whatDoesNotFitGoesThroughInSmallerParts() {
        Trained whole = train(PLAN, Loss.softmaxCrossEntropyLoss(), DataType.FLOAT64);
        Trained small = train(PLAN, new SmallDevice(6), DataType.FLOAT64);
        assertArrayEquals(whole.values(), small.values(), 1e-6);
        // In 2 parts of 12, and then in 4 of 6, at once for the whole training.
        assertEquals(2, small.result().outOfMemory());
        assertEquals(0, whole.result().outOfMemory());
    }

    @Test
    void aSampleThatDoesNotFitEndsTheTraining() {
        EngineException error =
                assertThrows(
                        EngineException.class,
                        () -> train(PLAN, new SmallDevice(0), DataType.FLOAT32));
        assertEquals("CUDA out of memory. Tried to allocate 1 samples", error.getMessage());
    }

    @Test
    void theEnginesOwnErrorIsRecognised() {
        RuntimeException error =
                assertThrows(
                        RuntimeException.class, () -> manager.zeros(new Shape(1L << 50)).close());
        assertTrue(OutOfMemory.isMeantBy(error), error.toString());
        RuntimeException other =
                assertThrows(
                        RuntimeException.class,
                        () -> manager.zeros(new Shape(2, 3)).dot(manager.zeros(new Shape(2, 3))));
        assertTrue(!OutOfMemory.isMeantBy(other), other.toString());
    }

    @Test
    void theMiniBatchOfALossThatIsNoNumberIsKept() throws IOException {
        NDArray features = features(DataType.FLOAT32);
        features.set(new NDIndex("31, 2"), Float.NaN);
        BatchSource source = TensorSource.shuffled(features, classes(), 8, 1);
        TrainingPlan plan = TrainingPlan.of(2, 8, 1e-2f).withReadEvery(5);
        try (Model model = model(DataType.FLOAT32);
                RunMeter meter = RunMeter.open("test");
                Adam adam = new Adam(plan.learningRate().over(14), 0, manager)) {
            TrainingDivergedException error =
                    assertThrows(
                            TrainingDivergedException.class,
                            () ->
                                    new TrainingLoop(
                                                    model,
                                                    Loss.softmaxCrossEntropyLoss(),
                                                    adam,
                                                    plan,
                                                    meter,
                                                    TrainingObserver.NONE)
                                            .keepDivergedBatch(folder)
                                            .fit(source, null));
            Path kept = error.batch().orElseThrow();
            String message = String.valueOf(error.getMessage());
            assertTrue(message.contains("kept in " + kept), message);
            assertTrue(
                    message.contains("whose data hold values that are no finite numbers"), message);
            try (SafetensorsFile file = SafetensorsFile.open(kept)) {
                long[] positions = file.read("positions", manager).toLongArray();
                int row = -1;
                for (int i = 0; i < positions.length; i++) {
                    row = positions[i] == 31 ? i : row;
                }
                assertNotEquals(-1, row, "the sample that is no number is in it");
                assertTrue(Float.isNaN(file.read("data.0", manager).getFloat(row, 2)));
                assertEquals(positions.length, file.read("labels.0", manager).size());
                assertEquals("NaN", file.metadata().get("loss"));
                assertTrue(message.contains("in step " + file.metadata().get("step") + " "));
            }
        }
    }

    @Test
    void aMiniBatchWhoseRowsCannotHaveAsManySamplesEachIsNotSplit() {
        NDList data = new NDList(manager.zeros(new Shape(4, 3)));
        assertEquals(4, new Minibatch(data, data, 8).rows());
        assertEquals(
                "expected rows of as many samples each, found 6 samples in 4 rows",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new Minibatch(data, data, 6).rows())
                        .getMessage());
    }
}

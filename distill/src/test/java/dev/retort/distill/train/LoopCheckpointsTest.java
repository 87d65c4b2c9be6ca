package dev.retort.distill.train;

import static dev.retort.distill.checkpoint.NewestStep.newestStep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

import dev.retort.distill.checkpoint.Checkpoint;
import dev.retort.distill.checkpoint.CheckpointException;
import dev.retort.distill.checkpoint.CheckpointFolder;
import dev.retort.efficiency.RunMeter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What a loop saves, and what it refuses. */
class LoopCheckpointsTest {
    private static final Checkpointed NOTHING =
            new Checkpointed() {
                @Override
                public Map<String, NDArray> checkpoint() {
                    return Map.of();
                }

                @Override
                public void restore(Map<String, NDArray> arrays) {}
            };

    @TempDir Path folder;

    /** Finite in each step, but in one the gradient is no number. */
    private static final class BrokenGradient extends Loss implements StepDependent {
        private final Loss inner = Loss.softmaxCrossEntropyLoss();
        private final long brokenStep;
        private long step;

        BrokenGradient(long brokenStep) {
            super("broken gradient");
            this.brokenStep = brokenStep;
        }

        @Override
        public void stepBegins(long newStep) {
            step = newStep;
        }

        @Override
        public NDArray evaluate(NDList labels, NDList predictions) {
            NDArray loss = inner.evaluate(labels, predictions);
            // The root of 0 is 0, and its slope infinite.
            return step == brokenStep ? loss.add(predictions.head().mul(0).sqrt().sum()) : loss;
        }
    }

    @Test
    void parametersThatAreNoNumbersAreNotSaved() throws IOException {
        try (SmallTraining training = new SmallTraining(1)) {
            training.loss = new BrokenGradient(5);
            training.settings = loop -> loop.checkpoint(SmallTraining.every(folder, 1));
            TrainingDivergedException error =
                    assertThrows(TrainingDivergedException.class, training::fit);
            assertTrue(
                    String.valueOf(error.getMessage())
                            .matches(
                                    "'model\\.\\S+' holds values that are no finite numbers after"
                                            + " step 5; .*"),
                    error.getMessage());
            assertEquals(4, newestStep(new CheckpointFolder(folder, 3)));
        }
    }

    @Test
    void aLastStepThatSpoilsTheParametersIsNoSuccess() {
        try (SmallTraining training = new SmallTraining(1)) {
            training.loss = new BrokenGradient(3L * SmallTraining.STEPS);
            TrainingDivergedException error =
                    assertThrows(TrainingDivergedException.class, training::fit);
            assertTrue(
                    String.valueOf(error.getMessage())
                            .contains("holds values that are no finite numbers after step 21;"),
                    error.getMessage());
        }
    }

    private static Block block(float dropout) {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(8).build())
                .add(Dropout.builder().optRate(dropout).build())
                .add(Linear.builder().setUnits(3).build());
    }

    private static SmallTraining training(Path where, long seed, float dropout) {
        SmallTraining training = new SmallTraining(seed, block(dropout));
        training.settings = loop -> loop.checkpoint(SmallTraining.every(where, 5));
        return training;
    }

    private void assertRefused(float dropout, String difference, Consumer<SmallTraining> change) {
        try (SmallTraining other = training(folder, 2, dropout)) {
            change.accept(other);
            String before = ResumableTraining.hash(other.model.getBlock());
            UncheckedIOException error = assertThrows(UncheckedIOException.class, other::fit);
            String message =
                    String.valueOf(
                            assertInstanceOf(CheckpointException.class, error.getCause())
                                    .getMessage());
            assertTrue(
                    message.matches(
                            "expected a checkpoint of a training with the "
                                    + difference
                                    + ": \\S+"),
                    message);
            assertEquals(before, ResumableTraining.hash(other.model.getBlock()));
        }
    }

    @Test
    void whatDecidesTheResultMustBeTheSame() {
        try (SmallTraining saved = training(folder, 1, 0.1f)) {
            saved.fit().close();
        }
        assertRefused(
                0.2f,
                "structure of the model \\w+ of 4 parameters with 83 values, found one with \\w+ of"
                        + " 4 parameters with 83 values",
                _ -> {});
        assertRefused(
                0.1f,
                "weight decay 0.5, found one with none",
                t -> t.plan = t.plan.withWeightDecay(0.5f));
        assertRefused(
                0.1f,
                "loss function broken gradient, found one with \\w+",
                t -> t.loss = new BrokenGradient(0));
        assertRefused(
                0.1f,
                "mini-batches an epoch 5, found one with 7",
                t -> t.source = TensorSource.shuffled(t.features, t.classes, 10, 1));
        assertRefused(
                0.1f,
                "validation each epoch, found one with none",
                t -> t.validation = TensorSource.ordered(t.features, t.classes, 10));
        assertRefused(
                0.1f,
                "seed of the steps 10, found one with 9",
                t -> t.settings = loop -> loop.seed(10).checkpoint(SmallTraining.every(folder, 5)));
        assertRefused(
                0.1f,
                "parts \\[teacher\\], found one with none",
                t ->
                        t.settings =
                                loop ->
                                        loop.including("teacher", NOTHING)
                                                .checkpoint(SmallTraining.every(folder, 5)));
    }

    @Test
    void aResumedTrainingMaySplitItsBatchesFurther() {
        try (SmallTraining saved = training(folder, 1, 0.1f)) {
            saved.stopAfter(9);
            assertEquals(9, assertThrows(TrainingStoppedException.class, saved::fit).step());
        }
        try (SmallTraining resumed = training(folder, 2, 0.1f)) {
            resumed.plan = resumed.plan.withMicroBatches(4).withReadEvery(2);
            try (TrainingResult result = resumed.fit()) {
                assertEquals(3, result.epochs().size());
            }
        }
    }

    /** Such that no epoch is better than the first of the whole training. */
    private static BatchSource worseAfterTheFirst(SmallTraining training, boolean resumed) {
        BatchSource good = TensorSource.ordered(training.features, training.classes, 10);
        BatchSource bad = TensorSource.ordered(training.features.mul(10_000), training.classes, 10);
        return new BatchSource() {
            private boolean began = resumed;

            @Override
            public long batches() {
                return good.batches();
            }

            @Override
            public Pass pass(NDManager manager, int epoch) {
                BatchSource chosen = began ? bad : good;
                began = true;
                return chosen.pass(manager, epoch);
            }
        };
    }

    private static String bestParameters(SmallTraining training) {
        try (TrainingResult result = training.fit()) {
            assertEquals(1, result.bestEpoch());
            result.restoreBest(training.model.getBlock());
            return ResumableTraining.hash(training.model.getBlock());
        }
    }

    /**
     * The best epoch was before the kill and no later one is better: its parameters come from the
     * checkpoint, whose checksum is verified. best.safetensors is for others, and written again.
     */
    @Test
    void theBestEpochDoesNotComeFromItsOwnFile() throws IOException {
        Path calm = folder.resolve("calm");
        String expected;
        try (SmallTraining whole = training(calm, 1, 0.1f)) {
            whole.validation = worseAfterTheFirst(whole, false);
            expected = bestParameters(whole);
        }
        Path where = folder.resolve("killed");
        try (SmallTraining killed = training(where, 1, 0.1f)) {
            killed.validation = worseAfterTheFirst(killed, false);
            killed.stopAfter(9);
            assertThrows(TrainingStoppedException.class, killed::fit);
        }
        Path best = where.resolve("best.safetensors");
        byte[] bytes = Files.readAllBytes(best);
        bytes[bytes.length - 1] ^= 4;
        Files.write(best, bytes);
        try (SmallTraining resumed = training(where, 2, 0.1f)) {
            resumed.validation = worseAfterTheFirst(resumed, true);
            assertEquals(expected, bestParameters(resumed));
        }
        assertEquals(-1, Files.mismatch(calm.resolve("best.safetensors"), best));
    }

    @Test
    void namesThatTheLoopUsesAreRefused() {
        try (SmallTraining training = new SmallTraining(1)) {
            training.settings =
                    loop ->
                            loop.checkpoint(
                                    new Checkpointing(
                                            new CheckpointFolder(folder, 3),
                                            Map.of("engine", "mine"),
                                            1,
                                            Duration.ZERO));
            assertMessage(
                    "expected a name that the loop does not use itself in the identity of a training,"
                            + " found 'engine'",
                    training);
        }
    }

    @Test
    void partsHaveNamesOfTheirOwnWithoutDots() {
        try (SmallTraining training = new SmallTraining(1)) {
            training.settings = loop -> loop.including("a.b", NOTHING);
            assertMessage(
                    "expected a new name without a dot for a part of checkpoints, found 'a.b' beside"
                            + " []",
                    training);
            training.settings = loop -> loop.including("a", NOTHING).including("a", NOTHING);
            assertMessage(
                    "expected a new name without a dot for a part of checkpoints, found 'a' beside"
                            + " [a]",
                    training);
        }
    }

    private static void assertMessage(String expected, SmallTraining training) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, training::fit).getMessage());
    }

    @Test
    void anOptimizerThatCannotBeSavedIsRefusedAtOnceAndALoopRunsOnce() {
        try (SmallTraining training = new SmallTraining(1);
                RunMeter meter = RunMeter.open("test")) {
            Optimizer sgd = Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.1f)).build();
            TrainingLoop loop =
                    new TrainingLoop(
                            training.model,
                            training.loss,
                            sgd,
                            training.plan,
                            meter,
                            TrainingObserver.NONE);
            assertEquals(
                    "expected an optimizer whose state can be saved, a ResumableOptimizer, found Sgd",
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> loop.checkpoint(SmallTraining.every(folder, 1)))
                            .getMessage());
            loop.fit(training.source, null).close();
            assertThrows(IllegalStateException.class, () -> loop.fit(training.source, null));
        }
    }

    private List<Long> savedSteps(long everySteps, Duration every) {
        List<Long> steps = new ArrayList<>();
        try (SmallTraining training = new SmallTraining(1)) {
            training.observer =
                    new TrainingObserver() {
                        @Override
                        public void checkpointSaved(Checkpoint checkpoint) {
                            steps.add(checkpoint.step());
                        }
                    };
            training.settings =
                    loop ->
                            loop.checkpoint(
                                    new Checkpointing(
                                            new CheckpointFolder(
                                                    folder.resolve(everySteps + "-" + every), 2),
                                            Map.of(),
                                            everySteps,
                                            every));
            training.fit().close();
        }
        return steps;
    }

    @Test
    void savesAfterStepsAfterTimeOrByCostAndTellsTheObserver() {
        assertEquals(List.of(8L, 16L, 21L), savedSteps(8, Duration.ZERO));
        // A training of some milliseconds is repeated sooner than saved twice.
        assertEquals(List.of(21L), savedSteps(0, Duration.ZERO));
        // Each step takes longer than the one, and none as long as the other; and the last save.
        assertEquals(22, savedSteps(0, Duration.ofNanos(1)).size());
        assertEquals(List.of(21L), savedSteps(0, Duration.ofDays(1)));
    }

    @Test
    void whatAFailedTrainingHeldIsFreed() {
        int width = 1024;
        try (SmallTraining training =
                new SmallTraining(
                        1,
                        new SequentialBlock()
                                .add(Linear.builder().setUnits(width).build())
                                .add(Linear.builder().setUnits(width).build())
                                .add(Linear.builder().setUnits(3).build()))) {
            training.plan = training.plan.withAverageDecay(0.9);
            training.validation = training.source;
            training.observer =
                    new TrainingObserver() {
                        @Override
                        public void epochEnded(EpochRecord epoch) {
                            throw new IllegalStateException("enough");
                        }
                    };
            assertThrows(IllegalStateException.class, training::fit);
            List<Double> allocated = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                allocated.add(CMemory.allocatedMebibytes());
                assertThrows(IllegalStateException.class, training::fit);
            }
            // The average and the best epoch are 4 MiB each.
            assertTrue(CMemory.usualGrowth(allocated) < 2, "allocated MiB: " + allocated);
        }
    }
}

package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;

import dev.retort.distill.Networks;
import dev.retort.distill.loss.Objective;
import dev.retort.distill.teacher.GuidedSource;
import dev.retort.distill.teacher.MovingAverageTeacher;
import dev.retort.distill.transfer.LoraNetwork;
import dev.retort.distill.transfer.LoraSettings;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What a training has beside its model goes on too, and what cannot is said. */
class ResumedPartsTest {
    @TempDir Path folder;

    /**
     * Stops after so many steps, and goes on with other parameters; ends in the bits of the whole.
     */
    private void assertGoesOn(int stopAfter, Consumer<SmallTraining> set) {
        String whole;
        try (SmallTraining training = new SmallTraining(1)) {
            set.accept(training);
            whole = training.hash();
        }
        for (int process = 1; process <= 2; process++) {
            try (SmallTraining training = new SmallTraining(process)) {
                set.accept(training);
                var before = training.settings;
                training.settings =
                        loop -> before.apply(loop).checkpoint(SmallTraining.every(folder, 100));
                if (process == 1) {
                    training.stopAfter(stopAfter);
                    assertThrows(TrainingStoppedException.class, training::fit);
                } else {
                    assertEquals(whole, training.hash());
                }
            }
        }
    }

    @Test
    void aTeacherThatFollowsTheStudentGoesOn() {
        List<String> teachers = new ArrayList<>();
        List<MovingAverageTeacher> open = new ArrayList<>();
        assertGoesOn(
                10,
                training -> {
                    MovingAverageTeacher teacher =
                            new MovingAverageTeacher(
                                    training.model,
                                    Networks.mlp(new int[] {8}, 3),
                                    SmallTraining.SAMPLE,
                                    0.8);
                    open.add(teacher);
                    training.loss = Objective.hinton(2, 0.5).over(1, null);
                    training.source = new GuidedSource(training.source, teacher);
                    training.settings = loop -> loop.including("teacher", teacher);
                    training.observer =
                            new TrainingObserver() {
                                @Override
                                public void trainingEnded(List<EpochRecord> epochs, int bestEpoch) {
                                    teachers.add(
                                            ResumableTraining.hash(teacher.model().getBlock()));
                                }
                            };
                });
        assertEquals(2, teachers.size());
        assertEquals(teachers.get(0), teachers.get(1));
        open.forEach(MovingAverageTeacher::close);
    }

    @Test
    void aDataSetOfDjlThatIsShuffledAndChangedAtRandomGoesOn() {
        assertGoesOn(
                10,
                training -> {
                    ArrayDataset dataset =
                            new ArrayDataset.Builder()
                                    .setData(training.features)
                                    .optLabels(training.classes.head())
                                    .setSampling(SmallTraining.BATCH, true)
                                    .build();
                    training.source =
                            BatchSource.mapped(
                                    BatchSource.of(dataset, SmallTraining.STEPS),
                                    (batch, _, owner) -> {
                                        NDArray data = batch.data().head();
                                        NDArray noise = owner.randomNormal(data.getShape());
                                        return batch.with(
                                                new NDList(data.add(noise.mul(0.1))),
                                                batch.labels());
                                    });
                });
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 7, 8, 10, 14, 16, 17, 29})
    void aDataSetOfDjlThatIsRepeatedGoesOn(int stopAfter) {
        assertGoesOn(
                stopAfter,
                training -> {
                    ArrayDataset dataset =
                            new ArrayDataset.Builder()
                                    .setData(training.features)
                                    .optLabels(training.classes.head())
                                    .setSampling(SmallTraining.BATCH, true)
                                    .build();
                    training.source =
                            BatchSource.repeated(
                                    BatchSource.of(dataset, SmallTraining.STEPS),
                                    2 * SmallTraining.STEPS + 3);
                });
    }

    @Test
    void samplesThatAreChangedAtRandomGoOn() {
        assertGoesOn(
                10,
                training -> {
                    BatchSource samples = training.source;
                    training.source =
                            BatchSource.mapped(
                                    samples,
                                    new BatchSource.Mapping() {
                                        @Override
                                        public Minibatch apply(
                                                Minibatch batch, int epoch, NDManager owner) {
                                            NDArray data = batch.data().head();
                                            NDArray noise = owner.randomNormal(data.getShape());
                                            return batch.with(
                                                    new NDList(data.add(noise)), batch.labels());
                                        }

                                        @Override
                                        public boolean isRepeatable() {
                                            return false;
                                        }
                                    });
                });
    }

    @Test
    void adaptersWithDropoutGoOn() {
        assertGoesOn(
                10,
                training -> {
                    LoraNetwork lora =
                            LoraNetwork.of(
                                    training.model.getBlock(),
                                    new LoraSettings(2, 4, 0.3f),
                                    _ -> true);
                    training.model.setBlock(lora.block());
                });
    }

    @Test
    void theEpochsWithoutABetterOneAreCountedOn() {
        assertGoesOn(
                17,
                training -> {
                    training.plan =
                            training.plan
                                    .withEpochs(40)
                                    .withLearningRate(LearningRate.constant(0.3f))
                                    .withPatience(2);
                    training.validation =
                            TensorSource.ordered(training.features, training.classes, 16);
                    training.observer =
                            new TrainingObserver() {
                                @Override
                                public void trainingEnded(List<EpochRecord> epochs, int bestEpoch) {
                                    assertTrue(epochs.size() < 40, "ran all epochs");
                                    assertEquals(bestEpoch + 2, epochs.size());
                                }
                            };
                });
    }

    /** A device that has room for so many samples. */
    private static final class SmallDevice extends Loss {
        private final Loss inner = Loss.softmaxCrossEntropyLoss();

        SmallDevice() {
            super("small device");
        }

        @Override
        public NDArray evaluate(NDList labels, NDList predictions) {
            if (predictions.head().size(0) > 4) {
                throw new EngineException("CUDA out of memory. Tried to allocate more");
            }
            return inner.evaluate(labels, predictions);
        }
    }

    @Test
    void whatDidNotFitIsNotTriedAgain() {
        try (SmallTraining training = new SmallTraining(1)) {
            training.loss = new SmallDevice();
            training.settings = loop -> loop.checkpoint(SmallTraining.every(folder, 100));
            training.stopAfter(4);
            assertThrows(TrainingStoppedException.class, training::fit);
        }
        try (SmallTraining training = new SmallTraining(2)) {
            training.loss = new SmallDevice();
            training.settings = loop -> loop.checkpoint(SmallTraining.every(folder, 100));
            try (TrainingResult result = training.fit()) {
                assertEquals(0, result.outOfMemory());
            }
        }
    }

    private static final class NoNumber extends Loss {
        NoNumber() {
            super("no number");
        }

        @Override
        public NDArray evaluate(NDList labels, NDList predictions) {
            return predictions.head().sum().mul(Float.NaN);
        }
    }

    private TrainingDivergedException diverged(BatchSource source, SmallTraining training) {
        training.source = source;
        training.loss = new NoNumber();
        training.settings = loop -> loop.keepDivergedBatch(folder);
        return assertThrows(TrainingDivergedException.class, training::fit);
    }

    @Test
    void aMiniBatchThatCannotBeHadAgainIsNotMadeUp() {
        try (SmallTraining training = new SmallTraining(1)) {
            BatchSource samples = training.source;
            BatchSource once =
                    new BatchSource() {
                        @Override
                        public long batches() {
                            return samples.batches();
                        }

                        @Override
                        public Pass pass(NDManager manager, int epoch) {
                            return samples.pass(manager, epoch);
                        }
                    };
            TrainingDivergedException error = diverged(once, training);
            assertTrue(
                    String.valueOf(error.getMessage())
                            .contains(
                                    "in step 1 (mini-batch 1 of epoch 1, which its source does not"
                                            + " give a second time)"),
                    error.getMessage());
            assertTrue(error.batch().isEmpty());
        }
    }

    @Test
    void aSourceThatFailsTheSecondTimeDoesNotHideTheLoss() {
        try (SmallTraining training = new SmallTraining(1)) {
            BatchSource samples = training.source;
            BatchSource failing =
                    new BatchSource() {
                        private int passes;

                        @Override
                        public long batches() {
                            return samples.batches();
                        }

                        @Override
                        public boolean isRepeatable() {
                            return true;
                        }

                        @Override
                        public Pass pass(NDManager manager, int epoch) {
                            if (++passes > 1) {
                                throw new IllegalStateException("the tape is torn");
                            }
                            return samples.pass(manager, epoch);
                        }
                    };
            TrainingDivergedException error = diverged(failing, training);
            assertTrue(
                    String.valueOf(error.getMessage())
                            .contains("which could not be looked at again: the tape is torn"),
                    error.getMessage());
            assertInstanceOf(IllegalStateException.class, error.getSuppressed()[0]);
        }
    }

    @Test
    void theAverageFollowsFastAtFirst() {
        // TensorFlow's documentation: min(decay, (1 + num_updates) / (10 + num_updates)).
        assertEquals(2.0 / 11, MovingAverage.warmedUp(0.999, 1));
        assertEquals(0.5, MovingAverage.warmedUp(0.999, 8));
        assertEquals(0.9, MovingAverage.warmedUp(0.9, 81), 0);
    }
}

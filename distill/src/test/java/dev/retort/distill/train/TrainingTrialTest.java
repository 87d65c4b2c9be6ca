package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

import dev.retort.efficiency.Ledger;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunWindow;
import dev.retort.efficiency.Work;
import dev.retort.efficiency.verdict.Bottleneck;
import dev.retort.efficiency.verdict.BottleneckDetector;
import dev.retort.efficiency.verdict.CounterTest;
import dev.retort.efficiency.verdict.CounterTest.Finding;
import dev.retort.efficiency.verdict.DeviceActivity;
import dev.retort.efficiency.verdict.HostActivity;
import dev.retort.efficiency.verdict.Variant;
import dev.retort.efficiency.verdict.Verdict;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;

/**
 * Trainings on DJL's engine whose time is that of a clock of the test: input, training and saving
 * take as long as the test says, and what the engine takes counts nothing.
 */
class TrainingTrialTest {
    private static final long MS = 1_000_000;
    private static final int BATCH = 8;

    private final Model model = Model.newInstance("trial");
    private Trainer trainer;
    private long nanoTime;
    private long inputNanos;
    private long launchNanos;
    private long nanosPerSample;
    private long batchesGiven;

    @BeforeEach
    void open() {
        model.setBlock(
                new SequentialBlock()
                        .add(new LambdaBlock(this::work, "work"))
                        .add(Linear.builder().setUnits(3).build()));
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                        .optOptimizer(
                                Optimizer.sgd()
                                        .setLearningRateTracker(Tracker.fixed(0.5f))
                                        .build());
        // DJL takes gradients that sum to zero for none, which some first parameters lead to.
        model.getNDManager().getEngine().setRandomSeed(3);
        trainer = model.newTrainer(config);
        trainer.initialize(new Shape(BATCH, 4));
    }

    @AfterEach
    void close() {
        trainer.close();
        model.close();
    }

    private NDList work(NDList data) {
        nanoTime += launchNanos + nanosPerSample * data.head().getShape().get(0);
        return data;
    }

    /** Three mini-batches, each of which has to be waited for. */
    private final class SlowSource implements BatchSource {
        @Override
        public long batches() {
            return 3;
        }

        @Override
        public Pass pass(NDManager manager, int epoch) {
            return new Pass() {
                private int given;

                @Override
                public @Nullable Minibatch next(NDManager step) {
                    if (given == 3) {
                        return null;
                    }
                    given++;
                    batchesGiven++;
                    nanoTime += inputNanos;
                    return new Minibatch(
                            new NDList(step.ones(new Shape(BATCH, 4))),
                            new NDList(step.zeros(new Shape(BATCH))),
                            BATCH);
                }

                @Override
                public void close() {}
            };
        }
    }

    private TrainingTrial trial() {
        return new TrainingTrial(trainer, new SlowSource(), () -> nanoTime);
    }

    /** What a run of the given regions is judged to be bound by. */
    private static Verdict verdict(Map<Region, Long> nanos) {
        RunWindow window =
                new RunWindow(Ledger.of(nanos), new Work(100, 0, 0, 0, Map.of(), Map.of()));
        BottleneckDetector detector = new BottleneckDetector();
        detector.observe(window, DeviceActivity.UNKNOWN, HostActivity.UNKNOWN);
        return detector.observe(window, DeviceActivity.UNKNOWN, HostActivity.UNKNOWN).orElseThrow();
    }

    @Test
    void anInputBoundTrainingIsConfirmed() {
        inputNanos = 8 * MS;
        launchNanos = 2 * MS;
        Verdict verdict = verdict(Map.of(Region.INPUT, 80L, Region.STEP, 20L));
        assertEquals(Bottleneck.INPUT, verdict.bottleneck());
        CounterTest.Result result = CounterTest.test(verdict, trial(), 4, 10).orElseThrow();
        assertEquals(Variant.CACHED_BATCH, result.variant());
        assertEquals(5, result.gain(), 0.01);
        assertEquals(verdict.largestGain(), result.gain(), 0.01);
        assertEquals(Finding.CONFIRMED, result.against(verdict));
    }

    @Test
    void aSuspicionOfTheInputIsRefutedWhereTrainingTakesTheTime() {
        // As where an asynchronous device is waited for in what looks like input.
        inputNanos = MS;
        launchNanos = 19 * MS;
        Verdict wrong = verdict(Map.of(Region.INPUT, 80L, Region.STEP, 20L));
        CounterTest.Result result = CounterTest.test(wrong, trial(), 4, 10).orElseThrow();
        assertEquals(20.0 / 19, result.gain(), 0.001);
        assertTrue(result.confirms(), "a little faster it is");
        assertEquals(Finding.REFUTED, result.against(wrong));
    }

    @Test
    void checkpointsAreLeftOut() {
        launchNanos = MS;
        int[] saved = {0};
        TrainingTrial trial =
                trial().checkpoint(
                                () -> {
                                    saved[0]++;
                                    nanoTime += 20 * MS;
                                },
                                5);
        Verdict verdict = verdict(Map.of(Region.CHECKPOINT_SAVE, 80L, Region.STEP, 20L));
        CounterTest.Result result = CounterTest.test(verdict, trial, 3, 10).orElseThrow();
        assertEquals(5, result.gain(), 0.01);
        assertEquals(Finding.CONFIRMED, result.against(verdict));
        assertEquals(3 * 2, saved[0], "in the trainings as they are alone");
        assertThrows(
                UnsupportedOperationException.class,
                () -> CounterTest.test(verdict, trial(), 3, 5));
    }

    @Test
    void aLargerBatchHalvesTheLaunchesPerItem() {
        launchNanos = 6 * MS;
        nanosPerSample = MS / 2;
        Verdict verdict = verdict(Map.of(Region.HOST, 60L, Region.STEP, 40L));
        CounterTest.Result result = CounterTest.test(verdict, trial(), 3, 10).orElseThrow();
        assertEquals(Variant.LARGER_BATCH, result.variant());
        // (6 + 4) ms of 8 samples, (6 + 8) ms of 16.
        assertEquals((10.0 / 8) / (14.0 / 16), result.gain(), 0.001);
        assertEquals(Finding.CONFIRMED, result.against(verdict));
    }

    @Test
    void theParametersAreAsBefore() {
        float[] before = weights();
        for (Variant variant : Variant.values()) {
            if (variant != Variant.WITHOUT_CHECKPOINTS) {
                trial().perItem(variant, 3);
                assertArrayEquals(before, weights(), variant.name());
            }
        }
        trainer.getModel().getBlock().getParameters().valueAt(0).getArray().addi(1);
        assertTrue(before[0] != weights()[0], "what a training changes would be seen");
    }

    @Test
    void theStepsTrain() {
        // Without the restoring the loss falls: what is timed is a training.
        TrainingTrial trial = trial();
        float first = weights()[0];
        trial.checkpoint(() -> assertTrue(weights()[0] != first, "trained by now"), 1);
        trial.perItem(Variant.AS_IS, 2);
        assertEquals(2 + 2, batchesGiven, "two to warm up, and two");
        batchesGiven = 0;
        trial.perItem(Variant.CACHED_BATCH, 10);
        assertEquals(1, batchesGiven);
    }

    @Test
    void memoryStaysFlat() {
        TrainingTrial trial = trial();
        trial.perItem(Variant.CACHED_BATCH, 3);
        int held = trainer.getManager().getManagedArrays().size();
        trial.perItem(Variant.CACHED_BATCH, 30);
        trial.perItem(Variant.LARGER_BATCH, 30);
        assertEquals(held, trainer.getManager().getManagedArrays().size());
    }

    @Test
    void byTheRealClockATrialTakesTime() {
        TrainingTrial trial = new TrainingTrial(trainer, new SlowSource());
        assertTrue(trial.perItem(Variant.AS_IS, 5).compareTo(Duration.ZERO) > 0);
    }

    private float[] weights() {
        return model.getBlock().getParameters().valueAt(0).getArray().toFloatArray();
    }
}

package dev.retort.distill.flops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

import dev.retort.device.Reading;
import dev.retort.distill.train.TrainingMeter;
import dev.retort.efficiency.Precision;
import dev.retort.efficiency.RunTotals;
import dev.retort.efficiency.figures.FlopUtilisation;
import dev.retort.efficiency.figures.MeasuredPeak;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** MFU of a model that is all matrix products, on the processor. */
class ModelFlopsUtilisationTest {
    private static final int WIDTH = 1024;
    private static final int BATCH = 1024;
    private static final int STEPS = 12;

    @TempDir Path folder;

    @Test
    @Tag("slow")
    void isTheMeasuredRateOverTheMeasuredPeak() throws Exception {
        try (NDManager manager = NDManager.newBaseManager();
                Model model = Model.newInstance("wide")) {
            Reading peak =
                    MeasuredPeak.of(folder.resolve("peaks.properties"))
                            .flopsPerSecond(new DjlMatrixProduct(manager), Precision.FP32);
            double flopsPerSecond = assertInstanceOf(Reading.Measured.class, peak).value();
            model.setBlock(
                    new SequentialBlock()
                            .add(Linear.builder().setUnits(WIDTH).optBias(false).build())
                            .add(Linear.builder().setUnits(WIDTH).optBias(false).build()));
            DefaultTrainingConfig config =
                    new DefaultTrainingConfig(Loss.l2Loss())
                            .optOptimizer(
                                    Optimizer.sgd()
                                            .setLearningRateTracker(Tracker.fixed(1e-3f))
                                            .build());
            Dataset data =
                    new ArrayDataset.Builder()
                            .setData(manager.randomUniform(-1, 1, new Shape(BATCH, WIDTH)))
                            .optLabels(manager.randomUniform(-1, 1, new Shape(BATCH, WIDTH)))
                            .setSampling(BATCH, false)
                            .build();
            TrainingMeter meter = TrainingMeter.attach(config, "wide");
            Dataset measured = meter.measured(data);
            double seconds;
            try (meter;
                    Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(BATCH, WIDTH));
                long begin = System.nanoTime();
                EasyTrain.fit(trainer, STEPS, measured, null);
                seconds = (System.nanoTime() - begin) * 1e-9;
            }
            // Two products forward, three backward: the first layer's input has no gradient.
            double flops = STEPS * 5 * 2.0 * BATCH * WIDTH * WIDTH;
            double expected = flops / seconds / flopsPerSecond;
            FlopUtilisation found = FlopUtilisation.of(RunTotals.of(meter.account()), 1, _ -> peak);
            double mfu = found.mfuStep().ifMeasured().orElseThrow();
            String message =
                    "MFU %.3f, measured %.1f of %.1f GFLOP/s = %.3f"
                            .formatted(
                                    mfu, flops / seconds * 1e-9, flopsPerSecond * 1e-9, expected);
            System.out.println(message);
            assertEquals(expected, mfu, 0.1 * expected, message);
            assertTrue(found.mfuWall().ifMeasured().orElseThrow() < mfu, message);
            assertEquals(found.mfuStep().ifMeasured(), found.hfuStep().ifMeasured());
        }
    }
}

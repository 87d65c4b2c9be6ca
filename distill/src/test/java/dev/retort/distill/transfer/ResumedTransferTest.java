package dev.retort.distill.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Objects.requireNonNull;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.loss.Loss;

import dev.retort.distill.checkpoint.CheckpointFolder;
import dev.retort.distill.checkpoint.OtherTrainingException;
import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.Checkpointing;
import dev.retort.distill.train.GradientMode;
import dev.retort.distill.train.InPlace;
import dev.retort.distill.train.StopRequest;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.distill.train.TrainingStoppedException;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A transfer that goes on in another process ends in the bits of one that was never stopped. */
@Tag("engines")
class ResumedTransferTest {
    /** Of 4 steps an epoch: 8 of the last layer alone, then 12 of everything. */
    private static final TrainingPlan PROBE = TrainingPlan.of(2, 12, 0.02f);

    private static final TrainingPlan TUNING = TrainingPlan.of(3, 12, 0.01f);

    @TempDir Path folder;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private static Model model() {
        SequentialBlock network = SmallNetworks.normalised();
        network.add(Dropout.builder().optRate(0.3f).build())
                .add(Linear.builder().setUnits(SmallNetworks.CLASSES).build());
        return SmallNetworks.model(network, 1);
    }

    private List<TransferOutcome> train(Model model, TransferPlan first, int stopAfter) {
        StopRequest stop = new StopRequest();
        int[] made = {0};
        BatchSource counted =
                BatchSource.mapped(
                        SmallNetworks.source(manager),
                        (batch, _, _) -> {
                            if (++made[0] == stopAfter) {
                                stop.request();
                            }
                            return batch;
                        });
        List<TransferStage> stages =
                List.of(
                        new TransferStage(first, PROBE),
                        new TransferStage(TransferPlan.trainAll(), TUNING));
        try (RunMeter meter = RunOptions.of("transfer").open()) {
            return new TransferTraining(
                            model, Loss.softmaxCrossEntropyLoss(), meter, TrainingObserver.NONE)
                    .seed(5)
                    .stopOn(stop)
                    .checkpoint(
                            new Checkpointing(
                                    new CheckpointFolder(folder, 2),
                                    Map.of("data", "small"),
                                    3,
                                    Duration.ZERO))
                    .run(stages, counted, SmallNetworks.source(manager));
        }
    }

    /** The head is trained from the first step on, so what it began with does not matter. */
    private static void changeHead(Model model) {
        NDArray head =
                requireNonNull(ParameterPaths.of(model.getBlock()).get("07Linear/weight"))
                        .getArray();
        try (GradientMode _ = GradientMode.off(head.getManager().getEngine());
                NDArray ones = head.onesLike()) {
            InPlace.copy(ones, head);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 8, 9, 17, 20})
    void endsInTheSameBits(int stopAfter) {
        Map<String, float[]> whole;
        List<TransferOutcome> expected;
        Path where = folder;
        try (Model model = model()) {
            folder = where.resolve("whole");
            expected = train(model, TransferPlan.lastLayer(model.getBlock()), 0);
            whole = SmallNetworks.values(model.getBlock());
        }
        folder = where.resolve("parts");
        try (Model model = model()) {
            TransferPlan probe = TransferPlan.lastLayer(model.getBlock());
            assertThrows(TrainingStoppedException.class, () -> train(model, probe, stopAfter));
        }
        try (Model model = model()) {
            changeHead(model);
            List<TransferOutcome> found = train(model, TransferPlan.lastLayer(model.getBlock()), 0);
            Map<String, float[]> after = SmallNetworks.values(model.getBlock());
            whole.forEach((path, values) -> assertArrayEquals(values, after.get(path), path));
            for (int stage = 0; stage < 2; stage++) {
                assertEquals(expected.get(stage).bestEpoch(), found.get(stage).bestEpoch());
                assertEquals(
                        losses(expected.get(stage)), losses(found.get(stage)), "stage " + stage);
            }
        }
    }

    private static List<Double> losses(TransferOutcome outcome) {
        return outcome.epochs().stream().map(epoch -> epoch.trainLoss()).toList();
    }

    @Test
    void aCheckpointOfAnotherPlanIsRefused() {
        try (Model model = model()) {
            train(model, TransferPlan.lastLayer(model.getBlock()), 0);
        }
        try (Model model = model()) {
            TransferPlan other =
                    TransferPlan.builder().freezeFirst(2).rate("07Linear", 0.5f).build();
            assertRefused(
                    "expected a checkpoint of a training with the frozen values ",
                    () -> train(model, other, 0));
            TransferPlan slower =
                    TransferPlan.builder().freezeFirst(4).rate("07Linear", 0.5f).build();
            assertRefused(
                    "expected a checkpoint of a training with the shares of the learning rate",
                    () -> train(model, slower, 0));
        }
    }

    private static void assertRefused(String message, Runnable run) {
        Throwable cause =
                requireNonNull(assertThrows(UncheckedIOException.class, run::run).getCause());
        assertEquals(OtherTrainingException.class, cause.getClass());
        assertTrue(String.valueOf(cause.getMessage()).startsWith(message), cause.getMessage());
    }
}

package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.retort.distill.checkpoint.CheckpointException;
import dev.retort.torch.safetensors.BlockParameters;
import dev.retort.torch.safetensors.SafetensorsFile;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

@Tag("engines")
class ResumeTest {
    @TempDir Path folder;

    private ResumableTraining.Outcome uninterrupted() {
        return new ResumableTraining(folder.resolve("whole"), new StopRequest(), _ -> {}).run();
    }

    /**
     * Stops at each of the steps in turn and then goes on to the end. Each time after the first the
     * model begins with other parameters, so that all come from the checkpoint.
     */
    private static ResumableTraining.Outcome interrupted(Path where, long... steps) {
        for (int i = 0; i < steps.length; i++) {
            StopRequest stop = new StopRequest();
            long last = steps[i];
            ResumableTraining training =
                    new ResumableTraining(
                            where,
                            stop,
                            step -> {
                                if (step == last) {
                                    stop.request();
                                }
                            });
            TrainingStoppedException stopped =
                    assertThrows(
                            TrainingStoppedException.class,
                            (i == 0 ? training : training.initialised(50 + last))::run);
            assertTrue(
                    String.valueOf(stopped.getMessage())
                            .matches("the training was asked to stop and did so after step \\d+"));
        }
        return new ResumableTraining(where, new StopRequest(), _ -> {}).initialised(99).run();
    }

    @Test
    void goesOnFromAnOlderCheckpointWhereTheNewestIsGone() throws IOException {
        ResumableTraining.Outcome whole = uninterrupted();
        Path where = folder.resolve("run");
        StopRequest stop = new StopRequest();
        assertThrows(
                TrainingStoppedException.class,
                new ResumableTraining(
                                where,
                                stop,
                                step -> {
                                    if (step == 33) {
                                        stop.request();
                                    }
                                })
                        ::run);
        // That of step 33, at which it was stopped; then steps 31 to 33 are made again.
        Files.write(where.resolve("000007-step-33.safetensors"), new byte[50]);
        List<Long> made = new ArrayList<>();
        ResumableTraining.Outcome resumed =
                new ResumableTraining(where, new StopRequest(), made::add).initialised(99).run();
        assertEquals(ResumableTraining.STEPS - 30, made.size());
        assertEquals(whole.weights(), resumed.weights());
        assertEquals(whole.epochs(), resumed.epochs());
        assertEquals(ResumableTraining.STEPS, resumed.account().kept().steps());
    }

    @Test
    void aResumedTrainingEndsInTheSameBits() {
        ResumableTraining.Outcome whole = uninterrupted();
        // The first step, the end of an epoch, two in a row, and the last step of all.
        long[][] interruptions = {{1}, {19}, {20}, {33, 1}, {76}, {3, 30, 7}};
        for (int i = 0; i < interruptions.length; i++) {
            Path where = folder.resolve("run" + i);
            ResumableTraining.Outcome resumed = interrupted(where, interruptions[i]);
            assertEquals(whole.weights(), resumed.weights());
            assertEquals(whole.epochs(), resumed.epochs());
            assertEquals(ResumableTraining.STEPS, resumed.account().kept().steps());
        }
    }

    @Test
    void aFinishedTrainingIsReadAndNotTrainedAgain() {
        ResumableTraining.Outcome whole = uninterrupted();
        List<Long> made = new ArrayList<>();
        ResumableTraining.Outcome again =
                new ResumableTraining(folder.resolve("whole"), new StopRequest(), made::add)
                        .initialised(99)
                        .run();
        assertEquals(List.of(), made);
        assertEquals(whole.weights(), again.weights());
        assertEquals(whole.epochs(), again.epochs());
    }

    @Test
    void otherInitialParametersEndInOtherBits() {
        ResumableTraining.Outcome whole = uninterrupted();
        ResumableTraining.Outcome other =
                new ResumableTraining(folder.resolve("other"), new StopRequest(), _ -> {})
                        .initialised(99)
                        .run();
        assertNotEquals(whole.weights(), other.weights());
    }

    @Test
    void refusesTheCheckpointOfAnotherTrainingAndNamesBoth() {
        uninterrupted();
        Path where = folder.resolve("whole");
        ResumableTraining training = new ResumableTraining(where, new StopRequest(), _ -> {});
        assertMessage(
                "expected a checkpoint of a training with the data flowers, found one with digits: "
                        + where
                        + "/\\S+",
                () -> training.run(ResumableTraining.PLAN, "flowers"));
        assertMessage(
                "expected a checkpoint of a training with the number of epochs 5, found one with 4:"
                        + " \\S+",
                () -> training.run(ResumableTraining.PLAN.withEpochs(5), "digits"));
    }

    private static void assertMessage(String pattern, Runnable run) {
        UncheckedIOException error = assertThrows(UncheckedIOException.class, run::run);
        CheckpointException cause = assertInstanceOf(CheckpointException.class, error.getCause());
        String message = String.valueOf(cause.getMessage());
        assertTrue(message.matches(pattern), message);
    }

    @Test
    void keepsTheLatestAndTheWeightsOfTheBestEpoch() throws IOException {
        uninterrupted();
        Path where = folder.resolve("whole");
        try (Stream<Path> all = Files.list(where)) {
            assertEquals(
                    2,
                    all.filter(p -> p.toString().matches(".*-step-\\d+\\.sha256")).count(),
                    "as many checkpoints as asked for");
        }
        Path best = where.resolve("best.safetensors");
        try (NDManager manager = NDManager.newBaseManager();
                Model model = ResumableTraining.model(manager, 5);
                SafetensorsFile file = SafetensorsFile.open(best)) {
            Set<String> names = file.tensors().keySet();
            assertEquals(Set.copyOf(model.getBlock().getParameters().keys()), names);
            assertEquals(Set.of(), BlockParameters.load(model.getBlock(), best, name -> name));
            NDArray mean = file.read("03BatchNorm_runningMean", manager);
            assertTrue(mean.abs().sum().getFloat() > 0, "running statistics are in it");
        }
    }
}

package dev.retort.examples.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import dev.retort.distill.checkpoint.CheckpointFolder;
import dev.retort.examples.language.TrainLanguageModel;
import dev.retort.experiment.Arm;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;
import dev.retort.experiment.worker.Assignment;
import dev.retort.experiment.worker.AttemptResult;
import dev.retort.experiment.worker.EpochReport;
import dev.retort.experiment.worker.TaskRun;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs that are stopped and go on in another attempt come to what they would have come to. */
class SupervisedTrainingTest {
    @TempDir private Path lab;

    @Test
    void aDistillationThatIsStoppedAfterItsTeacherKeepsIt() throws Exception {
        Arm arm =
                arm(
                        DistilDigits.class,
                        Map.of("temperature", 4.0, "softWeight", 0.9, "labels", 100));
        Attempt whole = new Attempt(arm, 1, null, Integer.MAX_VALUE);
        // The teacher, and each of the students.
        assertEquals(3, whole.committed.size());
        long teacher = whole.committed.getFirst().step();
        Attempt stopped = new Attempt(arm, 2, null, 1);
        assertEquals(CauseOfEnd.STOPPED, stopped.result.cause());
        Checkpoint last = stopped.committed.getLast();
        assertTrue(last.step() > teacher && last.step() < whole.committed.get(1).step());
        Attempt resumed = new Attempt(arm, 3, last, Integer.MAX_VALUE);
        assertEquals(CauseOfEnd.COMPLETED, resumed.result.cause(), resumed.result.detail());
        assertEquals(whole.result.values(), resumed.result.values());
        // Neither the teacher nor what was done of the student is trained again.
        assertEquals(
                whole.committed.stream().skip(1).map(Checkpoint::step).toList(),
                resumed.committed.stream().map(Checkpoint::step).toList());
    }

    @Test
    void aLanguageModelGoesOnFromTheStepAtWhichItWasStopped() throws Exception {
        Arm arm = arm(TrainLanguageModel.class, Map.of("params", 20672, "tokens", 60 * 2048));
        Attempt whole = new Attempt(arm, 1, null, Integer.MAX_VALUE);
        assertEquals(CauseOfEnd.COMPLETED, whole.result.cause(), whole.result.detail());
        Attempt stopped = new Attempt(arm, 2, null, 0);
        assertEquals(CauseOfEnd.STOPPED, stopped.result.cause(), stopped.result.detail());
        assertEquals(List.of(20L), stopped.committed.stream().map(Checkpoint::step).toList());
        Attempt resumed = new Attempt(arm, 3, stopped.committed.getLast(), Integer.MAX_VALUE);
        assertEquals(whole.result.values(), resumed.result.values());
    }

    @Test
    void onlyTheNewestCheckpointStays() throws Exception {
        Arm arm =
                arm(
                        DistilDigits.class,
                        Map.of("temperature", 4.0, "softWeight", 0.9, "labels", 100));
        Attempt whole = new Attempt(arm, 1, null, Integer.MAX_VALUE);
        assertTrue(Files.isDirectory(lab.resolve(whole.committed.getLast().path())));
        assertFalse(Files.exists(lab.resolve(whole.committed.getFirst().path())));
    }

    @Test
    void aStepThatIsSavedTwiceIsCommittedTwice() throws Exception {
        Attempt attempt = new Attempt(arm(SavesTwice.class, Map.of()), 1, null, Integer.MAX_VALUE);
        assertEquals(CauseOfEnd.COMPLETED, attempt.result.cause(), attempt.result.detail());
        assertEquals(List.of(5L, 5L), attempt.committed.stream().map(Checkpoint::step).toList());
        assertTrue(Files.isDirectory(lab.resolve(attempt.committed.getLast().path())));
    }

    /** A training whose last checkpoint is due at its last step. */
    public static final class SavesTwice implements Task {
        @Override
        public Outcome run(TaskContext context) throws IOException {
            SupervisedTraining supervised = new SupervisedTraining(context);
            CheckpointFolder folder = supervised.checkpoints(Map.of()).folder();
            try (NDManager manager = NDManager.newBaseManager()) {
                for (int i = 0; i < 2; i++) {
                    supervised
                            .observer(0)
                            .checkpointSaved(
                                    folder.save(
                                            5,
                                            Map.of(),
                                            JsonNodeFactory.instance.objectNode(),
                                            Map.of("weight", manager.ones(new Shape(2)))));
                }
            }
            return new Outcome.Finished(Map.of("loss", 1.0));
        }
    }

    private static Arm arm(Class<? extends Task> task, Map<String, Object> config) {
        return new Arm("arm", task.getName(), config, "1", "data");
    }

    /** One attempt, which is asked to stop after so many checkpoints. */
    private final class Attempt implements TaskRun.Recorder {
        private final List<Checkpoint> committed = new ArrayList<>();
        private final int stopAfter;
        private final TaskRun run;
        private final AttemptResult result;

        Attempt(Arm arm, int number, @Nullable Checkpoint from, int stopAfter) {
            this.stopAfter = stopAfter;
            run =
                    new TaskRun(
                            new Assignment(
                                    "run",
                                    arm,
                                    1,
                                    number,
                                    number,
                                    List.of(),
                                    List.of(),
                                    1,
                                    lab.toString(),
                                    from,
                                    Set.of()),
                            this);
            if (stopAfter == 0) {
                run.stop();
            }
            result = run.run();
        }

        @Override
        public void commit(Checkpoint checkpoint) {
            committed.add(checkpoint);
            if (committed.size() == stopAfter) {
                run.stop();
            }
        }

        @Override
        public void report(EpochReport report) {}
    }
}

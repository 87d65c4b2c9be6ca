package dev.retort.examples.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import dev.retort.distill.checkpoint.CheckpointFolder;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.examples.language.TrainLanguageModel;
import dev.retort.experiment.Arm;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.metric.MetricFile;
import dev.retort.experiment.metric.MetricPoint;
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
    private static final Map<String, Object> DIGITS =
            Map.of("temperature", 4.0, "softWeight", 0.9, "labels", 100);
    private static final Map<String, Object> SMALLEST =
            Map.of("params", 20672, "tokens", 60 * 2048);

    private static final TaskRun.Recorder NOBODY =
            new TaskRun.Recorder() {
                @Override
                public void stepped() {}

                @Override
                public void commit(Checkpoint checkpoint) {}

                @Override
                public void report(EpochReport report) {}
            };

    @TempDir private Path lab;

    @Test
    void aDistillationThatIsStoppedAfterItsTeacherKeepsIt() throws Exception {
        Arm arm = arm(DistilDigits.class, DIGITS);
        Attempt whole = new Attempt(arm, 1, null, Integer.MAX_VALUE);
        // The teacher and its student.
        assertEquals(2, whole.committed.size());
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
        Arm arm = arm(TrainLanguageModel.class, SMALLEST);
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
        Arm arm = arm(DistilDigits.class, DIGITS);
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

    @Test
    void eachEpochOfTheStudentIsReportedAndCanBeTheLast() throws Exception {
        Attempt stopped = new Attempt(arm(DistilDigits.class, DIGITS), 1, 1, 3);
        assertEquals(CauseOfEnd.STOPPED, stopped.result.cause(), stopped.result.detail());
        assertEquals(List.of(1, 2, 3), stopped.reported.stream().map(EpochReport::epochs).toList());
        MetricFile metrics =
                MetricFile.read(lab.resolve(requireNonNull(stopped.result.metrics()).path()));
        assertEquals(
                stopped.reported.stream().map(EpochReport::value).toList(),
                metrics.of("student_validation_accuracy").stream()
                        .map(MetricPoint::value)
                        .toList());
        assertEquals(40, metrics.of("teacher_validation_loss").size());
        long teacher = stopped.committed.getFirst().step();
        assertEquals(teacher, metrics.of("teacher_validation_loss").getLast().step());
        // It stops where the third epoch has ended, and what it did until then is kept.
        long last = metrics.of("student_validation_accuracy").getLast().step();
        assertEquals(last, stopped.committed.getLast().step());
        assertEquals(3 * teacher / 40, last - teacher);
    }

    @Test
    void aLanguageModelInSmallerPartsComesToTheSame() throws Exception {
        Arm arm = arm(TrainLanguageModel.class, SMALLEST);
        double whole = loss(new Attempt(arm, 1, 1, Integer.MAX_VALUE));
        double divided = loss(new Attempt(arm, 2, 4, Integer.MAX_VALUE));
        assertEquals(whole, divided, 1e-4);
        // Sums of parts round in another way, by which it shows that there were parts.
        assertNotEquals(whole, divided);
    }

    private static double loss(Attempt attempt) {
        assertEquals(CauseOfEnd.COMPLETED, attempt.result.cause(), attempt.result.detail());
        return requireNonNull(attempt.result.values().get("loss"));
    }

    @Test
    void batchesAreDividedNoFurtherThanIntoSamples() throws Exception {
        TrainingPlan plan = TrainingPlan.of(1, 32, 1e-2f);
        assertEquals(plan, new SupervisedTraining(dividing(1)).inParts(plan));
        SupervisedTraining halved = new SupervisedTraining(dividing(2));
        assertEquals(plan.withMicroBatches(2), halved.inParts(plan));
        assertEquals(plan.withMicroBatches(6), halved.inParts(plan.withMicroBatches(3)));
        assertEquals(plan.withMicroBatches(32), new SupervisedTraining(dividing(64)).inParts(plan));
    }

    @Test
    void aDigitsStudentLearnsInSmallerPartsToo() throws Exception {
        Attempt divided = new Attempt(arm(DistilDigits.class, DIGITS), 1, 8, Integer.MAX_VALUE);
        assertEquals(CauseOfEnd.COMPLETED, divided.result.cause(), divided.result.detail());
        assertTrue(
                requireNonNull(divided.result.values().get("accuracy")) > 0.9,
                divided.result.toString());
    }

    @Test
    void parametersThatAreWrongAreInfeasible() throws Exception {
        assertInfeasible(
                "expected the parameters [temperature, softWeight, labels] alone, found [temprature]",
                DistilDigits.class,
                Map.of("temprature", 4.0, "softWeight", 0.9, "labels", 100));
        assertInfeasible(
                "expected a number for the parameter temperature, found none",
                DistilDigits.class,
                Map.of("softWeight", 0.9, "labels", 100));
        assertInfeasible(
                "expected a whole number for the parameter labels, found 99.5",
                DistilDigits.class,
                Map.of("temperature", 4.0, "softWeight", 0.9, "labels", 99.5));
        assertInfeasible(
                "expected the parameters [params, tokens] alone, found [rate]",
                TrainLanguageModel.class,
                Map.of("params", 20672, "tokens", 2048, "rate", 0.1));
    }

    private void assertInfeasible(
            String reason, Class<? extends Task> task, Map<String, Object> config) {
        Attempt attempt = new Attempt(arm(task, config), 1, null, Integer.MAX_VALUE);
        assertEquals(CauseOfEnd.INFEASIBLE, attempt.result.cause(), attempt.result.detail());
        assertEquals(reason, attempt.result.detail());
    }

    private TaskContext dividing(int divisor) {
        return new TaskRun(assignment(arm(DistilDigits.class, DIGITS), 1, null, divisor), NOBODY);
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
                            .observer("model", 0)
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

    private Assignment assignment(
            Arm arm, int number, @Nullable Checkpoint from, int microBatchDivisor) {
        return new Assignment(
                "run",
                arm,
                1,
                number,
                number,
                List.of(),
                List.of(),
                microBatchDivisor,
                lab.toString(),
                from,
                Set.of());
    }

    /** One attempt, which is asked to stop after so many checkpoints or reports. */
    private final class Attempt implements TaskRun.Recorder {
        private final List<Checkpoint> committed = new ArrayList<>();
        private final List<EpochReport> reported = new ArrayList<>();
        private final int stopAfter;
        private final int lastReport;
        private final TaskRun run;
        private final AttemptResult result;

        Attempt(Arm arm, int number, @Nullable Checkpoint from, int stopAfter) {
            this.stopAfter = stopAfter;
            lastReport = Integer.MAX_VALUE;
            run = new TaskRun(assignment(arm, number, from, 1), this);
            if (stopAfter == 0) {
                run.stop();
            }
            result = run.run();
        }

        Attempt(Arm arm, int number, int microBatchDivisor, int lastReport) {
            stopAfter = Integer.MAX_VALUE;
            this.lastReport = lastReport;
            run = new TaskRun(assignment(arm, number, null, microBatchDivisor), this);
            result = run.run();
        }

        @Override
        public void stepped() {}

        @Override
        public void commit(Checkpoint checkpoint) {
            committed.add(checkpoint);
            if (committed.size() == stopAfter) {
                run.stop();
            }
        }

        @Override
        public void report(EpochReport report) {
            reported.add(report);
            if (reported.size() == lastReport) {
                run.stop();
            }
        }
    }
}

package dev.retort.examples.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import dev.retort.distill.train.TrainingLedger;
import dev.retort.efficiency.Bucket;
import dev.retort.efficiency.CheckpointMark;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;
import dev.retort.efficiency.StoredRun;
import dev.retort.experiment.Arm;
import dev.retort.experiment.Attempt;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.Run;
import dev.retort.experiment.RunState;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;
import dev.retort.experiment.velocity.Milestone;
import dev.retort.experiment.velocity.Velocity;
import dev.retort.experiment.velocity.Window;
import dev.retort.experiment.worker.Assignment;
import dev.retort.experiment.worker.AttemptResult;
import dev.retort.experiment.worker.EpochReport;
import dev.retort.experiment.worker.TaskRun;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** The ledgers of runs are found where trainings leave them, and each is counted once. */
class RunLedgerTest {
    private static final Arm ARM = arm(Trained.class);

    @TempDir private Path lab;
    private @Nullable Checkpoint saved;

    /** A training of two steps, with a checkpoint after the first. */
    public static final class Trained implements Task {
        @Override
        public Outcome run(TaskContext context) throws IOException {
            return train(context, false);
        }

        static Outcome train(TaskContext context, boolean over) throws IOException {
            SupervisedTraining supervised = new SupervisedTraining(context);
            try (TrainingLedger ledger = supervised.ledger(RunOptions.of("tiny"));
                    NDManager manager = NDManager.newBaseManager()) {
                RunMeter meter = ledger.meter();
                long before = context.resumption().map(TaskContext.Resumption::step).orElse(0L);
                step(meter);
                CheckpointMark mark = meter.mark();
                var checkpoint =
                        supervised
                                .checkpoints(Map.of())
                                .folder()
                                .save(
                                        before + 1,
                                        Map.of(),
                                        JsonNodeFactory.instance.objectNode().put("finished", over),
                                        Map.of("weight", manager.ones(new Shape(2))));
                meter.commit(mark);
                supervised.observer("training", 0).checkpointSaved(checkpoint);
                step(meter);
            }
            return new Outcome.Finished(Map.of("loss", 1.0));
        }

        private static void step(RunMeter meter) {
            meter.beginStep();
            meter.begin(Region.STEP);
            LockSupport.parkNanos(1_000_000);
            meter.end(Region.STEP);
            meter.endStep(1);
        }
    }

    /** The same, whose checkpoint says that nothing was left to be trained. */
    public static final class Over implements Task {
        @Override
        public Outcome run(TaskContext context) throws IOException {
            return Trained.train(context, true);
        }
    }

    private static Arm arm(Class<? extends Task> task) {
        return new Arm("arm", task.getName(), Map.of(), "1", "data");
    }

    /** What is committed is a copy from before the end, as a kill leaves it. */
    @Test
    void noTimeSinceBelongsToATrainingThatWasOver() throws IOException {
        attempt(ARM, 1, null);
        assertTrue(recovery(attempt(ARM, 2, saved)).isPositive());
        attempt(arm(Over.class), 3, null);
        assertEquals(Duration.ZERO, recovery(attempt(arm(Over.class), 4, saved)));
    }

    private Duration recovery(Attempt attempt) throws IOException {
        Path training = lab.resolve(attempt.folder("e/arm/1")).resolve("training");
        StoredRun stored = StoredRun.readAll(training).getFirst();
        return stored.totals().ledger().of(Bucket.INFRA_RECOVERY);
    }

    @Test
    void theLedgerOfATrainingIsFoundBesideCopiesOfIt() throws IOException {
        Attempt attempt = attempt(1, null);
        RunLedger found = ledger(attempt).orElseThrow();
        Path training = lab.resolve(attempt.folder("e/arm/1")).resolve("training");
        StoredRun stored = StoredRun.readAll(training).getFirst();
        assertEquals(Duration.ofNanos(stored.totals().ledger().elapsedNanos()), found.elapsed());
        assertTrue(found.good().isPositive(), found::toString);
        assertTrue(found.good().compareTo(found.elapsed()) < 0, found::toString);
        assertEquals(Optional.empty(), ledger());
    }

    @Test
    void whatARunGoesOnFromIsNotCountedAgain() throws IOException {
        Attempt first = attempt(1, null);
        Attempt second = attempt(2, Objects.requireNonNull(saved));
        RunLedger resumed = ledger(second).orElseThrow();
        assertEquals(resumed, ledger(first, second).orElseThrow());
        assertTrue(
                resumed.good().compareTo(ledger(first).orElseThrow().good()) > 0,
                resumed::toString);
        Attempt anew = attempt(3, null);
        assertEquals(
                resumed.plus(ledger(anew).orElseThrow()),
                ledger(first, second, anew).orElseThrow());
    }

    /** What the others took is not known. */
    @Test
    void theEnergyOfSomeRunsIsNotThatOfTheVerdicts() {
        Instant begin = Instant.EPOCH;
        Velocity velocity =
                Velocity.of(
                        List.of(
                                new Milestone.Registered(begin, "h", Map.of()),
                                new Milestone.Submitted(begin, "r", "h", 1, 0, Map.of()),
                                new Milestone.Admitted(begin, "r"),
                                new Milestone.FirstStep(begin, "r"),
                                new Milestone.Ended(
                                        begin.plusSeconds(9), "r", Milestone.End.SUCCEEDED),
                                new Milestone.Decided(
                                        begin.plusSeconds(10),
                                        "h",
                                        dev.retort.experiment.verdict.Outcome.CONFIRMED)),
                        new Window(begin, begin.plusSeconds(11)),
                        begin.plusSeconds(11));
        Optional<RunLedger> sum =
                Optional.of(
                        new RunLedger(
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                OptionalDouble.of(30)));
        Map<String, Object> all = VelocityFigures.of(velocity, null, new RunLedgers(sum, 2, 2));
        assertEquals(30.0, all.get("energy per verdict, J"));
        Map<String, Object> some = VelocityFigures.of(velocity, null, new RunLedgers(sum, 2, 3));
        assertFalse(some.containsKey("energy per verdict, J"));
        assertEquals(30.0, some.get("energy that runs measured, J"));
        assertEquals(3, some.get("runs that worked"));
        assertEquals(2, some.get("  of which measured themselves"));
    }

    private Optional<RunLedger> ledger(Attempt... attempts) throws IOException {
        Run run = new ExperimentBuilder("e", "t").arm(ARM).seeds(1).build().run(ARM, 1);
        return RunLedger.of(
                lab,
                new RunView(
                        run,
                        RunState.SUCCEEDED,
                        Arrays.asList(attempts),
                        null,
                        0,
                        0,
                        0,
                        null,
                        "completed",
                        Map.of(),
                        List.of(),
                        null,
                        null,
                        null,
                        0,
                        0,
                        null));
    }

    private Attempt attempt(int number, @Nullable Checkpoint from) {
        return attempt(ARM, number, from);
    }

    private Attempt attempt(Arm arm, int number, @Nullable Checkpoint from) {
        AttemptResult result =
                new TaskRun(
                                new Assignment(
                                        "e/arm/1",
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
                                new Recorder())
                        .run();
        assertEquals(CauseOfEnd.COMPLETED, result.cause(), result.detail());
        return Attempt.admitted(number, number, "s", "h", List.of(), 0, 0);
    }

    private final class Recorder implements TaskRun.Recorder {
        @Override
        public void stepped() {}

        @Override
        public void commit(Checkpoint checkpoint) {
            saved = checkpoint;
        }

        @Override
        public void report(EpochReport report) {}
    }
}

package dev.retort.examples.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.experiment.Arm;
import dev.retort.experiment.Budget;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.Direction;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.RunState;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.AttemptEnded;
import dev.retort.experiment.event.Event.AttemptStarted;
import dev.retort.experiment.event.Event.CheckpointCommitted;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.event.Event.RunEnded;
import dev.retort.experiment.event.Event.RunPaused;
import dev.retort.experiment.event.Event.RunQueued;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.lab.Work;
import dev.retort.experiment.schedule.Capacity;
import dev.retort.experiment.schedule.SchedulerOptions;
import dev.retort.experiment.store.Batch;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What is told of runs while they are made. */
class WorkersTest {
    @TempDir private Path folder;

    /** Reports a loss, whatever it is run for. */
    public static final class Losing implements Task {
        @Override
        public Outcome run(TaskContext context) {
            return new Outcome.Finished(Map.of("loss", 1.0));
        }
    }

    @Test
    void aMetricThatIsNeverReportedIsToldOnceWhileItsRunsAreMade() throws InterruptedException {
        StringWriter said = new StringWriter();
        try (EventStore store = EventStore.open(folder)) {
            Lab lab = new Lab(store, "ada");
            lab.register(
                    new Hypothesis(
                            "h",
                            "t",
                            "It gains.",
                            "accuracy",
                            Direction.HIGHER_IS_BETTER,
                            0.01,
                            0.05,
                            Budget.unlimited()));
            lab.submit(
                    new ExperimentBuilder("e", "t")
                            .user("ada")
                            .hypothesis("h")
                            .arm(new Arm("a", Losing.class.getName(), Map.of(), "c", "d"))
                            .seeds(1, 2, 3)
                            .build());
            Workers.tellOfEnds(store, new PrintWriter(said));
            SchedulerOptions options =
                    SchedulerOptions.standard(folder, Capacity.of(1, 0))
                            .withExecution(new SchedulerOptions.InProcess());
            assertEquals(List.of(), Work.untilIdle(store, options, RunFilter.all()));
        }
        List<String> lines = said.toString().lines().toList();
        assertEquals(4, lines.size(), said.toString());
        assertEquals(
                1,
                lines.stream()
                        .filter(line -> line.contains("did not report the metric accuracy"))
                        .count());
    }

    /**
     * By an event of each that a scheduler writes: it was admitted, saved its state, was killed.
     */
    @Test
    void whatHadToBeKilledIsToldWithWhatItCosts() {
        StringWriter said = new StringWriter();
        try (EventStore store = EventStore.open(folder)) {
            Lab lab = new Lab(store, "ada");
            lab.submit(
                    new ExperimentBuilder("e", "t")
                            .arm(new Arm("a", Losing.class.getName(), Map.of(), "c", "d"))
                            .seeds(1, 2, 3, 4)
                            .build());
            Workers.tellOfEnds(store, new PrintWriter(said));
            end(store, "e/a/1", CauseOfEnd.KILLED_AT_STOP, 7, new RunQueued("e/a/1", 0, "closed"));
            end(store, "e/a/2", CauseOfEnd.KILLED_AT_STOP, 0, new RunPaused("e/a/2", "later"));
            end(store, "e/a/3", CauseOfEnd.STOPPED, 7, new RunQueued("e/a/3", 0, "closed"));
            RunEnded cancelled = RunEnded.without("e/a/4", RunState.CANCELLED, "enough");
            end(store, "e/a/4", CauseOfEnd.KILLED_AT_STOP, 7, cancelled);
        }
        assertEquals(
                List.of(
                        "e/a/1 QUEUED: it was killed; it goes on from its last checkpoint, after"
                                + " step 7, and does again what came after that",
                        "e/a/2 PAUSED: it was killed; it had saved nothing and begins again",
                        "e/a/4 CANCELLED: enough"),
                said.toString().lines().toList());
    }

    private static void end(
            EventStore store, String run, CauseOfEnd cause, long saved, Event follows) {
        long token =
                store.record(Batch.of("s", new RunAdmitted(run, 1, "s", "h", List.of()))).lastSeq();
        store.record(Batch.of("s", new AttemptStarted(run, token, 1L)));
        if (saved > 0) {
            Checkpoint state = new Checkpoint(saved, "state", "0".repeat(64), 1);
            store.record(Batch.of("s", new CheckpointCommitted(run, token, state)));
        }
        AttemptEnded ended = new AttemptEnded(run, token, cause, "it was killed", 0);
        store.record(Batch.of("s", ended, follows));
    }
}

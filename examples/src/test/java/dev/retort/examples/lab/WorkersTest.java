package dev.retort.examples.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.experiment.Arm;
import dev.retort.experiment.Budget;
import dev.retort.experiment.Direction;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.lab.Work;
import dev.retort.experiment.schedule.Capacity;
import dev.retort.experiment.schedule.SchedulerOptions;
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
}

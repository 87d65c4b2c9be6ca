package dev.retort.experiment.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.schedule.Capacity;
import dev.retort.experiment.schedule.SchedulerOptions;
import dev.retort.experiment.schedule.SchedulerOptions.InProcess;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What is decided by runs that do not report what decides. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DeciderTest extends MeasuredLab {
    private static final String NEVER_REPORTED =
            "the metric accuracy of experiment e was never reported; reported were loss";

    /** Reports a loss at once. */
    public static final class Losing implements Task {
        @Override
        public Outcome run(TaskContext context) {
            return new Outcome.Finished(Map.of("loss", 1.0));
        }
    }

    /** Works until it is asked to stop, and saves its state then. */
    public static final class Patient implements Task {
        @Override
        public Outcome run(TaskContext context) throws IOException, InterruptedException {
            while (!context.shouldStop()) {
                Thread.sleep(1);
            }
            Path state = Files.createFile(context.folder().resolve("state"));
            context.commit(7, state);
            return new Outcome.Stopped();
        }
    }

    private RefusedException refused() {
        Decider decider =
                new Decider(
                        lab,
                        store,
                        SchedulerOptions.standard(folder, Capacity.of(4, 0))
                                .withExecution(new InProcess()));
        return assertThrows(RefusedException.class, () -> decider.decide("e"));
    }

    private void submit(Class<? extends Task> with, Class<? extends Task> without) {
        lab.register(Samples.hypothesis("h").decidedBy(PLAN));
        lab.submit(
                experiment("e", Samples.seeds(7))
                        .hypothesis("h")
                        .arm(Samples.arm("with", with.getName(), Map.of("gain", 0.0)))
                        .arm(Samples.arm("without", without.getName(), Map.of("gain", 0.0)))
                        .build());
    }

    private List<RunView> in(RunState state) {
        return lab.runs(RunFilter.all().in(state));
    }

    private int attempts() {
        return lab.runs(RunFilter.all()).stream().mapToInt(view -> view.attempts().size()).sum();
    }

    /** The other arm would never end by itself. */
    @Test
    void aLookEndsWithTheFirstRunThatLacksTheMetric() {
        submit(Losing.class, Patient.class);
        assertEquals(NEVER_REPORTED, refused().getMessage());
        assertEquals(List.of(), in(RunState.RUNNING));
        List<RunView> stopped =
                in(RunState.QUEUED).stream().filter(view -> !view.attempts().isEmpty()).toList();
        stopped.forEach(view -> assertNotNull(view.checkpoint()));
        int attempts = attempts();
        assertEquals(NEVER_REPORTED, refused().getMessage());
        assertEquals(attempts, attempts());
    }

    @Test
    void whatOneArmReportsIsNotEnough() {
        submit(Measuring.class, Losing.class);
        lab.runs(RunFilter.all()).stream()
                .map(view -> view.run().id())
                .filter(run -> run.startsWith("e/without/") && !run.endsWith("/1"))
                .forEach(run -> lab.pause(run, "later"));
        lab.pause("e/without/1", "first the other arm");
        work();
        assertEquals(7, in(RunState.SUCCEEDED).size());
        lab.resume("e/without/1");
        assertEquals(
                "run e/without/1 ended as SUCCEEDED with results for [loss]: expected one for"
                        + " accuracy, and to leave its seed out would bias the verdict",
                refused().getMessage());
        assertEquals(6, in(RunState.PAUSED).size());
    }

    /** It is not compared. */
    @Test
    void anArmThatDecidesNothingMayLackTheMetric() throws InterruptedException {
        lab.register(Samples.hypothesis("h").decidedBy(PLAN));
        lab.submit(
                experiment("e", Samples.seeds(7))
                        .hypothesis("h")
                        .arm(Samples.arm("third", Losing.class.getName(), Map.of()))
                        .arm(arm("with", Map.of("gain", 0.05)))
                        .arm(arm("without", Map.of("gain", 0.0)))
                        .build());
        SchedulerOptions options =
                SchedulerOptions.standard(folder, Capacity.of(1, 0)).withExecution(new InProcess());
        Finding finding = new Decider(lab, store, options).decide("e").getFirst();
        assertEquals("CONFIRMED", finding.outcome().orElseThrow().name());
        assertEquals(21, in(RunState.SUCCEEDED).size());
    }
}

package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Arm;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.VerdictReference;
import dev.retort.experiment.event.Event.RunQueued;
import dev.retort.experiment.lab.VelocityLog;
import dev.retort.experiment.velocity.Milestone;
import dev.retort.experiment.velocity.Phase;
import dev.retort.experiment.velocity.Spent;
import dev.retort.experiment.velocity.Velocity;
import dev.retort.experiment.velocity.Window;
import dev.retort.experiment.verdict.Outcome;
import dev.retort.experiment.worker.AttemptResult;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What runs wait for when they do not wait for devices, and what a run that went on is worth. */
final class VelocityWaitsTest extends Simulation {
    private static final Duration RUN = Duration.ofSeconds(30);

    private Velocity velocity() {
        List<Milestone> events = VelocityLog.of(store);
        Instant now = time.now();
        return Velocity.of(events, new Window(events.getFirst().at(), now.plusMillis(1)), now);
    }

    private void submit() {
        lab.register(Samples.hypothesis("h"));
        lab.submit(Samples.experiment("e", "vision", "no.Task", 1).hypothesis("h").build());
    }

    private Velocity decided() {
        assertEquals(RunState.SUCCEEDED, state("e/a/1"));
        lab.decide(
                new VerdictReference(
                        "h", Outcome.CONFIRMED, 1, 1, 1, "test/1", List.of("e/a/1"), "Yes."));
        return velocity();
    }

    private static double seconds(Velocity velocity, Phase phase) {
        return Objects.requireNonNull(velocity.latency().orElseThrow().phases().get(phase))
                        .mean()
                        .toMillis()
                / 1e3;
    }

    private static double seconds(Velocity velocity, Spent use) {
        return velocity.deviceTime().getOrDefault(use, Duration.ZERO).toMillis() / 1e3;
    }

    @Test
    void aBackOffIsPartOfDoingItAgain() {
        submit();
        SimulatedLauncher launcher =
                new SimulatedLauncher(
                        time,
                        _ -> RUN,
                        a ->
                                a.attempt() == 1
                                        ? AttemptResult.of(CauseOfEnd.KILLED, "it was killed")
                                        : SimulatedLauncher.completed());
        start(1, launcher);
        assertTrue(time.runUntil(() -> ended() == 1, DAY, store));
        long queued = 0;
        long notBefore = 0;
        for (var recorded : store.events(0, 1_000)) {
            if (recorded.event() instanceof RunQueued event && event.notBeforeMillis() > 0) {
                queued = recorded.wallMillis();
                notBefore = event.notBeforeMillis();
            }
        }
        double backOff = (notBefore - queued) / 1e3;
        assertTrue(backOff > 0.5, "there was no back-off to speak of: " + backOff);
        Velocity velocity = decided();
        assertEquals(30 + backOff, seconds(velocity, Phase.REDO), 0.1);
        assertEquals(0, seconds(velocity, Phase.QUEUE), 1.5);
        // It held no device meanwhile.
        assertEquals(30, seconds(velocity, Spent.REDONE), 0.1);
        assertEquals(30, seconds(velocity, Spent.USEFUL), 0.1);
    }

    @Test
    void aPauseIsNoWaitForDevices() {
        submit();
        lab.pause("e/a/1", "later");
        start(1, SimulatedLauncher.completing(time, RUN));
        time.run(Duration.ofMinutes(10), store);
        lab.resume("e/a/1");
        assertTrue(time.runUntil(() -> ended() == 1, DAY, store));
        Velocity velocity = decided();
        assertEquals(600, seconds(velocity, Phase.DESIGN), 1.5);
        assertEquals(0, seconds(velocity, Phase.QUEUE), 1.5);
        assertEquals(30, seconds(velocity, Phase.RUN), 0.1);
        assertEquals(0, velocity.inProgress().law().orElseThrow().gap(), 0.01);
    }

    /** Twelve epochs of a second, of which each fourth is saved. */
    private SimulatedTraining training() {
        return new SimulatedTraining(time, (_, _, _) -> 1, 12, epoch -> epoch % 4 == 0);
    }

    private void cancelledAfterSixEpochs() {
        Arm arm = Samples.arm("a", "no.Task", Map.of("rate", 0.1));
        lab.submit(new ExperimentBuilder("e", "vision").arm(arm).seeds(1).build());
        SchedulerOptions options = options(1);
        options = options.withTimes(options.lease(), Duration.ofMillis(500), options.patience());
        Scheduler.start(store, options, training(), time, host.machine());
        time.run(Duration.ofMillis(6_200), store);
        lab.cancel("e/a/1", "enough");
        assertTrue(time.runUntil(() -> ended() == 1, DAY, store));
        assertEquals(RunState.CANCELLED, state("e/a/1"));
    }

    @Test
    void whatWasSavedBeforeAnEndIsWorthWhatCameOfIt() {
        cancelledAfterSixEpochs();
        double before = seconds(velocity(), Spent.CANCELLED);
        assertTrue(before > 6, "cancelled after " + before);
        lab.retry("e/a/1", "after all");
        assertTrue(time.runUntil(() -> state("e/a/1") == RunState.SUCCEEDED, DAY, store));
        Velocity velocity = velocity();
        assertEquals(12, seconds(velocity, Spent.USEFUL), 0.3);
        assertEquals(before - 4, seconds(velocity, Spent.CANCELLED), 0.3);
    }

    @Test
    void whatNothingGoesOnFromStaysWaste() {
        cancelledAfterSixEpochs();
        double before = seconds(velocity(), Spent.CANCELLED);
        lab.retry("e/a/1", "after all");
        lab.cancel("e/a/1", "or not");
        time.run(Duration.ofMinutes(1), store);
        assertEquals(before, seconds(velocity(), Spent.CANCELLED), 0.3);
        assertEquals(0, seconds(velocity(), Spent.USEFUL));
    }
}

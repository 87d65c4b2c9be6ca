package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.AttemptStarted;
import dev.retort.experiment.event.Event.CheckpointCommitted;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.lab.VelocityLog;
import dev.retort.experiment.store.Batch;
import dev.retort.experiment.store.Heartbeat;
import dev.retort.experiment.velocity.Milestone;
import dev.retort.experiment.velocity.Spent;
import dev.retort.experiment.velocity.Velocity;
import dev.retort.experiment.velocity.Window;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Of a scheduler that is killed, what came after the last checkpoint is done again. */
final class LostWorkTest extends Simulation {
    private static final String RUN = "e/a/1";

    /** It saves after 40 seconds, and its last sign of life is one 20 seconds after that. */
    @BeforeEach
    void workForAMinute() {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        long token = record(new RunAdmitted(RUN, 1, "gone", HostProcess.host(), List.of()));
        record(new AttemptStarted(RUN, token, 1L));
        time.run(Duration.ofSeconds(40), store);
        record(new CheckpointCommitted(RUN, token, new Checkpoint(3, "runs/c", "ab", 1)));
        time.run(Duration.ofSeconds(20), store);
        long last = time.now().toEpochMilli();
        store.beat(new Heartbeat("gone", HostProcess.host(), "1@0", 7, last, 0));
        time.run(Duration.ofHours(1), store);
    }

    private long record(Event event) {
        return store.record(Batch.of("gone", event)).lastSeq();
    }

    private Map<Spent, Duration> deviceTime() {
        List<Milestone> events = VelocityLog.of(store);
        Instant now = time.now().plusMillis(1);
        return Velocity.of(events, new Window(events.getFirst().at(), now), now).deviceTime();
    }

    @Test
    void beforeItIsTakenOver() {
        assertEquals(
                Map.of(Spent.OPEN, Duration.ofSeconds(40), Spent.REDONE, Duration.ofSeconds(20)),
                deviceTime());
    }

    @Test
    void afterItWasTakenOver() {
        start(1, SimulatedLauncher.completing(time, Duration.ofSeconds(30)));
        time.run(Duration.ofMinutes(5), store);
        assertEquals(RunState.SUCCEEDED, state(RUN));
        assertEquals(
                Map.of(Spent.USEFUL, Duration.ofSeconds(70), Spent.REDONE, Duration.ofSeconds(20)),
                deviceTime());
    }
}

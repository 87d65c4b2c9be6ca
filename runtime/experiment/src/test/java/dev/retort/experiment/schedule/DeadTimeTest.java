package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event.AttemptStarted;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.lab.RunTimes;
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
import java.util.Objects;

/** A scheduler that is killed on Friday and taken over on Monday held its devices on Friday. */
final class DeadTimeTest extends Simulation {
    private static final String RUN = "e/a/1";
    private static final Duration WEEKEND = Duration.ofHours(60);

    @BeforeEach
    void workForAMinute() {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        long token =
                store.record(
                                Batch.of(
                                        "gone",
                                        new RunAdmitted(
                                                RUN, 1, "gone", HostProcess.host(), List.of())))
                        .lastSeq();
        store.record(Batch.of("gone", new AttemptStarted(RUN, token, 1L)));
        long last = time.now().plusSeconds(60).toEpochMilli();
        store.beat(new Heartbeat("gone", HostProcess.host(), "1@0", 7, last, 0));
        time.run(WEEKEND, store);
    }

    private Map<Spent, Duration> deviceTime() {
        List<Milestone> events = VelocityLog.of(store);
        Instant now = time.now().plusMillis(1);
        return Velocity.of(events, new Window(events.getFirst().at(), now), now).deviceTime();
    }

    /** As {@code lab why} shows it. */
    private double chargedSeconds() {
        LostLeases lost = LostLeases.of(store);
        RunTimes times =
                store.read(state -> RunTimes.of(state, state.run(RUN).orElseThrow(), lost));
        return Objects.requireNonNull(times.deviceSeconds());
    }

    @Test
    void beforeItIsTakenOver() {
        assertEquals(Map.of(Spent.REDONE, Duration.ofMinutes(1)), deviceTime());
        assertEquals(60.0, chargedSeconds());
    }

    @Test
    void afterItWasTakenOver() {
        start(1, SimulatedLauncher.completing(time, Duration.ofSeconds(30)));
        time.run(Duration.ofMinutes(5), store);
        assertEquals(RunState.SUCCEEDED, state(RUN));
        assertEquals(
                Map.of(Spent.REDONE, Duration.ofMinutes(1), Spent.USEFUL, Duration.ofSeconds(30)),
                deviceTime());
        assertEquals(90.0, chargedSeconds());
    }

    @Test
    void ofARunThatEndsWithTheTakeOver() {
        lab.cancel(RUN, "enough");
        start(1, completing());
        time.run(Duration.ofMinutes(5), store);
        assertEquals(RunState.CANCELLED, state(RUN));
        assertEquals(Map.of(Spent.CANCELLED, Duration.ofMinutes(1)), deviceTime());
    }
}

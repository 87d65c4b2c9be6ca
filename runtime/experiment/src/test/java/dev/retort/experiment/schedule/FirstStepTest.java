package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event.AttemptStepped;
import dev.retort.experiment.lab.VelocityLog;
import dev.retort.experiment.velocity.Milestone;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** When the start of an attempt ends: with the first work of its task, or else with its launch. */
final class FirstStepTest extends Simulation {
    /** Attempts that are launched after 1 second, do work at some seconds, and end at 60. */
    private Launcher working(int... seconds) {
        return (assignment, listener) -> {
            time.after(Duration.ofSeconds(1), () -> listener.started(1L, null));
            for (int second : seconds) {
                time.after(Duration.ofSeconds(second), listener::stepped);
            }
            time.after(Duration.ofSeconds(60), () -> listener.ended(SimulatedLauncher.completed()));
            return new Launcher.Launched() {
                @Override
                public void stop() {}

                @Override
                public void kill() {}
            };
        };
    }

    private List<Duration> starts(Launcher launcher) {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        Scheduler.start(store, options(1), launcher, time, host.machine());
        assertTrue(time.runUntil(() -> ended() == 1, DAY, store));
        List<Milestone> events = VelocityLog.of(store);
        Instant admitted =
                events.stream()
                        .filter(Milestone.Admitted.class::isInstance)
                        .map(Milestone::at)
                        .findFirst()
                        .orElseThrow();
        return events.stream()
                .filter(Milestone.FirstStep.class::isInstance)
                .map(event -> Duration.between(admitted, event.at()))
                .toList();
    }

    private long recorded() {
        return store.events(0, 1000).stream()
                .filter(each -> each.event() instanceof AttemptStepped)
                .count();
    }

    @Test
    void theFirstWorkEndsTheStart() {
        assertEquals(List.of(Duration.ofSeconds(20)), starts(working(20)));
        assertEquals(1, recorded());
    }

    /** As in logs of versions that did not record it. */
    @Test
    void theLaunchDoesWhereNoWorkIsTold() {
        assertEquals(List.of(Duration.ofSeconds(1)), starts(working()));
        assertEquals(0, recorded());
    }

    @Test
    void whatIsToldAgainDoesNotMoveIt() {
        assertEquals(List.of(Duration.ofSeconds(20)), starts(working(20, 30)));
    }
}

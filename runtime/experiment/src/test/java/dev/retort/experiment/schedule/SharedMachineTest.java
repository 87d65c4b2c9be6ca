package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.Resources;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event.AttemptStarted;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.store.Batch;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.Heartbeat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/** Schedulers of one machine, and what those that are gone leave there. Devices are stand-ins. */
final class SharedMachineTest extends Simulation {
    private static final String RUN = "e/a/1";

    private SchedulerOptions devices(int count) {
        return SchedulerOptions.standard(folder, Capacity.of(8, count));
    }

    private void submit(Lab to, String id, int runs, int devices) {
        to.submit(
                Samples.experiment(id, "t", "x", Samples.seeds(runs))
                        .resources(new Resources(1, devices))
                        .build());
    }

    /** Two schedulers of one store and one of another: no device is ever used twice at a time. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void devicesAreGivenOutOnceAMachine(long seed) {
        Random random = new Random(seed);
        String elsewhere = "jdbc:sqlite:" + folder.resolve("others.db");
        try (EventStore same = EventStore.open(url(), time::now, time::nanos);
                EventStore other = EventStore.open(elsewhere, time::now, time::nanos)) {
            Lab otherLab = new Lab(other, "bob");
            submit(lab, "one", 20, 1);
            submit(lab, "two", 6, 2);
            submit(otherLab, "three", 15, 1);
            SimulatedLauncher launcher =
                    new SimulatedLauncher(
                            time,
                            _ -> Duration.ofMillis(100 + random.nextInt(5000)),
                            _ -> SimulatedLauncher.completed());
            for (EventStore each : List.of(store, same, other)) {
                Scheduler.start(each, devices(2), launcher, time, host.machine());
            }
            assertTrue(
                    time.runUntil(
                            () -> isOnceEach(launcher) && ended() == 26 && ended(otherLab) == 15,
                            DAY,
                            store,
                            same,
                            other));
        }
    }

    private static boolean isOnceEach(SimulatedLauncher launcher) {
        Set<Integer> used = new HashSet<>();
        launcher.atWork.forEach(
                assignment ->
                        assignment
                                .devices()
                                .forEach(device -> assertTrue(used.add(device), used::toString)));
        return true;
    }

    private static long ended(Lab of) {
        return of.runs(RunFilter.all()).stream().filter(v -> v.state().isFinal()).count();
    }

    @Test
    void whoWaitsForADeviceOfAnotherIsToldAndGetsItLater() {
        Machine other = host.machine();
        assertEquals(null, other.take(0));
        submit(lab, "e", 1, 1);
        Scheduler scheduler = start(devices(1), completing());
        time.run(Duration.ofSeconds(5), store);
        assertEquals(RunState.QUEUED, state(RUN));
        assertTrue(
                why(scheduler, RUN)
                        .contains("0 of 1 devices (device 0: another scheduler has it) are free"),
                why(scheduler, RUN));
        host.end(other);
        time.run(Duration.ofSeconds(3), store);
        assertEquals(RunState.SUCCEEDED, state(RUN));
    }

    private void leave(String process) {
        submit(lab, "e", 1, 1);
        long token =
                store.record(Batch.of("gone", new RunAdmitted(RUN, 1, "gone", "h", List.of(0))))
                        .lastSeq();
        store.record(Batch.of("gone", new AttemptStarted(RUN, token, 42L, process)));
        host.begin(process, Set.of(0));
    }

    private void beat(String where) {
        store.beat(new Heartbeat("gone", where, "1@0", 7, time.now().toEpochMilli(), 0));
    }

    private Attempt.End firstEnd() {
        return Objects.requireNonNull(lab.run(RUN).orElseThrow().attempts().getFirst().end());
    }

    @Test
    void theProcessOfALostSchedulerIsEndedBeforeItsRunBeginsAgain() {
        leave("42@7");
        beat(HostProcess.host());
        SimulatedLauncher launcher = completing();
        start(devices(1), launcher);
        assertTrue(time.runUntil(() -> ended() == 1, Duration.ofSeconds(10), store));
        assertEquals(List.of("42@7"), host.killed);
        assertEquals("scheduler gone on h is gone", firstEnd().detail());
        assertEquals(1, launcher.launched.size());
    }

    @Test
    void aProcessThatCannotBeEndedKeepsItsDevice() {
        host.immortal.add("42@7");
        leave("42@7");
        beat(HostProcess.host());
        SimulatedLauncher launcher = completing();
        Scheduler scheduler = start(devices(2), launcher);
        assertTrue(time.runUntil(() -> ended() == 1, Duration.ofMinutes(1), store));
        assertEquals(
                "scheduler gone on h is gone, and process 42 could not be ended",
                firstEnd().detail());
        assertEquals(List.of(1), launcher.launched.getFirst().devices());
        submit(lab, "f", 1, 2);
        time.run(Duration.ofMinutes(1), store);
        assertEquals(RunState.QUEUED, state("f/a/1"));
        assertTrue(why(scheduler, "f/a/1").contains("(device 0: a process still has it)"));
        host.end("42@7");
        time.run(Duration.ofSeconds(5), store);
        assertEquals(RunState.SUCCEEDED, state("f/a/1"));
    }

    @Test
    void aProcessOfAnotherMachineIsLeftAlone() {
        leave("42@7");
        beat("another machine");
        SimulatedLauncher launcher = completing();
        start(devices(2), launcher);
        assertTrue(time.runUntil(() -> ended() == 1, Duration.ofMinutes(1), store));
        assertEquals(List.of(), host.killed);
    }
}

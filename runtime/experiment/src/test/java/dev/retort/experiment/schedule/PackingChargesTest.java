package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Budget;
import dev.retort.experiment.Direction;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.Resources;
import dev.retort.experiment.RunState;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.store.EventStore;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What runs are charged that share a device. */
final class PackingChargesTest extends PackingSimulation {
    /** Four minutes of one device are four minutes, however many have it. */
    @Test
    void whatIsSharedCountsOnceTowardsABudget() {
        lab.register(
                new Hypothesis(
                        "h",
                        "t",
                        "s",
                        "m",
                        Direction.LOWER_IS_BETTER,
                        1,
                        0.05,
                        Budget.ofDeviceHours(0.1)));
        lab.submit(experiment("e", 400, Resources.sharing(1, 400L), 3).hypothesis("h").build());
        SimulatedLauncher onCores = SimulatedLauncher.completing(time, Duration.ofHours(1));
        Launcher both =
                (assignment, listener) ->
                        assignment.devices().isEmpty()
                                ? onCores.launch(assignment, listener)
                                : gpus.launch(assignment, listener);
        Capacity one = new Capacity(8, List.of(0), Map.of(0, new DeviceFacts(null, MEMORY)));
        SchedulerOptions options = SchedulerOptions.standard(folder, one);
        Scheduler.start(store, options, both, time, host.machine());
        time.run(Duration.ofSeconds(250), store);
        assertEquals(Set.of("e/a/1+e/a/2"), gpus.together);
        String held = Holds.of(store, "e/a/3", time.now(), 0).orElseThrow();
        assertTrue(held.startsWith("a scheduler with room for it: "), held);
        lab.submit(experiment("f", 1, Resources.ofCores(1), 1).hypothesis("h").build());
        time.run(Duration.ofSeconds(1), store);
        assertEquals(RunState.RUNNING, state("f/a/1"));
    }

    @Test
    void whoWasLostTogetherIsChargedForOneDevice() {
        submit("e", 400, Resources.sharing(1, 400L), 1);
        submit("f", 400, Resources.sharing(1, 400L), 1);
        Machine machine = host.machine();
        Capacity one = new Capacity(8, List.of(0), Map.of(0, new DeviceFacts(null, MEMORY)));
        try (EventStore own = EventStore.open(url(), time::now, time::nanos)) {
            Scheduler.start(own, SchedulerOptions.standard(folder, one), gpus, time, machine);
            time.run(Duration.ofSeconds(200), own);
            time.end();
        }
        host.end(machine);
        store.refresh();
        assertEquals(Set.of("e/a/1+f/a/1"), gpus.together);
        begin(1, PackingSimulation::well);
        assertTrue(
                time.runUntil(
                        () ->
                                lab.runs(RunFilter.all()).stream()
                                        .allMatch(view -> view.attempts().size() > 1),
                        DAY,
                        store));
        double seconds =
                lab.runs(RunFilter.all()).stream()
                        .mapToDouble(view -> firstHours(view.run().experiment()) * 3600)
                        .sum();
        assertTrue(seconds > 150 && seconds <= 200, seconds + " s of a device in 200 s");
    }

    /** What ended attempts of an experiment take, of which one alone has ended. */
    private double firstHours(String experiment) {
        return store.read(state -> state.deviceHoursOfExperiment(experiment));
    }
}

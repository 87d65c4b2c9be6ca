package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Arm;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.Resources;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.lab.Savings;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What was not done twice is worth what it took where it was done. */
final class SavingsTest extends Simulation {
    private static final long MEMORY = 1000;

    private void until(int runs) {
        assertTrue(time.runUntil(() -> ended() == runs, DAY, store));
    }

    private static Experiment forking(String id, double rate) {
        return new ExperimentBuilder(id, "t")
                .arm(Samples.arm("child", "x", Map.of("rate", rate)).forkedFrom("base", 5))
                .arm(Samples.arm("base", "x", Map.of("rate", 0.0)))
                .seeds(1)
                .build();
    }

    /** The work of its own base was taken over, so that the checkpoint is that of another run. */
    @Test
    void aForkOfARunWhoseResultWasTakenOverSavesWhatThatTook() {
        SimulatedTraining training = new SimulatedTraining(time, (_, _, _) -> 1, 8, _ -> true);
        Scheduler.start(store, options(4), training, time, host.machine());
        lab.submit(forking("e", 0.1));
        until(2);
        lab.submit(forking("f", 0.2));
        until(4);
        assertEquals(RunState.REUSED, state("f/base/1"));
        Savings savings = Savings.of(store);
        assertEquals(2, savings.forked());
        assertEquals(2 * 5 / 3600.0, savings.forkedDeviceHours(), 2e-4);
        assertEquals(8 / 3600.0, savings.reusedDeviceHours(), 2e-4);
    }

    @Test
    void aResultIsWorthWhatItsOwnRunHad() {
        Arm arm = Samples.arm("a", "no.Task", Map.of());
        start(options(4), SimulatedLauncher.completing(time, Duration.ofSeconds(30)));
        lab.submit(
                new ExperimentBuilder("large", "t")
                        .arm(arm)
                        .seeds(1)
                        .resources(Resources.ofCores(4))
                        .build());
        until(1);
        lab.submit(new ExperimentBuilder("small", "t").arm(arm).seeds(1).build());
        until(2);
        assertEquals(RunState.REUSED, state("small/a/1"));
        assertEquals(4 * 30 / 3600.0, Savings.of(store).reusedDeviceHours(), 1e-4);
    }

    @Test
    void aResultOfARunThatSharedItsDeviceIsWorthItsPart() {
        SimulatedGpus gpus = new SimulatedGpus(time, MEMORY, count -> count == 1 ? 1 : 0.9);
        DeviceFacts facts = new DeviceFacts("simulated", MEMORY);
        Capacity one = new Capacity(8, List.of(0), Map.of(0, facts));
        SchedulerOptions options = SchedulerOptions.standard(folder, one);
        Scheduler.start(store, options, gpus, time, host.machine());
        lab.submit(sharing("e", "e"));
        lab.submit(sharing("f", "f"));
        until(2);
        assertEquals(1, decisions("PACK"));
        lab.submit(sharing("again", "e"));
        until(3);
        assertEquals(RunState.REUSED, state("again/a/1"));
        double charged = store.read(state -> state.deviceHoursOfExperiment("e"));
        assertTrue(charged > 0);
        assertEquals(charged, Savings.of(store).reusedDeviceHours(), 1e-9);
    }

    private static Experiment sharing(String id, String of) {
        Map<String, Object> config =
                Map.of("peak", 400L, "grows", 0L, "steps", 3000, "speed", 10, "of", of);
        return new ExperimentBuilder(id, "t")
                .arm(Samples.arm("a", "no.Task", config))
                .seeds(1)
                .resources(Resources.sharing(1, 400L))
                .build();
    }
}

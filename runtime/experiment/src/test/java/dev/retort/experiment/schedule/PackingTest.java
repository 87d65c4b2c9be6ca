package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Decision;
import dev.retort.experiment.FailureClass;
import dev.retort.experiment.Resources;
import dev.retort.experiment.RunState;
import dev.retort.experiment.lab.AutomaticAct;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.state.RunView;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/** Which runs share devices, and which are taken apart. */
final class PackingTest extends PackingSimulation {
    @Test
    void twoThatConsentAndFitShareADevice() {
        submit("e", 400, Resources.sharing(1, 400L), 1);
        submit("f", 400, Resources.sharing(1, 400L), 1);
        begin(1, PackingSimulation::well);
        long before = time.nanos();
        until(2);
        assertEquals(Set.of("e/a/1+f/a/1"), gpus.together);
        assertEquals(1, decisions("PACK"));
        assertEquals(0, decisions("UNPACK"));
        double seconds = (time.nanos() - before) / 1e9;
        assertTrue(seconds < 420, seconds + " s, one after the other 600 s");
        // The device was used for that long, and that is what is paid for.
        double hours =
                store.read(
                        state ->
                                state.deviceHoursOfExperiment("e")
                                        + state.deviceHoursOfExperiment("f"));
        assertEquals(seconds / 3600, hours, 2 / 3600.0);
    }

    /** The same use tells of more memory and of the pace by which it is decided. */
    @Test
    void whatIsMeasuredWithAPaceIsNoPartOfWhatWasKnown() {
        submit("e", 300, Resources.sharing(1, 300L), 1);
        submitGrowing("f", 10, 2, 20);
        begin(1, PackingSimulation::badly);
        until(2);
        assertEquals(Set.of("e/a/1+f/a/1"), gpus.together);
        assertEquals(1, decisions("UNPACK"));
    }

    /** What it held last is told with its end, and decided upon in the same batch. */
    @Test
    void whatIsMeasuredAtAnEndIsNoPartOfWhatWasKnown() {
        submit("e", 500, Resources.sharing(1, 500L), 1);
        submitGrowing("f", 380, 1, 390);
        begin(1, PackingSimulation::well);
        until(2);
        assertEquals(Set.of("e/a/1+f/a/1"), gpus.together);
        assertEquals(1, decisions("UNPACK"));
        assertEquals(List.of(1, 2), attempts("f/a/1"));
    }

    @Test
    void whoDoesNotConsentIsAloneOnItsDevice() {
        submit("e", 100, new Resources(1, 1, null, 100L), 2);
        submit("f", 100, Resources.sharing(1, 100L), 1);
        submit("g", 100, new Resources(1, 1), 1);
        begin(1, PackingSimulation::well);
        until(4);
        assertEquals(Set.of(), gpus.together);
        assertEquals(Set.of(), kinds());
    }

    @Test
    void noTwoComeTogetherWhoseMemoryIsNotKnownOrLeavesNoHeadRoom() {
        submit("e", 100, Resources.sharing(1, 500L), 1);
        submit("f", 100, Resources.sharing(1, 401L), 1);
        submit("g", 100, Resources.sharing(1, null), 1);
        begin(1, PackingSimulation::well);
        until(3);
        assertEquals(Set.of(), gpus.together);
    }

    @Test
    void whatWasMeasuredCountsInsteadOfWhatWasDeclared() {
        submit("e", 300, Resources.sharing(1, 900L), 4);
        begin(1, PackingSimulation::well);
        until(4);
        assertTrue(gpus.together.contains("e/a/2+e/a/3+e/a/4"), gpus.together::toString);
        assertTrue(
                gpus.together.stream().noneMatch(names -> names.contains("e/a/1")),
                gpus.together::toString);
    }

    @Test
    void whoGetsLessDoneTogetherIsTakenApartAndStaysSo() {
        submit("e", 300, Resources.sharing(1, 300L), 1);
        submit("f", 300, Resources.sharing(1, 300L), 1);
        begin(1, PackingSimulation::badly);
        until(2);
        assertEquals(1, decisions("PACK"));
        assertEquals(1, decisions("UNPACK"));
        assertEquals(List.of(1, 2), attempts("f/a/1"));
        assertEquals(List.of(1), attempts("e/a/1"));
        assertEquals(
                3000, gpus.done.getOrDefault("f/a/1", 0.0), 20, "it goes on from its checkpoint");
        String reason =
                AutomaticAct.of(store).stream()
                        .filter(act -> act.decision().kind() == Decision.Kind.UNPACK)
                        .map(act -> act.decision().reason())
                        .findFirst()
                        .orElseThrow();
        assertTrue(
                reason.startsWith("with run e/a/1 0.900 times is done what would be one after the"),
                reason);
    }

    @Test
    void whoRunsOutOfSharedMemoryGoesOnAloneAndIsChargedNoFailure() {
        submit("e", 700, Resources.sharing(1, 400L), 1);
        submit("f", 700, Resources.sharing(1, 400L), 1);
        RetryPolicy once =
                new RetryPolicy(
                        Map.of(FailureClass.OUT_OF_MEMORY, 1),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        9);
        begin(1, PackingSimulation::well, once);
        gpus.silent = true;
        until(2);
        assertEquals(Set.of("e/a/1+f/a/1"), gpus.together);
        assertEquals(Set.of(Decision.Kind.PACK, Decision.Kind.UNPACK), kinds());
        RunView view = lab.run("f/a/1").orElseThrow();
        assertEquals(
                List.of(CauseOfEnd.OUT_OF_MEMORY, CauseOfEnd.COMPLETED),
                view.attempts().stream()
                        .map(attempt -> Objects.requireNonNull(attempt.end()).cause())
                        .toList());
        assertTrue(gpus.launched.stream().allMatch(each -> each.microBatchDivisor() == 1));
    }

    @Test
    void aHigherPriorityGetsADeviceThatOthersShare() {
        submit("e", 300, Resources.sharing(1, 300L), 1);
        submit("f", 300, Resources.sharing(1, 300L), 1);
        begin(1, PackingSimulation::well);
        time.run(Duration.ofMinutes(4), store);
        assertEquals(1, decisions("PACK"));
        lab.submit(experiment("high", 300, new Resources(1, 1), 1).priority(5).build());
        time.run(Duration.ofMinutes(1), store);
        assertEquals(RunState.RUNNING, state("high/a/1"));
        assertEquals(RunState.QUEUED, state("e/a/1"));
        assertEquals(RunState.QUEUED, state("f/a/1"));
        until(3);
    }

    @Test
    void packingCanBeLeftUndone() {
        submit("e", 300, Resources.sharing(1, 300L), 2);
        gpus = new SimulatedGpus(time, MEMORY, PackingSimulation::well);
        Capacity one = new Capacity(8, List.of(0), Map.of(0, new DeviceFacts(null, MEMORY)));
        SchedulerOptions options =
                SchedulerOptions.standard(folder, one)
                        .withAutomation(Automation.unlimited().advising(Decision.Kind.PACK));
        Scheduler.start(store, options, gpus, time, host.machine());
        until(2);
        assertEquals(Set.of(), gpus.together);
    }

    /**
     * Whatever they hold and how they slow each other down, all end, and the same way each time.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void allEndWhateverTheyHoldAndDeclare(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 5; i++) {
            long peak = 100L + random.nextInt(700);
            long declared = Math.max(1, peak + random.nextInt(400) - 300);
            Resources resources =
                    switch (random.nextInt(4)) {
                        case 0 -> new Resources(1, 1);
                        case 1 -> Resources.sharing(1, null);
                        default -> Resources.sharing(1, declared);
                    };
            submit("e" + i, peak, resources, 1 + random.nextInt(3));
        }
        double part = 0.3 + random.nextDouble();
        int runs = lab.runs(RunFilter.all()).size();
        begin(2, count -> count == 1 ? 1 : Math.min(1, part * 2 / count));
        until(runs);
        for (RunView view : lab.runs(RunFilter.all())) {
            boolean shares = store.read(state -> state.experimentOf(view).resources().mayShare());
            String run = view.run().id();
            assertTrue(
                    shares
                            || gpus.together.stream()
                                    .noneMatch(
                                            names -> List.of(names.split("\\+", -1)).contains(run)),
                    run);
        }
    }
}

package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Budget;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Decision;
import dev.retort.experiment.Direction;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.FailureClass;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.Resources;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event.AttemptEnded;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.lab.AutomaticAct;
import dev.retort.experiment.lab.PackingReplay;
import dev.retort.experiment.lab.Replayed;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.lab.VelocityLog;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.velocity.Milestone;
import dev.retort.experiment.velocity.Velocity;
import dev.retort.experiment.velocity.Window;
import dev.retort.experiment.worker.Assignment;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;

/** Runs that share devices, on simulated ones with 1000 bytes each. */
final class PackingTest extends Simulation {
    private static final long MEMORY = 1000;

    private SimulatedGpus gpus = new SimulatedGpus(time, MEMORY, PackingTest::well);

    /** Together they get more done than one after the other. */
    private static double well(int count) {
        return count == 1 ? 1 : 0.9;
    }

    private static double badly(int count) {
        return count == 1 ? 1 : 0.45;
    }

    private Scheduler begin(int devices, IntToDoubleFunction pace, RetryPolicy retries) {
        gpus = new SimulatedGpus(time, MEMORY, pace);
        Map<Integer, DeviceFacts> facts = new HashMap<>();
        for (int i = 0; i < devices; i++) {
            facts.put(i, new DeviceFacts("simulated-" + i, MEMORY));
        }
        List<Integer> numbers = facts.keySet().stream().sorted().toList();
        SchedulerOptions options =
                SchedulerOptions.standard(folder, new Capacity(8, numbers, facts))
                        .withRetries(retries);
        return Scheduler.start(store, options, gpus, time, host.machine());
    }

    private Scheduler begin(int devices, IntToDoubleFunction pace) {
        return begin(devices, pace, RetryPolicy.standard());
    }

    private void submit(String id, long peak, Resources resources, int runs) {
        lab.submit(experiment(id, peak, resources, runs).build());
    }

    private static ExperimentBuilder experiment(
            String id, long peak, Resources resources, int runs) {
        return new ExperimentBuilder(id, "t")
                .arm(Samples.arm("a", "no.Task", config(id, peak, 0)))
                .seeds(Samples.seeds(runs))
                .resources(resources);
    }

    private static Map<String, Object> config(String id, long peak, long grows) {
        return Map.of("peak", peak, "grows", grows, "steps", 3000, "speed", 10, "of", id);
    }

    /** One run that asks for more memory each second. */
    private void submitGrowing(String id, long peak, long grows, long declared) {
        lab.submit(
                new ExperimentBuilder(id, "t")
                        .arm(Samples.arm("a", "no.Task", config(id, peak, grows)))
                        .seeds(1)
                        .resources(Resources.sharing(1, declared))
                        .build());
    }

    /** The same use tells of more memory and of the pace by which it is decided. */
    @Test
    void whatIsMeasuredWithAPaceIsNoPartOfWhatWasKnown() {
        submit("e", 300, Resources.sharing(1, 300L), 1);
        submitGrowing("f", 10, 2, 20);
        begin(1, PackingTest::badly);
        until(2);
        assertEquals(Set.of("e/a/1+f/a/1"), gpus.together);
        assertEquals(1, decisions("UNPACK"));
    }

    /** What it held last is told with its end, and decided upon in the same batch. */
    @Test
    void whatIsMeasuredAtAnEndIsNoPartOfWhatWasKnown() {
        submit("e", 500, Resources.sharing(1, 500L), 1);
        submitGrowing("f", 380, 1, 390);
        begin(1, PackingTest::well);
        until(2);
        assertEquals(Set.of("e/a/1+f/a/1"), gpus.together);
        assertEquals(1, decisions("UNPACK"));
        assertEquals(List.of(1, 2), attempts("f/a/1"));
    }

    private void until(int runs) {
        assertTrue(time.runUntil(() -> ended() == runs, DAY, store));
        assertEquals(
                runs,
                lab.runs(RunFilter.all().in(RunState.SUCCEEDED)).size(),
                lab.runs(RunFilter.all())::toString);
    }

    private Set<Decision.Kind> kinds() {
        return AutomaticAct.of(store).stream()
                .map(act -> act.decision().kind())
                .collect(Collectors.toSet());
    }

    /** Whatever happened, it is decided again in the same way. */
    @AfterEach
    void replay() {
        Replayed result = PackingReplay.of(store);
        assertEquals(List.of(), result.differences());
        assertEquals(decisions("PACK") + decisions("UNPACK"), result.count());
    }

    private static void use(
            Map<Integer, BitSet> busy, RecordedEvent admission, long begin, long millis) {
        List<Integer> devices = ((RunAdmitted) admission.event()).devices();
        // What runs on a core has that one to itself.
        int device = devices.isEmpty() ? -(int) admission.seq() : devices.getFirst();
        int from = (int) (admission.wallMillis() - begin);
        busy.computeIfAbsent(device, _ -> new BitSet()).set(from, from + (int) millis);
    }

    /** However many have a device, it is used once: second by second, and in any window. */
    @AfterEach
    void eachDeviceIsCountedOnce() {
        Map<Long, RecordedEvent> admitted = new HashMap<>();
        Map<Integer, BitSet> busy = new HashMap<>();
        long begin = store.events(0, 1).getFirst().wallMillis();
        int attempts = 0;
        for (RecordedEvent recorded : store.events(0, 100_000)) {
            if (recorded.event() instanceof RunAdmitted) {
                admitted.put(recorded.seq(), recorded);
                attempts++;
            } else if (recorded.event() instanceof AttemptEnded ended) {
                RecordedEvent admission = Objects.requireNonNull(admitted.remove(ended.token()));
                use(busy, admission, begin, ended.elapsedMillis());
            }
        }
        for (RecordedEvent open : admitted.values()) {
            use(busy, open, begin, time.now().toEpochMilli() - open.wallMillis());
        }
        double millis = busy.values().stream().mapToInt(BitSet::cardinality).sum();
        List<Milestone> events = VelocityLog.of(store);
        Instant first = events.getFirst().at();
        Instant now = time.now();
        // An attempt is measured by another clock than the log, each to the millisecond.
        assertEquals(
                millis / 1e3,
                deviceSeconds(events, new Window(first, now.plusMillis(1)), now),
                0.002 * attempts);
        for (Instant from = first; from.isBefore(now); from = from.plusSeconds(10)) {
            double used = deviceSeconds(events, new Window(from, from.plusSeconds(10)), now);
            assertTrue(used <= 10 * busy.size() + 0.01, used + " s from " + from);
        }
    }

    private static double deviceSeconds(List<Milestone> events, Window window, Instant now) {
        return Velocity.of(events, window, now).deviceTime().values().stream()
                .mapToDouble(time -> time.toNanos() / 1e9)
                .sum();
    }

    @Test
    void twoThatConsentAndFitShareADevice() {
        submit("e", 400, Resources.sharing(1, 400L), 1);
        submit("f", 400, Resources.sharing(1, 400L), 1);
        begin(1, PackingTest::well);
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
        begin(1, PackingTest::well);
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

    @Test
    void whoDoesNotConsentIsAloneOnItsDevice() {
        submit("e", 100, new Resources(1, 1, null, 100L), 2);
        submit("f", 100, Resources.sharing(1, 100L), 1);
        submit("g", 100, new Resources(1, 1), 1);
        begin(1, PackingTest::well);
        until(4);
        assertEquals(Set.of(), gpus.together);
        assertEquals(Set.of(), kinds());
    }

    @Test
    void noTwoComeTogetherWhoseMemoryIsNotKnownOrLeavesNoHeadRoom() {
        submit("e", 100, Resources.sharing(1, 500L), 1);
        submit("f", 100, Resources.sharing(1, 401L), 1);
        submit("g", 100, Resources.sharing(1, null), 1);
        begin(1, PackingTest::well);
        until(3);
        assertEquals(Set.of(), gpus.together);
    }

    @Test
    void whatWasMeasuredCountsInsteadOfWhatWasDeclared() {
        submit("e", 300, Resources.sharing(1, 900L), 4);
        begin(1, PackingTest::well);
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
        begin(1, PackingTest::badly);
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

    private List<Integer> attempts(String run) {
        return gpus.launched.stream()
                .filter(assignment -> assignment.run().equals(run))
                .map(Assignment::attempt)
                .toList();
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
        begin(1, PackingTest::well, once);
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
        begin(1, PackingTest::well);
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
        gpus = new SimulatedGpus(time, MEMORY, PackingTest::well);
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

package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Decision;
import dev.retort.experiment.ExperimentBuilder;
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
import dev.retort.experiment.velocity.Milestone;
import dev.retort.experiment.velocity.Velocity;
import dev.retort.experiment.velocity.Window;
import dev.retort.experiment.worker.Assignment;

import org.junit.jupiter.api.AfterEach;

import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;

/**
 * A scheduler of simulated devices with 1000 bytes each. Whatever a test does with them, packing is
 * decided again in the same way, and each device is counted once.
 */
abstract class PackingSimulation extends Simulation {
    static final long MEMORY = 1000;

    SimulatedGpus gpus = new SimulatedGpus(time, MEMORY, PackingSimulation::well);

    /** Together they get more done than one after the other. */
    static double well(int count) {
        return count == 1 ? 1 : 0.9;
    }

    static double badly(int count) {
        return count == 1 ? 1 : 0.45;
    }

    Scheduler begin(int devices, IntToDoubleFunction pace, RetryPolicy retries) {
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

    Scheduler begin(int devices, IntToDoubleFunction pace) {
        return begin(devices, pace, RetryPolicy.standard());
    }

    void submit(String id, long peak, Resources resources, int runs) {
        lab.submit(experiment(id, peak, resources, runs).build());
    }

    static ExperimentBuilder experiment(String id, long peak, Resources resources, int runs) {
        return new ExperimentBuilder(id, "t")
                .arm(Samples.arm("a", "no.Task", config(id, peak, 0)))
                .seeds(Samples.seeds(runs))
                .resources(resources);
    }

    private static Map<String, Object> config(String id, long peak, long grows) {
        return Map.of("peak", peak, "grows", grows, "steps", 3000, "speed", 10, "of", id);
    }

    /** One run that asks for more memory each second. */
    void submitGrowing(String id, long peak, long grows, long declared) {
        lab.submit(
                new ExperimentBuilder(id, "t")
                        .arm(Samples.arm("a", "no.Task", config(id, peak, grows)))
                        .seeds(1)
                        .resources(Resources.sharing(1, declared))
                        .build());
    }

    void until(int runs) {
        assertTrue(time.runUntil(() -> ended() == runs, DAY, store));
        assertEquals(
                runs,
                lab.runs(RunFilter.all().in(RunState.SUCCEEDED)).size(),
                lab.runs(RunFilter.all())::toString);
    }

    Set<Decision.Kind> kinds() {
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

    List<Integer> attempts(String run) {
        return gpus.launched.stream()
                .filter(assignment -> assignment.run().equals(run))
                .map(Assignment::attempt)
                .toList();
    }
}

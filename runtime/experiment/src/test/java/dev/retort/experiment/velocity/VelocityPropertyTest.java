package dev.retort.experiment.velocity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.verdict.Outcome;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Compares the figures with a recount that has no intervals in it: one entry per second and run,
 * which says what the run did in that second.
 */
class VelocityPropertyTest {
    private static final int LOGS = 1_500;

    /** What the events say, second by second. */
    private static final class Recount {
        private final int seconds;
        private final Map<String, Phase[]> runs = new LinkedHashMap<>();
        private final Map<String, Milestone.Submitted> submissions = new HashMap<>();
        private final Map<String, Milestone.Ended> ends = new HashMap<>();
        private final Map<String, Milestone.Registered> hypotheses = new LinkedHashMap<>();
        private final Map<String, List<Milestone.Decided>> verdicts = new HashMap<>();
        private final Map<String, Phase> now = new HashMap<>();
        private final Map<String, Integer> began = new HashMap<>();
        private final Map<String, Integer> backedOff = new HashMap<>();

        /** The seconds in which a run was there, whatever it waited for. */
        private final Map<String, BitSet> present = new HashMap<>();

        /** Those in which it held its devices. */
        private final Map<String, BitSet> held = new HashMap<>();

        private final Set<String> open = new HashSet<>();

        /** How many have the devices of a run, and had them in a second. */
        private final Map<String, Integer> sharing = new HashMap<>();

        private final Map<String, int[]> holders = new HashMap<>();

        Recount(List<Milestone> events) {
            seconds = second(events.getLast());
            int next = 0;
            for (int second = 0; second <= seconds; second++) {
                while (next < events.size() && second(events.get(next)) == second) {
                    take(events.get(next++), second);
                }
                if (second < seconds) {
                    for (String run : open) {
                        bits(present, run).set(second);
                    }
                    for (Map.Entry<String, Phase> entry : now.entrySet()) {
                        String run = entry.getKey();
                        boolean queued = entry.getValue() == Phase.QUEUE;
                        boolean waits = queued && second < backedOff.getOrDefault(run, 0);
                        phases(run)[second] = waits ? Phase.REDO : entry.getValue();
                        bits(held, run).set(second, !queued);
                        holders(run)[second] = sharing.getOrDefault(run, 1);
                    }
                }
            }
        }

        private static int second(Milestone event) {
            return (int) Duration.between(Logs.EPOCH, event.at()).toSeconds();
        }

        private static BitSet bits(Map<String, BitSet> of, String run) {
            return of.computeIfAbsent(run, _ -> new BitSet());
        }

        private Phase[] phases(String run) {
            return runs.computeIfAbsent(run, r -> new Phase[seconds]);
        }

        private int[] holders(String run) {
            return holders.computeIfAbsent(run, r -> new int[seconds]);
        }

        /** What of its devices was its own in a second. */
        double devices(Milestone.Submitted run, int second) {
            return (double) run.devices() / holders(run.run())[second];
        }

        private void take(Milestone event, int second) {
            switch (event) {
                case Milestone.Registered e -> hypotheses.put(e.hypothesis(), e);
                case Milestone.Submitted e -> {
                    submissions.put(e.run(), e);
                    phases(e.run());
                    now.put(e.run(), Phase.QUEUE);
                    open.add(e.run());
                }
                case Milestone.BackedOff e ->
                        backedOff.put(
                                e.run(), (int) Duration.between(Logs.EPOCH, e.until()).toSeconds());
                case Milestone.Paused e -> now.remove(e.run());
                case Milestone.Resumed e -> now.put(e.run(), Phase.QUEUE);
                case Milestone.Continued e -> throw new AssertionError("not in random logs: " + e);
                case Milestone.Admitted e -> {
                    now.put(e.run(), Phase.START);
                    sharing.put(e.run(), 1);
                }
                case Milestone.Shared e -> sharing.put(e.run(), e.holders());
                case Milestone.FirstStep e -> {
                    now.put(e.run(), Phase.RUN);
                    began.put(e.run(), second);
                }
                case Milestone.Lost e -> {
                    if (now.put(e.run(), Phase.QUEUE) == Phase.RUN) {
                        int from = (int) Math.max(0, second - e.work().toSeconds());
                        from = Math.max(from, began.getOrDefault(e.run(), 0));
                        Arrays.fill(phases(e.run()), from, second, Phase.REDO);
                    }
                }
                case Milestone.Ended e -> {
                    now.remove(e.run());
                    open.remove(e.run());
                    ends.put(e.run(), e);
                }
                case Milestone.Decided e ->
                        verdicts.computeIfAbsent(e.hypothesis(), h -> new ArrayList<>()).add(e);
            }
        }

        private List<String> runsOf(String hypothesis) {
            return submissions.values().stream()
                    .filter(s -> hypothesis.equals(s.hypothesis()))
                    .map(Milestone.Submitted::run)
                    .toList();
        }

        int verdictSecond(String hypothesis) {
            List<Milestone.Decided> all = verdicts.get(hypothesis);
            return all == null ? seconds : second(all.getFirst());
        }

        Map<Phase, Long> split(String hypothesis) {
            Map<Phase, Long> split = new EnumMap<>(Phase.class);
            int end = verdictSecond(hypothesis);
            List<String> of = runsOf(hypothesis);
            for (int s = second(of(hypothesis)); s < end; s++) {
                int second = s;
                Phase found = Phase.ANALYSIS;
                for (Phase phase : List.of(Phase.RUN, Phase.REDO, Phase.START, Phase.QUEUE)) {
                    if (of.stream().anyMatch(run -> phases(run)[second] == phase)) {
                        found = phase;
                        break;
                    }
                }
                boolean none = of.stream().noneMatch(run -> submittedBy(run, second));
                boolean later = of.stream().anyMatch(run -> activeIn(run, second + 1, end));
                boolean soon =
                        of.stream()
                                .anyMatch(
                                        run -> {
                                            int at = submitted(run);
                                            return at > second && at < end;
                                        });
                if (found == Phase.ANALYSIS && (none || later || soon)) {
                    found = Phase.DESIGN;
                }
                split.merge(found, 1L, Long::sum);
            }
            return split;
        }

        private Milestone.Registered of(String hypothesis) {
            return java.util.Objects.requireNonNull(hypotheses.get(hypothesis));
        }

        private Map<String, String> tagsOf(String run) {
            Milestone.Submitted of = java.util.Objects.requireNonNull(submissions.get(run));
            Map<String, String> tags =
                    new HashMap<>(of(Objects.requireNonNull(of.hypothesis())).tags());
            tags.put("hypothesis", of.hypothesis());
            tags.putAll(of.tags());
            return tags;
        }

        private int submitted(String run) {
            return second(java.util.Objects.requireNonNull(submissions.get(run)));
        }

        private boolean submittedBy(String run, int second) {
            return submitted(run) <= second;
        }

        private boolean activeIn(String run, int from, int to) {
            for (int second = from; second < to; second++) {
                if (phases(run)[second] != null) {
                    return true;
                }
            }
            return false;
        }
    }

    @Test
    void latencyIsWhatEachSecondSays() {
        SplittableRandom random = new SplittableRandom(1);
        for (int log = 0; log < LOGS; log++) {
            List<Milestone> events = Logs.random(random);
            Recount recount = new Recount(events);
            History history = History.of(events, Instant.EPOCH);
            for (String name : recount.verdicts.keySet()) {
                History.Hypothesis hypothesis =
                        java.util.Objects.requireNonNull(history.hypotheses.get(name));
                long end = hypothesis.verdicts.getFirst().at();
                Map<Phase, Long> split = Latency.split(hypothesis, end);
                Map<Phase, Long> seconds = new EnumMap<>(Phase.class);
                split.forEach((phase, nanos) -> seconds.put(phase, nanos / 1_000_000_000));
                assertEquals(recount.split(name), seconds, name + " in log " + log + " " + events);
            }
        }
    }

    @Test
    void theRestIsWhatEachSecondSaysOnEveryWindowAndTag() {
        SplittableRandom random = new SplittableRandom(2);
        for (int log = 0; log < LOGS; log++) {
            List<Milestone> events = Logs.random(random);
            Recount recount = new Recount(events);
            int from = random.nextInt(recount.seconds + 1);
            int to = from + 1 + random.nextInt(200);
            Window window = new Window(Logs.at(from), Logs.at(to));
            check(recount, Velocity.of(events, window, Instant.EPOCH), from, to, "", "");
            for (String tag : List.of("team", "device", "hypothesis")) {
                Velocity.by(events, window, tag, Instant.EPOCH)
                        .forEach((value, of) -> check(recount, of, from, to, tag, value));
            }
        }
    }

    /** What is replayed holds as much device time, on as many devices as its largest run needs. */
    @Test
    void aReplayHoldsTheDeviceTimeOfTheRunsThatEnded() {
        SplittableRandom random = new SplittableRandom(3);
        for (int log = 0; log < LOGS; log++) {
            List<Milestone> events = Logs.random(random);
            Recount recount = new Recount(events);
            double held = 0;
            int least = 1;
            for (Milestone.Submitted run : recount.submissions.values()) {
                BitSet when = Recount.bits(recount.held, run.run());
                if (recount.ends.containsKey(run.run()) && !when.isEmpty()) {
                    least = Math.max(least, run.devices());
                    held += when.stream().mapToDouble(s -> recount.devices(run, s)).sum();
                }
            }
            assertEquals(least, WhatIf.leastDevices(events));
            Policy policy = new Policy(least, new Policy.Order.Fifo(), true, 1);
            Forecast forecast = WhatIf.replay(events, policy);
            double seconds = forecast.span().toNanos() / 1e9;
            assertEquals(held, forecast.utilisation() * seconds * least, 1e-5);
        }
    }

    private static boolean tagged(Map<String, String> tags, String tag, String value) {
        return tag.isEmpty() || value.equals(tags.get(tag));
    }

    private static void check(
            Recount recount, Velocity velocity, int from, int to, String tag, String value) {
        int verdicts = 0;
        int conclusive = 0;
        int overturned = 0;
        long hypothesisSeconds = 0;
        for (Milestone.Registered registered : recount.hypotheses.values()) {
            String name = registered.hypothesis();
            boolean ofRun =
                    recount.runsOf(name).stream()
                            .anyMatch(run -> tagged(recount.tagsOf(run), tag, value));
            Map<String, String> own = new HashMap<>(registered.tags());
            own.put("hypothesis", name);
            if (!ofRun && !tagged(own, tag, value)) {
                continue;
            }
            for (int s = from; s < to; s++) {
                boolean begun = Recount.second(registered) <= s;
                hypothesisSeconds += begun && s < recount.verdictSecond(name) ? 1 : 0;
            }
            Outcome before = Outcome.INCONCLUSIVE;
            for (Milestone.Decided decided : recount.verdicts.getOrDefault(name, List.of())) {
                int second = Recount.second(decided);
                if (second >= from && second < to) {
                    verdicts++;
                    conclusive += decided.outcome() != Outcome.INCONCLUSIVE ? 1 : 0;
                    boolean turned =
                            (before == Outcome.CONFIRMED && decided.outcome() == Outcome.REFUTED)
                                    || (before == Outcome.REFUTED
                                            && decided.outcome() == Outcome.CONFIRMED);
                    overturned += turned ? 1 : 0;
                }
                before = decided.outcome();
            }
        }
        assertEquals(verdicts, velocity.verdicts());
        assertEquals(conclusive, velocity.conclusive());
        assertEquals(overturned, velocity.overturned());
        double length = to - from;
        assertEquals(verdicts * 86_400 / length, velocity.verdictsPerDay(), 1e-6);
        assertEquals(hypothesisSeconds / length, velocity.hypotheses().mean(), 1e-9);
        assertTrue(velocity.hypotheses().law().isEmpty(), velocity.toString());
        checkRuns(recount, velocity, from, to, tag, value);
    }

    private static void checkRuns(
            Recount recount, Velocity velocity, int from, int to, String tag, String value) {
        int ended = 0;
        long runSeconds = 0;
        Map<Spent, Double> uses = new EnumMap<>(Spent.class);
        for (Milestone.Submitted run : recount.submissions.values()) {
            if (!tagged(recount.tagsOf(run.run()), tag, value)) {
                continue;
            }
            Milestone.Ended end = recount.ends.get(run.run());
            if (end != null && Recount.second(end) >= from && Recount.second(end) < to) {
                ended++;
            }
            for (int s = from; s < Math.min(to, recount.seconds); s++) {
                Phase phase = recount.phases(run.run())[s];
                runSeconds += Recount.bits(recount.present, run.run()).get(s) ? 1 : 0;
                if (phase != null && Recount.bits(recount.held, run.run()).get(s)) {
                    uses.merge(use(recount, run, phase), recount.devices(run, s), Double::sum);
                }
            }
        }
        assertEquals(ended, velocity.runs());
        double length = to - from;
        assertEquals(runSeconds / length, velocity.inProgress().mean(), 1e-9);
        assertTrue(
                velocity.inProgress().law().map(WorkInProgress.Law::holds).orElse(true),
                velocity.toString());
        assertEquals(uses.keySet(), velocity.deviceTime().keySet());
        velocity.deviceTime()
                .forEach(
                        (use, time) ->
                                assertEquals(
                                        uses.getOrDefault(use, 0.0), time.toNanos() / 1e9, 1e-6));
        double useful = uses.getOrDefault(Spent.USEFUL, 0.0) / length;
        assertEquals(useful, velocity.usefulDevices(), 1e-6);
        assertEquals(ended * 86_400 / length, velocity.runsPerDay(), 1e-6);
    }

    private static Spent use(Recount recount, Milestone.Submitted run, Phase phase) {
        Milestone.Ended end = recount.ends.get(run.run());
        List<Milestone.Decided> verdicts =
                recount.verdicts.getOrDefault(run.hypothesis(), List.of());
        if (phase == Phase.START) {
            return Spent.STARTING;
        } else if (phase == Phase.REDO) {
            return Spent.REDONE;
        } else if (end == null) {
            return Spent.OPEN;
        } else if (end.end() != Milestone.End.SUCCEEDED) {
            return Spent.valueOf(end.end().name());
        }
        boolean open = !verdicts.isEmpty() && verdicts.getLast().outcome() == Outcome.INCONCLUSIVE;
        return open ? Spent.INCONCLUSIVE : Spent.USEFUL;
    }
}

package dev.retort.experiment.velocity;

import dev.retort.experiment.verdict.Outcome;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How fast experiments went in a window.
 *
 * @param window the window
 * @param latency of the hypotheses whose first verdict fell in the window, or empty without any
 * @param verdicts the verdicts that fell
 * @param conclusive those that confirmed or refuted
 * @param overturned those that said the opposite of the verdict they superseded
 * @param runs the runs that ended, in whatever way
 * @param verdictsPerDay the verdicts per day of the window
 * @param runsPerDay the runs per day of the window
 * @param usefulDevices the mean number of devices that did something useful: useful device-seconds
 *     per second
 * @param deviceTime what device time was spent on in the window; sums to all time that runs held
 *     devices, of which each that shared them has its part
 * @param conclusivePerDeviceHour conclusive verdicts per hour of a device, or empty if none was
 *     held
 * @param hypotheses the hypotheses in progress, from registration to the first verdict; without
 *     Little's law, since their time has no parts that are measured by themselves
 * @param inProgress the runs in progress, from submission to end
 */
public record Velocity(
        Window window,
        Optional<Latency> latency,
        int verdicts,
        int conclusive,
        int overturned,
        int runs,
        double verdictsPerDay,
        double runsPerDay,
        double usefulDevices,
        Map<Spent, Duration> deviceTime,
        OptionalDouble conclusivePerDeviceHour,
        WorkInProgress hypotheses,
        WorkInProgress inProgress) {
    /**
     * The figures of all events.
     *
     * @param events the events in the order of time, from the first on
     * @param window the window
     * @param now the time up to which what has not ended is known to be in progress; no earlier
     *     than the last event
     * @return the figures
     * @throws IllegalArgumentException if the events contradict each other
     */
    public static Velocity of(List<Milestone> events, Window window, Instant now) {
        History history = History.of(events, now);
        return of(history, window, history.hypotheses.values(), history.runs.values());
    }

    /**
     * The figures by the value of a tag. A run belongs to the value of its own tag or else of its
     * hypothesis, a hypothesis to that of its own and of each of its runs; so a verdict from runs
     * on two devices counts for both. The tag {@code hypothesis} is always there.
     *
     * @param events the events in the order of time
     * @param window the window
     * @param tag the tag
     * @param now as above
     * @return the figures by value, sorted; what has no such tag is left out
     */
    public static Map<String, Velocity> by(
            List<Milestone> events, Window window, String tag, Instant now) {
        History history = History.of(events, now);
        Map<String, Set<History.Hypothesis>> hypotheses = new HashMap<>();
        for (History.Hypothesis hypothesis : history.hypotheses.values()) {
            add(hypotheses, hypothesis.tags.get(tag), hypothesis);
            hypothesis.runs.forEach(run -> add(hypotheses, run.tags.get(tag), hypothesis));
        }
        Map<String, Set<History.Run>> runs = new HashMap<>();
        history.runs.values().forEach(run -> add(runs, run.tags.get(tag), run));
        TreeSet<String> values = new TreeSet<>(hypotheses.keySet());
        values.addAll(runs.keySet());
        Map<String, Velocity> by = new TreeMap<>();
        for (String value : values) {
            Set<History.Hypothesis> about = hypotheses.getOrDefault(value, Set.of());
            by.put(value, of(history, window, about, runs.getOrDefault(value, Set.of())));
        }
        return by;
    }

    /**
     * To which value of a tag each run belongs in {@link #by}.
     *
     * @param events the events in the order of time
     * @param tag the tag
     * @return the values by run; a run that has no such tag is left out
     */
    public static Map<String, String> valuesByRun(List<Milestone> events, String tag) {
        Map<String, String> values = new HashMap<>();
        History.of(events, Instant.EPOCH)
                .runs
                .forEach(
                        (name, run) -> {
                            String value = run.tags.get(tag);
                            if (value != null) {
                                values.put(name, value);
                            }
                        });
        return values;
    }

    /**
     * The tags by which hypotheses or runs can be told apart in {@link #by}.
     *
     * @param events what happened
     * @return their names, sorted
     */
    public static List<String> tags(List<Milestone> events) {
        History history = History.of(events, Instant.EPOCH);
        TreeSet<String> tags = new TreeSet<>();
        history.hypotheses.values().forEach(hypothesis -> tags.addAll(hypothesis.tags.keySet()));
        history.runs.values().forEach(run -> tags.addAll(run.tags.keySet()));
        return List.copyOf(tags);
    }

    private static <T> void add(Map<String, Set<T>> sets, @Nullable String value, T element) {
        if (value != null) {
            sets.computeIfAbsent(value, _ -> new LinkedHashSet<>()).add(element);
        }
    }

    private static Velocity of(
            History history,
            Window window,
            Collection<History.Hypothesis> hypotheses,
            Collection<History.Run> runs) {
        int verdicts = 0;
        int conclusive = 0;
        int overturned = 0;
        List<History.Hypothesis> decided = new ArrayList<>();
        List<WorkInProgress.Item> open = new ArrayList<>();
        for (History.Hypothesis hypothesis : hypotheses) {
            List<History.Verdict> all = hypothesis.verdicts;
            long end = all.isEmpty() ? history.now() : all.getFirst().at();
            open.add(
                    new WorkInProgress.Item(
                            hypothesis.begin(), end, !all.isEmpty(), end - hypothesis.begin()));
            if (!all.isEmpty() && window.contains(end)) {
                decided.add(hypothesis);
            }
            for (int i = 0; i < all.size(); i++) {
                if (window.contains(all.get(i).at())) {
                    verdicts++;
                    conclusive += all.get(i).outcome() == Outcome.INCONCLUSIVE ? 0 : 1;
                    overturned += i > 0 && opposite(all.get(i - 1), all.get(i)) ? 1 : 0;
                }
            }
        }
        int ended = 0;
        List<WorkInProgress.Item> inProgress = new ArrayList<>();
        for (History.Run run : runs) {
            boolean isEnded = run.end != null;
            inProgress.add(
                    new WorkInProgress.Item(run.begin(), run.finish(), isEnded, run.residence()));
            ended += isEnded && window.contains(run.finish()) ? 1 : 0;
        }
        Map<Spent, Duration> deviceTime = deviceTime(history, runs, window);
        double held = deviceTime.values().stream().mapToDouble(Velocity::seconds).sum();
        double days = seconds(window.length()) / Duration.ofDays(1).toSeconds();
        double useful = seconds(deviceTime.getOrDefault(Spent.USEFUL, Duration.ZERO));
        return new Velocity(
                window,
                Latency.of(decided),
                verdicts,
                conclusive,
                overturned,
                ended,
                verdicts / days,
                ended / days,
                useful / seconds(window.length()),
                deviceTime,
                held == 0 ? OptionalDouble.empty() : OptionalDouble.of(conclusive / (held / 3_600)),
                // Measured by its two ends alone: a sum of them cannot contradict their integral.
                WorkInProgress.of(open, window).withoutLaw(),
                WorkInProgress.of(inProgress, window));
    }

    private static boolean opposite(History.Verdict before, History.Verdict after) {
        return before.outcome() != after.outcome()
                && before.outcome() != Outcome.INCONCLUSIVE
                && after.outcome() != Outcome.INCONCLUSIVE;
    }

    private static Map<Spent, Duration> deviceTime(
            History history, Collection<History.Run> runs, Window window) {
        Map<Spent, Duration> spent = new EnumMap<>(Spent.class);
        for (History.Run run : runs) {
            for (History.Stretch stretch : run.stretches) {
                if (stretch.isHeld()) {
                    // What was saved is worth what came of it, and the rest what the run was.
                    long saved = Math.clamp(run.saved(), stretch.from(), stretch.to());
                    History.Run heir = run.heir();
                    spend(
                            spent,
                            spentOn(history, heir, stretch.phase()),
                            run,
                            stretch,
                            window.overlap(stretch.from(), saved));
                    spend(
                            spent,
                            spentOn(history, run, stretch.phase()),
                            run,
                            stretch,
                            window.overlap(saved, stretch.to()));
                }
            }
        }
        return spent;
    }

    private static void spend(
            Map<Spent, Duration> spent,
            Spent on,
            History.Run run,
            History.Stretch stretch,
            long nanos) {
        if (nanos > 0) {
            Duration time = Duration.ofNanos(nanos).multipliedBy(run.submitted.devices());
            spent.merge(on, time.dividedBy(stretch.holders()), Duration::plus);
        }
    }

    private static Spent spentOn(History history, History.Run run, Phase phase) {
        if (phase == Phase.START) {
            return Spent.STARTING;
        }
        if (phase == Phase.REDO) {
            return Spent.REDONE;
        }
        if (run.end == null) {
            return Spent.OPEN;
        }
        return switch (run.end) {
            case FAILED -> Spent.FAILED;
            case PRUNED -> Spent.PRUNED;
            case INFEASIBLE -> Spent.INFEASIBLE;
            case DUPLICATE -> Spent.DUPLICATE;
            case CANCELLED -> Spent.CANCELLED;
            case SUCCEEDED -> isInconclusive(history, run) ? Spent.INCONCLUSIVE : Spent.USEFUL;
        };
    }

    private static boolean isInconclusive(History history, History.Run run) {
        String of = run.submitted.hypothesis();
        History.Hypothesis hypothesis = of == null ? null : history.hypotheses.get(of);
        return hypothesis != null
                && !hypothesis.verdicts.isEmpty()
                && hypothesis.verdicts.getLast().outcome() == Outcome.INCONCLUSIVE;
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}

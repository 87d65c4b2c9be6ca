package dev.retort.experiment.schedule;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.Run;
import dev.retort.experiment.RunState;
import dev.retort.experiment.SearchPlan;
import dev.retort.experiment.event.Event.TrialDecided;
import dev.retort.experiment.search.AshaPromotion;
import dev.retort.experiment.search.Hyperband;
import dev.retort.experiment.search.Observation;
import dev.retort.experiment.search.Report;
import dev.retort.experiment.search.StoppingRule;
import dev.retort.experiment.search.TrialDecision;
import dev.retort.experiment.state.LabState;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/** How far a search is, kept up to date from the state without reading all of it again. */
final class SearchProgress {
    /** The target of a trial that trains to its end. */
    private static final int NONE = Integer.MAX_VALUE;

    private final Experiment experiment;
    private final SearchPlan plan;
    private final List<Observation> observations = new ArrayList<>();

    /**
     * Up to which epochs each trial may train before it pauses. One that was stopped has none: if
     * it trains all the same, a person wants it to.
     */
    private final Map<Integer, Integer> targets = new HashMap<>();

    private final Map<Integer, Integer> trained = new HashMap<>();
    private final AshaPromotion.@Nullable Race race;
    private final StoppingRule.@Nullable Race stops;

    /** What is known of the trials of a bracket, by its first trial. */
    private final Map<Integer, Known> brackets = new HashMap<>();

    private final NavigableSet<Integer> working = new TreeSet<>();
    private final NavigableSet<Integer> paused = new TreeSet<>();
    private int reports;
    private int decisions;
    private int changes;
    private int trials;

    /** How many trials there will be. */
    private int last;

    /** The first trial of the first bracket in which one has not ended. */
    private int bracket;

    SearchProgress(Experiment experiment, SearchPlan plan) {
        this.experiment = experiment;
        this.plan = plan;
        this.race =
                plan.stopping() instanceof AshaPromotion asha ? new AshaPromotion.Race(asha) : null;
        this.stops = plan.stopping() instanceof StoppingRule rule ? rule.race() : null;
    }

    /** Takes in what happened. */
    void take(LabState state) {
        String id = experiment.id();
        for (Report report : state.reports(id, reports)) {
            reports++;
            if (race != null) {
                race.add(report);
            }
            if (stops != null) {
                stops.add(report);
            }
            known(report.trial()).ifPresent(known -> known.reports.add(report));
            trained.put(report.trial(), report.epochs());
        }
        for (TrialDecision decision : state.trialDecisions(id, decisions)) {
            decisions++;
            if (race != null) {
                race.add(decision);
            }
            known(decision.trial()).ifPresent(known -> known.decisions.add(decision));
            boolean stop = decision.action() == TrialDecision.Action.STOP;
            targets.put(decision.trial(), stop ? NONE : decision.epochs());
        }
        observations.addAll(state.observations(id, observations.size()));
        trials = state.trials(id);
        last = state.isClosed(id) ? trials : plan.trials();
        for (int trial : state.changedTrials(id, changes)) {
            changes++;
            place(trial, state.run(runOf(trial)).orElseThrow().state());
        }
    }

    private void place(int trial, RunState state) {
        working.remove(trial);
        paused.remove(trial);
        if (state == RunState.PAUSED) {
            paused.add(trial);
        } else if (!state.isFinal()) {
            working.add(trial);
        }
        if (!state.isFinal() && trial < bracket) {
            // One that had ended is tried again.
            bracket = 0;
        }
    }

    Experiment experiment() {
        return experiment;
    }

    SearchPlan plan() {
        return plan;
    }

    /** How many reports there are. */
    int reports() {
        return reports;
    }

    /** What a rule that stops decides upon a report that is not in the log yet. */
    TrialDecision decide(Report latest) {
        return Objects.requireNonNull(stops).decide(latest);
    }

    /** What a search by promotion does next. */
    TrialDecision promoteOrStart() {
        return Objects.requireNonNull(race).next(working);
    }

    List<Observation> observations() {
        return Collections.unmodifiableList(observations);
    }

    /** A decision that was made now. */
    TrialDecided decided(String policy, TrialDecision decision) {
        return decided(policy, decision, List.of());
    }

    /** The same of a rule that looks at which trials are at work. */
    TrialDecided decided(String policy, TrialDecision decision, List<Integer> seenWorking) {
        return new TrialDecided(experiment.id(), policy, decisions, seenWorking, decision);
    }

    /** How many trials were proposed. */
    int trials() {
        return trials;
    }

    boolean isExhausted() {
        return trials >= last;
    }

    /** Whether all trials were proposed and have ended; a person may have one tried again. */
    boolean isOver() {
        return isExhausted() && working.isEmpty() && paused.isEmpty();
    }

    /** The trials that wait for resources or have them. */
    NavigableSet<Integer> working() {
        return Collections.unmodifiableNavigableSet(working);
    }

    /** The first trial that pauses at the rung it was to reach. */
    OptionalInt paused() {
        return paused.stream()
                .mapToInt(Integer::intValue)
                .filter(trial -> epochsOf(trial) >= targets.getOrDefault(trial, 0))
                .findFirst();
    }

    int epochsOf(int trial) {
        return trained.getOrDefault(trial, 0);
    }

    String runOf(int trial) {
        return Run.id(experiment.id(), plan.armName(trial), experiment.seeds().getFirst());
    }

    /** Whether a trial has to wait where its report comes from, until others have come as far. */
    boolean pausesAt(Report latest) {
        int target = targets.getOrDefault(latest.trial(), NONE);
        int most =
                switch (plan.stopping()) {
                    case AshaPromotion asha -> asha.rungs().most();
                    case Hyperband hyperband -> hyperband.most();
                    case null, default -> 0;
                };
        return latest.epochs() >= target && target < most;
    }

    /** The decisions of the first rung all of whose trials have come and that is not decided. */
    List<TrialDecision> complete(Hyperband hyperband) {
        int first = bracket;
        while (first < trials) {
            // The last one may have to do with fewer.
            Hyperband.Bracket next = hyperband.bracketOf(first).atMost(last - first);
            int end = first + next.trials();
            if (end > trials) {
                return List.of();
            }
            boolean ended =
                    working.subSet(first, end).isEmpty() && paused.subSet(first, end).isEmpty();
            List<TrialDecision> decided = ended ? List.of() : complete(hyperband, first, next);
            if (!decided.isEmpty()) {
                return decided;
            }
            if (ended && first == bracket) {
                bracket = end;
            }
            first = end;
        }
        return List.of();
    }

    /** The reports and decisions of the trials of a bracket, in the order in which they came. */
    private static final class Known {
        private final List<Report> reports = new ArrayList<>();
        private final List<TrialDecision> decisions = new ArrayList<>();
    }

    private Optional<Known> known(int trial) {
        return plan.stopping() instanceof Hyperband hyperband
                ? Optional.of(brackets.computeIfAbsent(hyperband.firstOf(trial), _ -> new Known()))
                : Optional.empty();
    }

    private List<TrialDecision> complete(Hyperband hyperband, int first, Hyperband.Bracket of) {
        Known known = brackets.getOrDefault(first, new Known());
        for (int epochs : of.epochs().subList(0, of.epochs().size() - 1)) {
            List<Integer> undecided = hyperband.undecided(first, of, epochs, known.decisions);
            if (undecided.stream().anyMatch(working::contains)) {
                return List.of();
            }
            List<TrialDecision> decided =
                    hyperband
                            .decide(
                                    of,
                                    hyperband.rung(
                                            first, of, epochs, known.reports, known.decisions),
                                    reports)
                            .stream()
                            .filter(decision -> undecided.contains(decision.trial()))
                            .toList();
            if (!decided.isEmpty()) {
                return decided;
            }
            // One that ended without a report is never decided upon.
        }
        return List.of();
    }
}

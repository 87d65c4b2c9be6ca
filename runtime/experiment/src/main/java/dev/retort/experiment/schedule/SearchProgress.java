package dev.retort.experiment.schedule;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.RunState;
import dev.retort.experiment.SearchPlan;
import dev.retort.experiment.event.Event.TrialDecided;
import dev.retort.experiment.search.AshaPromotion;
import dev.retort.experiment.search.Hyperband;
import dev.retort.experiment.search.Observation;
import dev.retort.experiment.search.Report;
import dev.retort.experiment.search.TrialDecision;
import dev.retort.experiment.state.LabState;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** How far a search is, kept up to date from the state without reading all of it again. */
final class SearchProgress {
    private final Experiment experiment;
    private final SearchPlan plan;
    private final List<Report> reports = new ArrayList<>();
    private final List<TrialDecision> decisions = new ArrayList<>();
    private final List<Observation> observations = new ArrayList<>();

    /** Up to which epochs each trial may train before it pauses. */
    private final Map<Integer, Integer> targets = new HashMap<>();

    private final Map<Integer, Integer> trained = new HashMap<>();

    /** The states of the trials that have not ended. */
    private final SortedMap<Integer, RunState> open = new TreeMap<>();

    private int trials;

    SearchProgress(Experiment experiment, SearchPlan plan) {
        this.experiment = experiment;
        this.plan = plan;
    }

    /** Takes in what happened. */
    void take(LabState state) {
        String id = experiment.id();
        List<Report> reported = state.reports(id, reports.size());
        reported.forEach(report -> trained.put(report.trial(), report.epochs()));
        reports.addAll(reported);
        List<TrialDecision> decided = state.trialDecisions(id, decisions.size());
        decided.forEach(decision -> targets.put(decision.trial(), decision.epochs()));
        decisions.addAll(decided);
        observations.addAll(state.observations(id, observations.size()));
        for (; trials < state.trials(id); trials++) {
            open.put(trials, RunState.PLANNED);
        }
        open.replaceAll((trial, _) -> state.run(runOf(trial)).orElseThrow().state());
        open.values().removeIf(RunState::isFinal);
    }

    Experiment experiment() {
        return experiment;
    }

    SearchPlan plan() {
        return plan;
    }

    List<Report> reports() {
        return Collections.unmodifiableList(reports);
    }

    List<TrialDecision> decisions() {
        return Collections.unmodifiableList(decisions);
    }

    List<Observation> observations() {
        return Collections.unmodifiableList(observations);
    }

    /** A decision that was made now. */
    TrialDecided decided(String policy, TrialDecision decision) {
        return new TrialDecided(experiment.id(), policy, decisions.size(), decision);
    }

    /** How many trials were proposed. */
    int trials() {
        return trials;
    }

    boolean isExhausted() {
        return trials >= plan.trials();
    }

    /** How many trials wait for resources or have them. */
    int working() {
        return (int) open.values().stream().filter(state -> state != RunState.PAUSED).count();
    }

    /** The trials that pause at the rung they were to reach. */
    List<Integer> paused() {
        return open.entrySet().stream()
                .filter(entry -> entry.getValue() == RunState.PAUSED)
                .map(Map.Entry::getKey)
                .filter(trial -> epochsOf(trial) >= targets.getOrDefault(trial, 0))
                .toList();
    }

    boolean isWorking(int trial) {
        RunState state = open.get(trial);
        return state != null && state != RunState.PAUSED;
    }

    int epochsOf(int trial) {
        return trained.getOrDefault(trial, 0);
    }

    String runOf(int trial) {
        return experiment.id()
                + "/"
                + plan.base().name()
                + "-"
                + trial
                + "/"
                + experiment.seeds().getFirst();
    }

    /** Whether a trial has to wait where its report comes from, until others have come as far. */
    boolean pausesAt(Report latest) {
        int target = targets.getOrDefault(latest.trial(), Integer.MAX_VALUE);
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
        int first = 0;
        while (first < trials) {
            // The last one may have to do with fewer.
            Hyperband.Bracket bracket = hyperband.bracketOf(first).atMost(plan.trials() - first);
            int end = first + bracket.trials();
            if (end <= trials) {
                List<TrialDecision> decided = complete(hyperband, first, bracket);
                if (!decided.isEmpty()) {
                    return decided;
                }
            }
            first = end;
        }
        return List.of();
    }

    private List<TrialDecision> complete(
            Hyperband hyperband, int first, Hyperband.Bracket bracket) {
        for (int epochs : bracket.epochs().subList(0, bracket.epochs().size() - 1)) {
            List<Integer> undecided = hyperband.undecided(first, bracket, epochs, decisions);
            if (undecided.stream().anyMatch(this::isWorking)) {
                return List.of();
            }
            List<TrialDecision> decided =
                    hyperband
                            .decide(
                                    bracket,
                                    hyperband.rung(first, bracket, epochs, reports, decisions),
                                    reports.size())
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

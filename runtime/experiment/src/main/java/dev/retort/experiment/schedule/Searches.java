package dev.retort.experiment.schedule;

import dev.retort.experiment.Arm;
import dev.retort.experiment.Decision;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.Run;
import dev.retort.experiment.RunState;
import dev.retort.experiment.SearchPlan;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.DecisionAdvised;
import dev.retort.experiment.event.Event.DecisionMade;
import dev.retort.experiment.event.Event.RunEnded;
import dev.retort.experiment.event.Event.RunPlanned;
import dev.retort.experiment.event.Event.RunQueued;
import dev.retort.experiment.event.Event.RunReported;
import dev.retort.experiment.event.Event.StopRequested;
import dev.retort.experiment.event.Event.TrialProposed;
import dev.retort.experiment.event.StopKind;
import dev.retort.experiment.json.Json;
import dev.retort.experiment.search.AshaPromotion;
import dev.retort.experiment.search.EarlyStopping;
import dev.retort.experiment.search.Hyperband;
import dev.retort.experiment.search.Proposal;
import dev.retort.experiment.search.Report;
import dev.retort.experiment.search.StoppingRule;
import dev.retort.experiment.search.TrialDecision;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What searches do next: which trial they propose, and which goes on or stops. All of it is decided
 * from what is in the log, and says from how much of it, so that it can be decided again. Used by
 * the thread of the loop.
 */
final class Searches {
    private static final String DIVERGED = "divergence/1";

    private final Automation automation;
    private final Map<String, SearchProgress> progress = new HashMap<>();

    Searches(Automation automation) {
        this.automation = automation;
    }

    /**
     * What follows a report of a run: the report itself, what was decided, and what the attempt is
     * asked for.
     */
    List<Event> reported(LabState state, RunView view, RunReported reported) {
        List<Event> events = new ArrayList<>();
        events.add(reported);
        Experiment experiment = state.experimentOf(view);
        SearchPlan plan = experiment.search();
        String stop = null;
        Decision.Kind kind = Decision.Kind.PRUNE;
        String policy = DIVERGED;
        if (plan != null && plan.stopping() != null) {
            EarlyStopping rule = plan.stopping();
            int trial = state.trialOf(view.run()).orElseThrow();
            Report latest = new Report(trial, reported.epochs(), plan.loss(reported.value()));
            policy = rule.policy();
            if (rule instanceof StoppingRule stopping) {
                SearchProgress search = progress(state, experiment, plan);
                TrialDecision decision = stopping.decide(search.reports(), latest);
                events.add(search.decided(policy, decision));
                stop = decision.action() == TrialDecision.Action.STOP ? decision.reason() : null;
            } else if (progress(state, experiment, plan).pausesAt(latest)) {
                events.add(
                        new StopRequested(
                                reported.run(),
                                StopKind.PAUSE,
                                "at the rung of epoch " + reported.epochs()));
                return events;
            }
        }
        if (stop == null && !Double.isFinite(reported.value())) {
            kind = Decision.Kind.STOP_DIVERGED;
            policy = DIVERGED;
            stop = "after " + reported.epochs() + " epochs it reported " + reported.value();
        }
        if (stop != null) {
            Decision decision =
                    new Decision(kind, reported.run(), stop, policy, Json.sha256(reported));
            boolean may = automation.may(state, experiment.id(), kind);
            events.add(may ? new DecisionMade(decision) : new DecisionAdvised(decision));
            if (may) {
                events.add(new StopRequested(reported.run(), StopKind.PRUNE, stop));
            }
        }
        return events;
    }

    /** The events with which a search goes on; none if it has to wait or is done. */
    List<Event> next(LabState state, Experiment experiment) {
        SearchPlan plan = Objects.requireNonNull(experiment.search());
        SearchProgress search = progress(state, experiment, plan);
        search.take(state);
        if (search.working() >= plan.parallel()) {
            return List.of();
        }
        return switch (plan.stopping()) {
            case AshaPromotion asha -> promoteOrStart(state, search, asha);
            case Hyperband hyperband -> bracket(state, search, hyperband);
            case null, default -> search.isExhausted() ? List.of() : propose(search);
        };
    }

    private List<Event> promoteOrStart(LabState state, SearchProgress search, AshaPromotion asha) {
        TrialDecision decision = asha.next(search.reports(), search.decisions());
        String policy = asha.policy();
        if (decision.action() == TrialDecision.Action.PROMOTE) {
            // One that is still stopping is promoted when it has; one that failed after its report
            // cannot go on, and the log says it was to.
            return search.isWorking(decision.trial())
                    ? List.of()
                    : decided(state, search, policy, decision);
        }
        if (!search.isExhausted()) {
            return start(search, policy, decision);
        }
        return search.working() == 0 ? endPaused(state, search, policy) : List.of();
    }

    /** What is left at the end did not make it. */
    private static List<Event> endPaused(LabState state, SearchProgress search, String policy) {
        List<Event> events = new ArrayList<>();
        for (int trial : search.paused()) {
            events.addAll(
                    decided(
                            state,
                            search,
                            policy,
                            AshaPromotion.left(
                                    trial, search.epochsOf(trial), search.reports().size())));
        }
        return events;
    }

    private List<Event> bracket(LabState state, SearchProgress search, Hyperband hyperband) {
        List<TrialDecision> complete = search.complete(hyperband);
        if (!complete.isEmpty()) {
            return decided(state, search, hyperband.policy(), complete.getFirst());
        }
        if (search.isExhausted()) {
            return List.of();
        }
        return start(
                search,
                hyperband.policy(),
                hyperband.start(search.trials(), search.reports().size()));
    }

    private static List<Event> start(SearchProgress search, String policy, TrialDecision decision) {
        List<Event> events = new ArrayList<>();
        events.add(search.decided(policy, decision));
        events.addAll(propose(search));
        return events;
    }

    private static List<Event> propose(SearchProgress search) {
        SearchPlan plan = search.plan();
        int trial = search.trials();
        Proposal proposal =
                plan.proposer().propose(plan.space(), plan.seed(), trial, search.observations());
        Arm arm = plan.arm(trial, proposal.config());
        Experiment experiment = search.experiment();
        Run run = experiment.run(arm, experiment.seeds().getFirst());
        return List.of(
                new TrialProposed(experiment.id(), trial, arm, proposal.seen()),
                new RunPlanned(run),
                new RunQueued(run.id(), 0, "proposed as trial " + trial));
    }

    private static List<Event> decided(
            LabState state, SearchProgress search, String policy, TrialDecision decision) {
        List<Event> events = new ArrayList<>();
        String run = search.runOf(decision.trial());
        events.add(search.decided(policy, decision));
        boolean waits = state.run(run).orElseThrow().state() == RunState.PAUSED;
        if (waits && decision.action() != TrialDecision.Action.COMPLETE) {
            boolean on = decision.action() == TrialDecision.Action.PROMOTE;
            events.add(
                    new DecisionMade(
                            new Decision(
                                    on ? Decision.Kind.PROMOTE : Decision.Kind.PRUNE,
                                    run,
                                    decision.reason(),
                                    policy,
                                    Json.sha256(decision))));
            events.add(
                    on
                            ? new RunQueued(run, 0, decision.reason())
                            : RunEnded.without(run, RunState.PRUNED, decision.reason()));
        }
        return events;
    }

    private SearchProgress progress(LabState state, Experiment experiment, SearchPlan plan) {
        SearchProgress search =
                progress.computeIfAbsent(
                        experiment.id(), _ -> new SearchProgress(experiment, plan));
        search.take(state);
        return search;
    }
}

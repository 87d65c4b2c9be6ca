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
import dev.retort.experiment.event.Event.TrialDecided;
import dev.retort.experiment.event.Event.TrialProposed;
import dev.retort.experiment.event.StopKind;
import dev.retort.experiment.json.Json;
import dev.retort.experiment.search.AshaPromotion;
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
import java.util.OptionalInt;

/**
 * What searches do next: which trial they propose, and which goes on or stops. All of it is decided
 * from what is in the log, and says from how much of it, so that it can be decided again. Used by
 * the thread of the loop.
 */
final class Searches {
    private static final String DIVERGED = "divergence/1";

    private final Acts acts;
    private final Map<String, SearchProgress> progress = new HashMap<>();

    Searches(Acts acts) {
        this.acts = acts;
    }

    /**
     * What follows a report of a run: the report itself, what was decided, and what the attempt is
     * asked for.
     */
    List<Event> reported(LabState state, RunView view, RunReported reported) {
        List<Event> events = new ArrayList<>();
        events.add(reported);
        boolean stops = false;
        if (!Double.isFinite(reported.value())) {
            String reason =
                    "after " + reported.epochs() + " epochs it reported " + reported.value();
            Decision.Kind act = Decision.Kind.STOP_DIVERGED;
            events.addAll(stop(state, reported, act, StopKind.DIVERGE, DIVERGED, reason));
            stops = events.getLast() instanceof StopRequested;
        }
        Experiment experiment = state.experimentOf(view);
        SearchPlan plan = experiment.search();
        if (plan != null) {
            SearchProgress search = progress(state, experiment, plan);
            int trial = state.trialOf(view.run()).orElseThrow();
            Report latest = new Report(trial, reported.epochs(), plan.loss(reported.value()));
            if (plan.stopping() instanceof StoppingRule rule) {
                TrialDecision decision = search.decide(latest);
                String policy = rule.policy();
                events.add(search.decided(policy, decision));
                if (!stops && decision.action() == TrialDecision.Action.STOP) {
                    Decision.Kind act = Decision.Kind.PRUNE;
                    String reason = decision.reason();
                    events.addAll(stop(state, reported, act, StopKind.PRUNE, policy, reason));
                }
            } else if (!stops && search.pausesAt(latest)) {
                String reason = "at the rung of epoch " + reported.epochs();
                events.add(new StopRequested(reported.run(), StopKind.PAUSE, reason));
            }
        }
        return events;
    }

    private List<Event> stop(
            LabState state,
            RunReported reported,
            Decision.Kind act,
            StopKind kind,
            String policy,
            String reason) {
        String run = reported.run();
        Decision decision = new Decision(act, run, reason, policy, Json.sha256(reported));
        return acts.may(state, Run.experimentOf(run), act, 1)
                ? List.of(new DecisionMade(decision), new StopRequested(run, kind, reason))
                : List.of(new DecisionAdvised(decision));
    }

    /** The events with which a search goes on; none if it has to wait or is done. */
    List<Event> next(LabState state, Experiment experiment) {
        SearchPlan plan = Objects.requireNonNull(experiment.search());
        SearchProgress search = progress(state, experiment, plan);
        if (search.isOver()) {
            progress.remove(experiment.id());
            return List.of();
        }
        if (search.working().size() >= plan.parallel()) {
            return List.of();
        }
        return switch (plan.stopping()) {
            case AshaPromotion asha -> promoteOrStart(state, search, asha);
            case Hyperband hyperband -> bracket(state, search, hyperband);
            case null, default -> search.isExhausted() ? List.of() : propose(search);
        };
    }

    private List<Event> promoteOrStart(LabState state, SearchProgress search, AshaPromotion asha) {
        // One that is still stopping is promoted when it has; one that failed after its report
        // cannot go on, and the log says it was to.
        List<Integer> working = List.copyOf(search.working());
        TrialDecision decision = search.promoteOrStart();
        TrialDecided recorded = search.decided(asha.policy(), decision, working);
        if (decision.action() == TrialDecision.Action.PROMOTE) {
            return carriedOut(state, search, recorded);
        }
        if (!search.isExhausted()) {
            return start(search, recorded);
        }
        OptionalInt left = search.paused();
        if (!working.isEmpty() || left.isEmpty()) {
            return List.of();
        }
        int trial = left.getAsInt();
        TrialDecision stop = AshaPromotion.left(trial, search.epochsOf(trial), search.reports());
        return carriedOut(state, search, search.decided(asha.policy(), stop));
    }

    private List<Event> bracket(LabState state, SearchProgress search, Hyperband hyperband) {
        List<TrialDecision> complete = search.complete(hyperband);
        if (!complete.isEmpty()) {
            TrialDecision first = complete.getFirst();
            return carriedOut(state, search, search.decided(hyperband.policy(), first));
        }
        if (search.isExhausted()) {
            return List.of();
        }
        TrialDecision start = hyperband.start(search.trials(), search.reports());
        return start(search, search.decided(hyperband.policy(), start));
    }

    private static List<Event> start(SearchProgress search, TrialDecided decided) {
        List<Event> events = new ArrayList<>();
        events.add(decided);
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

    /** What a decision about a trial that pauses leads to. */
    private List<Event> carriedOut(LabState state, SearchProgress search, TrialDecided decided) {
        List<Event> events = new ArrayList<>();
        events.add(decided);
        TrialDecision decision = decided.decision();
        String run = search.runOf(decision.trial());
        String reason = decision.reason();
        boolean waits = state.run(run).orElseThrow().state() == RunState.PAUSED;
        if (waits && decision.action() != TrialDecision.Action.COMPLETE) {
            boolean on = decision.action() == TrialDecision.Action.PROMOTE;
            Decision.Kind kind = on ? Decision.Kind.PROMOTE : Decision.Kind.PRUNE;
            Decision act = new Decision(kind, run, reason, decided.policy(), Json.sha256(decision));
            if (on) {
                events.add(new DecisionMade(act));
                events.add(new RunQueued(run, 0, reason));
            } else if (acts.may(state, decided.experiment(), kind, 1)) {
                events.add(new DecisionMade(act));
                events.add(RunEnded.without(run, RunState.PRUNED, reason));
            } else {
                // It goes on pausing, for a person to resume or to prune.
                events.add(new DecisionAdvised(act));
            }
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

package dev.retort.experiment.state;

import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.FailureClass;
import dev.retort.experiment.RunState;
import dev.retort.experiment.SearchPlan;
import dev.retort.experiment.event.Event.RunEnded;
import dev.retort.experiment.event.Event.RunReported;
import dev.retort.experiment.event.Event.SearchClosed;
import dev.retort.experiment.event.Event.TrialDecided;
import dev.retort.experiment.event.Event.TrialProposed;
import dev.retort.experiment.search.Observation;
import dev.retort.experiment.search.Report;
import dev.retort.experiment.search.StoppingRule;

import java.util.OptionalDouble;

/** The part of the rules that is about trials of searches, and about runs that others fork. */
final class TrialFold {
    private final LabState state;

    TrialFold(LabState state) {
        this.state = state;
    }

    void propose(TrialProposed event) {
        SearchPlan plan = searching(event.experiment());
        int next = state.trials(event.experiment());
        String name = plan.armName(next);
        if (event.trial() != next || !event.arm().name().equals(name) || next >= plan.trials()) {
            throw new RefusedException(
                    "experiment "
                            + event.experiment()
                            + " has "
                            + next
                            + " of "
                            + plan.trials()
                            + " trials: expected the next one, "
                            + name
                            + ", found number "
                            + event.trial()
                            + " named "
                            + event.arm().name());
        }
        refuseIfClosed(event.experiment());
        state.arms.put(event.experiment() + "/" + name, event.arm());
        state.searches.trials.put(event.experiment(), next + 1);
        state.searches.trialNumbers.put(event.experiment() + "/" + name, next);
    }

    void close(SearchClosed event) {
        searching(event.experiment());
        refuseIfClosed(event.experiment());
        state.searches.closed.put(event.experiment(), event.reason());
    }

    private void refuseIfClosed(String experiment) {
        String reason = state.searches.closed.get(experiment);
        if (reason != null) {
            throw new RefusedException("search " + experiment + " was closed: " + reason);
        }
    }

    void decide(TrialDecided event) {
        // Rules that stop decide with a report, of which several may be on their way at a time.
        boolean inTurn = !(searching(event.experiment()).stopping() instanceof StoppingRule);
        int before = state.searches.trialDecisions.size(event.experiment());
        if (inTurn && event.after() != before) {
            throw new RefusedException(
                    "the decision about trial "
                            + event.decision().trial()
                            + " of experiment "
                            + event.experiment()
                            + " was made after "
                            + event.after()
                            + " others: there are "
                            + before
                            + " now");
        }
        state.searches.trialDecisions.add(event.experiment(), event.decision());
    }

    void report(RunView view, RunReported event) {
        if (event.epochs() < 1) {
            throw new RefusedException(
                    "run "
                            + event.run()
                            + " reported after "
                            + event.epochs()
                            + " epochs: expected at least 1");
        }
        state.put(view.with(event));
        Experiment experiment = state.experimentOf(view);
        SearchPlan plan = experiment.search();
        if (plan != null) {
            int trial = state.trialOf(view.run()).orElseThrow();
            double loss = plan.loss(event.value());
            state.searches.reports.add(experiment.id(), new Report(trial, event.epochs(), loss));
        }
    }

    /** What a trial was worth; one that was given up for another reason tells nothing. */
    void end(RunView view, RunEnded event) {
        SearchPlan plan = state.experimentOf(view).search();
        if (plan == null) {
            return;
        }
        int trial = state.trialOf(view.run()).orElseThrow();
        Double value = event.values().get(plan.metric());
        RunReported last = view.report();
        boolean hopeless =
                event.state() == RunState.INFEASIBLE
                        || event.failure() == FailureClass.NOT_A_NUMBER
                        || (event.state() == RunState.SUCCEEDED && value == null);
        OptionalDouble loss = OptionalDouble.empty();
        if (value != null) {
            loss = OptionalDouble.of(plan.loss(value));
        } else if (hopeless) {
            loss = OptionalDouble.of(Double.POSITIVE_INFINITY);
        } else if (event.state() == RunState.PRUNED && last != null) {
            loss = OptionalDouble.of(plan.loss(last.value()));
        }
        if (loss.isPresent()) {
            boolean pruned = event.state() == RunState.PRUNED;
            state.searches.observations.add(
                    view.run().experiment(),
                    new Observation(
                            trial,
                            plan.config(state.armOf(view)),
                            loss.getAsDouble(),
                            pruned && last != null ? last.epochs() : null));
        }
    }

    /** Remembers what other arms go on from. */
    void keep(RunView view, Checkpoint checkpoint) {
        if (state.forksOf(view.run()).contains(checkpoint.step())) {
            String key = view.run().contentKey().sha256() + "@" + checkpoint.step();
            state.searches.forkPoints.put(key, checkpoint);
        }
    }

    private SearchPlan searching(String id) {
        Experiment experiment = state.experiments.get(id);
        SearchPlan plan = experiment == null ? null : experiment.search();
        if (plan == null) {
            throw new RefusedException(
                    "experiment "
                            + id
                            + (experiment == null ? " does not exist" : " is no search"));
        }
        return plan;
    }
}

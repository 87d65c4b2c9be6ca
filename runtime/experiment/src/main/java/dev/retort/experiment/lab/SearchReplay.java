package dev.retort.experiment.lab;

import dev.retort.experiment.Arm;
import dev.retort.experiment.SearchPlan;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.TrialDecided;
import dev.retort.experiment.event.Event.TrialProposed;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.search.AshaPromotion;
import dev.retort.experiment.search.Hyperband;
import dev.retort.experiment.search.Observation;
import dev.retort.experiment.search.Report;
import dev.retort.experiment.search.StoppingRule;
import dev.retort.experiment.search.TrialDecision;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.store.EventStore;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides searches once more from their log: every trial that was proposed and every decision about
 * one has to come out as it was recorded, bit for bit.
 */
public final class SearchReplay {
    private final String experiment;
    private final SearchPlan plan;
    private final LabState state;
    private final List<Report> reports = new ArrayList<>();
    private final List<TrialDecision> decisions = new ArrayList<>();
    private final List<Observation> observations = new ArrayList<>();
    private final List<String> differences = new ArrayList<>();
    private StoppingRule.@Nullable Race race;
    private int replayed;

    private SearchReplay(String experiment, SearchPlan plan, LabState state) {
        this.experiment = experiment;
        this.plan = plan;
        this.state = state;
    }

    /**
     * Replays searches, in one reading of the log.
     *
     * @param store where they are
     * @param experiments their experiments
     * @throws IllegalArgumentException if one is no search
     */
    public static Replayed of(EventStore store, List<String> experiments) {
        LabState state = new LabState();
        List<SearchReplay> replays =
                experiments.stream()
                        .map(each -> new SearchReplay(each, plan(store, each), state))
                        .toList();
        store.forEachEvent(
                recorded -> {
                    replays.forEach(replay -> replay.check(recorded));
                    state.apply(recorded);
                    replays.forEach(SearchReplay::follow);
                });
        replays.forEach(SearchReplay::checkThatAllWasDecided);
        return new Replayed(
                replays.stream().mapToInt(replay -> replay.replayed).sum(),
                replays.stream().flatMap(replay -> replay.differences.stream()).toList());
    }

    private static SearchPlan plan(EventStore store, String experiment) {
        return store.read(state -> state.experiment(experiment))
                .flatMap(found -> Optional.ofNullable(found.search()))
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "expected an experiment that is a search, found "
                                                + experiment));
    }

    /** A rule that stops decides at each report. */
    private void checkThatAllWasDecided() {
        if (plan.stopping() instanceof StoppingRule && reports.size() != decisions.size()) {
            differences.add(
                    "of " + reports.size() + " reports " + decisions.size() + " were decided upon");
        }
    }

    private void check(RecordedEvent recorded) {
        Event event = recorded.event();
        if (event instanceof TrialProposed proposed && proposed.experiment().equals(experiment)) {
            Arm again =
                    plan.arm(
                            proposed.trial(),
                            plan.proposer()
                                    .propose(
                                            plan.space(),
                                            plan.seed(),
                                            proposed.trial(),
                                            observations.subList(0, proposed.seen()))
                                    .config());
            compare(recorded, proposed.arm(), again);
        } else if (event instanceof TrialDecided decided
                && decided.experiment().equals(experiment)) {
            compare(recorded, decided.decision(), again(decided));
        }
    }

    private void follow() {
        reports.addAll(state.reports(experiment, reports.size()));
        decisions.addAll(state.trialDecisions(experiment, decisions.size()));
        observations.addAll(state.observations(experiment, observations.size()));
    }

    private void compare(RecordedEvent recorded, Object was, Object again) {
        replayed++;
        if (!was.equals(again)) {
            differences.add("event " + recorded.seq() + " was " + was + " and is " + again);
        }
    }

    private TrialDecision again(TrialDecided decided) {
        TrialDecision was = decided.decision();
        List<Report> seen = reports.subList(0, was.reports());
        List<TrialDecision> past = decisions.subList(0, decided.after());
        return switch (plan.stopping()) {
            // The report that it was decided at stands before it.
            case StoppingRule rule -> raced(rule, was.reports()).decide(reports.getLast());
            case AshaPromotion asha ->
                    was.action() == TrialDecision.Action.STOP
                            ? AshaPromotion.left(
                                    was.trial(), trained(seen, was.trial()), seen.size())
                            : asha.next(seen, past, decided.working());
            case Hyperband hyperband -> again(hyperband, was, seen, past);
            case null -> throw new AssertionError("nothing is decided without a rule");
        };
    }

    /** The race up to a report. Where several were on their way at a time, it may go back. */
    private StoppingRule.Race raced(StoppingRule rule, int seen) {
        if (race == null || race.reports() > seen) {
            race = rule.race();
        }
        reports.subList(race.reports(), seen).forEach(race::add);
        return race;
    }

    private TrialDecision again(
            Hyperband hyperband, TrialDecision was, List<Report> seen, List<TrialDecision> past) {
        if (was.action() == TrialDecision.Action.START) {
            return hyperband.start(state.trials(experiment), seen.size());
        }
        int last = state.isClosed(experiment) ? state.trials(experiment) : plan.trials();
        int first = hyperband.firstOf(was.trial());
        Hyperband.Bracket bracket = hyperband.bracketOf(first).atMost(last - first);
        for (int epochs : bracket.epochs()) {
            if (hyperband.undecided(first, bracket, epochs, past).contains(was.trial())) {
                List<Report> rung = hyperband.rung(first, bracket, epochs, seen, past);
                for (TrialDecision decision : hyperband.decide(bracket, rung, seen.size())) {
                    if (decision.trial() == was.trial()) {
                        return decision;
                    }
                }
            }
        }
        return new TrialDecision(was.action(), was.trial(), 0, seen.size(), "not decided again");
    }

    private static int trained(List<Report> reports, int trial) {
        return reports.reversed().stream()
                .filter(report -> report.trial() == trial)
                .findFirst()
                .map(Report::epochs)
                .orElse(0);
    }
}

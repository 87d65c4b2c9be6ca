package dev.retort.experiment.schedule;

import dev.retort.experiment.Decision;
import dev.retort.experiment.Run;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.DecisionMade;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What a scheduler may still do by itself. What it has sent to the store counts before it is part
 * of the state, and for a moment twice: a limit may be met too early, and one scheduler never
 * exceeds it. Several on one store may, each by what the others did since it looked last, up to a
 * second before. Used by the thread of the loop.
 */
final class Acts {
    private record Act(String experiment, Decision.Kind kind) {}

    private final Automation automation;
    private final Map<Act, Integer> sent = new HashMap<>();

    Acts(Automation automation) {
        this.automation = automation;
    }

    /** Whether something may be done so many times to runs of an experiment now. */
    boolean may(LabState state, String experiment, Decision.Kind kind, int times) {
        Integer limit = automation.limits().get(kind);
        int before = state.acts(experiment, kind) + sent.getOrDefault(new Act(experiment, kind), 0);
        return limit == null || before + times <= limit;
    }

    /** What may be done to a run now. */
    Predicate<Decision.Kind> to(RunView view, LabState state) {
        return kind -> may(state, view.run().experiment(), kind, 1);
    }

    /** Counts what is sent to the store. */
    void sent(List<Event> events) {
        count(events, 1);
    }

    /** The store has answered: what it took in is part of the state. */
    void answered(List<Event> events) {
        count(events, -1);
    }

    private void count(List<Event> events, int by) {
        for (Event event : events) {
            if (event instanceof DecisionMade(Decision decision)) {
                Act act = new Act(Run.experimentOf(decision.run()), decision.kind());
                if (sent.merge(act, by, Integer::sum) == 0) {
                    sent.remove(act);
                }
            }
        }
    }
}

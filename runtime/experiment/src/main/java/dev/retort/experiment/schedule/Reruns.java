package dev.retort.experiment.schedule;

import dev.retort.experiment.Decision;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.DecisionMade;
import dev.retort.experiment.json.Json;
import dev.retort.experiment.json.Sha256;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Runs that are done again from their beginning although their result could be taken, to compare: a
 * function of the state.
 */
final class Reruns {
    private static final String POLICY = "rerun/1";

    private Reruns() {}

    /** The run whose result is to come out again, if a run was drawn. */
    static Optional<RunView> compared(LabState state, RunView view) {
        Experiment experiment = state.experimentOf(view);
        return experiment.reuse() && isDrawn(view, experiment)
                ? state.resultOf(view.run().contentKey())
                : Optional.empty();
    }

    /** By chance that is drawn from the name of the run, so that it can be drawn again. */
    private static boolean isDrawn(RunView view, Experiment experiment) {
        Double share = experiment.rerunShare();
        String digits = Sha256.hex(POLICY + view.run().id()).substring(0, 8);
        return share != null && Long.parseLong(digits, 16) < share * (1L << 32);
    }

    static Event decision(RunView view, RunView source) {
        String of = source.run().id();
        return new DecisionMade(
                new Decision(
                        Decision.Kind.RERUN,
                        view.run().id(),
                        "drawn to be compared with run " + of + ", which did the same work",
                        POLICY,
                        Json.sha256(List.of(of, view.run().contentKey().sha256()))));
    }

    /** How a result compares, as the end of a sentence. */
    static String comparison(RunView source, Map<String, Double> values) {
        String of = source.run().id();
        return source.values().equals(values)
                ? ", and agrees with run " + of
                : ", and differs from run "
                        + of
                        + ": expected "
                        + new TreeMap<>(source.values())
                        + ", found "
                        + new TreeMap<>(values);
    }
}

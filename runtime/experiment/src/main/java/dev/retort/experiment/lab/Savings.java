package dev.retort.experiment.lab;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.Decision;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.Fork;
import dev.retort.experiment.Run;
import dev.retort.experiment.RunState;
import dev.retort.experiment.event.Event.AttemptEnded;
import dev.retort.experiment.event.Event.AttemptStarted;
import dev.retort.experiment.event.Event.CheckpointCommitted;
import dev.retort.experiment.event.Event.DecisionMade;
import dev.retort.experiment.event.Event.RunEnded;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What was not done twice, and whether what was done twice to compare came out the same.
 *
 * @param reused how many runs took the result of another
 * @param reusedDeviceHours what the attempts of those others took
 * @param forked how many runs went on from what another had saved
 * @param forkedDeviceHours what the others took up to there
 * @param same how many runs that were done again had the same results
 * @param different the others: work that is not deterministic, whose results must not be reused
 */
public record Savings(
        int reused,
        double reusedDeviceHours,
        int forked,
        double forkedDeviceHours,
        int same,
        List<String> different) {
    private static final double HOUR_MILLIS = 3_600_000;

    /** Copies the list. */
    public Savings {
        different = List.copyOf(different);
    }

    /** All device-hours that were saved. */
    public double deviceHours() {
        return reusedDeviceHours + forkedDeviceHours;
    }

    /** Those of a store. */
    public static Savings of(EventStore store) {
        Count count = new Count();
        store.forEachEvent(count::add);
        return new Savings(
                count.reused,
                count.reusedHours,
                count.forked,
                count.forkedHours,
                count.same,
                count.different);
    }

    private static final class Count {
        private final LabState state = new LabState();

        /** When the attempt at work of a run began. */
        private final Map<String, Long> began = new HashMap<>();

        /** What a run took up to a checkpoint, in milliseconds, by run and step. */
        private final Map<String, Long> took = new HashMap<>();

        /** The results that runs which are done again are compared with. */
        private final Map<String, Map<String, Double>> compared = new HashMap<>();

        private int reused;
        private double reusedHours;
        private int forked;
        private double forkedHours;
        private int same;
        private final List<String> different = new ArrayList<>();

        void add(RecordedEvent recorded) {
            switch (recorded.event()) {
                case AttemptStarted event -> began.put(event.run(), recorded.wallMillis());
                case AttemptEnded event -> began.remove(event.run());
                case CheckpointCommitted event -> {
                    long since = began.getOrDefault(event.run(), recorded.wallMillis());
                    long now = Math.max(0, recorded.wallMillis() - since);
                    took.put(
                            event.run() + "@" + event.checkpoint().step(),
                            elapsed(view(event.run())) + now);
                }
                case DecisionMade event -> decided(event.decision());
                case RunEnded event -> ended(event);
                default -> {}
            }
            state.apply(recorded);
        }

        private void decided(Decision decision) {
            RunView view = view(decision.run());
            if (decision.kind() == Decision.Kind.RERUN) {
                state.resultOf(view.run().contentKey())
                        .ifPresent(source -> compared.put(decision.run(), source.values()));
            } else if (decision.kind() == Decision.Kind.FORK) {
                Fork fork = Objects.requireNonNull(state.armOf(view).fork());
                Experiment experiment = state.experimentOf(view);
                Run other = experiment.run(experiment.arm(fork.arm()), view.run().seed());
                forked++;
                forkedHours += hours(view, took.getOrDefault(other.id() + "@" + fork.step(), 0L));
            }
        }

        private void ended(RunEnded event) {
            String source = event.reusedOf();
            if (source != null) {
                reused++;
                reusedHours += hours(view(event.run()), elapsed(view(source)));
            }
            Map<String, Double> before = compared.remove(event.run());
            if (before != null && event.state() == RunState.SUCCEEDED) {
                if (before.equals(event.values())) {
                    same++;
                } else {
                    different.add(
                            "run " + event.run() + " gave " + event.values() + " after " + before);
                }
            }
        }

        private RunView view(String run) {
            return state.run(run).orElseThrow();
        }

        private static long elapsed(RunView view) {
            long sum = 0;
            for (Attempt attempt : view.attempts()) {
                Attempt.End end = attempt.end();
                sum += end == null ? 0 : end.elapsedMillis();
            }
            return sum;
        }

        private double hours(RunView view, long millis) {
            return millis / HOUR_MILLIS * state.experimentOf(view).resources().charged();
        }
    }
}

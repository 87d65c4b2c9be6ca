package dev.retort.experiment.lab;

import dev.retort.experiment.ContentKey;
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
 * @param reusedDeviceHours what the attempts of those others were charged
 * @param forked how many runs went on from what another had saved
 * @param forkedDeviceHours what the others were charged up to there, where an attempt that shared
 *     its device is taken to have had the same part of it all the time
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
                count.forks.size(),
                count.forks.stream().mapToDouble(count::hours).sum(),
                count.same,
                count.different);
    }

    /**
     * What a run took up to a checkpoint.
     *
     * @param before what its attempts before were charged, in milliseconds
     * @param attempt the token of the attempt that saved it
     * @param within how long that was at work by then, in milliseconds
     */
    private record Saved(String run, long before, long attempt, long within) {}

    private static final class Count {
        private final LabState state = new LabState();

        /** When the attempt at work of a run began. */
        private final Map<String, Long> began = new HashMap<>();

        /** What a run was charged for the attempts that ended, in milliseconds. */
        private final Map<String, Long> charged = new HashMap<>();

        /** What was charged for an hour of an attempt that ended and shared its device. */
        private final Map<Long, Double> part = new HashMap<>();

        /** What runs go on from: the last that was saved, as {@link LabState#forkPoint} has it. */
        private final Map<String, Saved> saved = new HashMap<>();

        /** What runs went on from. */
        private final List<Saved> forks = new ArrayList<>();

        /** The results that runs which are done again are compared with. */
        private final Map<String, Map<String, Double>> compared = new HashMap<>();

        private int reused;
        private double reusedHours;
        private int same;
        private final List<String> different = new ArrayList<>();

        void add(RecordedEvent recorded) {
            switch (recorded.event()) {
                case AttemptStarted event -> began.put(event.run(), recorded.wallMillis());
                case AttemptEnded event -> ended(event);
                case CheckpointCommitted event -> saved(event, recorded.wallMillis());
                case DecisionMade event -> decided(event.decision());
                case RunEnded event -> ended(event);
                default -> {}
            }
            state.apply(recorded);
        }

        private void ended(AttemptEnded event) {
            began.remove(event.run());
            Long mine = event.chargedMillis();
            charged.merge(event.run(), mine == null ? event.elapsedMillis() : mine, Long::sum);
            if (mine != null && event.elapsedMillis() > 0) {
                part.put(event.token(), (double) mine / event.elapsedMillis());
            }
        }

        private void saved(CheckpointCommitted event, long now) {
            Run run = view(event.run()).run();
            long step = event.checkpoint().step();
            if (state.forksOf(run).contains(step)) {
                long within = Math.max(0, now - began.getOrDefault(run.id(), now));
                long before = charged.getOrDefault(run.id(), 0L);
                saved.put(
                        place(run.contentKey(), step),
                        new Saved(run.id(), before, event.token(), within));
            }
        }

        private static String place(ContentKey key, long step) {
            return key.sha256() + "@" + step;
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
                forks.add(
                        Objects.requireNonNull(saved.get(place(other.contentKey(), fork.step()))));
            }
        }

        private void ended(RunEnded event) {
            String source = event.reusedOf();
            if (source != null) {
                reused++;
                reusedHours += hours(source, charged.getOrDefault(source, 0L));
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

        private double hours(Saved fork) {
            double within = fork.within() * part.getOrDefault(fork.attempt(), 1.0);
            return hours(fork.run(), fork.before() + within);
        }

        /** With what the run had that took it, whatever the one has that took it over. */
        private double hours(String run, double millis) {
            return millis / HOUR_MILLIS * state.experimentOf(view(run)).resources().charged();
        }
    }
}

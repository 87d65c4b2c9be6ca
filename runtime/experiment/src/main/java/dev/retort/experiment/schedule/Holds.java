package dev.retort.experiment.schedule;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.RunState;
import dev.retort.experiment.schedule.Admission.Ruling;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What queued runs wait for, by the log alone: wherever their scheduler is, it rules the same.
 * Whether there is room is known to that scheduler.
 */
public final class Holds {
    private Holds() {}

    /**
     * What a run waits for.
     *
     * @param store where it is
     * @param run its name
     * @param now the time
     * @param pricePerDeviceHour as its scheduler was given it, for budgets of money; 0 for none
     * @return one sentence, or empty if it is not queued
     */
    public static Optional<String> of(
            EventStore store, String run, Instant now, double pricePerDeviceHour) {
        return store.read(state -> of(state, run, now, pricePerDeviceHour));
    }

    private static Optional<String> of(
            LabState state, String run, Instant now, double pricePerDeviceHour) {
        RunView view = state.run(run).orElse(null);
        if (view == null || view.state() != RunState.QUEUED) {
            return Optional.empty();
        }
        if (view.notBeforeMillis() > now.toEpochMilli()) {
            return Optional.of(
                    "it is tried again from "
                            + Instant.ofEpochMilli(view.notBeforeMillis())
                            + " on");
        }
        Admission admission =
                new Admission(unlimited(state.experimentOf(view), pricePerDeviceHour));
        // All that is at work is in the log.
        Ruling ruling = admission.rule(state, run, now, (_, _) -> Map.of());
        return switch (ruling) {
            case Ruling.Hold hold -> Optional.of(hold.reason());
            case Ruling.Settle _ ->
                    Optional.of("it ends without an attempt when a scheduler looks");
            case Ruling.Admit _ -> Optional.of(room(state, view));
            case Ruling.Gone _ -> Optional.empty();
        };
    }

    /** What it needs, and who else does: the log does not tell how much there is. */
    private static String room(LabState state, RunView view) {
        int queued = 0;
        int active = 0;
        for (RunView other : state.runs()) {
            boolean waits = other.state() == RunState.QUEUED && !other.run().equals(view.run());
            queued += waits ? 1 : 0;
            active += other.state().isActive() ? 1 : 0;
        }
        return "a scheduler with room for it: it needs %s; of the other runs, %d are queued and %d at work"
                .formatted(state.experimentOf(view).resources(), queued, active);
    }

    /** As much as it needs: whether there is room is known to its scheduler alone. */
    private static SchedulerOptions unlimited(Experiment experiment, double pricePerDeviceHour) {
        Capacity capacity =
                new Capacity(
                        experiment.resources().cores(),
                        IntStream.range(0, experiment.resources().devices()).boxed().toList());
        return SchedulerOptions.standard(Path.of("."), capacity)
                .withPricePerDeviceHour(pricePerDeviceHour);
    }
}

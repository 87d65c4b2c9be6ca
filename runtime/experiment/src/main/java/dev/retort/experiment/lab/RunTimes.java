package dev.retort.experiment.lab;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.schedule.LostLeases;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * When a run got how far, by the clocks on the wall, and what it is charged. What is not known is
 * {@code null}: of a run that was imported all of it, since it was done elsewhere.
 *
 * @param queued when it was queued first
 * @param started when its first attempt was given its devices
 * @param ended when it got into its final state; of one that was tried again, the last time
 * @param deviceSeconds what those of its attempts that have ended are charged: seconds times
 *     devices, without devices seconds times cores; of devices that were shared, its part. One
 *     whose scheduler is gone counts up to the last sign of life, before it is taken over as after
 *     that
 */
public record RunTimes(
        @Nullable Instant queued,
        @Nullable Instant started,
        @Nullable Instant ended,
        @Nullable Double deviceSeconds) {
    /**
     * Those of a run.
     *
     * @param state how the lab stands
     * @param view the run
     * @param lost the attempts whose scheduler is gone
     */
    public static RunTimes of(LabState state, RunView view, LostLeases lost) {
        Experiment experiment = state.experimentOf(view);
        if (experiment.tags().containsKey(Experiment.IMPORTED)) {
            return new RunTimes(null, null, null, null);
        }
        long chargedMillis = 0;
        for (Attempt attempt : view.attempts()) {
            Attempt.End end = attempt.end();
            chargedMillis += end == null ? lost.chargedMillis(state, attempt) : end.chargedMillis();
        }
        return new RunTimes(
                view.queuedMillis() == 0 ? null : Instant.ofEpochMilli(view.queuedMillis()),
                view.attempts().isEmpty()
                        ? null
                        : Instant.ofEpochMilli(view.attempts().getFirst().admittedMillis()),
                view.state().isFinal() ? Instant.ofEpochMilli(view.sinceMillis()) : null,
                chargedMillis * experiment.resources().charged() / 1e3);
    }
}

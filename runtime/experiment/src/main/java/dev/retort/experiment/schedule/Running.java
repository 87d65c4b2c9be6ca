package dev.retort.experiment.schedule;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** An attempt of this scheduler. Used by its thread alone. */
final class Running {
    final Waiting waiting;
    final Experiment experiment;
    final List<Integer> devices;
    final long beganNanos;

    /** The fencing token; 0 until the admission is on disk. */
    long token;

    Launcher.@Nullable Launched launched;
    boolean ended;

    /** When it ended. */
    long endedNanos;

    boolean stopping;

    /** Whether it was killed since it took too long to stop. */
    boolean overdue;

    /** Whether what it held was given back. */
    boolean released;

    /** Whether it was asked to make room for another. */
    boolean preempting;

    /** Steps a second since who shares its device changed. */
    final PaceMeter pace = new PaceMeter();

    final Sharing sharing;

    /** Whether its pace was looked at since who shares its device changed. */
    boolean judged;

    /** Whether it was asked, or was advised to be asked, to share its device no longer. */
    boolean unpacking;

    /** With whom it shared its device last. */
    List<String> beside = List.of();

    /** The most memory that it said it held, and what of it was recorded. */
    @Nullable Long peakBytes;

    long toldPeakBytes;

    Running(Waiting waiting, Experiment experiment, List<Integer> devices, long beganNanos) {
        this.waiting = waiting;
        this.experiment = experiment;
        this.devices = devices;
        this.beganNanos = beganNanos;
        this.sharing = new Sharing(beganNanos);
    }

    /** Whether its end is not part of a state yet. */
    boolean isOpenIn(LabState state) {
        return state.run(waiting.run())
                .flatMap(RunView::openAttempt)
                .filter(open -> open.token() == token)
                .isPresent();
    }

    /** The device-hours that it is charged so far: its part of those of a device that it shares. */
    double chargedHours(long nowNanos) {
        return sharing.chargedNanos(nowNanos) / 3.6e12 * experiment.resources().charged();
    }
}

package dev.retort.efficiency;

import dev.retort.device.Reading;
import dev.retort.device.sampling.Sampler;
import dev.retort.efficiency.figures.DeviceUtilisation;
import dev.retort.efficiency.figures.FlopUtilisation;
import dev.retort.efficiency.verdict.DeviceActivity;
import dev.retort.efficiency.verdict.HostActivity;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a meter looks at once a second, beside its books: how the run came to be as it is, what
 * bounds it, and what those are told who look at the machine. Takes the lock of the clock for
 * moments only; files are written without it.
 */
final class RunWatch {
    private final RunClock clock;
    private final VerdictLog verdicts;
    private final UseLog uses;
    private final DeviceWatch devicesSeen;
    private final RunOptions options;
    private final Guard guard;
    private final @Nullable StatusPublisher publisher;

    private final @Nullable HostWatch host;

    /** What devices had done at the end of the last window that was judged. */
    private @Nullable DeviceTime judged;

    /** The end of that window by the processor's counters. */
    private HostWatch.@Nullable Mark hostJudged;

    /** What the processor had for the run so far, as of the last look before its end. */
    private volatile HostActivity hostSoFar = HostActivity.UNKNOWN;

    private boolean ended;

    /** What they had done when last looked at. */
    private volatile @Nullable DeviceTime latest;

    /**
     * Begins to watch.
     *
     * @param clock the books of the run
     * @param sampler samples the devices
     * @param options how the run is measured
     * @param attempt the number of this process among those of the run
     * @param guard keeps what fails from the rest
     */
    RunWatch(RunClock clock, Sampler sampler, RunOptions options, int attempt, Guard guard) {
        this.clock = clock;
        this.options = options;
        this.guard = guard;
        Duration begin = clock.ledger().elapsed();
        verdicts = new VerdictLog(begin);
        uses = new UseLog(sampler);
        uses.look(begin.toNanos());
        devicesSeen = new DeviceWatch(sampler, options.deviceStreams());
        host = options.openHost(sampler);
        hostJudged = host == null ? null : host.begin();
        publisher =
                options.statusFolder()
                        .map(
                                folder ->
                                        new StatusPublisher(
                                                folder, options, attempt, clock, sampler))
                        .orElse(null);
    }

    /** Looks; without the lock of the clock. Never fails: what it does is not the training's. */
    synchronized void look(@Nullable JvmBlame jvm, @Nullable DeviceBlame devices) {
        guard.run("looking at the devices", () -> uses.look(clock.ledger().elapsedNanos()));
        guard.run("summing up the devices", () -> devicesSeen.look(clock.isFinished()));
        guard.run("looking at the processor", this::lookAtHost);
        guard.run("judging what bounds the run", () -> judge(devices));
        StatusPublisher shown = publisher;
        if (shown != null) {
            guard.run("showing the run", () -> publish(shown, jvm));
        }
    }

    private void lookAtHost() {
        if (host != null && !ended) {
            ended = clock.isFinished();
            hostSoFar = host.between(host.begin(), host.mark());
        }
    }

    /** What the processor had since the last window that was judged. */
    private HostActivity hostActivity() {
        HostWatch.Mark before = hostJudged;
        if (host == null || before == null) {
            return HostActivity.UNKNOWN;
        }
        HostWatch.Mark now = host.mark();
        hostJudged = now;
        return host.between(before, now);
    }

    private void judge(@Nullable DeviceBlame devices) {
        Duration now;
        RunWindow window;
        synchronized (clock) {
            now = clock.ledger().elapsed();
            window = clock.window(verdicts.pending(now));
        }
        DeviceTime time = devices == null ? null : devices.time();
        latest = time;
        boolean done =
                verdicts.look(
                        now,
                        window,
                        () -> activity(window.ledger().elapsed(), time),
                        this::hostActivity);
        if (done) {
            judged = time;
        }
    }

    private void publish(StatusPublisher shown, @Nullable JvmBlame jvm) {
        shown.publish(
                verdicts.standing(),
                guard.get("asking for the peak", () -> utilisation().mfuStep())
                        .orElseGet(() -> new Reading.Absent("asking for the peak failed")),
                Optional.ofNullable(jvm).map(JvmBlame::time),
                uses.processLately());
    }

    private DeviceActivity activity(Duration back, @Nullable DeviceTime time) {
        DeviceTime before = judged;
        return devicesSeen.activity(
                back, time == null || before == null ? time : time.since(before));
    }

    Map<String, DeviceUtilisation> deviceUtilisation() {
        return devicesSeen.utilisation();
    }

    void committed() {
        if (publisher != null) {
            publisher.committed();
        }
    }

    RunHistory history() {
        return new RunHistory(
                clock.history(),
                verdicts.findings(),
                uses.uses(),
                devicesSeen.activity(latest),
                hostSoFar);
    }

    FlopUtilisation utilisation() {
        RunTotals totals;
        synchronized (clock) {
            totals =
                    RunTotals.of(
                            clock.outcome(),
                            List.of(),
                            clock.ledger(),
                            clock.done(),
                            clock.kept(),
                            clock.undone(),
                            StepTimes.NONE);
        }
        // The peaks are asked of a function of the user's, which may take its time.
        return FlopUtilisation.of(totals, options.devices(), options::peak);
    }
}

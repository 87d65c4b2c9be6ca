package dev.retort.efficiency;

import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerWindow;
import dev.retort.efficiency.journal.State;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * What a meter is made of, and how it is put together: what earlier attempts left first, then the
 * clock, then who looks at it. The time that this takes is {@link Region#SETUP} of the run.
 */
record RunParts(
        RunOptions options,
        Sampler sampler,
        SamplerWindow window,
        RunClock clock,
        Instant origin,
        TraceLog log,
        @Nullable DeviceBlame devices,
        RunWatch watch,
        Bookkeeper books,
        RunPulse pulse) {
    /**
     * Opens a run.
     *
     * @param options how it is measured
     * @throws IllegalStateException if the shared sampler is closed
     */
    static RunParts open(RunOptions options) {
        Sampler sampler = options.sampler();
        // The first meter of a JVM calibrates here, before its window and its clock start.
        HookCalibration.nanosPerCall();
        RunJournal journal = options.openJournal();
        SamplerWindow window = RunOptions.openWindow(sampler, journal);
        long now = options.epochNanos();
        RunJournal.Resumed resumed =
                journal == null ? RunJournal.Resumed.NOTHING : journal.resume(now);
        RunClock clock = new RunClock(options.nanoClock(), resumed.state());
        Instant origin = Instant.ofEpochSecond(0, options.epochNanos());
        TraceLog log = new TraceLog(clock);
        clock.goBack(resumed.checkpoint());
        // All of this takes some tenths of a second in a young JVM, and is no training.
        clock.begin(Region.SETUP);
        if (journal != null) {
            State begun = clock.state(resumed.state().spent());
            journal.start(clock, options.tags(), begun, now);
        }
        DeviceBlame devices = options.openDevices(clock);
        JvmBlame jvm = options.watchesJvm() ? follow(clock, log, devices) : null;
        Guard guard = new Guard(clock, options.name());
        RunWatch watch = new RunWatch(clock, sampler, options, resumed.attempt(), guard);
        BackgroundCost background = new BackgroundCost();
        Bookkeeper books =
                new Bookkeeper(options, clock, window, journal, resumed, devices, jvm, background);
        RunPulse pulse =
                new RunPulse(
                        books,
                        background,
                        clock,
                        window,
                        watch,
                        jvm,
                        devices,
                        options.ownsSampler() ? sampler : null,
                        guard);
        clock.opened();
        return new RunParts(
                options, sampler, window, clock, origin, log, devices, watch, books, pulse);
    }

    private static @Nullable JvmBlame follow(
            RunClock clock, TraceLog log, @Nullable DeviceBlame devices) {
        try {
            return new JvmBlame(clock, log, devices);
        } catch (RuntimeException | LinkageError _) {
            clock.count(Anomaly.JVM_NOT_WATCHED);
            return null;
        }
    }
}

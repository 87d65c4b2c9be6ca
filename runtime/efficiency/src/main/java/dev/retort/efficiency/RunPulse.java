package dev.retort.efficiency;

import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerWindow;
import dev.retort.device.sampling.WindowReport;
import dev.retort.efficiency.journal.Line.Event;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;

/**
 * What a meter does beside its hooks: once a second, and at the end. Each part is guarded, so that
 * none that fails keeps another from its work: whatever happens, a run that ends has an account,
 * its last line is written, and its sampler is closed.
 *
 * <p>Thread-safe. Takes the lock of the clock for moments only.
 */
final class RunPulse {
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final int TICKS_PER_LINE = 10;
    private static final int NOT_BOOKED = -1;

    private final Bookkeeper books;
    private final RunClock clock;
    private final SamplerWindow window;
    private final RunWatch watch;
    private final @Nullable JvmBlame jvm;
    private final @Nullable DeviceBlame devices;
    private final @Nullable Sampler owned;
    private final Guard guard;
    private final ScheduledFuture<?> ticking;
    private volatile @Nullable RunAccount finished;

    /** Guarded by the clock. */
    private int ticks;

    /**
     * Begins to tick.
     *
     * @param owned the sampler, if it is to be closed at the end
     */
    RunPulse(
            Bookkeeper books,
            BackgroundCost background,
            RunClock clock,
            SamplerWindow window,
            RunWatch watch,
            @Nullable JvmBlame jvm,
            @Nullable DeviceBlame devices,
            @Nullable Sampler owned,
            Guard guard) {
        this.books = books;
        this.clock = clock;
        this.window = window;
        this.watch = watch;
        this.jvm = jvm;
        this.devices = devices;
        this.owned = owned;
        this.guard = guard;
        ticking = Ticker.every(TICK, () -> background.time(this::tick));
    }

    /** The final account, or null while the run goes on. */
    @Nullable RunAccount finished() {
        return finished;
    }

    /** What the background thread does once a second. Never throws: a schedule that does ends. */
    void tick() {
        if (jvm != null) {
            guard.run("following the JVM", jvm::tick);
        }
        if (devices != null) {
            guard.run("reading the events of devices", devices::poll);
        }
        int count = guard.get("booking the time", this::book).orElse(NOT_BOOKED);
        if (count == 0) {
            return;
        }
        if (count % TICKS_PER_LINE == 0) {
            guard.run("writing a line", () -> books.write(Event.PROGRESS, Map.of()));
        }
        watch.look(jvm, devices);
    }

    /** The ticks so far, or 0 after the end. */
    private int book() {
        synchronized (clock) {
            if (clock.isFinished()) {
                return 0;
            }
            clock.advance();
            clock.sample();
            return ++ticks;
        }
    }

    /** Ends the run, unless it has ended, and tells who follows it. */
    RunAccount end(Outcome outcome) {
        RunAccount account;
        boolean first;
        // A lock of its own: it is held for as long as files take.
        synchronized (this) {
            RunAccount known = finished;
            first = known == null;
            account = known == null ? stop(outcome) : known;
        }
        if (first) {
            watch.look(jvm, devices);
        }
        // Without the lock: they may take seconds, and ask for what they tell.
        books.tellFollowers();
        return account;
    }

    private RunAccount stop(Outcome outcome) {
        ticking.cancel(false);
        if (devices != null) {
            guard.run("reading the events of devices", devices::close);
        }
        guard.run("stopping the clock", () -> clock.finish(outcome));
        if (jvm != null) {
            jvm.end();
        }
        try {
            // Later than the clock, so that it covers all of the ledger.
            Optional<WindowReport> report = guard.get("measuring the process", window::close);
            if (jvm != null) {
                // Waits for the last pauses, up to a second that is no part of the run.
                guard.run("following the JVM", jvm::close);
            }
            RunAccount account = books.account(report);
            finished = account;
            return account;
        } finally {
            guard.run(
                    "writing the last line",
                    () -> books.write(Event.ENDED, Map.of("outcome", outcome.name())));
            guard.run("closing the journal", books::closeJournal);
            if (owned != null) {
                guard.run("closing the sampler", owned::close);
            }
        }
    }
}

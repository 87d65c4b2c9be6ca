package dev.retort.efficiency;

import dev.retort.device.Reading;
import dev.retort.device.sampling.CpuUsage;
import dev.retort.device.sampling.SamplerWindow;
import dev.retort.device.sampling.WindowReport;
import dev.retort.efficiency.journal.Line.Event;
import dev.retort.efficiency.journal.State;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Puts together what a run came to, of the books of its clock, what its process took and what went
 * wrong, and has lines of it written.
 *
 * <p>Thread-safe. Takes the lock of the clock for moments only: files are read and written, and
 * drivers and followers asked, without it, so that no hook waits for them.
 */
final class Bookkeeper {
    /** The times of steps take ten times the room of the rest of a line. */
    private static final long NANOS_BETWEEN_STEP_TIMES = 60_000_000_000L;

    private final RunOptions options;
    private final RunClock clock;
    private final SamplerWindow window;
    private final @Nullable RunJournal journal;
    private final @Nullable DeviceBlame devices;
    private final @Nullable JvmBlame jvm;
    private final BackgroundCost background;
    private final double nanosPerCall;
    private final int attempt;
    private final Spending spentBefore;
    private final StepTimes stepsBefore;
    private final List<RunFollower> followers = new CopyOnWriteArrayList<>();

    /** The elapsed time of the run at the last line with step times; guarded by the journal. */
    private OptionalLong stepsWrittenAt = OptionalLong.empty();

    /** Guarded by itself. */
    private final List<Failure> failures;

    Bookkeeper(
            RunOptions options,
            RunClock clock,
            SamplerWindow window,
            @Nullable RunJournal journal,
            RunJournal.Resumed resumed,
            @Nullable DeviceBlame devices,
            @Nullable JvmBlame jvm,
            BackgroundCost background) {
        this.options = options;
        this.clock = clock;
        this.window = window;
        this.journal = journal;
        this.devices = devices;
        this.jvm = jvm;
        this.background = background;
        nanosPerCall = HookCalibration.nanosPerCall();
        attempt = resumed.attempt();
        spentBefore = Spending.of(resumed.state().spent());
        stepsBefore = StepTimes.decoded(resumed.state().stepTimes());
        failures = new ArrayList<>(resumed.failures());
    }

    /** The account of now, while the run goes on. */
    RunAccount account() {
        Books books = Books.of(clock);
        WindowReport report = window.report();
        return account(books, report.cpu(), spending(report, books.calls()));
    }

    /**
     * The account of a run whose clock has been stopped.
     *
     * @param report what was measured of it, or empty where that failed
     */
    RunAccount account(Optional<WindowReport> report) {
        Books books = Books.of(clock);
        return account(
                books,
                report.map(WindowReport::cpu).orElseGet(() -> unknown(books.ledger())),
                report.map(known -> spending(known, books.calls())).orElse(spentBefore));
    }

    /** The account of a run that has ended, with the anomalies since. */
    RunAccount account(RunAccount end) {
        return account(Books.of(clock), end.cpu(), end.spending());
    }

    private static CpuUsage unknown(Ledger ledger) {
        Reading absent = new Reading.Absent("measuring the process failed");
        return new CpuUsage(
                ledger.elapsed(),
                Runtime.getRuntime().availableProcessors(),
                absent,
                absent,
                absent);
    }

    private RunAccount account(Books books, CpuUsage usage, Spending spending) {
        List<Failure> noted;
        synchronized (failures) {
            noted = List.copyOf(failures);
        }
        return new RunAccount(
                options.name(),
                options.tags(),
                books.outcome(),
                attempt,
                books.ledger(),
                books.done(),
                books.kept(),
                books.undone(),
                books.stepTimes().plus(stepsBefore),
                Optional.ofNullable(jvm).map(JvmBlame::time),
                usage,
                noted,
                withOthers(books.anomalies()),
                HookCost.of(books.calls(), nanosPerCall).with(background.spent()),
                spending);
    }

    Map<Anomaly, Long> anomalies() {
        return withOthers(clock.anomalies());
    }

    private Map<Anomaly, Long> withOthers(Map<Anomaly, Long> ofClock) {
        Map<Anomaly, Long> all = new HashMap<>(ofClock);
        if (journal != null) {
            journal.anomalies().forEach((kind, count) -> all.merge(kind, count, Long::sum));
        }
        for (RunFollower follower : followers) {
            anomalies(follower).forEach((kind, count) -> all.merge(kind, count, Long::sum));
        }
        if (devices != null && devices.untimed() > 0) {
            all.put(Anomaly.DEVICE_NOT_TIMED, devices.untimed());
        }
        return all;
    }

    private static Map<Anomaly, Long> anomalies(RunFollower follower) {
        try {
            return follower.anomalies();
        } catch (RuntimeException | LinkageError _) {
            return Map.of(Anomaly.EXPORT_FAILED, 1L);
        }
    }

    private Spending spending(WindowReport report, long calls) {
        return spentBefore.plus(Spending.of(report, HookCost.of(calls, nanosPerCall)));
    }

    /** Notes what went wrong now. */
    Failure failure(FailureClass kind, String message) {
        Failure failure = new Failure(kind, message, Instant.now(), clock.done().steps());
        synchronized (failures) {
            failures.add(failure);
        }
        return failure;
    }

    /** Writes a line of this moment into the journal, if there is one. */
    void write(Event event, Map<String, String> detail) {
        if (journal != null) {
            journal.write(event, detail, () -> state(event));
        }
    }

    /**
     * What a line of this moment says. It has the times of steps once a minute, however often
     * checkpoints are committed, and at the end. Summed up and compressed without the lock of the
     * clock.
     */
    private State state(Event event) {
        Map<String, Double> spent = spending(window.report(), clock.calls()).named();
        State state;
        long elapsed;
        StepTimes times;
        synchronized (clock) {
            state = clock.state(spent);
            elapsed = clock.ledger().elapsedNanos();
            boolean due =
                    event == Event.ENDED
                            || stepsWrittenAt.isEmpty()
                            || elapsed - stepsWrittenAt.getAsLong() >= NANOS_BETWEEN_STEP_TIMES;
            if (!due) {
                return state;
            }
            times = clock.stepTimes();
        }
        stepsWrittenAt = OptionalLong.of(elapsed);
        return state.withStepTimes(times.plus(stepsBefore).encoded());
    }

    void closeJournal() {
        if (journal != null) {
            journal.close();
        }
    }

    void follow(RunFollower follower) {
        followers.add(follower);
    }

    void tellFollowers() {
        followers.forEach(this::tell);
    }

    void tell(RunFollower follower) {
        try {
            follower.ended();
        } catch (RuntimeException | LinkageError _) {
            clock.count(Anomaly.EXPORT_FAILED);
        }
    }
}

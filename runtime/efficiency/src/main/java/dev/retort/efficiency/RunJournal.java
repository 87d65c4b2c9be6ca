package dev.retort.efficiency;

import dev.retort.efficiency.journal.Journal;
import dev.retort.efficiency.journal.JournalInUseException;
import dev.retort.efficiency.journal.Line;
import dev.retort.efficiency.journal.Line.Event;
import dev.retort.efficiency.journal.State;
import dev.retort.efficiency.journal.Tail;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * Keeps the ledger of one run on disk, and finds what earlier attempts left there. Whatever goes
 * wrong with the disk is an anomaly: the run is then measured in memory.
 */
final class RunJournal {
    private static final System.Logger LOG = System.getLogger(RunJournal.class.getName());

    private final LongSupplier epochNanos;

    /** Guarded by itself, so that whoever asks for it waits for no disk. */
    private final AnomalyCounts anomalies = new AnomalyCounts();

    private final Path directory;
    private final @Nullable Journal journal;
    private final OptionalLong from;

    // Guarded by this, which is held while lines are written: they follow each other as their
    // states do.
    private int attempt = 1;
    private boolean ended;

    /** Guarded by the anomalies. */
    private boolean warned;

    /** The tail of this attempt, while no line of it could be written. */
    private @Nullable Tail unpublished;

    /**
     * What earlier attempts left.
     *
     * @param attempt the number of this attempt, from 1
     * @param state their ledger, the gap up to now included
     * @param checkpoint the state of the checkpoint that this attempt goes on from
     * @param failures what went wrong in them
     */
    record Resumed(int attempt, State state, State checkpoint, List<Failure> failures) {
        /** There was none. */
        static final Resumed NOTHING = new Resumed(1, State.NONE, State.NONE, List.of());

        Resumed {
            failures = List.copyOf(failures);
        }
    }

    /**
     * Opens the journal of a run.
     *
     * @param root the folder of all runs
     * @param name the name of the run
     * @param from the step that the training goes on from, or empty for the last commit
     * @param epochNanos the time of day
     */
    RunJournal(Path root, String name, OptionalLong from, LongSupplier epochNanos) {
        this.epochNanos = epochNanos;
        this.from = from;
        directory = root.resolve(folder(name));
        Journal opened = null;
        try {
            opened = Journal.open(directory);
            synchronized (anomalies) {
                anomalies.add(Anomaly.JOURNAL_LINE_UNREADABLE, opened.unreadable());
            }
        } catch (JournalInUseException e) {
            report(Anomaly.NAME_IN_USE, e);
        } catch (IOException | RuntimeException e) {
            report(Anomaly.JOURNAL_FAILED, e);
        }
        journal = opened;
    }

    /**
     * What earlier attempts left.
     *
     * @param now when this attempt begins, on the clock of the day
     */
    synchronized Resumed resume(long now) {
        if (journal == null || journal.found().isEmpty()) {
            return nothing();
        }
        try {
            PastAttempts past = new PastAttempts(journal.found(), Tail.read(directory));
            Resumed resumed = resume(past, now);
            attempt = resumed.attempt();
            return resumed;
        } catch (RuntimeException e) {
            // Lines whose checksum is right and whose contents are not: of another version.
            report(Anomaly.JOURNAL_FAILED, e);
            return nothing();
        }
    }

    /** Whatever the reason that nothing is told: what led to a checkpoint is missing then. */
    private Resumed nothing() {
        if (from.orElse(0) > 0) {
            count(Anomaly.UNKNOWN_COMMIT);
        }
        return Resumed.NOTHING;
    }

    /** The troubles so far. */
    Map<Anomaly, Long> anomalies() {
        synchronized (anomalies) {
            return anomalies.occurred();
        }
    }

    private void count(Anomaly anomaly) {
        synchronized (anomalies) {
            anomalies.count(anomaly);
        }
    }

    /** Writes that this attempt began, and has the clock keep its time where a kill leaves it. */
    synchronized void start(RunClock clock, Map<String, String> tags, State state, long now) {
        if (journal == null) {
            return;
        }
        // The channels of the tail fail on an interrupted thread.
        boolean interrupted = Thread.interrupted();
        try {
            int slots = Cells.COUNT + WorkCounter.SLOTS;
            Tail tail = Tail.create(directory, attempt, Region.LIMIT, slots);
            clock.keepIn(tail);
            unpublished = tail;
        } catch (IOException | RuntimeException e) {
            report(Anomaly.JOURNAL_FAILED, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        append(new Line(0, attempt, Event.STARTED, now, tags, state));
    }

    /**
     * Appends a line; without the lock of the clock, for which the hooks would wait. After the end
     * of the run there is none, whose state holds all that came before.
     *
     * @param state gives the state of the run at the moment of the line
     */
    synchronized void write(Event event, Map<String, String> detail, Supplier<State> state) {
        if (ended) {
            return;
        }
        ended = event == Event.ENDED;
        try {
            append(new Line(0, attempt, event, epochNanos.getAsLong(), detail, state.get()));
        } catch (RuntimeException e) {
            // What was sampled could not be asked for.
            report(Anomaly.JOURNAL_FAILED, e);
        }
    }

    private void append(Line line) {
        if (journal == null) {
            return;
        }
        try {
            journal.append(line);
            Tail tail = unpublished;
            if (tail != null) {
                // After the first line: until then the old tail belongs to the last line.
                unpublished = null;
                tail.publish(directory);
            }
        } catch (IOException | RuntimeException e) {
            report(Anomaly.JOURNAL_FAILED, e);
        }
    }

    void close() {
        if (journal != null) {
            try {
                journal.close();
            } catch (IOException e) {
                report(Anomaly.JOURNAL_FAILED, e);
            }
        }
    }

    private Resumed resume(PastAttempts past, long now) {
        List<Failure> failures = past.failures();
        State state = past.hasEnded() ? past.state() : killed(past, failures, now);
        return new Resumed(
                past.count() + 1,
                state.withStepTimes(past.stepTimes().encoded()),
                checkpoint(past),
                failures);
    }

    /** Notes the kill of the last attempt; the state with the time since. */
    private State killed(PastAttempts past, List<Failure> failures, long now) {
        long lastAlive = past.lastAlive();
        if (now < lastAlive) {
            count(Anomaly.CLOCK_WENT_BACK);
        }
        long steps = past.state().done().getOrDefault("steps", 0.0).longValue();
        failures.add(Failures.killed(lastAlive, steps));
        return Tails.withGap(past.state(), Math.max(0, now - lastAlive));
    }

    private State checkpoint(PastAttempts past) {
        if (from.isEmpty()) {
            return past.atLastCheckpoint();
        }
        State held = past.atCheckpoint(from.getAsLong());
        if (PastAttempts.keptSteps(held) != from.getAsLong()) {
            count(Anomaly.UNKNOWN_COMMIT);
        }
        return held;
    }

    private void report(Anomaly anomaly, Exception cause) {
        boolean first;
        synchronized (anomalies) {
            anomalies.count(anomaly);
            first = !warned;
            warned = true;
        }
        if (first) {
            LOG.log(Level.WARNING, "The ledger in " + directory + " is not kept: " + cause);
        }
    }

    /** The name itself where it can be a folder; with a checksum where letters were replaced. */
    static String folder(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9._-]", "_");
        if (plain.equals(name) && !plain.startsWith(".") && !plain.isEmpty()) {
            return name;
        }
        CRC32C crc = new CRC32C();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        return "run_%s-%08x".formatted(plain, crc.getValue());
    }
}

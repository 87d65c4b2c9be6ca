package dev.retort.efficiency;

import dev.retort.device.Reading;
import dev.retort.device.sampling.CpuUsage;
import dev.retort.device.sampling.Sampler;
import dev.retort.efficiency.journal.Journal;
import dev.retort.efficiency.journal.JournalInUseException;
import dev.retort.efficiency.journal.Line;
import dev.retort.efficiency.journal.Line.Event;
import dev.retort.efficiency.journal.State;
import dev.retort.efficiency.journal.Tail;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A run that was over before this process: its account by its journal. */
final class FinishedRun {
    private static final System.Logger LOG = System.getLogger(FinishedRun.class.getName());
    private static final Reading.Absent BEFORE =
            new Reading.Absent("the run was over before this process");

    private final RunOptions options;
    private final Path folder;
    private final AnomalyCounts anomalies = new AnomalyCounts();

    /**
     * A run that is over.
     *
     * @param options its name and tags, and what samples the processor here
     * @param root the folder of all runs
     */
    FinishedRun(RunOptions options, Path root) {
        this.options = options;
        folder = root.resolve(RunJournal.folder(options.name()));
    }

    /**
     * Reads its account, and writes its end into the journal where a kill kept that out.
     *
     * @param step the step of the checkpoint that holds its result
     */
    RunAccount account(long step) {
        try {
            Optional<PastAttempts> past = past();
            if (past.isPresent()) {
                return account(past.get(), step);
            }
        } catch (IOException | RuntimeException e) {
            // The latter of lines whose checksum is right and whose contents are not.
            anomalies.count(Anomaly.JOURNAL_FAILED);
            LOG.log(Level.WARNING, "The ledger in " + folder + " cannot be read: " + e);
        }
        if (step > 0) {
            anomalies.count(Anomaly.UNKNOWN_COMMIT);
        }
        Ledger none = RunTotals.NONE.ledger();
        return account(1, State.NONE, none, StepTimes.NONE, List.of());
    }

    private Optional<PastAttempts> past() throws IOException {
        Path file = folder.resolve(Journal.FILE);
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        Journal.Contents contents = Journal.read(file);
        anomalies.add(Anomaly.JOURNAL_LINE_UNREADABLE, contents.unreadable());
        return contents.lines().isEmpty()
                ? Optional.empty()
                : Optional.of(new PastAttempts(contents.lines(), Tail.read(folder)));
    }

    private RunAccount account(PastAttempts past, long step) {
        boolean isWhole = PastAttempts.keptSteps(past.atCheckpoint(step)) == step;
        List<Failure> failures = past.failures();
        Ledger ledger = past.ledger(Outcome.SUCCEEDED);
        if (!isWhole) {
            anomalies.count(Anomaly.UNKNOWN_COMMIT);
        } else if (!past.hasEnded()) {
            end(past);
        }
        return account(past.count(), past.state(), ledger, past.stepTimes(), failures);
    }

    /** For whoever reads the journal later. */
    private void end(PastAttempts past) {
        try (Journal journal = Journal.open(folder)) {
            journal.append(
                    new Line(
                            0,
                            past.count(),
                            Event.ENDED,
                            past.lastAlive(),
                            Map.of("outcome", Outcome.SUCCEEDED.name()),
                            past.state().withStepTimes(past.stepTimes().encoded())));
        } catch (JournalInUseException _) {
            // Somebody goes on with it after all, and will end it.
            anomalies.count(Anomaly.NAME_IN_USE);
        } catch (IOException e) {
            anomalies.count(Anomaly.JOURNAL_FAILED);
            LOG.log(Level.WARNING, "The ledger in " + folder + " cannot be ended: " + e);
        }
    }

    private RunAccount account(
            int attempts, State state, Ledger ledger, StepTimes stepTimes, List<Failure> failures) {
        Work done = WorkCounter.of(state.done());
        Work undone = WorkCounter.of(state.undone());
        return new RunAccount(
                options.name(),
                options.tags(),
                Outcome.SUCCEEDED,
                attempts,
                ledger,
                done,
                done.minus(undone),
                undone,
                stepTimes,
                Optional.empty(),
                new CpuUsage(
                        Duration.ZERO,
                        Runtime.getRuntime().availableProcessors(),
                        BEFORE,
                        BEFORE,
                        noJoules()),
                failures,
                anomalies.occurred(),
                HookCost.of(0, 0),
                Spending.of(state.spent()));
    }

    /** Where this machine tells no energy, why: most likely it did not then. */
    private Reading noJoules() {
        Sampler sampler = options.sampler();
        try {
            Reading here = sampler.openWindow().close().cpu().joules();
            return here instanceof Reading.Absent ? here : BEFORE;
        } finally {
            if (options.ownsSampler()) {
                sampler.close();
            }
        }
    }
}

package dev.retort.efficiency;

import dev.retort.device.sampling.CpuUsage;
import dev.retort.device.sampling.Sampler;
import dev.retort.efficiency.journal.Journal;
import dev.retort.efficiency.journal.State;
import dev.retort.efficiency.journal.Tail;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads the account of a run that was over before this process, of the run's journal alone. */
final class FinishedRun {
    private static final System.Logger LOG = System.getLogger(FinishedRun.class.getName());

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
     * Reads its account.
     *
     * @param step the step of the checkpoint that holds its result
     */
    RunAccount account(long step) {
        try {
            Optional<PastAttempts> past = past();
            if (past.isPresent()) {
                if (PastAttempts.keptSteps(past.get().atCheckpoint(step)) != step) {
                    anomalies.count(Anomaly.UNKNOWN_COMMIT);
                }
                return account(past.get());
            }
        } catch (IOException | RuntimeException e) {
            // The latter of lines whose checksum is right and whose contents are not.
            anomalies.count(Anomaly.JOURNAL_FAILED);
            LOG.log(Level.WARNING, "The ledger in " + folder + " cannot be read: " + e);
        }
        if (step > 0) {
            anomalies.count(Anomaly.UNKNOWN_COMMIT);
        }
        return account(1, State.NONE, StepTimes.NONE, List.of());
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

    private RunAccount account(PastAttempts past) {
        return account(past.count(), past.state(), past.stepTimes(), past.failures());
    }

    private RunAccount account(
            int attempts, State state, StepTimes stepTimes, List<Failure> failures) {
        Survival survival = Survival.of(state);
        Work done = WorkCounter.of(state.done());
        return new RunAccount(
                options.name(),
                options.tags(),
                Outcome.SUCCEEDED,
                attempts,
                Cells.ledger(
                        survival.settle(Cells.of(state.booked()), Outcome.SUCCEEDED),
                        Tails.sum(state.booked())),
                done,
                done.minus(survival.undone()),
                survival.undone(),
                stepTimes,
                Optional.empty(),
                here(),
                failures,
                anomalies.occurred(),
                HookCost.of(0, 0),
                Spending.of(state.spent()));
    }

    /**
     * What the processor tells here: not of the run, but why it tells nothing where it does not.
     */
    private CpuUsage here() {
        Sampler sampler = options.sampler();
        try {
            return sampler.openWindow().close().cpu();
        } finally {
            if (options.ownsSampler()) {
                sampler.close();
            }
        }
    }
}

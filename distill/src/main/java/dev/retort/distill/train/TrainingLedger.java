package dev.retort.distill.train;

import dev.retort.distill.checkpoint.CheckpointFolder;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * The ledger of a training, which is kept with its checkpoints and goes on where the newest one
 * does. Of a training that was over with that the account is as its processes left it: reading its
 * result once more is no part of it.
 */
public final class TrainingLedger implements AutoCloseable {
    private final RunMeter meter;

    /** Of a training that was over, else null. */
    private final @Nullable RunAccount over;

    private TrainingLedger(RunMeter meter, @Nullable RunAccount over) {
        this.meter = meter;
        this.over = over;
    }

    /**
     * Opens the ledger of a training.
     *
     * @param options of the ledger, without a journal
     * @param folder holds the checkpoints of this training alone
     * @return the ledger, to be closed by the caller
     * @throws IOException if the folder cannot be read, or all its checkpoints are damaged
     */
    public static TrainingLedger open(RunOptions options, CheckpointFolder folder)
            throws IOException {
        TrainingProgress done =
                folder.newest().map(TrainingProgress::of).orElse(TrainingProgress.NONE);
        if (done.finished()) {
            // Without the journal: its time is no part of the training.
            RunMeter meter = options.open();
            return new TrainingLedger(
                    meter, options.journal(folder.path()).readFinished(done.steps()));
        }
        return new TrainingLedger(
                options.journal(folder.path()).resumeFrom(done.steps()).open(), null);
    }

    /**
     * Opens a ledger that ends with this process.
     *
     * @param options of the ledger
     * @return the ledger, to be closed by the caller
     */
    public static TrainingLedger open(RunOptions options) {
        return new TrainingLedger(options.open(), null);
    }

    /**
     * What the {@link TrainingLoop} tells where its time goes.
     *
     * @return the meter, which this closes
     */
    public RunMeter meter() {
        return meter;
    }

    /**
     * Ends the training well, as {@link RunMeter#finish}.
     *
     * @return the account of the whole training
     */
    public RunAccount finish() {
        RunAccount here = meter.finish();
        return over == null ? here : over;
    }

    /** Ends the training as one that failed, unless it has ended. */
    @Override
    public void close() {
        meter.close();
    }
}

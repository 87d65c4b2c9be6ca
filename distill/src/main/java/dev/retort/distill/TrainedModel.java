package dev.retort.distill;

import dev.retort.distill.train.EpochRecord;
import dev.retort.distill.train.Evaluation;
import dev.retort.efficiency.Anomaly;
import dev.retort.efficiency.RunAccount;

import java.util.List;

/**
 * What became of one training. The test samples were looked at once, after the training, with the
 * parameters of two epochs.
 *
 * @param role the part the model plays
 * @param epochs what each epoch came to; empty for a teacher that was trained before
 * @param bestEpoch the epoch with the lowest validation loss, from 1; 0 without epochs
 * @param testBest the result on the test samples with the parameters of the best epoch; this is the
 *     one that is compared, since it is the one that would be used
 * @param testLast the result on the test samples with the parameters of the last epoch
 * @param testDetail the same parameters' calibration and results by class
 * @param account where the time of the training went; of a teacher that was trained before, what it
 *     took to read it
 */
public record TrainedModel(
        Role role,
        List<EpochRecord> epochs,
        int bestEpoch,
        Evaluation testBest,
        Evaluation testLast,
        TestDetail testDetail,
        RunAccount account) {
    /** Copies the list. */
    public TrainedModel {
        epochs = List.copyOf(epochs);
    }

    /**
     * Whether the account is of the whole training.
     *
     * @return {@code false} where it was resumed from a checkpoint that its ledger does not reach,
     *     because that was cut or lost or could not be read: what is missing is in no figure of the
     *     account
     */
    public boolean hasWholeAccount() {
        return !account.anomalies().containsKey(Anomaly.UNKNOWN_COMMIT);
    }

    /**
     * Whether it was trained here.
     *
     * @return {@code false} for a teacher that was trained before
     */
    public boolean isTrained() {
        return !epochs.isEmpty();
    }
}

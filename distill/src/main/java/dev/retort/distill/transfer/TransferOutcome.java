package dev.retort.distill.transfer;

import dev.retort.distill.train.EpochRecord;

import java.util.List;

/**
 * What became of a stage.
 *
 * @param epochs what each epoch came to, in order
 * @param bestEpoch the epoch, from 1, whose parameters the network was left with
 */
public record TransferOutcome(List<EpochRecord> epochs, int bestEpoch) {
    /** Copies the list. */
    public TransferOutcome {
        epochs = List.copyOf(epochs);
    }
}

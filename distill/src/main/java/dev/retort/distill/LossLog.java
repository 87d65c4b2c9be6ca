package dev.retort.distill;

import dev.retort.distill.checkpoint.Checkpoint;
import dev.retort.distill.loss.CombinedLoss;
import dev.retort.distill.train.EpochRecord;
import dev.retort.distill.train.TrainingObserver;

import org.slf4j.Logger;

import java.util.List;

/** Logs what the terms of a loss came to when the loop has waited for the device anyway. */
record LossLog(Logger log, CombinedLoss loss, TrainingObserver next) implements TrainingObserver {
    @Override
    public void progressed(Progress progress) {
        // The steps of a window that a training was resumed at the end of were seen elsewhere.
        if (!loss.isRead()) {
            log.debug("epoch {}, step {}: {}", progress.epoch(), progress.step(), loss.read());
        }
        next.progressed(progress);
    }

    @Override
    public void epochEnded(EpochRecord epoch) {
        next.epochEnded(epoch);
    }

    @Override
    public void checkpointSaved(Checkpoint checkpoint) {
        next.checkpointSaved(checkpoint);
    }

    @Override
    public void trainingEnded(List<EpochRecord> epochs, int bestEpoch) {
        next.trainingEnded(epochs, bestEpoch);
    }
}

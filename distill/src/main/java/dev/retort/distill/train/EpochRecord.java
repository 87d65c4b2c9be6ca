package dev.retort.distill.train;

import java.time.Duration;
import java.util.Optional;

/**
 * What one epoch came to.
 *
 * @param epoch the epoch, from 1
 * @param trainLoss the mean of the training loss over the samples of the epoch, while it changed
 * @param validation loss and accuracy on the validation samples after the epoch, if there are any
 * @param elapsed time since the training began
 */
public record EpochRecord(
        int epoch, double trainLoss, Optional<Evaluation> validation, Duration elapsed) {}

package dev.retort.distill.loss;

/** The last mini-batch of an epoch, which is the smallest where the samples do not divide. */
public final class LastBatch {
    private LastBatch() {}

    /**
     * Refuses a training that would end with the last mini-batch of its first epoch.
     *
     * @param least the fewest samples that the loss can compare
     * @param loss its name, for the message
     * @param samples the training samples
     * @param batchSize the samples of the other mini-batches
     * @throws IllegalArgumentException if the last one has fewer
     */
    public static void requireSamples(int least, String loss, int samples, int batchSize) {
        int last = samples % batchSize == 0 ? batchSize : samples % batchSize;
        if (last < least) {
            throw new IllegalArgumentException(
                    "expected at least %d samples in each batch for the loss %s, found %d in the last: %d samples in batches of %d"
                            .formatted(least, loss, last, samples, batchSize));
        }
    }
}

package dev.retort.experiment.store;

/**
 * That a batch is on disk.
 *
 * @param firstSeq the number of its first event
 * @param lastSeq the number of its last event
 * @param replayed whether it had been recorded before under the same key
 */
public record Receipt(long firstSeq, long lastSeq, boolean replayed) {}

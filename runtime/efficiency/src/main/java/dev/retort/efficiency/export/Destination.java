package dev.retort.efficiency.export;

import dev.retort.efficiency.RunAccount;

import java.io.IOException;

/**
 * Where figures of a run go. An export calls it from one thread, which is no other destination's
 * and never the training's, so it may take as long as it likes: intervals that end meanwhile reach
 * it as one, and each that did not come by itself is counted as {@link
 * dev.retort.efficiency.Anomaly#EXPORT_DROPPED}. What it throws is counted as {@link
 * dev.retort.efficiency.Anomaly#EXPORT_FAILED} and ends nothing.
 *
 * <p>A destination belongs to one export, which closes it.
 */
public interface Destination {
    /**
     * What it is, for messages and as the label of the figures that tell how it does.
     *
     * @return such as {@code JSON lines in runs/a.jsonl}; the same each time
     */
    String name();

    /**
     * Gets ready. Called once, or again before each interval until it succeeds.
     *
     * @param run the account of the run at that time
     * @throws IOException if it cannot be written to now
     */
    void open(RunAccount run) throws IOException;

    /**
     * Takes the figures of an interval.
     *
     * @param interval the interval; the end of the run is one, too
     * @throws IOException if it could not take them; what was written before must stay readable
     */
    void accept(Interval interval) throws IOException;

    /**
     * Ends. Called once, if it was opened.
     *
     * @throws IOException if what was written may be lost
     */
    void close() throws IOException;
}

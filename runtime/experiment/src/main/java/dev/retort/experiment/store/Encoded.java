package dev.retort.experiment.store;

import dev.retort.experiment.event.RecordedEvent;

/**
 * An event with its text, which is made once for the hash and for the row.
 *
 * @param event the event
 * @param type the name of its type
 * @param payload its canonical JSON
 */
record Encoded(RecordedEvent event, String type, String payload) {}

/**
 * Metric points of attempts: written to one columnar file each by a thread of its own, so that a
 * training step is never held, and referenced by their hash from the event log.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.experiment.metric;

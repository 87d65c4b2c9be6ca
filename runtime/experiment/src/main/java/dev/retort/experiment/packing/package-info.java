/**
 * When runs share a device, and when they no longer do: a function of what is in the log, so that
 * it can be decided again.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.experiment.packing;

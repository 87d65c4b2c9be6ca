/**
 * How fast experiments turn hypotheses into verdicts: latency and what it consists of, throughput,
 * bandwidth, work in progress, waste; and what another policy would have made of the same work.
 * Pure functions over a list of events.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.experiment.velocity;

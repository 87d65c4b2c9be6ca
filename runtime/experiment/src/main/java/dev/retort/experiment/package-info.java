/**
 * What an experiment consists of, as immutable records: hypothesis, arms, runs, attempts,
 * checkpoints, decisions. What happens to them is in the packages below: an event log as the only
 * truth, the state as a fold of it, and the scheduler that runs them. It knows no tensor library:
 * an example joins it with a training. Nothing that runs on a device lives here.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.experiment;

/**
 * Experiments from hypothesis to verdict: store, scheduler, checkpoints, velocity. It knows
 * efficiency figures but no tensor library: an example joins it with a training. Nothing that runs
 * on a device lives here.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.experiment;

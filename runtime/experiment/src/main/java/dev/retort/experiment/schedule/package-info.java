/**
 * The scheduler: which run goes next, on which cores and devices, what follows when an attempt
 * ends, and what happens to the attempts of a scheduler that is gone.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.experiment.schedule;

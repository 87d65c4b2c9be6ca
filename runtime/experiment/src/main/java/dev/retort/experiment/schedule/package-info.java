/**
 * The scheduler: which run goes next, on which cores and devices, what follows when an attempt
 * ends, what happens to the attempts of a scheduler that is gone, and how searches go on. What it
 * does by itself is recorded with its reason and has limits.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.experiment.schedule;

/**
 * The loop of plan, run, fit and re-plan: which runs to make next so that the extrapolated loss
 * gets certain for the fewest FLOPs, and when to stop. Fits live in {@code fit}, the experiment
 * store and its scheduler in {@code dev.retort.experiment}.
 */
@NullMarked
package dev.retort.planning.next;

import org.jspecify.annotations.NullMarked;

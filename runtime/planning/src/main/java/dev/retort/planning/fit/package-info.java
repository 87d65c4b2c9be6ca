/**
 * Scaling laws fitted to finished runs: the parametric law, iso-FLOP profiles, Kaplan's form, the
 * law of repeated data and the curve of one run, each with intervals, or refused with what is
 * missing.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.planning.fit;

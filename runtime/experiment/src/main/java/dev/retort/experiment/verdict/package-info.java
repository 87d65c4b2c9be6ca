/**
 * Verdicts on registered claims from paired seeds: confirmed, refuted or inconclusive, with effect,
 * interval and evidence that stay honest when every new seed is looked at. Pure functions over
 * values: nothing is stored, run or scheduled here.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.experiment.verdict;

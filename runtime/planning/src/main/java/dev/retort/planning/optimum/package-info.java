/**
 * Plans from a law: the compute-optimal model for a budget, the one that costs least over training
 * and use, what over-training costs, and what a deadline and devices allow, in FLOPs, device-hours,
 * joules and money.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.planning.optimum;

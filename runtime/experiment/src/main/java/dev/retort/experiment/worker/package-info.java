/**
 * How an attempt does its task, in a child JVM or in the scheduler's, and what a child and its
 * parent tell each other. Not exported.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.experiment.worker;

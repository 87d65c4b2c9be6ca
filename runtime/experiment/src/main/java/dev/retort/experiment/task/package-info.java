/**
 * What user code implements to be run, and what it is given: the one side of a run that a user
 * writes.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.experiment.task;

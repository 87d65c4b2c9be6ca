/**
 * What people do with a store: register, submit, pause, resume, cancel, try again, judge, measure
 * and look.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.experiment.lab;

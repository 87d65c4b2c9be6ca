/** What people do with a store: register, submit, pause, resume, cancel, and look. */
@org.jspecify.annotations.NullMarked
package dev.retort.experiment.lab;

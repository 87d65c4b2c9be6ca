/**
 * How a lab stands, as a fold of its events, and the rules that say which event may follow which: a
 * write of an attempt that lost its lease is refused here.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.experiment.state;

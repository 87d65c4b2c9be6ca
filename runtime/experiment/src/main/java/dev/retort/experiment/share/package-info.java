/**
 * Who may go first where several share: arithmetic on what each holds and what it used lately, for
 * schedulers, for the state of a lab, and for the replay of a log under another policy.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.experiment.share;

/**
 * Finds the student for given limits of time, memory and energy: candidates are timed on this
 * machine first, and only those that fit are trained, all from one pass of the teacher. No command
 * line lives here.
 */
@NullMarked
package dev.retort.distill.design;

import org.jspecify.annotations.NullMarked;

/**
 * Teachers of any origin behind one interface: DJL models of any engine, tables of soft labels,
 * ensembles, a moving average of the student; and the check that one keeps what a teacher promises.
 * Nothing here trains or stores outputs.
 */
@NullMarked
package dev.retort.distill.teacher;

import org.jspecify.annotations.NullMarked;

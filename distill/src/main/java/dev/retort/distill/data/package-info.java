/**
 * Labelled samples for training: the data sets Retort ships or reads, their splits, and their file
 * formats. Samples stay on the heap as bytes until they are put on a device. No training lives
 * here.
 */
@NullMarked
package dev.retort.distill.data;

import org.jspecify.annotations.NullMarked;

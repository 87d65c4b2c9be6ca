/**
 * What the kernels compute, written a second time: in float64, one row after the other, straight
 * from the formulas. Tests and the bench compare with it.
 */
@NullMarked
package dev.retort.device.kernels.reference;

import org.jspecify.annotations.NullMarked;

/** Figures of a run as event files of TensorBoard. */
@org.jspecify.annotations.NullMarked
package dev.retort.efficiency.export.tensorboard;

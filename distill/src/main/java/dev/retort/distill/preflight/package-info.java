/**
 * What can be found out before the first epoch: whether data and networks fit together, whether a
 * network can learn at all, and what the training will take.
 */
@NullMarked
package dev.retort.distill.preflight;

import org.jspecify.annotations.NullMarked;

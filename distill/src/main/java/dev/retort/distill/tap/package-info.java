/**
 * Outputs of inner blocks: which there are, how they are had from a network that does not know of
 * it, and how those of a student are trained to be like those of its teacher. The losses are in
 * .loss.feature.
 */
@NullMarked
package dev.retort.distill.tap;

import org.jspecify.annotations.NullMarked;

/**
 * Files from which a training goes on: saved whole or not at all, checked before they are used, and
 * refused where they are of something else. What a training puts into them is its own affair.
 */
@NullMarked
package dev.retort.distill.checkpoint;

import org.jspecify.annotations.NullMarked;

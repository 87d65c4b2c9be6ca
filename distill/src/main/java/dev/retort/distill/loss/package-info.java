/**
 * Losses for distillation, as DJL losses that work in any DJL training loop. Each states its
 * formula, its source, its shapes and its reduction. No training lives here.
 */
@NullMarked
package dev.retort.distill.loss;

import org.jspecify.annotations.NullMarked;

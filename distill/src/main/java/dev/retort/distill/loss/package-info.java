/**
 * Losses for distillation: of logits and labels here, of features in {@code feature}; how their
 * weights and temperatures move; and {@link dev.retort.distill.loss.CombinedLoss}, which makes DJL
 * losses of them that work in any DJL training loop. Each states its formula, its source, its
 * shapes and its reduction. No training lives here.
 */
@NullMarked
package dev.retort.distill.loss;

import org.jspecify.annotations.NullMarked;

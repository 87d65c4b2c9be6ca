/**
 * Transfer learning: which parameters of a network that was trained before are trained again, at
 * what rates, with what beside them; and classifiers on features of a trunk that is not trained at
 * all. The loop itself is in .train, encoders of texts in .text.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.distill.transfer;

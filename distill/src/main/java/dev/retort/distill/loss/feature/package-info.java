/**
 * Losses of what inner layers of student and teacher give, of relations between samples, and of
 * embeddings, with the projectors that some of them train. Nothing here takes those outputs from a
 * network.
 */
@NullMarked
package dev.retort.distill.loss.feature;

import org.jspecify.annotations.NullMarked;

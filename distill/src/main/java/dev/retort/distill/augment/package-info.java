/**
 * Random changes of training samples that are the same again for the same seed, epoch and sample.
 * Whether a teacher's stored outputs still belong to what a student then sees is said by {@link
 * dev.retort.distill.cache.Augmentation}.
 */
@NullMarked
package dev.retort.distill.augment;

import org.jspecify.annotations.NullMarked;

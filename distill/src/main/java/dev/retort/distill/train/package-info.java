/**
 * Training on DJL with our own loop: mini-batches, schedules, clipping, Adam, early stopping, and
 * the DJL hooks of the efficiency meter. One NDManager lives per step, and the device is read once
 * in many steps. Losses and distillation live elsewhere.
 *
 * <p>{@code TrainingLoop} goes through epochs and steps. What a step does is in {@code StepRunner},
 * what is read of its loss in {@code LossWindow}, which epoch is kept in {@code BestEpoch}, what is
 * saved in {@code LoopCheckpoints}, and which mini-batch diverged in {@code DivergedBatch}.
 *
 * <p>Nothing a training draws depends on what was drawn before: the order of samples is a function
 * of seed and epoch, a view of a sample of seed, epoch and sample, and the engine is seeded anew in
 * each step. So a checkpoint needs no state of a generator, which DJL's PyTorch engine and GPUs do
 * not give, and a step that is repeated, with less memory or after a kill, draws what it drew.
 */
@NullMarked
package dev.retort.distill.train;

import org.jspecify.annotations.NullMarked;

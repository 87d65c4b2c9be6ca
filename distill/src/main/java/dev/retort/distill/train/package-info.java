/**
 * Training on DJL with our own loop: mini-batches, schedules, clipping, Adam, early stopping, and
 * the DJL hooks of the efficiency meter. One NDManager lives per step, and the device is read once
 * in many steps. Losses and distillation live elsewhere.
 */
@NullMarked
package dev.retort.distill.train;

import org.jspecify.annotations.NullMarked;

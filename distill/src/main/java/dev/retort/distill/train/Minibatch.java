package dev.retort.distill.train;

import ai.djl.ndarray.NDList;

/**
 * The inputs of one step. Its arrays belong to the manager that was given to {@link
 * BatchSource.Pass#next} and die with it.
 *
 * @param data what the block is given; the first axis of each array counts the samples
 * @param labels what the loss is given beside the block's output
 * @param size the number of samples
 */
public record Minibatch(NDList data, NDList labels, int size) {}

package dev.retort.distill.tap;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.types.Shape;

/**
 * A place in a network whose output can be had.
 *
 * @param path the names of the blocks that lead there, as DJL gives them, joined by slashes, such
 *     as {@code 03SequentialBlock/01Conv2d}; with {@code #1} and so on for further outputs of a
 *     block. {@code output} stands for the network itself
 * @param shape the shape of the output, with -1 for the batch
 */
public record Tap(String path, Shape shape) {
    /** The path of the network's own output. */
    public static final String OUTPUT = "output";

    /** Checks the components. */
    public Tap {
        requireNonNull(path, "path is null");
        requireNonNull(shape, "shape is null");
    }

    @Override
    public String toString() {
        return path + " " + shape;
    }
}

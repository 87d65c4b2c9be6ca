package dev.retort.distill.loss.feature;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.ParameterList;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;

/**
 * A small trainable block between features of different sizes. It belongs to a loss: an optimizer
 * trains its {@link #parameters} with the student's, and it is never part of the student that is
 * saved. Initial values are drawn from the engine's random generator.
 *
 * <p>Owns its parameters and frees them when it is closed. Confined to one thread and one device.
 */
public final class Projector implements AutoCloseable {
    private final NDManager manager;
    private final Block block;
    private final ParameterStore store;

    private Projector(NDManager parent, DataType type, Block block, Shape input) {
        manager = parent.newSubManager();
        manager.setName("projector");
        this.block = block;
        block.initialize(manager, type, input);
        store = new ParameterStore(manager, false);
    }

    /**
     * A linear layer with a bias for vectors.
     *
     * @param parent the parameters live in a sub-manager of it
     * @param type the type of the features
     * @param from the width of the input
     * @param to the width of the output
     * @return from (batch, from) to (batch, to)
     */
    public static Projector linear(NDManager parent, DataType type, long from, long to) {
        return new Projector(
                parent, type, Linear.builder().setUnits(to).build(), new Shape(1, from));
    }

    /**
     * A 1x1 convolution with a bias for maps.
     *
     * @param parent the parameters live in a sub-manager of it
     * @param type the type of the features
     * @param from the channels of the input
     * @param to the channels of the output
     * @return from (batch, from, height, width) to (batch, to, height, width)
     */
    public static Projector convolution(NDManager parent, DataType type, long from, long to) {
        return new Projector(parent, type, convolution(to), new Shape(1, from, 1, 1));
    }

    /**
     * The simplest projector from the student's features to the teacher's: linear for vectors, a
     * 1x1 convolution for maps.
     *
     * @param parent the parameters live in a sub-manager of it
     * @param type the type of the features
     * @param student the shape of the student's features; its batch does not count
     * @param teacher the shape of the teacher's features, with as many axes
     * @return the projector
     */
    public static Projector between(NDManager parent, DataType type, Shape student, Shape teacher) {
        requireLike(student, teacher);
        return student.dimension() == 2
                ? linear(parent, type, student.get(1), teacher.get(1))
                : convolution(parent, type, student.get(1), teacher.get(1));
    }

    /**
     * A block of one's own.
     *
     * @param parent the parameters live in a sub-manager of it
     * @param type the type of the features
     * @param block not initialised; its first output is the projected features
     * @param student the shape of the student's features
     * @return the projector
     */
    public static Projector of(NDManager parent, DataType type, Block block, Shape student) {
        return new Projector(parent, type, block, student);
    }

    /** Three layers with ReLU between them, each of the output's width. */
    static Block threeLayers(Shape student, Shape teacher) {
        requireLike(student, teacher);
        long to = teacher.get(1);
        SequentialBlock layers = new SequentialBlock();
        for (int i = 0; i < 3; i++) {
            if (i > 0) {
                layers.add(Activation.reluBlock());
            }
            layers.add(
                    student.dimension() == 2
                            ? Linear.builder().setUnits(to).build()
                            : convolution(to));
        }
        return layers;
    }

    private static void requireLike(Shape student, Shape teacher) {
        int axes = student.dimension();
        if ((axes != 2 && axes != 4) || teacher.dimension() != axes) {
            throw new IllegalArgumentException(
                    ("expected features of (batch, width) or (batch, channels, height, width) for both,"
                                    + " found %s and %s")
                            .formatted(student, teacher));
        }
    }

    private static Block convolution(long filters) {
        return Conv2d.builder()
                .setKernelShape(new Shape(1, 1))
                .setFilters(Math.toIntExact(filters))
                .build();
    }

    /**
     * Projects, recorded for the backward pass as all else.
     *
     * @param features the student's features
     * @return the projected features, of the manager of the input
     */
    public NDArray project(NDArray features) {
        return forward(features).head();
    }

    /** All that the block gives. */
    NDList forward(NDArray features) {
        return block.forward(store, new NDList(features), true);
    }

    /**
     * The block itself.
     *
     * @return the block, owned by this projector
     */
    public Block block() {
        return block;
    }

    /**
     * What is trained.
     *
     * @return the block's parameters
     */
    public ParameterList parameters() {
        return block.getParameters();
    }

    /** Frees the parameters. */
    @Override
    public void close() {
        manager.close();
    }
}

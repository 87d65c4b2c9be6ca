package dev.retort.distill;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import dev.retort.distill.teacher.Teacher;

import org.jspecify.annotations.Nullable;

/** A teacher as a block that gives its logits, to be judged and timed like one. */
final class TeacherBlock extends AbstractBlock {
    /** Samples whose places in a data set are not known. */
    static final long[] NOWHERE = {};

    private final Teacher teacher;
    private final int classes;

    /**
     * A block without parameters of its own.
     *
     * @param teacher the teacher; borrowed
     * @param classes how many classes it has
     */
    TeacherBlock(Teacher teacher, int classes) {
        this.teacher = teacher;
        this.classes = classes;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> options) {
        NDArray input = inputs.head();
        return new NDList(teacher.logits(inputs, NOWHERE, input.getManager()));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape(inputShapes[0].get(0), classes)};
    }

    @Override
    public String toString() {
        return teacher.description();
    }
}

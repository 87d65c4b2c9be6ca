package dev.retort.distill.tap;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.ParameterList;

import dev.retort.distill.loss.FeatureLoss;
import dev.retort.distill.loss.feature.FeatureLossKind;

/** A loss of features that are pooled first, each side in its own way. */
final class AlignedLoss extends FeatureLoss {
    private final Pooling ofStudent;
    private final Pooling ofTeacher;
    private final FeatureLoss loss;

    AlignedLoss(Pooling ofStudent, Pooling ofTeacher, FeatureLoss loss) {
        this.ofStudent = ofStudent;
        this.ofTeacher = ofTeacher;
        this.loss = loss;
    }

    /** How features of a student are pooled to be compared with those of a teacher. */
    static Pooling pooling(FeatureLossKind kind, Shape own, Shape other) {
        return switch (kind.features()) {
            case ANY -> new Pooling.None();
            case VECTORS -> new Pooling.ToVector();
            case MAPS -> toCommonSize(own, other);
            case ALIKE -> {
                if (own.dimension() == 4 && other.dimension() == 4) {
                    yield toCommonSize(own, other);
                }
                yield own.equals(other) ? new Pooling.None() : new Pooling.ToVector();
            }
        };
    }

    private static Pooling toCommonSize(Shape own, Shape other) {
        long height = Math.min(own.get(2), other.get(2));
        long width = Math.min(own.get(3), other.get(3));
        return own.get(2) == height && own.get(3) == width
                ? new Pooling.None()
                : new Pooling.ToSize(Math.toIntExact(height), Math.toIntExact(width));
    }

    @Override
    protected NDArray compute(NDArray student, NDArray teacher) {
        return loss.evaluate(ofStudent.apply(student), ofTeacher.apply(teacher), 1);
    }

    @Override
    public double usualWeight() {
        return loss.usualWeight();
    }

    @Override
    public int minimumSamples() {
        return loss.minimumSamples();
    }

    @Override
    public ParameterList parameters() {
        return loss.parameters();
    }
}

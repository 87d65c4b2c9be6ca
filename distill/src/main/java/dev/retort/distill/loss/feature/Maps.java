package dev.retort.distill.loss.feature;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * Feature maps of student and teacher, (batch, channels, height, width), brought to one height and
 * width by averaging the larger ones over equal blocks.
 */
record Maps(NDArray student, NDArray teacher) {
    static Maps of(NDArray student, NDArray teacher) {
        Shape own = student.getShape();
        Shape other = teacher.getShape();
        if (own.dimension() != 4 || other.dimension() != 4) {
            throw new IllegalArgumentException(
                    "expected feature maps of shape (batch, channels, height, width), found %s and %s"
                            .formatted(own, other));
        }
        long height = Math.min(own.get(2), other.get(2));
        long width = Math.min(own.get(3), other.get(3));
        return new Maps(pooled(student, height, width), pooled(teacher, height, width));
    }

    /** Maps as by {@link #of}; features that are no maps as they are. */
    static Maps ofAny(NDArray student, NDArray teacher) {
        return student.getShape().dimension() == 4
                ? of(student, teacher)
                : new Maps(student, teacher);
    }

    private static NDArray pooled(NDArray maps, long height, long width) {
        Shape shape = maps.getShape();
        if (shape.get(2) == height && shape.get(3) == width) {
            return maps;
        }
        if (shape.get(2) % height != 0 || shape.get(3) % width != 0) {
            throw new IllegalArgumentException(
                    "expected maps whose height and width are multiples of %d x %d, found %d x %d"
                            .formatted(height, width, shape.get(2), shape.get(3)));
        }
        return maps.reshape(
                        shape.get(0),
                        shape.get(1),
                        height,
                        shape.get(2) / height,
                        width,
                        shape.get(3) / width)
                // One axis after the other: DJL's PyTorch engine takes no two.
                .mean(new int[] {5})
                .mean(new int[] {3});
    }

    void requireEqualShapes() {
        if (!student.getShape().equals(teacher.getShape())) {
            throw new IllegalArgumentException(
                    ("expected teacher features of the student's shape %s, found %s; a projector makes"
                                    + " them alike")
                            .formatted(student.getShape(), teacher.getShape()));
        }
    }
}

package dev.retort.distill.teacher;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

import dev.retort.distill.fingerprint.Fingerprint;

import java.util.Arrays;

/**
 * Checks on a few samples that a teacher keeps its contract, before a training is spent on one that
 * does not. Looks at what a teacher does, not at what it is, so it holds for every engine.
 */
public final class TeacherContract {
    /**
     * The largest difference, relative to the largest output, that is put down to rounding: kernels
     * choose other orders of summation for other batch sizes and on other devices.
     */
    public static final double TOLERANCE = 1e-3;

    private static final double SUM_TOLERANCE = 1e-3;

    private TeacherContract() {}

    /**
     * Checks a teacher. Asks it five times about the samples and reads the outputs and all of its
     * parameters from the device. May not be called while a gradient collector is open. A teacher
     * that is refused for a gradient may have it in its parameters afterwards.
     *
     * @param teacher the teacher
     * @param data inputs of at least 2 samples
     * @param positions their positions in the data set, as for {@link Teacher#outputs}
     * @param classes the number of classes that the student has
     * @param manager what is made lives in a sub-manager of it
     * @throws TeacherException with the first clause that is broken: the shape, finite numbers,
     *     logits or probabilities as declared, no gradient, evaluation mode, parameters and buffers
     *     unchanged
     */
    public static void check(
            Teacher teacher, NDList data, long[] positions, int classes, NDManager manager) {
        long samples = data.head().size(0);
        if (samples < 2) {
            throw new IllegalArgumentException(
                    "expected at least 2 samples to check a teacher on, found " + samples);
        }
        String name = teacher.description();
        Fingerprint before = teacher.fingerprint();
        try (NDManager scope = manager.newSubManager()) {
            NDArray outputs = teacher.outputs(data, positions, scope);
            requireShape(name, outputs.getShape(), samples, classes);
            float[] values = outputs.toFloatArray();
            requireFinite(name, values, classes);
            requireKind(teacher, values, classes);
            requireNoGradient(teacher, data, positions, scope);
            requireRepeatable(name, values, teacher.outputs(data, positions, scope));
            requireIndependent(teacher, values, data, positions, scope);
        }
        Fingerprint after = teacher.fingerprint();
        if (!after.equals(before)) {
            throw new TeacherException(
                    ("expected parameters and buffers of %s that stay as they are, found them"
                                    + " changed by being asked (%s before, %s after)")
                            .formatted(name, before.brief(), after.brief()));
        }
    }

    /** Asks while gradients are recorded, as a training does that asks in each step. */
    private static void requireNoGradient(
            Teacher teacher, NDList data, long[] positions, NDManager scope) {
        if (isRecorded(teacher, data, positions, scope)) {
            throw new TeacherException(
                    "expected no gradient in the outputs of %s, found one recorded"
                            .formatted(teacher.description()));
        }
        try (GradientCollector collector = scope.getEngine().newGradientCollector()) {
            NDArray outputs = teacher.outputs(data, positions, scope);
            NDArray factors = scope.ones(outputs.getShape(), DataType.FLOAT32);
            factors.setRequiresGradient(true);
            try {
                collector.backward(factors.mul(outputs).sum());
            } catch (EngineException | UnsupportedOperationException e) {
                // What libtorch says of its inference tensors.
                throw new TeacherException(
                        "expected outputs of %s that a student can be trained against, found: %s"
                                .formatted(teacher.description(), e.getMessage()),
                        e);
            }
        }
    }

    /** DJL says of leaves alone whether they have a gradient, so a backward pass is tried. */
    private static boolean isRecorded(
            Teacher teacher, NDList data, long[] positions, NDManager scope) {
        try (GradientCollector collector = scope.getEngine().newGradientCollector()) {
            NDArray outputs = teacher.outputs(data, positions, scope);
            if (outputs.hasGradient()) {
                return true;
            }
            NDArray sum = outputs.sum();
            try {
                collector.backward(sum);
                return true;
            } catch (EngineException | UnsupportedOperationException e) {
                // What libtorch says of a tensor that no recorded operation made.
                return false;
            }
        }
    }

    private static void requireShape(String name, Shape found, long samples, int classes) {
        if (found.dimension() == 2 && found.get(0) == samples && found.get(1) != classes) {
            throw new TeacherException(
                    ("expected %d classes from %s as the student has, found %d: a map between"
                                    + " the two is needed")
                            .formatted(classes, name, found.get(1)));
        }
        if (!found.equals(new Shape(samples, classes))) {
            throw new TeacherException(
                    "expected outputs of shape (%d, %d) from %s, found %s"
                            .formatted(samples, classes, name, found));
        }
    }

    /**
     * Refuses what is not finite.
     *
     * @param name the teacher, for the message
     * @param values rows of outputs
     * @param classes the width of a row
     */
    private static void requireFinite(String name, float[] values, int classes) {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new TeacherException(
                        "expected finite outputs from %s, found %s for class %d of sample %d"
                                .formatted(name, values[i], i % classes, i / classes));
            }
        }
    }

    private static void requireKind(Teacher teacher, float[] values, int classes) {
        int distributions = 0;
        int rows = values.length / classes;
        for (int row = 0; row < rows; row++) {
            if (isDistribution(values, row * classes, classes)) {
                distributions++;
            }
        }
        switch (teacher.output()) {
            case LOGITS -> {
                if (distributions == rows) {
                    throw new TeacherException(
                            ("expected logits from %s, found probabilities: each of %d rows is from"
                                            + " 0 to 1 and sums to 1")
                                    .formatted(teacher.description(), rows));
                }
            }
            case FEATURES -> {}
            case PROBABILITIES -> {
                if (distributions < rows) {
                    throw new TeacherException(
                            ("expected probabilities from %s, found logits: %d of %d rows are not"
                                            + " from 0 to 1 with the sum 1")
                                    .formatted(teacher.description(), rows - distributions, rows));
                }
            }
        }
    }

    private static boolean isDistribution(float[] values, int from, int length) {
        double sum = 0;
        for (int i = from; i < from + length; i++) {
            if (!(values[i] >= 0 && values[i] <= 1 + SUM_TOLERANCE)) {
                return false;
            }
            sum += values[i];
        }
        return Math.abs(sum - 1) <= SUM_TOLERANCE;
    }

    private static void requireRepeatable(String name, float[] first, NDArray second) {
        double difference = largestDifference(first, second.toFloatArray(), 0);
        // On a GPU sums may be taken in another order each time.
        if (!(difference <= TOLERANCE * size(first))) {
            throw new TeacherException(
                    ("expected %s in evaluation mode, found outputs that differ by %.3g for the"
                                    + " same samples, as with dropout")
                            .formatted(name, difference));
        }
    }

    private static void requireIndependent(
            Teacher teacher, float[] values, NDList data, long[] positions, NDManager scope) {
        long samples = data.head().size(0);
        long half = samples / 2;
        NDIndex rest = new NDIndex().addSliceDim(half, samples);
        NDList part = new NDList(data.size());
        for (NDArray array : data) {
            part.add(array.get(scope, rest));
        }
        long[] places =
                positions.length == 0
                        ? positions
                        : Arrays.copyOfRange(
                                positions, Math.toIntExact(half), Math.toIntExact(samples));
        float[] alone = teacher.outputs(part, places, scope).toFloatArray();
        double difference = largestDifference(values, alone, values.length - alone.length);
        if (!(difference <= TOLERANCE * size(values))) {
            throw new TeacherException(
                    ("expected %s in evaluation mode, found outputs that differ by %.3g with the"
                                    + " rest of the batch, as with batch statistics")
                            .formatted(teacher.description(), difference));
        }
    }

    private static double size(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return Math.max(largest, Float.MIN_NORMAL);
    }

    private static double largestDifference(float[] values, float[] others, int from) {
        double largest = 0;
        for (int i = 0; i < others.length; i++) {
            largest = Math.max(largest, Math.abs(values[from + i] - others[i]));
        }
        return largest;
    }
}

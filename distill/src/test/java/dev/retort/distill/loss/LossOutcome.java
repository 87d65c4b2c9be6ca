package dev.retort.distill.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

import java.util.function.UnaryOperator;

/** The value of a loss and its gradient with respect to the student's output. */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
public record LossOutcome(double value, double[] gradient) {
    /** Evaluates a loss of an array and differentiates it. */
    public static LossOutcome of(NDArray student, UnaryOperator<NDArray> loss) {
        student.setRequiresGradient(true);
        try (GradientCollector collector =
                student.getManager().getEngine().newGradientCollector()) {
            NDArray value = loss.apply(student);
            if (value.getShape().dimension() != 0
                    || value.getDataType() != Constants.wideType(student)) {
                throw new AssertionError(
                        "expected a scalar of the student's type, found "
                                + value.getShape()
                                + " "
                                + value.getDataType());
            }
            collector.backward(value);
            return new LossOutcome(doubles(value)[0], doubles(student.getGradient()));
        }
    }

    /** Evaluates a loss of logits. */
    public static LossOutcome of(
            LogitLoss loss, double[] student, double[] teacher, long[] classes, DataType type) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Shape shape = new Shape(classes.length, student.length / classes.length);
            NDArray teacherLogits = manager.create(teacher, shape).toType(type, true);
            NDArray labels = manager.create(classes);
            return of(
                    manager.create(student, shape).toType(type, true),
                    logits -> loss.evaluate(logits, teacherLogits, labels, 1));
        }
    }

    /** Numbers in double precision, whatever the type. */
    public static double[] doubles(NDArray array) {
        return array.toType(DataType.FLOAT64, false).toDoubleArray();
    }
}

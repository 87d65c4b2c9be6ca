package dev.retort.torch;

import ai.djl.ndarray.NDArray;

import dev.retort.torch.abi.Arithmetic;
import dev.retort.torch.abi.Scalars;
import dev.retort.torch.abi.Shapes;
import dev.retort.torch.abi.Tensors;
import dev.retort.torch.ffi.AtenTensor;

import java.util.function.LongBinaryOperator;

/**
 * The layer of arithmetic and comparison, element by element with broadcasting. A number becomes a
 * 0-dimensional tensor of its own type, as in DJL: it takes part in the promotion of types, and a
 * graph that needs it keeps it alive.
 */
abstract class ArrayArithmetic extends ArrayData {
    ArrayArithmetic(TorchManager manager, long handle) {
        super(manager, handle);
    }

    ArrayArithmetic(TorchManager manager, String[] texts, ai.djl.ndarray.types.Shape shape) {
        super(manager, texts, shape);
    }

    /** A change in place. */
    interface InPlace {
        void apply(long self, long other);
    }

    private TorchNDArray broadcast(LongBinaryOperator operator, NDArray other) {
        TorchNDArray operand = operand(other);
        long left = handle();
        long right = operand.handle();
        Shapes.requireBroadcast(left, right);
        return own(operator.applyAsLong(left, right), operand);
    }

    private TorchNDArray withNumber(LongBinaryOperator operator, Number number) {
        long operand = Scalars.of(number);
        try {
            return own(operator.applyAsLong(handle(), operand));
        } finally {
            Tensors.delete(operand);
        }
    }

    private TorchNDArray change(InPlace change, NDArray other) {
        TorchNDArray operand = operand(other);
        long left = handle();
        long right = operand.handle();
        Shapes.requireBroadcastTo(right, left);
        change.apply(left, right);
        Reachability.keep(operand);
        return self();
    }

    private TorchNDArray changeByNumber(InPlace change, Number number) {
        long operand = Scalars.of(number);
        try {
            change.apply(handle(), operand);
            return self();
        } finally {
            Tensors.delete(operand);
        }
    }

    @Override
    public final TorchNDArray eq(Number n) {
        return withNumber(AtenTensor::eq, n);
    }

    @Override
    public final TorchNDArray eq(NDArray other) {
        return broadcast(AtenTensor::eq, other);
    }

    @Override
    public final TorchNDArray neq(Number n) {
        return withNumber(AtenTensor::ne, n);
    }

    @Override
    public final TorchNDArray neq(NDArray other) {
        return broadcast(AtenTensor::ne, other);
    }

    @Override
    public final TorchNDArray gt(Number n) {
        return withNumber(AtenTensor::gt, n);
    }

    @Override
    public final TorchNDArray gt(NDArray other) {
        return broadcast(AtenTensor::gt, other);
    }

    @Override
    public final TorchNDArray gte(Number n) {
        return withNumber(AtenTensor::ge, n);
    }

    @Override
    public final TorchNDArray gte(NDArray other) {
        return broadcast(AtenTensor::ge, other);
    }

    @Override
    public final TorchNDArray lt(Number n) {
        return withNumber(AtenTensor::lt, n);
    }

    @Override
    public final TorchNDArray lt(NDArray other) {
        return broadcast(AtenTensor::lt, other);
    }

    @Override
    public final TorchNDArray lte(Number n) {
        return withNumber(AtenTensor::le, n);
    }

    @Override
    public final TorchNDArray lte(NDArray other) {
        return broadcast(AtenTensor::le, other);
    }

    @Override
    public final TorchNDArray add(Number n) {
        return withNumber(Arithmetic::add, n);
    }

    @Override
    public final TorchNDArray add(NDArray other) {
        return broadcast(Arithmetic::add, other);
    }

    @Override
    public final TorchNDArray sub(Number n) {
        return withNumber(Arithmetic::subtract, n);
    }

    @Override
    public final TorchNDArray sub(NDArray other) {
        return broadcast(Arithmetic::subtract, other);
    }

    @Override
    public final TorchNDArray mul(Number n) {
        return withNumber(AtenTensor::mul, n);
    }

    @Override
    public final TorchNDArray mul(NDArray other) {
        return broadcast(AtenTensor::mul, other);
    }

    @Override
    public final TorchNDArray div(Number n) {
        return withNumber(AtenTensor::div, n);
    }

    @Override
    public final TorchNDArray div(NDArray other) {
        return broadcast(AtenTensor::div, other);
    }

    @Override
    public final TorchNDArray mod(Number n) {
        return withNumber(AtenTensor::remainder, n);
    }

    @Override
    public final TorchNDArray mod(NDArray other) {
        return broadcast(AtenTensor::remainder, other);
    }

    @Override
    public final TorchNDArray pow(Number n) {
        return withNumber(AtenTensor::pow, n);
    }

    @Override
    public final TorchNDArray pow(NDArray other) {
        return broadcast(AtenTensor::pow, other);
    }

    @Override
    public final TorchNDArray maximum(Number n) {
        return withNumber(AtenTensor::maximum, n);
    }

    @Override
    public final TorchNDArray maximum(NDArray other) {
        return broadcast(AtenTensor::maximum, other);
    }

    @Override
    public final TorchNDArray minimum(Number n) {
        return withNumber(AtenTensor::minimum, n);
    }

    @Override
    public final TorchNDArray minimum(NDArray other) {
        return broadcast(AtenTensor::minimum, other);
    }

    @Override
    public final TorchNDArray addi(Number n) {
        return changeByNumber(Arithmetic::addInPlace, n);
    }

    @Override
    public final TorchNDArray addi(NDArray other) {
        return change(Arithmetic::addInPlace, other);
    }

    @Override
    public final TorchNDArray subi(Number n) {
        return changeByNumber(Arithmetic::subtractInPlace, n);
    }

    @Override
    public final TorchNDArray subi(NDArray other) {
        return change(Arithmetic::subtractInPlace, other);
    }

    @Override
    public final TorchNDArray muli(Number n) {
        return changeByNumber(AtenTensor::mulInPlace, n);
    }

    @Override
    public final TorchNDArray muli(NDArray other) {
        return change(AtenTensor::mulInPlace, other);
    }

    @Override
    public final TorchNDArray divi(Number n) {
        return changeByNumber(AtenTensor::divInPlace, n);
    }

    @Override
    public final TorchNDArray divi(NDArray other) {
        return change(AtenTensor::divInPlace, other);
    }

    @Override
    public final TorchNDArray modi(Number n) {
        return changeByNumber(AtenTensor::remainderInPlace, n);
    }

    @Override
    public final TorchNDArray modi(NDArray other) {
        return change(AtenTensor::remainderInPlace, other);
    }

    @Override
    public final TorchNDArray powi(Number n) {
        return changeByNumber(AtenTensor::powInPlace, n);
    }

    @Override
    public final TorchNDArray powi(NDArray other) {
        return change(AtenTensor::powInPlace, other);
    }

    @Override
    public final TorchNDArray xlogy(NDArray other) {
        if (isScalar() || other.isScalar()) {
            throw new IllegalArgumentException("scalar is not allowed for xlogy()");
        }
        return broadcast(AtenTensor::xlogy, other);
    }

    @Override
    public final TorchNDArray atan2(NDArray other) {
        return broadcast(AtenTensor::atan2, other);
    }

    @Override
    public final TorchNDArray logicalAnd(NDArray other) {
        return broadcast(AtenTensor::logicalAnd, other);
    }

    @Override
    public final TorchNDArray logicalOr(NDArray other) {
        return broadcast(AtenTensor::logicalOr, other);
    }

    @Override
    public final TorchNDArray logicalXor(NDArray other) {
        return broadcast(AtenTensor::logicalXor, other);
    }

    @Override
    public final boolean contentEquals(Number number) {
        try (NDArray other = getManager().create(number)) {
            return contentEquals(other);
        }
    }

    @Override
    public final boolean contentEquals(NDArray other) {
        if (other == null || !shapeEquals(other) || getDataType() != other.getDataType()) {
            return false;
        }
        if (getDataType() == ai.djl.ndarray.types.DataType.STRING) {
            return java.util.Arrays.equals(toStringArray(), other.toStringArray());
        }
        TorchNDArray operand = operand(other);
        boolean equal = AtenTensor.equal(handle(), operand.handle());
        Reachability.keep(this);
        Reachability.keep(operand);
        return equal;
    }
}

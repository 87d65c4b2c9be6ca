package dev.retort.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;

import dev.retort.torch.abi.Scalars;
import dev.retort.torch.abi.Tensors;
import dev.retort.torch.ffi.AtenTensor;
import dev.retort.torch.neural.Temporaries;

import java.util.function.LongUnaryOperator;

/** The layer of functions of one array, element by element. */
abstract class ArrayFunctions extends ArrayArithmetic {
    ArrayFunctions(TorchManager manager, long handle) {
        super(manager, handle);
    }

    ArrayFunctions(TorchManager manager, String[] texts, ai.djl.ndarray.types.Shape shape) {
        super(manager, texts, shape);
    }

    @Override
    public final TorchNDArray sign() {
        return unary(AtenTensor::sign);
    }

    @Override
    public final TorchNDArray neg() {
        return unary(AtenTensor::neg);
    }

    @Override
    public final TorchNDArray abs() {
        return unary(AtenTensor::abs);
    }

    @Override
    public final TorchNDArray square() {
        return unary(AtenTensor::square);
    }

    @Override
    public final TorchNDArray sqrt() {
        return unary(AtenTensor::sqrt);
    }

    @Override
    public final TorchNDArray floor() {
        return unary(AtenTensor::floor);
    }

    @Override
    public final TorchNDArray ceil() {
        return unary(AtenTensor::ceil);
    }

    @Override
    public final TorchNDArray round() {
        return unary(AtenTensor::round);
    }

    @Override
    public final TorchNDArray trunc() {
        return unary(AtenTensor::trunc);
    }

    @Override
    public final TorchNDArray exp() {
        return unary(AtenTensor::exp);
    }

    @Override
    public final TorchNDArray gammaln() {
        return unary(AtenTensor::lgamma);
    }

    @Override
    public final TorchNDArray log() {
        return unary(AtenTensor::log);
    }

    @Override
    public final TorchNDArray log10() {
        return unary(AtenTensor::log10);
    }

    @Override
    public final TorchNDArray log2() {
        return unary(AtenTensor::log2);
    }

    @Override
    public final TorchNDArray sin() {
        return unary(AtenTensor::sin);
    }

    @Override
    public final TorchNDArray cos() {
        return unary(AtenTensor::cos);
    }

    @Override
    public final TorchNDArray tan() {
        return unary(AtenTensor::tan);
    }

    @Override
    public final TorchNDArray asin() {
        return unary(AtenTensor::asin);
    }

    @Override
    public final TorchNDArray acos() {
        return unary(AtenTensor::acos);
    }

    @Override
    public final TorchNDArray atan() {
        return unary(AtenTensor::atan);
    }

    @Override
    public final TorchNDArray sinh() {
        return unary(AtenTensor::sinh);
    }

    @Override
    public final TorchNDArray cosh() {
        return unary(AtenTensor::cosh);
    }

    @Override
    public final TorchNDArray tanh() {
        return unary(AtenTensor::tanh);
    }

    @Override
    public final TorchNDArray asinh() {
        return unary(AtenTensor::asinh);
    }

    @Override
    public final TorchNDArray acosh() {
        return unary(AtenTensor::acosh);
    }

    @Override
    public final TorchNDArray atanh() {
        return unary(AtenTensor::atanh);
    }

    @Override
    public final TorchNDArray erf() {
        return unary(AtenTensor::erf);
    }

    @Override
    public final TorchNDArray erfinv() {
        return unary(AtenTensor::erfinv);
    }

    @Override
    public final TorchNDArray isInfinite() {
        return unary(AtenTensor::isinf);
    }

    @Override
    public final TorchNDArray isNaN() {
        return unary(AtenTensor::isnan);
    }

    @Override
    public final TorchNDArray logicalNot() {
        return unary(AtenTensor::logicalNot);
    }

    /** Carries out a conjugation that libtorch only notes: others read the memory as it is. */
    static long resolved(long complex) {
        try {
            return AtenTensor.resolveConj(complex);
        } finally {
            Tensors.delete(complex);
        }
    }

    @Override
    public final TorchNDArray conj() {
        return unary(x -> resolved(AtenTensor.conj(x)));
    }

    @Override
    public final TorchNDArray inverse() {
        return unary(AtenTensor::linalgInv);
    }

    @Override
    public final TorchNDArray signi() {
        AtenTensor.signInPlace(handle());
        return self();
    }

    @Override
    public final TorchNDArray negi() {
        AtenTensor.negInPlace(handle());
        return self();
    }

    @Override
    public final TorchNDArray cbrt() {
        long exponent = Scalars.of(1.0 / 3);
        try {
            return own(AtenTensor.pow(handle(), exponent));
        } finally {
            Tensors.delete(exponent);
        }
    }

    @Override
    public final TorchNDArray toDegrees() {
        return scaled(180.0, Math.PI);
    }

    @Override
    public final TorchNDArray toRadians() {
        return scaled(Math.PI, 180.0);
    }

    private TorchNDArray scaled(double factor, double divisor) {
        try (TorchNDArray product = mul(factor)) {
            return product.div(divisor);
        }
    }

    @Override
    public final TorchNDArray clip(Number min, Number max) {
        try (Temporaries t = new Temporaries()) {
            return own(AtenTensor.clamp(handle(), t.own(bound(min)), t.own(bound(max))));
        }
    }

    /**
     * A number as a tensor that promotes as a number does: its type counts only where it is of a
     * higher category than the array's, and then as the default type of its category.
     */
    private long bound(Number number) {
        boolean fraction = number instanceof Double || number instanceof Float;
        DataType type = getDataType();
        if (type.isFloating() || (type.isInteger() && !fraction)) {
            if (type.isInteger()) {
                requireBound(number.longValue(), type);
            }
            long wide = Scalars.of(number);
            try {
                return AtenTensor.to(wide, TorchTypes.code(type), false, false, -1);
            } finally {
                Tensors.delete(wide);
            }
        }
        return fraction ? Scalars.of(number.floatValue()) : Scalars.of(number.longValue());
    }

    /**
     * Refuses a number that an integer type does not hold. As libtorch has it, one below 0 wraps
     * round for an unsigned type.
     */
    private static void requireBound(long number, DataType type) {
        int bits = Byte.SIZE * type.getNumOfBytes();
        if (bits == Long.SIZE) {
            return;
        }
        boolean signed = type.getFormat() == DataType.Format.INT;
        long highest = (1L << (signed ? bits - 1 : bits)) - 1;
        long lowest = signed ? -highest - 1 : -highest;
        if (number < lowest || number > highest) {
            throw new EngineException(
                    "expected a bound from %d to %d to clip numbers of the type %s, found %d"
                            .formatted(lowest, highest, type, number));
        }
    }

    @Override
    public final TorchNDArray softmax(int axis) {
        return own(AtenTensor.softmax(handle(), axis, TorchTypes.code(getDataType())));
    }

    @Override
    public final TorchNDArray logSoftmax(int axis) {
        return own(AtenTensor.logSoftmax(handle(), axis, TorchTypes.code(getDataType())));
    }

    @Override
    public final TorchNDArray all() {
        return ofTruth(AtenTensor::allAll);
    }

    @Override
    public final TorchNDArray any() {
        return ofTruth(AtenTensor::anyAll);
    }

    @Override
    public final TorchNDArray none() {
        try (TorchNDArray any = any()) {
            return any.logicalNot();
        }
    }

    private TorchNDArray ofTruth(LongUnaryOperator reduction) {
        long truth = AtenTensor.to(handle(), TorchTypes.code(DataType.BOOLEAN), false, false, -1);
        try {
            return own(reduction.applyAsLong(truth));
        } finally {
            Tensors.delete(truth);
        }
    }
}

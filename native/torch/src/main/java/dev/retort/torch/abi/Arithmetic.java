package dev.retort.torch.abi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ai.djl.engine.EngineException;

import dev.retort.torch.ffi.AtenTensor;

import java.lang.foreign.Arena;

/**
 * Addition and subtraction. Their schemas take an alpha of type Scalar, which does not cross the C
 * ABI, so each case has a route of its own; all of them are recorded for a backward pass.
 */
public final class Arithmetic {
    private static final int CONTIGUOUS = 0;
    private static final long ADD_IN_PLACE = Mangled.ADD_IN_PLACE.address();
    private static final long PLUS_ONE = scalar(1);
    private static final long MINUS_ONE = scalar(-1);

    private Arithmetic() {}

    /** {@code self + other} with broadcasting and promotion. */
    public static long add(long self, long other) {
        Shapes.requireBroadcast(self, other);
        if (floating(self) && isBool(other)) {
            return addBool(self, other);
        }
        if (isBool(self) && floating(other)) {
            return addBool(other, self);
        }
        if (floating(self) || floating(other)) {
            return Tensors.subtract(self, other, -1);
        }
        if (isBool(self) && isBool(other)) {
            return AtenTensor.logicalOr(self, other);
        }
        return addIntegers(self, other, 1);
    }

    /** {@code self - other} with broadcasting and promotion. */
    public static long subtract(long self, long other) {
        Shapes.requireBroadcast(self, other);
        requireNoBools(self, other);
        if (floating(self) || floating(other)) {
            return Tensors.subtract(self, other, 1);
        }
        return addIntegers(self, other, -1);
    }

    /** {@code self += other}. */
    public static void addInPlace(long self, long other) {
        addInPlace(self, other, 1);
    }

    /** {@code self -= other}. */
    public static void subtractInPlace(long self, long other) {
        requireNoBools(self, other);
        addInPlace(self, other, -1);
    }

    private static void addInPlace(long self, long other, int sign) {
        Shapes.requireBroadcastTo(other, self);
        CallStack stack = CallStack.enter();
        if (ADD_IN_PLACE != 0) {
            stack.callInPlace(
                    "aten::add_", ADD_IN_PLACE, self, other, sign > 0 ? PLUS_ONE : MINUS_ONE);
            return;
        }
        try (Constants constants = new Constants(sign)) {
            AtenTensor.foreachAddcmulInPlace(
                    new long[] {self},
                    new long[] {other},
                    new long[] {constants.factor},
                    constants.one);
        }
    }

    /**
     * Adds in place to a copy of one operand that has the type and, unless both are broadcast, the
     * shape of the result.
     */
    private static long addIntegers(long self, long other, int sign) {
        int type = Promotion.of(self, other);
        if (Shapes.broadcastsTo(other, self)) {
            return addTo(copy(self, type), other, sign);
        }
        if (Shapes.broadcastsTo(self, other)) {
            long sum = copy(other, type);
            if (sign < 0) {
                AtenTensor.negInPlace(sum);
            }
            return addTo(sum, self, 1);
        }
        long expanded = AtenTensor.expand(self, Shapes.broadcast(self, other), false);
        try {
            return addTo(copy(expanded, type), other, sign);
        } finally {
            Tensors.delete(expanded);
        }
    }

    private static long copy(long handle, int type) {
        return AtenTensor.to(handle, type, false, true, CONTIGUOUS);
    }

    private static long addTo(long sum, long other, int sign) {
        addInPlace(sum, other, sign);
        return sum;
    }

    /** The shim subtracts, and truth values cannot be subtracted. */
    private static long addBool(long self, long bool) {
        long number = AtenTensor.to(bool, Tensors.dtype(self), false, false, -1);
        try {
            return Tensors.subtract(self, number, -1);
        } finally {
            Tensors.delete(number);
        }
    }

    private static void requireNoBools(long self, long other) {
        if (isBool(self) || isBool(other)) {
            throw new EngineException(
                    "Subtraction, the `-` operator, with a bool tensor is not supported. Use the"
                            + " `^` or `logical_xor()` operator instead.");
        }
    }

    private static boolean floating(long handle) {
        return Promotion.isFloating(Tensors.dtype(handle));
    }

    private static boolean isBool(long handle) {
        return Tensors.dtype(handle) == Promotion.BOOL;
    }

    /** A c10::Scalar that holds an integer: a tag (1) and, 16 bytes on, the value. */
    private static long scalar(long value) {
        long address = Arena.global().allocate(32, 16).address();
        Native.MEMORY.set(JAVA_INT, address, 1);
        Native.MEMORY.set(JAVA_LONG, address + 16, value);
        return address;
    }

    /** The 0-dimensional factor of one product and the one value that multiplies it. */
    private static final class Constants implements AutoCloseable {
        final long factor;
        final long one;

        Constants(int sign) {
            factor = Scalars.of((byte) sign);
            long scalar = Scalars.of(1L);
            one = AtenTensor.reshape(scalar, new long[] {1});
            Tensors.delete(scalar);
        }

        @Override
        public void close() {
            Tensors.delete(factor);
            Tensors.delete(one);
        }
    }
}

package dev.retort.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;

import dev.retort.torch.abi.Scalars;
import dev.retort.torch.abi.Tensors;
import dev.retort.torch.ffi.AtenTensor;
import dev.retort.torch.neural.Temporaries;

import java.util.Arrays;
import java.util.Comparator;

/** The layer of reductions and of what runs along an axis. */
abstract class ArrayReductions extends ArrayFunctions {
    ArrayReductions(TorchManager manager, long handle) {
        super(manager, handle);
    }

    ArrayReductions(TorchManager manager, String[] texts, ai.djl.ndarray.types.Shape shape) {
        super(manager, texts, shape);
    }

    static long[] axes(int... axes) {
        long[] wide = new long[axes.length];
        for (int i = 0; i < axes.length; i++) {
            wide[i] = axes[i];
        }
        return wide;
    }

    /** The first of several results as an array; the others are freed. */
    final TorchNDArray first(long[] results) {
        for (int i = 1; i < results.length; i++) {
            Tensors.delete(results[i]);
        }
        return own(results[0]);
    }

    @Override
    public final TorchNDArray max() {
        return unary(AtenTensor::maxAll);
    }

    @Override
    public final TorchNDArray max(int[] axes, boolean keepDims) {
        // With one axis the gradient goes to the one element that was taken, as in DJL.
        return axes.length == 1
                ? first(AtenTensor.maxAlong(handle(), axes[0], keepDims))
                : own(AtenTensor.amax(handle(), axes(axes), keepDims));
    }

    @Override
    public final TorchNDArray min() {
        return unary(AtenTensor::minAll);
    }

    @Override
    public final TorchNDArray min(int[] axes, boolean keepDims) {
        return axes.length == 1
                ? first(AtenTensor.minAlong(handle(), axes[0], keepDims))
                : own(AtenTensor.amin(handle(), axes(axes), keepDims));
    }

    @Override
    public final TorchNDArray sum() {
        return own(AtenTensor.sumAll(handle(), -1));
    }

    @Override
    public final TorchNDArray sum(int[] axes, boolean keepDims) {
        return own(AtenTensor.sum(handle(), axes(axes), keepDims, -1));
    }

    @Override
    public final TorchNDArray mean() {
        return own(AtenTensor.meanAll(handle(), -1));
    }

    @Override
    public final TorchNDArray mean(int[] axes, boolean keepDims) {
        return own(AtenTensor.mean(handle(), axes(axes), keepDims, -1));
    }

    @Override
    public final TorchNDArray prod() {
        return own(AtenTensor.prodAll(handle(), -1));
    }

    @Override
    public final TorchNDArray prod(int[] axes, boolean keepDims) {
        if (axes.length == 0) {
            return prod();
        }
        int[] descending = descending(axes);
        long product = AtenTensor.prod(handle(), descending[0], keepDims, -1);
        for (int i = 1; i < descending.length; i++) {
            long partial = product;
            try {
                product = AtenTensor.prod(partial, descending[i], keepDims, -1);
            } finally {
                Tensors.delete(partial);
            }
        }
        return own(product);
    }

    /** The axes counted from the front, last first, so that reducing one moves none to come. */
    private int[] descending(int... axes) {
        if (axes.length == 1) {
            return axes;
        }
        int dimension = getShape().dimension();
        int[] descending =
                Arrays.stream(axes)
                        .map(axis -> axis < 0 ? axis + dimension : axis)
                        .filter(axis -> axis >= 0 && axis < dimension)
                        .distinct()
                        .boxed()
                        .sorted(Comparator.reverseOrder())
                        .mapToInt(Integer::intValue)
                        .toArray();
        if (descending.length != axes.length) {
            throw new EngineException(
                    "expected different axes of %d dimensions, found %s"
                            .formatted(dimension, Arrays.toString(axes)));
        }
        return descending;
    }

    @Override
    public final TorchNDArray cumProd(int axis) {
        return own(AtenTensor.cumprod(handle(), axis, -1));
    }

    @Override
    public final TorchNDArray cumProd(int axis, DataType dataType) {
        return own(
                AtenTensor.cumprod(
                        handle(), axis, dataType == null ? -1 : TorchTypes.code(dataType)));
    }

    @Override
    public final TorchNDArray cumSum() {
        // As DJL's engine has it: along the first axis, and a scalar gets an axis.
        if (isScalar()) {
            return self().reshape(1);
        }
        if (isEmpty()) {
            return self().reshape(0);
        }
        return cumSum(0);
    }

    @Override
    public final TorchNDArray cumSum(int axis) {
        return own(AtenTensor.cumsum(handle(), axis, -1));
    }

    @Override
    public final TorchNDArray argMax() {
        if (isEmpty()) {
            throw new IllegalArgumentException("attempt to get argMax of an empty NDArray");
        }
        return isScalar() ? getManager().create(0L) : own(AtenTensor.argmax(handle(), null, false));
    }

    @Override
    public final TorchNDArray argMax(int axis) {
        return isScalar()
                ? getManager().create(0L)
                : own(AtenTensor.argmax(handle(), (long) axis, false));
    }

    @Override
    public final TorchNDArray argMin() {
        if (isEmpty()) {
            throw new IllegalArgumentException("attempt to get argMin of an empty NDArray");
        }
        return isScalar() ? getManager().create(0L) : own(AtenTensor.argmin(handle(), null, false));
    }

    @Override
    public final TorchNDArray argMin(int axis) {
        return isScalar()
                ? getManager().create(0L)
                : own(AtenTensor.argmin(handle(), (long) axis, false));
    }

    @Override
    public final TorchNDArray percentile(Number percentile) {
        return percentile(percentile, new int[] {-1});
    }

    @Override
    public final TorchNDArray percentile(Number percentile, int[] axes) {
        if (axes.length != 1) {
            throw new UnsupportedOperationException(
                    "Not supporting zero or multi-dimension percentile");
        }
        return own(
                AtenTensor.quantile(
                        handle(), percentile.floatValue() / 100, (long) axes[0], false, "linear"));
    }

    @Override
    public final TorchNDArray median() {
        return median(new int[] {-1});
    }

    @Override
    public final TorchNDArray median(int[] axes) {
        if (axes.length != 1) {
            throw new UnsupportedOperationException(
                    "Not supporting zero or multi-dimension median");
        }
        // libtorch's kernel reads past the memory of a stretched axis.
        long dense = AtenTensor.contiguous(handle(), 0);
        try {
            return first(AtenTensor.median(dense, axes[0], false));
        } finally {
            Tensors.delete(dense);
        }
    }

    @Override
    public final TorchNDArray norm(boolean keepDims) {
        return norm(2, new int[0], keepDims);
    }

    @Override
    public final TorchNDArray norm(int order, int[] axes, boolean keepDims) {
        if (order == 2) {
            return own(AtenTensor.norm2(handle(), axes(axes), keepDims));
        }
        return own(norm(order, axes(axes), keepDims));
    }

    /** The norm of any order: the p-th root of the sum of the p-th powers of absolute values. */
    final long norm(double order, long[] axes, boolean keepDims) {
        if (order == 2) {
            return AtenTensor.norm2(handle(), axes, keepDims);
        }
        if (!getDataType().isFloating()) {
            throw new EngineException(
                    "norm(): input dtype should be either floating point or complex. Got "
                            + getDataType()
                            + " instead.");
        }
        try (Temporaries t = new Temporaries()) {
            long absolute = t.own(AtenTensor.abs(handle()));
            if (order == 0) {
                return countNonzero(absolute, axes, keepDims);
            }
            if (order == 1) {
                return AtenTensor.sum(absolute, axes, keepDims, -1);
            }
            if (order == Double.POSITIVE_INFINITY) {
                return AtenTensor.amax(absolute, axes, keepDims);
            }
            long power = t.own(raised(absolute, order));
            return raised(t.own(AtenTensor.sum(power, axes, keepDims, -1)), 1 / order);
        }
    }

    private static long countNonzero(long handle, long[] axes, boolean keepDims) {
        int type = Tensors.dtype(handle);
        long truth = AtenTensor.to(handle, TorchTypes.code(DataType.BOOLEAN), false, false, -1);
        try {
            return AtenTensor.sum(truth, axes, keepDims, type);
        } finally {
            Tensors.delete(truth);
        }
    }

    private static long raised(long handle, double exponent) {
        long number = Scalars.of(exponent);
        try {
            return AtenTensor.pow(handle, number);
        } finally {
            Tensors.delete(number);
        }
    }

    @Override
    public final TorchNDArray normalize(double exponent, long dim, double eps) {
        try (Temporaries t = new Temporaries()) {
            long norm = t.own(norm(exponent, new long[] {dim}, true));
            long wide = t.own(Scalars.of(eps));
            long least = t.own(AtenTensor.to(wide, Tensors.dtype(norm), false, false, -1));
            return own(AtenTensor.div(handle(), t.own(AtenTensor.clampMin(norm, least))));
        }
    }

    @Override
    public final TorchNDArray trace(int offset, int axis1, int axis2) {
        long diagonal = AtenTensor.diagonal(handle(), offset, axis1, axis2);
        try {
            return own(AtenTensor.sum(diagonal, new long[] {-1}, false, -1));
        } finally {
            Tensors.delete(diagonal);
        }
    }

    @Override
    public final TorchNDArray diff(int n, int dim) {
        return own(AtenTensor.diff(handle(), n, dim, 0, 0));
    }

    @Override
    public final TorchNDArray sort() {
        return sort(-1);
    }

    @Override
    public final TorchNDArray sort(int axis) {
        return first(AtenTensor.sort(handle(), axis, false));
    }

    @Override
    public final TorchNDArray argSort(int axis, boolean ascending) {
        long order = AtenTensor.argsort(handle(), axis, false);
        if (ascending) {
            return own(order);
        }
        // Turned round rather than sorted downwards: equal elements then stand as in DJL.
        try {
            return own(AtenTensor.flip(order, new long[] {axis}));
        } finally {
            Tensors.delete(order);
        }
    }
}

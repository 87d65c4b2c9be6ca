package dev.retort.torch;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

import dev.retort.torch.abi.Tensors;
import dev.retort.torch.ffi.AtenTensor;

import java.util.Arrays;
import java.util.BitSet;

/** The layer of shapes: views, splits, repetitions, padding. */
abstract class ArrayShapes extends ArrayReductions {
    ArrayShapes(TorchManager manager, long handle) {
        super(manager, handle);
    }

    ArrayShapes(TorchManager manager, String[] texts, Shape shape) {
        super(manager, texts, shape);
    }

    /** Makes arrays of results; those that come after one that the manager refuses are freed. */
    final NDList list(long[] handles) {
        NDList list = new NDList(handles.length);
        int taken = 0;
        try {
            while (taken < handles.length) {
                list.add(own(handles[taken++]));
            }
        } catch (IllegalStateException e) {
            while (taken < handles.length) {
                Tensors.delete(handles[taken++]);
            }
            throw e;
        }
        Reachability.keep(this);
        return list;
    }

    @Override
    public final TorchNDArray reshape(long... newShape) {
        return own(AtenTensor.reshape(handle(), newShape));
    }

    @Override
    public final TorchNDArray reshape(Shape shape) {
        return own(AtenTensor.reshape(handle(), shape.getShape()));
    }

    @Override
    public final TorchNDArray expandDims(int axis) {
        return own(AtenTensor.unsqueeze(handle(), axis));
    }

    @Override
    public final TorchNDArray squeeze() {
        return unary(AtenTensor::squeezeAll);
    }

    @Override
    public final TorchNDArray squeeze(int axis) {
        return own(AtenTensor.squeeze(handle(), axis));
    }

    @Override
    public final TorchNDArray squeeze(int[] axes) {
        if (isScalar()) {
            if (axes.length == 0 || (axes.length == 1 && axes[0] == 0)) {
                return duplicate();
            }
            throw new IllegalArgumentException(
                    "axis " + axes[0] + " is out of bounds for array of dimension 0");
        }
        long[] sizes = getShape().getShape();
        BitSet removed = new BitSet();
        for (int axis : axes) {
            if (sizes[axis] != 1) {
                throw new IllegalArgumentException(
                        "cannot select an axis to squeeze out which has size not equal to one");
            }
            removed.set(axis);
        }
        long[] rest = new long[sizes.length - removed.cardinality()];
        int next = 0;
        for (int i = 0; i < sizes.length; i++) {
            if (!removed.get(i)) {
                rest[next++] = sizes[i];
            }
        }
        return reshape(rest);
    }

    @Override
    public final TorchNDArray flatten() {
        return flatten(0, -1);
    }

    @Override
    public final TorchNDArray flatten(int startDim, int endDim) {
        return own(AtenTensor.flatten(handle(), startDim, endDim));
    }

    @Override
    public final TorchNDArray transpose() {
        long[] axes = new long[getShape().dimension()];
        Arrays.setAll(axes, i -> axes.length - 1 - i);
        return own(AtenTensor.permute(handle(), axes));
    }

    @Override
    public final TorchNDArray transpose(int... axes) {
        if (isScalar() && axes.length > 0) {
            throw new IllegalArgumentException("axes don't match NDArray");
        }
        return own(AtenTensor.permute(handle(), axes(axes)));
    }

    @Override
    public final TorchNDArray swapAxes(int axis1, int axis2) {
        return own(AtenTensor.transpose(handle(), axis1, axis2));
    }

    @Override
    public final TorchNDArray flip(int... axes) {
        return own(AtenTensor.flip(handle(), axes(axes)));
    }

    @Override
    public final TorchNDArray rotate90(int times, int[] axes) {
        if (axes.length != 2) {
            throw new IllegalArgumentException("Axes must be 2");
        }
        return own(AtenTensor.rot90(handle(), times, axes(axes)));
    }

    @Override
    public final TorchNDArray broadcast(Shape shape) {
        return own(AtenTensor.expand(handle(), shape.getShape(), false));
    }

    @Override
    public final TorchNDArray diagonal() {
        return diagonal(0, 0, 1);
    }

    @Override
    public final TorchNDArray diagonal(int offset) {
        return diagonal(offset, 0, 1);
    }

    @Override
    public final TorchNDArray diagonal(int offset, int axis1, int axis2) {
        return own(AtenTensor.diagonal(handle(), offset, axis1, axis2));
    }

    @Override
    public final TorchNDArray pad(Shape padding, double value) {
        return own(AtenTensor.pad(handle(), padding.getShape(), "constant", value));
    }

    @Override
    public final NDList split(long sections, int axis) {
        long size = getShape().get(axis) / sections;
        return list(AtenTensor.split(handle(), size, axis));
    }

    @Override
    public final NDList split(long[] indices, int axis) {
        if (indices.length == 0) {
            return new NDList(self());
        }
        long[] sizes = new long[indices.length + 1];
        long start = 0;
        for (int i = 0; i < indices.length; i++) {
            sizes[i] = indices[i] - start;
            start = indices[i];
        }
        sizes[indices.length] = size(axis) - start;
        return list(AtenTensor.splitWithSizes(handle(), sizes, axis));
    }

    @Override
    public final TorchNDArray tile(long repeats) {
        return isEmpty() ? duplicate() : tile(forEachAxis(repeats));
    }

    @Override
    public final TorchNDArray tile(int axis, long repeats) {
        // An axis that a scalar does not have yet is made.
        long[] each = new long[Math.max(getShape().dimension(), axis + 1)];
        Arrays.fill(each, 1);
        each[axis < 0 ? axis + each.length : axis] = repeats;
        return tile(each);
    }

    @Override
    public final TorchNDArray tile(long[] repeats) {
        return own(AtenTensor.repeat(handle(), repeats));
    }

    @Override
    public final TorchNDArray tile(Shape desiredShape) {
        return tile(repeatsToMatch(desiredShape));
    }

    @Override
    public final TorchNDArray repeat(long repeats) {
        return isEmpty() ? duplicate() : repeat(forEachAxis(repeats));
    }

    private long[] forEachAxis(long repeats) {
        long[] each = new long[Math.max(1, getShape().dimension())];
        Arrays.fill(each, repeats);
        return each;
    }

    @Override
    public final TorchNDArray repeat(int axis, long repeats) {
        return own(AtenTensor.repeatInterleave(handle(), repeats, (long) axis, null));
    }

    @Override
    public final TorchNDArray repeat(long[] repeats) {
        if (repeats.length == 0) {
            return self();
        }
        long result = Tensors.share(handle());
        for (int axis = 0; axis < repeats.length; axis++) {
            long shorter = result;
            try {
                result = AtenTensor.repeatInterleave(shorter, repeats[axis], (long) axis, null);
            } finally {
                Tensors.delete(shorter);
            }
        }
        return own(result);
    }

    @Override
    public final TorchNDArray repeat(Shape desiredShape) {
        return repeat(repeatsToMatch(desiredShape));
    }

    private long[] repeatsToMatch(Shape desired) {
        Shape current = getShape();
        int dimension = current.dimension();
        if (desired.dimension() > dimension) {
            throw new IllegalArgumentException("The desired shape has too many dimensions");
        }
        Shape full = current.slice(0, dimension - desired.dimension()).addAll(desired);
        long[] repeats = new long[dimension];
        for (int i = 0; i < dimension; i++) {
            if (current.get(i) == 0 || full.get(i) % current.get(i) != 0) {
                throw new IllegalArgumentException(
                        "The desired shape is not a multiple of the original shape");
            }
            repeats[i] = full.get(i) / current.get(i);
        }
        return repeats;
    }
}

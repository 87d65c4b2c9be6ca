package dev.retort.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.retort.torch.abi.Scalars;
import dev.retort.torch.abi.Tensors;
import dev.retort.torch.ffi.AtenTensor;
import dev.retort.torch.neural.Temporaries;

import org.jspecify.annotations.Nullable;

/** The layer of choosing elements: by index, by mask, by rank. */
abstract class ArrayChoice extends ArrayShapes {
    private static final int INT64 = TorchTypes.code(DataType.INT64);

    ArrayChoice(TorchManager manager, long handle) {
        super(manager, handle);
    }

    ArrayChoice(TorchManager manager, String[] texts, Shape shape) {
        super(manager, texts, shape);
    }

    /** An index as a tensor of 64-bit integers, as all operators of choice want it; owned. */
    static long index(TorchNDArray index) {
        return AtenTensor.to(index.handle(), INT64, false, false, -1);
    }

    private static TorchNDArray requireIndex(NDArray index, String message) {
        if (index instanceof TorchNDArray known) {
            return known;
        }
        throw new IllegalArgumentException(message);
    }

    @Override
    public final TorchNDArray get(NDManager manager, long... indices) {
        long current = Tensors.share(handle());
        for (long index : indices) {
            long outer = current;
            try {
                current = AtenTensor.select(outer, 0, index);
            } finally {
                Tensors.delete(outer);
            }
        }
        TorchNDArray array = ((TorchManager) manager).wrap(current);
        Reachability.keep(this);
        return array;
    }

    @Override
    public final TorchNDArray gather(NDArray index, int axis) {
        TorchNDArray chosen = requireIndex(index, "Only TorchNDArray index is supported.");
        long places = index(chosen);
        try {
            return own(AtenTensor.gather(handle(), axis, places, false), chosen);
        } finally {
            Tensors.delete(places);
        }
    }

    @Override
    public final NDArray gatherNd(NDArray index) {
        requireIndex(index, "Only TorchNDArray index is supported.");
        Shape dataShape = getShape();
        int depth = (int) index.getShape().get(0);
        if (depth > dataShape.dimension()) {
            throw new IllegalArgumentException(
                    "Indexing rank " + depth + " exceeds the data rank " + dataShape.dimension());
        }
        // Row-major: the place among the first axes, flattened, is summed up from the last of them.
        try (TorchManager scope = getManager().newSubManager()) {
            NDArray places = index.toType(DataType.INT64, true);
            places.attach(scope);
            NDArray linear = places.get("{}, ...", depth - 1).duplicate();
            long stride = 1;
            for (int i = depth - 2; i >= 0; i--) {
                stride *= dataShape.get(i + 1);
                linear.addi(places.get("{}, ...", i).mul(stride));
            }
            long flat = AtenTensor.flatten(handle(), 0, depth - 1);
            try {
                return own(
                        AtenTensor.index(flat, new long[] {((TorchNDArray) linear).handle()}),
                        linear);
            } finally {
                Tensors.delete(flat);
            }
        }
    }

    @Override
    public final TorchNDArray take(NDManager manager, NDArray index) {
        TorchNDArray chosen = requireIndex(index, "Only TorchNDArray is supported.");
        long places = index(chosen);
        try {
            TorchNDArray array = ((TorchManager) manager).wrap(AtenTensor.take(handle(), places));
            Reachability.keep(this);
            return array;
        } finally {
            Tensors.delete(places);
        }
    }

    @Override
    public final TorchNDArray put(NDArray index, NDArray value) {
        TorchNDArray chosen = requireIndex(index, "Only TorchNDArray is supported.");
        TorchNDArray values = requireIndex(value, "Only TorchNDArray is supported.");
        long places = index(chosen);
        try {
            return own(AtenTensor.put(handle(), places, values.handle(), false), values);
        } finally {
            Tensors.delete(places);
        }
    }

    @Override
    public final TorchNDArray scatter(NDArray index, NDArray value, int axis) {
        TorchNDArray chosen = requireIndex(index, "Only TorchNDArray is supported.");
        TorchNDArray values = requireIndex(value, "Only TorchNDArray is supported.");
        long places = index(chosen);
        try {
            return own(AtenTensor.scatter(handle(), axis, places, values.handle()), values);
        } finally {
            Tensors.delete(places);
        }
    }

    @Override
    public final TorchNDArray booleanMask(NDArray index, int axis) {
        Shape maskShape = index.getShape();
        TorchNDArray mask = operand(index);
        if (maskShape.equals(getShape())) {
            return own(AtenTensor.maskedSelect(handle(), mask.handle()), mask);
        }
        if (!maskShape.equals(getShape().slice(axis))) {
            throw new UnsupportedOperationException(
                    "Not supported for shape not broadcastable " + maskShape + " vs " + getShape());
        }
        long flat = AtenTensor.maskedSelect(handle(), mask.handle());
        try {
            Shape remainder = getShape().slice(0, axis);
            long selected = Tensors.elements(flat) / remainder.size();
            long[] sizes = remainder.addAll(new Shape(selected)).getShape();
            return own(AtenTensor.reshape(flat, sizes), mask);
        } finally {
            Tensors.delete(flat);
        }
    }

    @Override
    public final TorchNDArray sequenceMask(NDArray sequenceLength) {
        return sequenceMask(sequenceLength, 0);
    }

    /** Sets what lies beyond each sequence's length, along the second axis, to a value. */
    @Override
    public final TorchNDArray sequenceMask(NDArray sequenceLength, float value) {
        int dimension = getShape().dimension();
        if (dimension < 2 || isEmpty() || sequenceLength.size() != getShape().get(0)) {
            throw new IllegalArgumentException(
                    "expected a non-empty array of shape (batch, length, ...) and one length for each of the"
                            + " batch, found "
                            + getShape()
                            + " and "
                            + sequenceLength.getShape());
        }
        try (TorchManager scope = getManager().newSubManager()) {
            long[] lengthsShape = ones(dimension);
            lengthsShape[0] = getShape().get(0);
            long[] positionsShape = ones(dimension);
            positionsShape[1] = getShape().get(1);
            TorchNDArray lengths = operand(sequenceLength).reshape(lengthsShape);
            lengths.attach(scope);
            NDArray positions =
                    scope.arange(0, (int) getShape().get(1), 1, sequenceLength.getDataType())
                            .reshape(positionsShape);
            TorchNDArray beyond = (TorchNDArray) positions.gte(lengths);
            long filler = Scalars.of(value);
            try {
                return own(AtenTensor.maskedFill(handle(), beyond.handle(), filler), beyond);
            } finally {
                Tensors.delete(filler);
            }
        }
    }

    private static long[] ones(int dimension) {
        long[] sizes = new long[dimension];
        java.util.Arrays.fill(sizes, 1);
        return sizes;
    }

    @Override
    public final NDList topK(int k, int axis, boolean largest, boolean sorted) {
        return list(AtenTensor.topk(handle(), k, axis, largest, sorted));
    }

    @Override
    public final NDList unique(
            @Nullable Integer dim, boolean sorted, boolean returnInverse, boolean returnCounts) {
        long[] results =
                dim == null
                        ? AtenTensor.unique2(handle(), sorted, returnInverse, returnCounts)
                        : AtenTensor.uniqueDim(
                                handle(),
                                Math.floorMod(dim, getShape().dimension()),
                                sorted,
                                returnInverse,
                                returnCounts);
        // All three, as DJL's engine has it: those that were not wanted are empty.
        return list(results);
    }

    @Override
    public final TorchNDArray nonzero() {
        return isScalar() ? self().reshape(-1).nonzero() : unary(AtenTensor::nonzero);
    }

    @Override
    public final TorchNDArray oneHot(int depth) {
        return oneHot(depth, DataType.FLOAT32);
    }

    @Override
    public final TorchNDArray oneHot(int depth, DataType dataType) {
        try (Temporaries t = new Temporaries()) {
            long hot = t.own(AtenTensor.oneHot(t.own(index(self())), depth));
            return own(AtenTensor.to(hot, TorchTypes.code(dataType), false, false, -1));
        }
    }

    @Override
    public final TorchNDArray oneHot(int depth, float onValue, float offValue, DataType dataType) {
        try (TorchNDArray hot = oneHot(depth, DataType.FLOAT64);
                TorchNDArray scaled = hot.mul((double) onValue - offValue).addi(offValue)) {
            return scaled.toType(dataType, true);
        }
    }
}

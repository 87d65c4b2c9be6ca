package dev.retort.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDArrayIndexer;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.dim.NDIndexBooleans;
import ai.djl.ndarray.index.dim.NDIndexElement;
import ai.djl.ndarray.index.dim.NDIndexPick;
import ai.djl.ndarray.index.full.NDIndexFullPick;
import ai.djl.ndarray.index.full.NDIndexFullSlice;
import ai.djl.ndarray.index.full.NDIndexFullTake;
import ai.djl.ndarray.types.Shape;

import dev.retort.torch.abi.Tensors;
import dev.retort.torch.ffi.AtenTensor;
import dev.retort.torch.neural.Temporaries;

import java.util.Arrays;

/** Reading and writing by index; what is read belongs to the manager that was given. */
final class TorchIndexer extends NDArrayIndexer {
    private final TorchManager manager;

    TorchIndexer(TorchManager manager) {
        this.manager = manager;
    }

    @Override
    public NDArray get(NDArray array, NDIndexFullPick fullPick) {
        return pick(here(array), here(fullPick.getIndices()), fullPick.getAxis());
    }

    @Override
    public NDArray get(NDArray array, NDIndexFullTake fullTake) {
        return here(array).take(manager, here(fullTake.getIndices()));
    }

    @Override
    public NDArray get(NDArray array, NDIndexFullSlice fullSlice) {
        long slice = slice(here(array), fullSlice);
        try (TorchNDArray view = manager.wrap(slice)) {
            return view.squeeze(fullSlice.getToSqueeze());
        }
    }

    @Override
    public NDArray get(NDArray array, NDIndex index) {
        if (index.getRank() == 0) {
            if (array.getShape().isScalar()) {
                TorchNDArray copy = here(array).duplicate();
                copy.attach(manager);
                return copy;
            }
            index.addAllDim();
        }
        TorchNDArray source = here(array);
        for (NDIndexElement element : index.getIndices()) {
            if (element instanceof NDIndexPick) {
                NDIndexFullPick fullPick =
                        NDIndexFullPick.fromIndex(index, source.getShape()).orElseThrow();
                return get(source, fullPick);
            }
        }
        try (IndexPlan plan = IndexPlan.of(source, index, manager)) {
            return manager.wrap(plan.read());
        }
    }

    @Override
    public void set(NDArray array, NDIndex index, Object data) {
        TorchNDArray target = here(array);
        switch (data) {
            case Number number -> {
                try (NDArray value = manager.create(number)) {
                    write(target, index, here(value));
                }
            }
            case NDArray value -> write(target, index, here(value));
            default ->
                    throw new IllegalArgumentException(
                            "The type of value to assign cannot be other than NDArray and Number.");
        }
    }

    private void write(TorchNDArray target, NDIndex index, TorchNDArray value) {
        for (NDIndexElement element : index.getIndices()) {
            if (element instanceof NDIndexPick) {
                NDIndexFullPick fullPick =
                        NDIndexFullPick.fromIndex(index, target.getShape()).orElseThrow();
                writePicked(target, here(fullPick.getIndices()), fullPick.getAxis(), value);
                return;
            }
        }
        try (IndexPlan plan = IndexPlan.of(target, index, manager)) {
            plan.write(value.handle());
        }
    }

    @Override
    public void set(NDArray array, NDIndexFullSlice fullSlice, NDArray value) {
        // A value of shape (10) fills a slice of shape (1, 10, 1): leading axes are dropped until
        // the value has as many elements.
        Shape shape = fullSlice.getShape();
        while (shape.size() > value.size() && shape.dimension() > 0) {
            shape = shape.slice(1);
        }
        TorchNDArray source = here(value);
        try (Temporaries t = new Temporaries()) {
            long target = t.own(slice(here(array), fullSlice));
            long shaped = t.own(AtenTensor.reshape(source.handle(), shape.getShape()));
            AtenTensor.copyInPlace(target, shaped, false);
        }
    }

    @Override
    public void set(NDArray array, NDIndexFullSlice fullSlice, Number value) {
        try (NDArray number = array.getManager().create(value)) {
            set(array, fullSlice, number);
        }
    }

    @Override
    public void set(NDArray array, NDIndexBooleans indices, NDArray value) {
        TorchNDArray target = here(array);
        TorchNDArray source = here(value);
        try (TorchNDArray mask = here(indices.getIndex())) {
            AtenTensor.indexPutInPlace(
                    target.handle(), new long[] {mask.handle()}, source.handle(), false);
        }
    }

    private TorchNDArray here(NDArray array) {
        TorchNDArray known = manager.from(array);
        if (known == null) {
            throw new NullPointerException("the NDArray is null");
        }
        return known;
    }

    /** A view of the elements between the bounds. */
    private static long slice(TorchNDArray array, NDIndexFullSlice bounds) {
        long[] min = bounds.getMin();
        long[] max = bounds.getMax();
        long[] step = bounds.getStep();
        long view = Tensors.share(array.handle());
        for (int axis = 0; axis < min.length; axis++) {
            long wider = view;
            try {
                view = AtenTensor.slice(wider, axis, min[axis], max[axis], step[axis]);
            } finally {
                Tensors.delete(wider);
            }
        }
        return view;
    }

    /** Writes to one element of each row along an axis. */
    private static void writePicked(
            TorchNDArray target, TorchNDArray index, int axis, TorchNDArray value) {
        long[] sizes = pickedSizes(index.getShape(), target.getShape());
        try (Temporaries t = new Temporaries()) {
            long places = t.own(AtenTensor.reshape(t.own(ArrayChoice.index(index)), sizes));
            long values = t.own(AtenTensor.expand(value.handle(), sizes, false));
            int type = Tensors.dtype(target.handle());
            long typed = t.own(AtenTensor.to(values, type, false, false, -1));
            AtenTensor.scatterInPlace(target.handle(), axis, places, typed);
        }
        Reachability.keep(index);
        Reachability.keep(value);
    }

    /** One element of each row along an axis. */
    private TorchNDArray pick(TorchNDArray array, TorchNDArray index, int axis) {
        long[] sizes = pickedSizes(index.getShape(), array.getShape());
        try (Temporaries t = new Temporaries()) {
            long places = t.own(AtenTensor.reshape(t.own(ArrayChoice.index(index)), sizes));
            return array.own(AtenTensor.gather(array.handle(), axis, places, false), index);
        }
    }

    /** The index's shape with axes of size 1 added until it has as many as the data. */
    private static long[] pickedSizes(Shape index, Shape data) {
        int missing = data.dimension() - index.dimension();
        if (missing == 0) {
            return index.getShape();
        }
        for (int i = 0; i < missing; i++) {
            if (index.equals(data.slice(i, index.dimension()))) {
                long[] sizes = new long[data.dimension()];
                Arrays.fill(sizes, 1);
                System.arraycopy(index.getShape(), 0, sizes, i, index.dimension());
                return sizes;
            }
        }
        throw new IllegalArgumentException(
                "expand shape failed! Cannot expand from " + index + "to " + data);
    }
}

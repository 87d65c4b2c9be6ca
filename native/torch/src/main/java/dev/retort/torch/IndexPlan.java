package dev.retort.torch;

import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.dim.NDIndexAll;
import ai.djl.ndarray.index.dim.NDIndexBooleans;
import ai.djl.ndarray.index.dim.NDIndexElement;
import ai.djl.ndarray.index.dim.NDIndexFixed;
import ai.djl.ndarray.index.dim.NDIndexNull;
import ai.djl.ndarray.index.dim.NDIndexSlice;
import ai.djl.ndarray.index.dim.NDIndexTake;
import ai.djl.ndarray.types.DataType;

import dev.retort.torch.abi.Tensors;
import dev.retort.torch.ffi.AtenTensor;

import java.util.ArrayList;
import java.util.List;

/**
 * An index carried out as far as views go: what is left are the tensors that choose elements along
 * some axes of the view. That is how libtorch's C++ indexing works, which has no function in the C
 * ABI.
 */
final class IndexPlan implements AutoCloseable {
    private final List<Long> tensors = new ArrayList<>();
    private long view;
    private int axis;

    /** The axes that the tensors speak of so far; a mask speaks of several. */
    private int covered;

    private boolean chooses;

    private IndexPlan(long view) {
        this.view = view;
    }

    static IndexPlan of(TorchNDArray array, NDIndex index, TorchManager manager) {
        IndexPlan plan = new IndexPlan(Tensors.share(array.handle()));
        try {
            List<NDIndexElement> elements = index.getIndices();
            for (int i = 0; i < elements.size(); i++) {
                if (i == index.getEllipsisIndex()) {
                    plan.skipTo(elements.subList(i, elements.size()));
                }
                plan.apply(elements.get(i), manager);
            }
            return plan;
        } catch (RuntimeException e) {
            plan.close();
            throw e;
        }
    }

    /** An ellipsis: skips the axes that the rest does not name. */
    private void skipTo(List<NDIndexElement> rest) {
        int named = 0;
        for (NDIndexElement element : rest) {
            named += element instanceof NDIndexNull ? 0 : element.getRank();
        }
        axis = Math.max(axis, Tensors.dim(view) - named);
    }

    private void apply(NDIndexElement element, TorchManager manager) {
        switch (element) {
            case NDIndexNull _ -> replace(AtenTensor.unsqueeze(view, axis++));
            case NDIndexAll _ -> axis++;
            case NDIndexSlice slice -> {
                long step = slice.getStep() == null ? 1 : slice.getStep();
                replace(AtenTensor.slice(view, axis++, slice.getMin(), slice.getMax(), step));
            }
            case NDIndexFixed fixed -> replace(AtenTensor.select(view, axis, fixed.getIndex()));
            case NDIndexBooleans booleans ->
                    choose(Tensors.share(known(booleans.getIndex(), manager).handle()));
            case NDIndexTake take -> {
                TorchNDArray places = known(take.getIndex(), manager);
                choose(ArrayChoice.index(places));
            }
            default ->
                    throw new UnsupportedOperationException(
                            "no such index: " + element.getClass().getSimpleName());
        }
    }

    private static TorchNDArray known(ai.djl.ndarray.NDArray array, TorchManager manager) {
        TorchNDArray known = manager.from(array);
        if (known == null) {
            throw new NullPointerException("the index is null");
        }
        return known;
    }

    private void replace(long next) {
        Tensors.delete(view);
        view = next;
    }

    /** Chooses by a tensor along the next axis, or, by a mask, along as many as it has. */
    private void choose(long tensor) {
        for (; covered < axis; covered++) {
            tensors.add(0L);
        }
        tensors.add(tensor);
        chooses = true;
        boolean mask = Tensors.dtype(tensor) == TorchTypes.code(DataType.BOOLEAN);
        axis += mask ? Tensors.dim(tensor) : 1;
        covered = axis;
    }

    /** The chosen elements: a view where views were enough. */
    long read() {
        return chooses ? AtenTensor.index(view, handles()) : Tensors.share(view);
    }

    /** Writes a value, which is broadcast, to the chosen elements. */
    void write(long value) {
        if (chooses) {
            AtenTensor.indexPutInPlace(view, handles(), value, false);
            return;
        }
        long source = Tensors.share(value);
        // Leading axes of size 1 that the target does not have are dropped, as in C++.
        while (Tensors.dim(source) > Tensors.dim(view) && Tensors.sizes(source)[0] == 1) {
            long longer = source;
            source = AtenTensor.squeeze(longer, 0);
            Tensors.delete(longer);
        }
        try {
            AtenTensor.copyInPlace(view, source, false);
        } finally {
            Tensors.delete(source);
        }
    }

    private long[] handles() {
        return tensors.stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public void close() {
        Tensors.delete(view);
        for (long tensor : tensors) {
            if (tensor != 0) {
                Tensors.delete(tensor);
            }
        }
    }
}

package dev.retort.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.NativeResource;

import dev.retort.torch.abi.BorrowedLibtorch;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/** The memory of arrays of DJL's own PyTorch engine, by their handles. */
final class DjlPyTorch {
    private static final String NAME = "PyTorch";

    private DjlPyTorch() {}

    static long address(NDArray array) {
        requireName(array.getManager());
        return BorrowedLibtorch.data(handle(array));
    }

    static MemorySegment segment(NDArray array, long bytes) {
        requireName(array.getManager());
        if (!BorrowedLibtorch.contiguous(handle(array), array.getShape().dimension())) {
            throw new IllegalArgumentException(
                    "expected a contiguous array, found one with strides; duplicate it");
        }
        return BorrowedLibtorch.segment(handle(array), bytes);
    }

    static NDArray wrap(MemorySegment segment, Shape shape, DataType type, NDManager manager) {
        requireName(manager);
        // DJL takes the memory of a direct buffer for the array's own, and keeps the buffer.
        return manager.create(segment.asByteBuffer().order(ByteOrder.nativeOrder()), shape, type);
    }

    private static long handle(NDArray array) {
        return (Long) ((NativeResource<?>) array).getHandle();
    }

    private static void requireName(NDManager manager) {
        String name = manager.getEngine().getEngineName();
        if (!name.equals(NAME)) {
            throw new IllegalArgumentException(
                    "expected an array of the engine %s or %s, found one of %s"
                            .formatted(TorchEngine.NAME, NAME, name));
        }
    }
}

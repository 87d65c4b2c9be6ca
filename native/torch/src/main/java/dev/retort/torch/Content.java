package dev.retort.torch;

import dev.retort.torch.abi.ForeignMemory;
import dev.retort.torch.abi.Tensors;
import dev.retort.torch.abi.Values;
import dev.retort.torch.ffi.AtenTensor;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.function.LongUnaryOperator;

/** The content as bytes of the CPU, copied there and made contiguous if it is not. */
final class Content implements AutoCloseable {
    private final TorchNDArray array;
    private final long handle;
    private final boolean temporary;
    private final long bytes;

    Content(TorchNDArray array) {
        this.array = array;
        long own = array.handle();
        long here = own;
        if (Tensors.layout(here) != 0) {
            here = AtenTensor.toDense(here, -1, null);
        }
        if (Tensors.deviceType(here) != 0) {
            here = replaced(own, here, Content::moved);
        }
        if (!Tensors.contiguous(here)) {
            here = replaced(own, here, handle -> AtenTensor.contiguous(handle, 0));
        }
        handle = here;
        temporary = here != own;
        bytes = Tensors.elements(here) * ElementBytes.of(array.getDataType());
    }

    private static long moved(long handle) {
        return AtenTensor.to(handle, Values.device(0, -1), Tensors.dtype(handle), false, false, -1);
    }

    /** What is made of a tensor, which is freed unless it is the array's own. */
    private static long replaced(long own, long old, LongUnaryOperator operator) {
        try {
            return operator.applyAsLong(old);
        } finally {
            if (old != own) {
                Tensors.delete(old);
            }
        }
    }

    boolean ownsNothing() {
        return !temporary;
    }

    long bytes() {
        return bytes;
    }

    /** The array's own memory, which the buffer keeps even when the array is closed. */
    ByteBuffer view() {
        return bytes == 0
                ? ByteBuffer.allocateDirect(0)
                : ForeignMemory.segment(handle, bytes).asByteBuffer();
    }

    void copyTo(MemorySegment target) {
        if (bytes > 0) {
            MemorySegment.copy(Creation.memory(handle, bytes), 0, target, 0, bytes);
        }
    }

    @Override
    public void close() {
        if (temporary) {
            Tensors.delete(handle);
        }
        Reachability.keep(array);
    }
}

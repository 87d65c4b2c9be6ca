package dev.retort.torch.neural;

import dev.retort.torch.abi.Tensors;

import java.util.Arrays;

/** Intermediate results of one function, freed together when it returns or throws. */
public final class Temporaries implements AutoCloseable {
    private long[] handles = new long[8];
    private int size;

    /** Takes over a handle and gives it back for use until {@link #close()}. */
    public long own(long handle) {
        if (size == handles.length) {
            handles = Arrays.copyOf(handles, 2 * size);
        }
        handles[size++] = handle;
        return handle;
    }

    @Override
    public void close() {
        for (int i = 0; i < size; i++) {
            Tensors.delete(handles[i]);
        }
        size = 0;
    }
}

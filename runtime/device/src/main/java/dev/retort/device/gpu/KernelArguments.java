package dev.retort.device.gpu;

import dev.retort.cuda.CudaModules.Parameter;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The arguments of a kernel, packed as the driver wants them. Each setter takes the index of the
 * parameter, from 0, and checks the size of the value against the kernel's; the driver tells no
 * types, so that an {@code int} for a {@code float} goes unseen.
 *
 * <pre>{@code
 * KernelArguments arguments = saxpy.arguments();
 * arguments.float32(0, 2f).pointer(1, x).pointer(2, y).int32(3, n);
 * saxpy.launch(stream, LaunchShape.covering(n, 256), arguments);
 * }</pre>
 *
 * <p>Setting and launching allocate nothing. An instance is used by one thread at a time; its
 * native memory goes with it.
 */
public final class KernelArguments {
    private final Kernel kernel;
    private final long[] offsets;
    private final long[] sizes;
    private final boolean[] set;
    private final @Nullable DeviceMemory[] memories;
    private final MemorySegment values;
    private final MemorySegment pointers;

    KernelArguments(Kernel kernel, List<Parameter> layout) {
        this.kernel = kernel;
        int count = layout.size();
        this.offsets = layout.stream().mapToLong(Parameter::offsetBytes).toArray();
        this.sizes = layout.stream().mapToLong(Parameter::bytes).toArray();
        this.set = new boolean[count];
        this.memories = new DeviceMemory[count];
        // The collector frees it: a few hundred bytes need no owner.
        Arena arena = Arena.ofAuto();
        long bytes = count == 0 ? 0 : offsets[count - 1] + sizes[count - 1];
        this.values = arena.allocate(Math.max(1, bytes), 16);
        this.pointers = arena.allocate(ValueLayout.ADDRESS, Math.max(1, count));
        for (int i = 0; i < count; i++) {
            pointers.setAtIndex(ValueLayout.ADDRESS, i, values.asSlice(offsets[i], sizes[i]));
        }
    }

    /** The layout that a C compiler gives parameters of these sizes. */
    static List<Parameter> layout(int... sizes) {
        List<Parameter> layout = new ArrayList<>();
        long end = 0;
        for (int size : sizes) {
            if (size < 1) {
                throw new IllegalArgumentException(
                        "the size of a parameter is at least 1 byte, found " + size);
            }
            long offset = Math.ceilDiv(end, Long.BYTES) * Long.BYTES;
            layout.add(new Parameter(offset, size));
            end = offset + size;
        }
        return layout;
    }

    /**
     * How many parameters the kernel has.
     *
     * @return the number
     */
    public int count() {
        return sizes.length;
    }

    /**
     * Sets a parameter of 1 byte.
     *
     * @param index which
     * @param value the value
     * @return this
     */
    public KernelArguments int8(int index, byte value) {
        values.set(ValueLayout.JAVA_BYTE, at(index, Byte.BYTES), value);
        return this;
    }

    /**
     * Sets a parameter of 2 bytes, such as a {@code short}, or the bits of a half or a bfloat16.
     *
     * @param index which
     * @param value the value
     * @return this
     */
    public KernelArguments int16(int index, short value) {
        values.set(ValueLayout.JAVA_SHORT_UNALIGNED, at(index, Short.BYTES), value);
        return this;
    }

    /**
     * Sets an integer parameter of 4 bytes.
     *
     * @param index which
     * @param value the value
     * @return this
     */
    public KernelArguments int32(int index, int value) {
        values.set(ValueLayout.JAVA_INT_UNALIGNED, at(index, Integer.BYTES), value);
        return this;
    }

    /**
     * Sets an integer parameter of 8 bytes.
     *
     * @param index which
     * @param value the value
     * @return this
     */
    public KernelArguments int64(int index, long value) {
        values.set(ValueLayout.JAVA_LONG_UNALIGNED, at(index, Long.BYTES), value);
        return this;
    }

    /**
     * Sets a floating point parameter of 4 bytes.
     *
     * @param index which
     * @param value the value
     * @return this
     */
    public KernelArguments float32(int index, float value) {
        values.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at(index, Float.BYTES), value);
        return this;
    }

    /**
     * Sets a floating point parameter of 8 bytes.
     *
     * @param index which
     * @param value the value
     * @return this
     */
    public KernelArguments float64(int index, double value) {
        values.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, at(index, Double.BYTES), value);
        return this;
    }

    /**
     * Sets a pointer to device memory. The launch checks that the memory is still open.
     *
     * @param index which
     * @param memory memory of the kernel's context, or of one that it {@linkplain
     *     DeviceContext#enablePeerAccess can reach}
     * @return this
     */
    public KernelArguments pointer(int index, DeviceMemory memory) {
        long at = at(index, Long.BYTES);
        if (!kernel.context().reaches(memory.context())) {
            throw new IllegalStateException(
                    "argument %d of %s lies in the %s, which the %s cannot reach"
                            .formatted(index, kernel, memory.context(), kernel.context()));
        }
        values.set(ValueLayout.JAVA_LONG_UNALIGNED, at, memory.address());
        memories[index] = memory;
        return this;
    }

    /**
     * Sets a null pointer.
     *
     * @param index which
     * @return this
     */
    public KernelArguments nullPointer(int index) {
        return int64(index, 0);
    }

    /**
     * Sets a parameter that is a struct passed by value.
     *
     * @param index which
     * @param value its bytes, on or off the Java heap
     * @return this
     */
    public KernelArguments struct(int index, MemorySegment value) {
        long at = at(index, value.byteSize());
        MemorySegment.copy(value, 0, values, at, value.byteSize());
        return this;
    }

    /** Where the value goes; it counts as set from now on, and is no pointer that we know. */
    private long at(int index, long bytes) {
        if (index < 0 || index >= sizes.length) {
            throw new IndexOutOfBoundsException(
                    "%s has %d parameters and none with index %d"
                            .formatted(kernel, sizes.length, index));
        }
        if (sizes[index] != bytes) {
            throw new IllegalArgumentException(
                    "argument %d of %s: the parameter has %d bytes, the value %d"
                            .formatted(index, kernel, sizes[index], bytes));
        }
        set[index] = true;
        memories[index] = null;
        return offsets[index];
    }

    /** Passes when all are set and all memory is there. */
    void check(Kernel launched) {
        if (launched != kernel) {
            throw new IllegalStateException(
                    "these are arguments of %s, not of %s".formatted(kernel, launched));
        }
        for (int i = 0; i < set.length; i++) {
            if (!set[i]) {
                throw new IllegalStateException(
                        "argument %d of %s is not set".formatted(i, kernel));
            }
            DeviceMemory memory = memories[i];
            if (memory != null) {
                memory.checkOpen();
            }
        }
    }

    void recordUse(UsedMemory recorder) {
        for (DeviceMemory memory : memories) {
            if (memory != null) {
                memory.recordUse(recorder);
            }
        }
    }

    MemorySegment pointers() {
        return pointers;
    }
}

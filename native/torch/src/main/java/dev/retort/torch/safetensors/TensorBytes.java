package dev.retort.torch.safetensors;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.EnumSet;
import java.util.Set;

/**
 * Moves bytes between files and arrays of any engine. DJL's buffers hold less than 2 GiB, so longer
 * tensors go in parts.
 */
final class TensorBytes {
    /** Elements of a part: at most 1 GiB. */
    private static final long PART = 1L << 27;

    /** Types whose creation ends the process in DJL's PyTorch engine 0.35. */
    private static final Set<DataType> ABSENT_IN_PYTORCH =
            EnumSet.of(
                    DataType.BFLOAT16,
                    DataType.INT16,
                    DataType.UINT16,
                    DataType.UINT32,
                    DataType.UINT64);

    static {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new UnsupportedOperationException(
                    "expected a little-endian processor, as safetensors is little-endian");
        }
    }

    private TensorBytes() {}

    static DataType requireDataType(TensorEntry tensor) {
        return tensor.type()
                .dataType()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "expected a type that DJL has for tensor '%s', found %s"
                                                .formatted(tensor.name(), tensor.type())));
    }

    /** An array with memory of its own. */
    static NDArray read(TensorEntry tensor, MemorySegment bytes, NDManager manager) {
        return read(tensor, bytes, manager, PART);
    }

    static NDArray read(TensorEntry tensor, MemorySegment bytes, NDManager manager, long part) {
        DataType type = requireDataType(tensor);
        if (isAbsent(type, manager)) {
            return readWidened(tensor, bytes, manager, part);
        }
        if (type != DataType.COMPLEX64) {
            return read(bytes, tensor.shape(), type, manager, part);
        }
        // DJL takes a complex number for 4 bytes, so it is read as what it is: two floats.
        try (NDArray parts = read(bytes, tensor.shape().add(2), DataType.FLOAT32, manager, part)) {
            return parts.complex();
        }
    }

    private static boolean isAbsent(DataType type, NDManager manager) {
        return ABSENT_IN_PYTORCH.contains(type)
                && manager.getEngine().getEngineName().equals("PyTorch");
    }

    /** A tensor in bfloat16 as one in single precision, which holds its values exactly. */
    private static NDArray readWidened(
            TensorEntry tensor, MemorySegment bytes, NDManager manager, long part) {
        if (tensor.type() != ElementType.BF16) {
            throw new IllegalArgumentException(
                    "expected a type that DJL's PyTorch engine has for tensor '%s', found %s"
                            .formatted(tensor.name(), tensor.type()));
        }
        try (Arena arena = Arena.ofConfined()) {
            long size = tensor.shape().size();
            MemorySegment floats = arena.allocate(size * Float.BYTES, Float.BYTES);
            for (long i = 0; i < size; i++) {
                short upper = bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED, i * Short.BYTES);
                floats.setAtIndex(ValueLayout.JAVA_INT, i, upper << Short.SIZE);
            }
            return read(floats, tensor.shape(), DataType.FLOAT32, manager, part);
        }
    }

    private static NDArray read(
            MemorySegment bytes, Shape shape, DataType type, NDManager manager, long part) {
        long size = shape.size();
        if (size == 0) {
            return manager.create(shape, type);
        }
        if (size <= part) {
            return copy(bytes, shape, type, manager);
        }
        try (NDArray flat = manager.create(new Shape(size), type)) {
            for (long start = 0; start < size; start += part) {
                long end = Math.min(size, start + part);
                long width = type.getNumOfBytes();
                MemorySegment slice = bytes.asSlice(start * width, (end - start) * width);
                try (NDArray piece = copy(slice, new Shape(end - start), type, manager)) {
                    flat.set(new NDIndex("{}:{}", start, end), piece);
                }
            }
            return flat.reshape(shape);
        }
    }

    private static NDArray copy(
            MemorySegment bytes, Shape shape, DataType type, NDManager manager) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment aligned = bytes;
            if (bytes.address() % type.getNumOfBytes() != 0) {
                aligned = arena.allocate(bytes.byteSize(), type.getNumOfBytes()).copyFrom(bytes);
            }
            ByteBuffer buffer = aligned.asByteBuffer().order(ByteOrder.nativeOrder());
            NDArray array = manager.create(buffer, shape, type);
            if (!array.getDevice().equals(Device.cpu())) {
                return array;
            }
            // On the CPU an engine may use the buffer as the array's memory, as DJL's PyTorch does.
            try (array) {
                return array.duplicate();
            }
        }
    }

    /** Writes all elements in row-major order. */
    static void write(NDArray array, WritableByteChannel channel) throws IOException {
        write(array, channel, PART);
    }

    static void write(NDArray array, WritableByteChannel channel, long part) throws IOException {
        if (array.size() == 0) {
            return;
        }
        try (NDManager scope = array.getManager().newSubManager()) {
            NDArray real = array;
            if (array.getDataType() == DataType.COMPLEX64) {
                real = array.real();
                real.attach(scope);
            }
            NDArray flat = real.flatten();
            flat.attach(scope);
            for (long start = 0; start < flat.size(); start += part) {
                long end = Math.min(flat.size(), start + part);
                writePart(flat.get(new NDIndex("{}:{}", start, end)), channel, scope);
            }
        }
    }

    private static void writePart(NDArray part, WritableByteChannel channel, NDManager parent)
            throws IOException {
        // What the engine makes on the way belongs to the manager of the part.
        try (NDManager scope = parent.newSubManager()) {
            part.attach(scope);
            ByteBuffer bytes = part.toByteBuffer(true);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }
}

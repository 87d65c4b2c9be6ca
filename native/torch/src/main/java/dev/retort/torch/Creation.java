package dev.retort.torch;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.retort.torch.abi.Scalars;
import dev.retort.torch.abi.Tensors;
import dev.retort.torch.abi.Values;
import dev.retort.torch.ffi.AtenTensor;
import dev.retort.torch.neural.Temporaries;

import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongConsumer;

/** New tensors by handle: the work behind a manager's methods. */
final class Creation {
    private static final long CPU = Values.device(0, -1);

    private Creation() {}

    static long empty(Shape shape, DataType type, Device device) {
        return Tensors.empty(shape.getShape(), TorchTypes.code(type), TorchTypes.device(device));
    }

    static long zeros(Shape shape, DataType type, Device device) {
        return filled(empty(shape, type, device), AtenTensor::zeroInPlace);
    }

    static long ones(Shape shape, DataType type, Device device) {
        return filled(empty(shape, type, device), Scalars.of(1));
    }

    static long full(Shape shape, float value, DataType type, Device device) {
        return filled(empty(shape, type, device), Scalars.of(value));
    }

    /** Fills a tensor with a number, which is freed. */
    private static long filled(long handle, long number) {
        try {
            return filled(handle, made -> AtenTensor.fillInPlace(made, number));
        } finally {
            Tensors.delete(number);
        }
    }

    /** A tensor that has just been made, once it is filled; it is freed if that fails. */
    static long filled(long handle, LongConsumer action) {
        try {
            action.accept(handle);
            return handle;
        } catch (RuntimeException | Error e) {
            Tensors.delete(handle);
            throw e;
        }
    }

    /** A tensor with the content of a buffer, which is copied. */
    static long of(Buffer data, Shape shape, DataType type, Device device) {
        int size = Math.toIntExact(shape.size());
        Buffer content = elements(data, type, size);
        long handle = Tensors.empty(shape.getShape(), TorchTypes.code(type), CPU);
        if (size > 0) {
            long bytes = (long) size * ElementBytes.of(type);
            filled(handle, made -> copy(content, memory(made, bytes)));
        }
        return moved(handle, device);
    }

    /**
     * The next elements of a buffer, as many as are wanted. The buffer stays as it is. Elements of
     * another width are refused: DJL lets a buffer of floats pass for doubles.
     */
    static Buffer elements(Buffer buffer, DataType type, int size) {
        // DJL limits a longer one, from its beginning and not from its position.
        Buffer data = buffer.slice();
        if (data instanceof ByteBuffer) {
            boolean complex = type == DataType.COMPLEX64;
            BaseNDManager.validateBuffer(
                    data,
                    complex ? DataType.FLOAT32 : type,
                    complex ? Math.multiplyExact(2, size) : size);
            return data;
        }
        BaseNDManager.validateBuffer(data, type, size);
        DataType found = DataType.fromBuffer(data);
        if (found.getNumOfBytes() != ElementBytes.of(type)) {
            throw new IllegalArgumentException(
                    "expected a buffer of %d bytes an element for the type %s, found one of %d bytes"
                            .formatted(ElementBytes.of(type), type, found.getNumOfBytes()));
        }
        return data;
    }

    /** Copies what remains in a buffer to a tensor's memory, which is as large. */
    static void copy(Buffer data, MemorySegment target) {
        if (order(data) == ByteOrder.nativeOrder() || data instanceof ByteBuffer) {
            target.copyFrom(MemorySegment.ofBuffer(data));
        } else {
            BaseNDManager.copyBuffer(data, target.asByteBuffer().order(ByteOrder.nativeOrder()));
        }
    }

    private static ByteOrder order(Buffer data) {
        return switch (data) {
            case java.nio.FloatBuffer buffer -> buffer.order();
            case java.nio.DoubleBuffer buffer -> buffer.order();
            case java.nio.IntBuffer buffer -> buffer.order();
            case java.nio.LongBuffer buffer -> buffer.order();
            case java.nio.ShortBuffer buffer -> buffer.order();
            default -> ByteOrder.nativeOrder();
        };
    }

    /** The memory of a contiguous tensor on the CPU. */
    static MemorySegment memory(long handle, long bytes) {
        return MemorySegment.ofAddress(Tensors.data(handle)).reinterpret(bytes);
    }

    /** A tensor of the CPU on the device where it is wanted; the given handle is used up. */
    static long moved(long handle, Device device) {
        if (!device.isGpu()) {
            return handle;
        }
        try {
            return AtenTensor.to(
                    handle, TorchTypes.device(device), Tensors.dtype(handle), false, false, -1);
        } finally {
            Tensors.delete(handle);
        }
    }

    static long arange(float start, float stop, float step, DataType type, Device device) {
        if (Math.signum(stop - start) != Math.signum(step)) {
            return empty(new Shape(0), type, device);
        }
        if (type == DataType.BOOLEAN) {
            throw new EngineException("a range is of numbers, found the type " + type);
        }
        int count = (int) Math.ceil(((double) stop - start) / step);
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = (double) start + (double) i * step;
        }
        return ofDoubles(values, type, device);
    }

    private static long ofDoubles(double[] values, DataType type, Device device) {
        long wide = Tensors.empty(new long[] {values.length}, 7, CPU);
        MemorySegment.copy(
                MemorySegment.ofArray(values),
                0,
                memory(wide, 8L * values.length),
                0,
                8L * values.length);
        if (type == DataType.FLOAT64) {
            return moved(wide, device);
        }
        try {
            return moved(AtenTensor.to(wide, TorchTypes.code(type), false, false, -1), device);
        } finally {
            Tensors.delete(wide);
        }
    }

    static long linspace(float start, float stop, int count, boolean endpoint, Device device) {
        if (!endpoint) {
            double[] values = new double[count];
            for (int i = 0; i < count; i++) {
                values[i] = start + ((double) stop - start) * i / count;
            }
            return ofDoubles(values, DataType.FLOAT32, device);
        }
        long first = Scalars.of(start);
        long last = Scalars.of(stop);
        try {
            return AtenTensor.linspace(first, last, count, 6, -1, TorchTypes.device(device), null);
        } finally {
            Tensors.delete(first);
            Tensors.delete(last);
        }
    }

    static long eye(int rows, int columns, int diagonal, DataType type, Device device) {
        if (diagonal == 0) {
            return AtenTensor.eye(
                    rows, columns, TorchTypes.code(type), -1, TorchTypes.device(device), null);
        }
        long zeros =
                AtenTensor.zeros(
                        new long[] {rows, columns},
                        TorchTypes.code(type),
                        -1,
                        TorchTypes.device(device),
                        null);
        return filled(
                zeros,
                made -> {
                    try (Temporaries t = new Temporaries()) {
                        long view = t.own(AtenTensor.diagonal(made, diagonal, 0, 1));
                        AtenTensor.copyInPlace(view, t.own(Scalars.of(1)), false);
                    }
                });
    }

    static long hannWindow(long points, Device device) {
        return AtenTensor.hannWindow(points, true, 6, -1, TorchTypes.device(device), null);
    }

    static long sparse(TorchNDArray places, TorchNDArray values, Shape shape) {
        long handle =
                AtenTensor.sparseCooTensor(
                        places.handle(),
                        values.handle(),
                        shape.getShape(),
                        -1,
                        -1,
                        Values.NO_DEVICE,
                        null,
                        null);
        Reachability.keep(places);
        Reachability.keep(values);
        return handle;
    }
}

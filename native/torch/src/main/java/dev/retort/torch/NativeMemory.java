package dev.retort.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.retort.torch.abi.BorrowedLibtorch;
import dev.retort.torch.abi.ForeignMemory;
import dev.retort.torch.abi.Libtorch;
import dev.retort.torch.abi.Tensors;

import java.lang.foreign.MemorySegment;

/**
 * The memory of arrays without a copy: for kernels of one's own, for libraries bound by Panama, and
 * for memory that these give. Works with Retort's engine and with DJL's PyTorch engine.
 */
public final class NativeMemory {
    private NativeMemory() {}

    /**
     * The memory of an array on the CPU; writes are seen by both sides.
     *
     * @param array a contiguous array
     * @return its elements in row-major order and native byte order. Of Retort's engine the memory
     *     lives as long as the array or the segment, of DJL's as long as the array alone
     * @throws IllegalArgumentException if the array lies on another device or is not contiguous
     */
    public static MemorySegment segment(NDArray array) {
        if (!array.getDevice().equals(Device.cpu())) {
            throw new IllegalArgumentException(
                    "expected an array on the CPU, found one on %s; its address is all there is"
                            .formatted(array.getDevice()));
        }
        long bytes = bytes(array.getShape(), array.getDataType());
        if (!(array instanceof TorchNDArray)) {
            return DjlPyTorch.segment(array, bytes);
        }
        long handle = Handles.of(array);
        if (!Tensors.contiguous(handle)) {
            throw new IllegalArgumentException(
                    "expected a contiguous array, found one with strides; duplicate it");
        }
        return ForeignMemory.segment(handle, bytes);
    }

    /**
     * The address of the first element, on a GPU one of the GPU. It is valid while the array is
     * open, and elements may lie in any order that its strides say.
     *
     * @param array an array
     * @return the address
     */
    public static long address(NDArray array) {
        return array instanceof TorchNDArray
                ? Tensors.data(Handles.of(array))
                : DjlPyTorch.address(array);
    }

    /**
     * The CUDA stream on which the engine of this process queues the work of this thread.
     *
     * @param device a GPU
     * @return the driver's {@code CUstream}, 0 for the default stream
     */
    public static long currentStream(Device device) {
        if (!device.isGpu()) {
            throw new IllegalArgumentException("expected a GPU, found " + device);
        }
        if (Libtorch.isElsewhere()) {
            return BorrowedLibtorch.currentStream(device.getDeviceId());
        }
        TorchEngine.requireLibtorch();
        return ForeignMemory.currentStream(device.getDeviceId());
    }

    /**
     * An array on native memory; writes are seen by both sides.
     *
     * @param segment elements in row-major order and native byte order, aligned to their size; its
     *     arena must stay open until the array and all its views are closed, which an automatic
     *     arena does by itself
     * @param shape the shape
     * @param type the type
     * @param manager a manager on the CPU, owns the array
     * @return the array
     */
    public static NDArray wrap(
            MemorySegment segment, Shape shape, DataType type, NDManager manager) {
        long bytes = bytes(shape, type);
        if (!segment.isNative() || segment.isReadOnly()) {
            throw new IllegalArgumentException(
                    "expected native memory that can be written, found " + segment);
        }
        int width = ElementBytes.of(type);
        if (segment.byteSize() != bytes || segment.address() % width != 0) {
            throw new IllegalArgumentException(
                    "expected %d bytes aligned to %d for %s of shape %s, found %s"
                            .formatted(bytes, width, type, shape, segment));
        }
        if (!manager.getDevice().equals(Device.cpu())) {
            throw new IllegalArgumentException(
                    "expected a manager on the CPU, found one on " + manager.getDevice());
        }
        if (manager instanceof TorchManager torch) {
            return torch.wrap(
                    ForeignMemory.wrap(
                            segment,
                            shape.getShape(),
                            TorchTypes.code(type),
                            TorchTypes.device(Device.cpu())));
        }
        return DjlPyTorch.wrap(segment, shape, type, manager);
    }

    private static long bytes(Shape shape, DataType type) {
        return Math.multiplyExact(shape.size(), (long) ElementBytes.of(type));
    }
}

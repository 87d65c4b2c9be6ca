package dev.retort.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;

import dev.retort.torch.abi.Autograd;
import dev.retort.torch.abi.Tensors;
import dev.retort.torch.abi.Values;
import dev.retort.torch.ffi.AtenTensor;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;

/** The layer of type, shape, device, content and gradient. */
abstract class ArrayData extends ArrayHandle {
    private @Nullable DataType dataType;
    private @Nullable Shape shape;
    private @Nullable Device device;
    private String @Nullable [] texts;

    /** What {@link #getGradient} returned last; it may be one that has been taken off since. */
    private @Nullable TorchNDArray gradient;

    /** Whether that is zeros, as there was no gradient. */
    private boolean zeroGradient;

    private GradientLeaves.@Nullable Leaf leaf;

    /** Whether it has been asked for and found that no operation made this array. */
    private boolean foundLeaf;

    ArrayData(TorchManager manager, long handle) {
        super(manager, handle);
    }

    ArrayData(TorchManager manager, String[] texts, Shape shape) {
        super(manager);
        this.texts = texts;
        this.shape = shape;
        dataType = DataType.STRING;
    }

    @Override
    final void forget() {
        dataType = null;
        shape = null;
        device = null;
        dropGradient();
        foundLeaf = false;
    }

    @Override
    public final DataType getDataType() {
        DataType known = dataType;
        if (known == null) {
            known = TorchTypes.type(Tensors.dtype(handle()));
            Reachability.keep(this);
            dataType = known;
        }
        return known;
    }

    @Override
    public final Device getDevice() {
        Device known = device;
        if (known == null) {
            if (dataType == DataType.STRING) {
                return Device.cpu();
            }
            long handle = handle();
            known = TorchTypes.device(Tensors.deviceType(handle), Tensors.deviceIndex(handle));
            Reachability.keep(this);
            device = known;
        }
        return known;
    }

    @Override
    public final Shape getShape() {
        Shape known = shape;
        if (known == null) {
            known = new Shape(Tensors.sizes(handle()));
            Reachability.keep(this);
            shape = known;
        }
        return known;
    }

    @Override
    public final SparseFormat getSparseFormat() {
        if (dataType == DataType.STRING) {
            return SparseFormat.DENSE;
        }
        int layout = Tensors.layout(handle());
        Reachability.keep(this);
        return switch (layout) {
            case 0 -> SparseFormat.DENSE;
            case 1 -> SparseFormat.COO;
            default -> throw new UnsupportedOperationException("Unsupported data format");
        };
    }

    @Override
    public final TorchNDArray toDevice(Device device, boolean copy) {
        if (!copy && device.equals(getDevice())) {
            return self();
        }
        // Arrays that are made by way of this one's manager are to lie where it does.
        TorchManager target = getManager().on(device);
        TorchNDArray array =
                target.wrap(
                        AtenTensor.to(
                                handle(),
                                TorchTypes.device(device),
                                TorchTypes.code(getDataType()),
                                false,
                                copy,
                                -1));
        Reachability.keep(this);
        array.setName(getName());
        return array;
    }

    @Override
    public final TorchNDArray toType(DataType dataType, boolean copy) {
        if (!copy && dataType == getDataType()) {
            return self();
        }
        TorchNDArray array =
                own(AtenTensor.to(handle(), TorchTypes.code(dataType), false, copy, -1));
        array.setName(getName());
        return array;
    }

    @Override
    public final void setRequiresGradient(boolean requiresGrad) {
        foundLeaf = false;
        Autograd.setRequiresGrad(handle(), requiresGrad);
        if (requiresGrad && leaf == null) {
            leaf = GradientLeaves.add(self());
        } else if (!requiresGrad) {
            forgetLeaf();
        }
        Reachability.keep(this);
    }

    private void forgetLeaf() {
        GradientLeaves.Leaf known = leaf;
        if (known != null) {
            GradientLeaves.remove(known);
            leaf = null;
        }
    }

    /**
     * The gradient that backward passes have left, zeros before the first. It is the same array
     * until it is closed or another gradient takes its place, so reading it does not fill the
     * manager: the next one that is read closes it, unless it has been given to another manager.
     */
    @Override
    public final synchronized TorchNDArray getGradient() {
        TorchNDArray known = gradient;
        long handle = handle();
        if (known != null && !known.isReleased() && Autograd.isGradientOf(known.handle(), handle)) {
            return known;
        }
        long fresh = Autograd.gradient(handle);
        boolean zero = fresh == 0;
        if (zero && !hasGradient()) {
            throw new IllegalStateException(
                    "No gradient attached to this NDArray, please call array.setRequiresGradient()"
                            + " on your NDArray or block.setInitializer() on your Block");
        }
        if (zero && zeroGradient && known != null && !known.isReleased()) {
            return known;
        }
        dropGradient();
        TorchNDArray read = own(zero ? zerosLike(handle) : fresh);
        gradient = read;
        zeroGradient = zero;
        return read;
    }

    /** Closes the gradient that was read last, unless somebody else has taken it over. */
    private void dropGradient() {
        TorchNDArray known = gradient;
        gradient = null;
        if (known != null && known.getManager() == getManager()) {
            known.close();
        }
    }

    /**
     * Takes the gradient off, as if no backward pass had left one. Whoever has read it may use it
     * until the next one is read.
     */
    final void removeGradient() {
        Autograd.removeGradient(handle());
        Reachability.keep(this);
    }

    private static long zerosLike(long handle) {
        return AtenTensor.zerosLike(handle, -1, -1, Values.NO_DEVICE, null, -1);
    }

    @Override
    public final boolean hasGradient() {
        if (dataType == DataType.STRING) {
            return false;
        }
        long handle = handle();
        boolean required = Autograd.requiresGrad(handle);
        if (required && !foundLeaf) {
            // A leaf that requires a gradient stays one: libtorch lets no recorded operation write
            // to it.
            foundLeaf = AtenTensor.isLeaf(handle);
        }
        Reachability.keep(this);
        return required && foundLeaf;
    }

    @Override
    public final TorchNDArray stopGradient() {
        return unary(AtenTensor::detach);
    }

    @Override
    public final ByteBuffer toByteBuffer(boolean tryDirect) {
        if (dataType == DataType.STRING) {
            throw new UnsupportedOperationException(
                    "toByteBuffer is not supported for String tensor.");
        }
        try (Content content = new Content(self())) {
            if (tryDirect && content.ownsNothing()) {
                return content.view().order(ByteOrder.nativeOrder());
            }
            ByteBuffer copy = ByteBuffer.allocate(Math.toIntExact(content.bytes()));
            content.copyTo(MemorySegment.ofBuffer(copy));
            return copy.order(ByteOrder.nativeOrder());
        }
    }

    private void copyContent(MemorySegment target) {
        try (Content content = new Content(self())) {
            content.copyTo(target);
        }
    }

    @Override
    public final float[] toFloatArray() {
        if (getDataType() != DataType.FLOAT32) {
            return super.toFloatArray();
        }
        float[] values = new float[Math.toIntExact(size())];
        copyContent(MemorySegment.ofArray(values));
        return values;
    }

    @Override
    public final double[] toDoubleArray() {
        if (getDataType() != DataType.FLOAT64) {
            return super.toDoubleArray();
        }
        double[] values = new double[Math.toIntExact(size())];
        copyContent(MemorySegment.ofArray(values));
        return values;
    }

    @Override
    public final long[] toLongArray() {
        if (getDataType() != DataType.INT64) {
            return super.toLongArray();
        }
        long[] values = new long[Math.toIntExact(size())];
        copyContent(MemorySegment.ofArray(values));
        return values;
    }

    @Override
    public final String @Nullable [] toStringArray(Charset charset) {
        return texts;
    }

    /** Writes into the memory that the array has; a view of it changes too. */
    @Override
    public final void set(Buffer data) {
        int size = Math.toIntExact(size());
        Buffer buffer = Creation.elements(data, getDataType(), size);
        long handle = handle();
        long bytes = (long) size * ElementBytes.of(getDataType());
        if (bytes == 0) {
            return;
        }
        if (Tensors.deviceType(handle) == 0 && Tensors.contiguous(handle)) {
            Creation.copy(buffer, Creation.memory(handle, bytes));
        } else {
            long source = Creation.of(buffer, getShape(), getDataType(), Device.cpu());
            try {
                NoGrad.run(() -> AtenTensor.copyInPlace(handle, source, false));
            } finally {
                Tensors.delete(source);
            }
        }
        Reachability.keep(this);
    }

    @Override
    public final void copyTo(NDArray array) {
        if (!(array instanceof TorchNDArray target) || getDataType() != array.getDataType()) {
            super.copyTo(array);
            return;
        }
        if (target.size() != size()) {
            throw new IllegalArgumentException(
                    "The NDArray size is: " + target.size() + ", but buffer size is: " + size());
        }
        NoGrad.run(
                () -> {
                    long source = AtenTensor.reshape(handle(), target.getShape().getShape());
                    try {
                        AtenTensor.copyInPlace(target.handle(), source, false);
                    } finally {
                        Tensors.delete(source);
                    }
                });
        Reachability.keep(this);
        Reachability.keep(target);
    }

    @Override
    public final TorchNDArray duplicate() {
        TorchNDArray array = own(AtenTensor.clone(handle(), -1));
        array.setName(getName());
        return array;
    }

    @Override
    public final void close() {
        super.close();
        forgetLeaf();
        gradient = null;
    }
}

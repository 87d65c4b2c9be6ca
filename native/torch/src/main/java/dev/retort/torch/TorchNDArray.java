package dev.retort.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;

import dev.retort.torch.abi.Tensors;
import dev.retort.torch.ffi.AtenTensor;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * An array on a tensor of libtorch. It is owned by its manager and freed with it, or before by
 * {@link #close}.
 *
 * <p>Different arrays may be used by different threads at once. An array must not be closed while
 * another thread uses it.
 */
public final class TorchNDArray extends ArrayChoice {
    private @Nullable TorchNDArrayEx extension;

    /** Makes an array of a handle, which the manager then owns. */
    @SuppressWarnings("this-escape") // the manager lists the array, and calls nothing of it
    TorchNDArray(TorchManager manager, long handle) {
        super(manager, handle);
        register();
    }

    TorchNDArray(TorchManager manager, String[] texts, Shape shape) {
        super(manager, texts, shape);
        register();
    }

    @Override
    TorchNDArray self() {
        return this;
    }

    @Override
    public TorchNDArray dot(NDArray other) {
        int dimension = getShape().dimension();
        if (dimension != other.getShape().dimension() || dimension > 2) {
            throw new UnsupportedOperationException(
                    "Dimension mismatch or dimension is greater than 2.  Dot product is only"
                            + " applied on two 1D vectors. For high dimensions, please use .matMul"
                            + " instead.");
        }
        return dimension == 1 ? binary(AtenTensor::dot, other) : binary(AtenTensor::matmul, other);
    }

    @Override
    public TorchNDArray matMul(NDArray other) {
        if (isScalar() || other.isScalar()) {
            throw new IllegalArgumentException("scalar is not allowed for matMul()");
        }
        return binary(AtenTensor::matmul, other);
    }

    @Override
    public TorchNDArray batchMatMul(NDArray other) {
        if (isScalar() || other.isScalar()) {
            throw new IllegalArgumentException("scalar is not allowed for batchMatMul()");
        }
        return binary(AtenTensor::bmm, other);
    }

    @Override
    public TorchNDArray batchDot(NDArray other) {
        return batchMatMul(other);
    }

    @Override
    public TorchNDArray fft(long length, long axis) {
        return own(resolved(AtenTensor.fftFft(handle(), length, axis, null)));
    }

    @Override
    public TorchNDArray ifft(long length, long axis) {
        return own(resolved(AtenTensor.fftIfft(handle(), length, axis, null)));
    }

    @Override
    public TorchNDArray rfft(long length, long axis) {
        return own(AtenTensor.fftRfft(handle(), length, axis, null));
    }

    @Override
    public TorchNDArray irfft(long length, long axis) {
        return own(AtenTensor.fftIrfft(handle(), length, axis, null));
    }

    @Override
    public TorchNDArray fft2(long[] sizes, long[] axes) {
        return own(resolved(AtenTensor.fftFft2(handle(), sizes, axes, null)));
    }

    @Override
    public TorchNDArray ifft2(long[] sizes, long[] axes) {
        return own(resolved(AtenTensor.fftIfft2(handle(), sizes, axes, null)));
    }

    @Override
    public TorchNDArray stft(
            long nFft,
            long hopLength,
            boolean center,
            NDArray window,
            boolean normalize,
            boolean returnComplex) {
        TorchNDArray weights = operand(window);
        return own(
                AtenTensor.stft(
                        handle(),
                        nFft,
                        hopLength,
                        nFft,
                        weights.handle(),
                        center,
                        "reflect",
                        normalize,
                        null,
                        returnComplex,
                        null),
                weights);
    }

    @Override
    public TorchNDArray complex() {
        return unary(AtenTensor::viewAsComplex);
    }

    @Override
    public TorchNDArray real() {
        return unary(AtenTensor::viewAsReal);
    }

    @Override
    public TorchNDArray toDense() {
        return Tensors.layout(handle()) == 0
                ? duplicate()
                : own(AtenTensor.toDense(handle(), -1, null));
    }

    @Override
    public TorchNDArray toSparse(SparseFormat fmt) {
        if (fmt == SparseFormat.DENSE) {
            throw new IllegalArgumentException("Default type is not allowed");
        }
        if (fmt != SparseFormat.COO) {
            throw new UnsupportedOperationException("Only COO sparse type supported for PyTorch");
        }
        return fmt == getSparseFormat()
                ? duplicate()
                : own(AtenTensor.toSparse(handle(), -1, null, null));
    }

    @Override
    public TorchNDArrayEx getNDArrayInternal() {
        TorchNDArrayEx known = extension;
        if (known == null) {
            handle();
            known = new TorchNDArrayEx(this);
            extension = known;
        }
        return known;
    }

    @Override
    public String toString() {
        if (isReleased()) {
            return "This array is already closed";
        }
        if (getDataType() == ai.djl.ndarray.types.DataType.STRING) {
            return Arrays.toString(toStringArray());
        }
        if (isSparse()) {
            try (NDArray dense = toDense()) {
                return dense.toDebugString();
            }
        }
        return toDebugString();
    }

    /** Whether the other object is an array of the same shape, type and content. */
    @Override
    public boolean equals(@Nullable Object obj) {
        return obj instanceof NDArray other && contentEquals(other);
    }

    @Override
    public int hashCode() {
        return 0;
    }
}

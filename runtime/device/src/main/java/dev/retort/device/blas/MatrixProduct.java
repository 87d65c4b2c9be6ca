package dev.retort.device.blas;

import static org.bytedeco.cuda.global.cublas.cublasLtMatmul;

import dev.retort.device.gpu.DeviceBuffer;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.gpu.DeviceMemory;
import dev.retort.device.gpu.Stream;
import dev.retort.device.preset.RawPointer;

import org.bytedeco.cuda.cublas.cublasLtMatmulHeuristicResult_t;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/**
 * A product of matrices with its algorithm chosen: C = alpha · A · B + beta · C. Used by one thread
 * at a time, and in one stream at a time because of its workspace.
 */
public final class MatrixProduct implements AutoCloseable {
    private final BlasLt blas;
    private final ProductShape shape;
    private final ProductDescription description;
    private final cublasLtMatmulHeuristicResult_t algorithm;
    private final @Nullable DeviceBuffer workspace;
    private final RawPointer a = new RawPointer(0);
    private final RawPointer b = new RawPointer(0);
    private final RawPointer c = new RawPointer(0);
    private final RawPointer work = new RawPointer(0);
    private final FloatPointer alpha = new FloatPointer(1);
    private final FloatPointer beta = new FloatPointer(1);
    private boolean closed;

    private MatrixProduct(
            BlasLt blas,
            ProductShape shape,
            ProductDescription description,
            cublasLtMatmulHeuristicResult_t algorithm) {
        this.blas = blas;
        this.shape = shape;
        this.description = description;
        this.algorithm = algorithm;
        long bytes = algorithm.workspaceSize();
        this.workspace = bytes == 0 ? null : blas.context().allocate(bytes);
    }

    static MatrixProduct prepare(BlasLt blas, ProductShape shape, long workspaceBytes) {
        if (workspaceBytes < 0) {
            throw new IllegalArgumentException("a size is not negative: " + workspaceBytes);
        }
        ProductDescription description = new ProductDescription(shape);
        try (DeviceContext.Scope _ = blas.context().enter()) {
            return new MatrixProduct(
                    blas, shape, description, description.choose(blas.handle(), workspaceBytes));
        } catch (RuntimeException e) {
            description.close();
            throw e;
        }
    }

    /**
     * Types, extents and layout.
     *
     * @return the shape
     */
    public ProductShape shape() {
        return shape;
    }

    /**
     * Sets the factors of the inputs, which bring fp8 into its range. Without them they are 1.
     *
     * @param ofA one float in device memory
     * @param ofB one float in device memory
     */
    public void setScales(DeviceMemory ofA, DeviceMemory ofB) {
        checkOpen();
        if (shape.precision() != Precision.FLOAT8_E4M3) {
            throw new IllegalStateException("only products of fp8 matrices have scales");
        }
        checkSize("scale of A", ofA, Float.BYTES);
        checkSize("scale of B", ofB, Float.BYTES);
        description.setScales(ofA.address(), ofB.address());
    }

    /**
     * Computes the product in the order of a stream; this does not wait.
     *
     * @param stream a stream of the context for which the product was prepared
     * @param factorAlpha alpha
     * @param matrixA memory of A
     * @param matrixB memory of B
     * @param factorBeta beta; with 0 the old content of C is not read
     * @param matrixC memory of C, which is overwritten
     * @throws IllegalArgumentException when a memory is smaller than its matrix
     * @throws BlasException when the library refuses
     */
    public void run(
            Stream stream,
            float factorAlpha,
            DeviceMemory matrixA,
            DeviceMemory matrixB,
            float factorBeta,
            DeviceMemory matrixC) {
        checkOpen();
        if (stream.context() != blas.context()) {
            throw new IllegalStateException(
                    "the product belongs to %s and the stream to %s"
                            .formatted(blas.context(), stream.context()));
        }
        checkSize("A", matrixA, shape.bytesOfA());
        checkSize("B", matrixB, shape.bytesOfB());
        checkSize("C", matrixC, shape.bytesOfC());
        alpha.put(factorAlpha);
        beta.put(factorBeta);
        a.set(matrixA.address());
        b.set(matrixB.address());
        c.set(matrixC.address());
        if (workspace != null) {
            work.set(workspace.address());
        }
        try (DeviceContext.Scope _ = blas.context().enter()) {
            BlasLt.check(
                    cublasLtMatmul(
                            blas.handle(),
                            description.product,
                            alpha,
                            b,
                            description.b,
                            a,
                            description.a,
                            beta,
                            c,
                            description.c,
                            c,
                            description.c,
                            algorithm.algo(),
                            work,
                            algorithm.workspaceSize(),
                            new CUstream_st(new RawPointer(stream.handle()))),
                    "cublasLtMatmul");
        }
    }

    private static void checkSize(String what, DeviceMemory memory, long bytes) {
        if (memory.byteSize() < bytes) {
            throw new IllegalArgumentException(
                    "%s needs %d bytes, found %d".formatted(what, bytes, memory.byteSize()));
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the product is closed");
        }
    }

    /**
     * Frees the workspace and the description; its work must be done. A second call does nothing.
     */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            description.close();
            algorithm.close();
            alpha.close();
            beta.close();
            if (workspace != null) {
                workspace.close();
            }
        }
    }
}

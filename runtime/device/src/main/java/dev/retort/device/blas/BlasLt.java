package dev.retort.device.blas;

import static org.bytedeco.cuda.global.cublas.CUBLAS_STATUS_SUCCESS;
import static org.bytedeco.cuda.global.cublas.cublasLtCreate;
import static org.bytedeco.cuda.global.cublas.cublasLtDestroy;
import static org.bytedeco.cuda.global.cublas.cublasLtGetStatusString;
import static org.bytedeco.cuda.global.cublas.cublasLtGetVersion;

import dev.retort.device.gpu.DeviceContext;

import org.bytedeco.cuda.cublas.cublasLtContext;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * cuBLASLt on one device: makes {@linkplain MatrixProduct products}. May be used from any thread.
 */
public final class BlasLt implements AutoCloseable {
    private final DeviceContext context;
    private final cublasLtContext handle;
    private final AtomicBoolean closed = new AtomicBoolean();

    private BlasLt(DeviceContext context, cublasLtContext handle) {
        this.context = context;
        this.handle = handle;
    }

    static BlasLt open(DeviceContext context) {
        cublasLtContext handle = new cublasLtContext();
        try (DeviceContext.Scope _ = context.enter()) {
            check(cublasLtCreate(handle), "cublasLtCreate");
        }
        return new BlasLt(context, handle);
    }

    /** The version; the library writes 13.2.1 as 130201. */
    static String version() {
        long version = cublasLtGetVersion();
        return version / 10_000 + "." + version / 100 % 100 + "." + version % 100;
    }

    static void check(int status, String function) {
        if (status != CUBLAS_STATUS_SUCCESS) {
            throw new BlasException(function, status, cublasLtGetStatusString(status).getString());
        }
    }

    /**
     * Chooses the algorithm for a product. That takes some milliseconds; the product is then
     * computed any number of times.
     *
     * @param shape types, extents and layout
     * @param workspaceBytes most memory that the algorithm may take for itself, allocated by {@link
     *     MatrixProduct} once; 32 MiB is what NVIDIA advises for Hopper
     * @return the product, owned by the caller
     * @throws BlasException with the status {@code CUBLAS_STATUS_NOT_SUPPORTED} when the device has
     *     no such product
     */
    public MatrixProduct prepare(ProductShape shape, long workspaceBytes) {
        if (closed.get()) {
            throw new IllegalStateException("this handle of cuBLASLt is closed");
        }
        return MatrixProduct.prepare(this, shape, workspaceBytes);
    }

    DeviceContext context() {
        return context;
    }

    cublasLtContext handle() {
        return handle;
    }

    /** Gives the handle back; its products must be closed. A second call does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try (DeviceContext.Scope _ = context.enter()) {
                check(cublasLtDestroy(handle), "cublasLtDestroy");
            }
        }
    }
}

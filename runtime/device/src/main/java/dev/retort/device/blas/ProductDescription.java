package dev.retort.device.blas;

import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATMUL_DESC_A_SCALE_POINTER;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATMUL_DESC_B_SCALE_POINTER;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATMUL_DESC_TRANSA;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATMUL_DESC_TRANSB;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES;
import static org.bytedeco.cuda.global.cublas.CUBLAS_COMPUTE_32F;
import static org.bytedeco.cuda.global.cublas.CUBLAS_COMPUTE_32F_FAST_TF32;
import static org.bytedeco.cuda.global.cublas.CUBLAS_OP_N;
import static org.bytedeco.cuda.global.cublas.CUBLAS_OP_T;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulAlgoGetHeuristic;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulDescCreate;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulDescDestroy;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulDescSetAttribute;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulPreferenceCreate;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulPreferenceDestroy;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulPreferenceSetAttribute;
import static org.bytedeco.cuda.global.cublas.cublasLtMatrixLayoutCreate;
import static org.bytedeco.cuda.global.cublas.cublasLtMatrixLayoutDestroy;
import static org.bytedeco.cuda.global.cudart.CUDA_R_16BF;
import static org.bytedeco.cuda.global.cudart.CUDA_R_16F;
import static org.bytedeco.cuda.global.cudart.CUDA_R_32F;
import static org.bytedeco.cuda.global.cudart.CUDA_R_8F_E4M3;

import org.bytedeco.cuda.cublas.cublasLtContext;
import org.bytedeco.cuda.cublas.cublasLtMatmulDescOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulHeuristicResult_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulPreferenceOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatrixLayoutOpaque_t;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * A product as cuBLASLt describes it. The library reads columns first: to it, row-major memory of C
 * holds the transpose of C, which is Bᵀ · Aᵀ. So B is its first factor, A its second, and nothing
 * is moved.
 */
final class ProductDescription implements AutoCloseable {
    final cublasLtMatmulDescOpaque_t product;
    final cublasLtMatrixLayoutOpaque_t a;
    final cublasLtMatrixLayoutOpaque_t b;
    final cublasLtMatrixLayoutOpaque_t c;

    ProductDescription(ProductShape shape) {
        Precision precision = shape.precision();
        int inputs = inputType(precision);
        this.product = product(shape);
        this.a =
                shape.transposeA()
                        ? layout(inputs, shape.rows(), shape.inner())
                        : layout(inputs, shape.inner(), shape.rows());
        this.b =
                shape.transposeB()
                        ? layout(inputs, shape.inner(), shape.columns())
                        : layout(inputs, shape.columns(), shape.inner());
        this.c = layout(outputType(precision), shape.columns(), shape.rows());
    }

    private static cublasLtMatmulDescOpaque_t product(ProductShape shape) {
        int compute =
                shape.precision() == Precision.TENSOR_FLOAT32
                        ? CUBLAS_COMPUTE_32F_FAST_TF32
                        : CUBLAS_COMPUTE_32F;
        try (PointerPointer<Pointer> out = new PointerPointer<>(1)) {
            BlasLt.check(
                    cublasLtMatmulDescCreate(out, compute, CUDA_R_32F), "cublasLtMatmulDescCreate");
            cublasLtMatmulDescOpaque_t product = new cublasLtMatmulDescOpaque_t(out.get());
            set(product, CUBLASLT_MATMUL_DESC_TRANSA, operation(shape.transposeB()));
            set(product, CUBLASLT_MATMUL_DESC_TRANSB, operation(shape.transposeA()));
            return product;
        }
    }

    private static int operation(boolean transpose) {
        return transpose ? CUBLAS_OP_T : CUBLAS_OP_N;
    }

    private static void set(cublasLtMatmulDescOpaque_t product, int attribute, int value) {
        try (IntPointer memory = new IntPointer(1)) {
            memory.put(value);
            BlasLt.check(
                    cublasLtMatmulDescSetAttribute(product, attribute, memory, Integer.BYTES),
                    "cublasLtMatmulDescSetAttribute");
        }
    }

    /** Sets the addresses of the factors of A and B, each one float in device memory. */
    void setScales(long ofA, long ofB) {
        setPointer(CUBLASLT_MATMUL_DESC_A_SCALE_POINTER, ofB);
        setPointer(CUBLASLT_MATMUL_DESC_B_SCALE_POINTER, ofA);
    }

    private void setPointer(int attribute, long address) {
        try (LongPointer memory = new LongPointer(1)) {
            memory.put(address);
            BlasLt.check(
                    cublasLtMatmulDescSetAttribute(product, attribute, memory, Long.BYTES),
                    "cublasLtMatmulDescSetAttribute");
        }
    }

    /** A matrix whose columns lie one behind the other. */
    private static cublasLtMatrixLayoutOpaque_t layout(int type, long rows, long columns) {
        try (PointerPointer<Pointer> out = new PointerPointer<>(1)) {
            BlasLt.check(
                    cublasLtMatrixLayoutCreate(out, type, rows, columns, rows),
                    "cublasLtMatrixLayoutCreate");
            return new cublasLtMatrixLayoutOpaque_t(out.get());
        }
    }

    /** The library's first choice of an algorithm. */
    cublasLtMatmulHeuristicResult_t choose(cublasLtContext handle, long workspaceBytes) {
        cublasLtMatmulHeuristicResult_t result = new cublasLtMatmulHeuristicResult_t();
        try (PointerPointer<Pointer> out = new PointerPointer<>(1);
                LongPointer bytes = new LongPointer(1);
                IntPointer found = new IntPointer(1)) {
            BlasLt.check(cublasLtMatmulPreferenceCreate(out), "cublasLtMatmulPreferenceCreate");
            cublasLtMatmulPreferenceOpaque_t preference =
                    new cublasLtMatmulPreferenceOpaque_t(out.get());
            try {
                bytes.put(workspaceBytes);
                BlasLt.check(
                        cublasLtMatmulPreferenceSetAttribute(
                                preference,
                                CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES,
                                bytes,
                                Long.BYTES),
                        "cublasLtMatmulPreferenceSetAttribute");
                BlasLt.check(
                        cublasLtMatmulAlgoGetHeuristic(
                                handle, product, b, a, c, c, preference, 1, result, found),
                        "cublasLtMatmulAlgoGetHeuristic");
                BlasLt.check(result.state(), "cublasLtMatmulAlgoGetHeuristic");
                return result;
            } catch (BlasException e) {
                result.close();
                throw e;
            } finally {
                BlasLt.check(
                        cublasLtMatmulPreferenceDestroy(preference),
                        "cublasLtMatmulPreferenceDestroy");
            }
        }
    }

    private static int inputType(Precision precision) {
        return switch (precision) {
            case FLOAT32, TENSOR_FLOAT32 -> CUDA_R_32F;
            case FLOAT16 -> CUDA_R_16F;
            case BFLOAT16 -> CUDA_R_16BF;
            case FLOAT8_E4M3 -> CUDA_R_8F_E4M3;
        };
    }

    private static int outputType(Precision precision) {
        return switch (precision) {
            case FLOAT32, TENSOR_FLOAT32 -> CUDA_R_32F;
            case FLOAT16 -> CUDA_R_16F;
            case BFLOAT16, FLOAT8_E4M3 -> CUDA_R_16BF;
        };
    }

    /** Destroys the description; it is host memory only. */
    @Override
    public void close() {
        cublasLtMatmulDescDestroy(product);
        cublasLtMatrixLayoutDestroy(a);
        cublasLtMatrixLayoutDestroy(b);
        cublasLtMatrixLayoutDestroy(c);
    }
}

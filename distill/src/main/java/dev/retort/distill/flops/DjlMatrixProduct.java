package dev.retort.distill.flops;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.retort.efficiency.Precision;
import dev.retort.efficiency.figures.MeasuredPeak.MatrixProduct;

/** Multiplies matrices by DJL's engine on the processor, with as many threads as training has. */
public final class DjlMatrixProduct implements MatrixProduct {
    private final NDManager manager;

    /**
     * Multiplies by the engine of a manager.
     *
     * @param manager a manager of the processor; stays open and the caller's
     */
    public DjlMatrixProduct(NDManager manager) {
        if (manager.getDevice().isGpu()) {
            throw new IllegalArgumentException(
                    "expected a manager of the processor, found one of " + manager.getDevice());
        }
        this.manager = manager;
    }

    @Override
    public String engine() {
        String threads = System.getProperty("ai.djl.pytorch.num_threads", "default");
        return "%s %s, threads: %s"
                .formatted(
                        manager.getEngine().getEngineName(),
                        manager.getEngine().getVersion(),
                        threads);
    }

    @Override
    public long nanos(int size, Precision precision) {
        DataType type =
                switch (precision) {
                    case FP64 -> DataType.FLOAT64;
                    case FP32 -> DataType.FLOAT32;
                    case FP16 -> DataType.FLOAT16;
                    case BF16 -> DataType.BFLOAT16;
                    default -> throw new UnsupportedOperationException("DJL has no such data type");
                };
        try (NDManager scope = manager.newSubManager()) {
            Shape shape = new Shape(size, size);
            NDArray a = scope.randomUniform(-1, 1, shape).toType(type, false);
            NDArray b = scope.randomUniform(-1, 1, shape).toType(type, false);
            long begin = System.nanoTime();
            NDArray product = a.matMul(b);
            long nanos = System.nanoTime() - begin;
            product.close();
            return nanos;
        }
    }
}

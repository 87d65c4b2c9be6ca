package dev.retort.bench.kernels;

import dev.retort.cuda.Availability;
import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.device.blas.Blas;
import dev.retort.device.blas.BlasException;
import dev.retort.device.blas.BlasLt;
import dev.retort.device.blas.MatrixProduct;
import dev.retort.device.blas.Precision;
import dev.retort.device.blas.ProductShape;
import dev.retort.device.gpu.DeviceBuffer;
import dev.retort.device.kernels.ElementType;

import java.util.List;

/**
 * What this device reaches, measured in the same run: the driver's own copy within device memory,
 * and cuBLASLt's matrix product.
 */
final class Ceilings {
    /** Ten times the L2 cache of the largest devices, so that it holds next to nothing of it. */
    private static final long COPY_BYTES = 1L << 30;

    private static final int PRODUCT = 8192;
    private static final long WORKSPACE_BYTES = 64L << 20;

    private Ceilings() {}

    /** {@return bytes read and written in a second by the driver's copy} */
    static double copyBytesPerSecond(Lab lab) {
        long bytes = Math.min(COPY_BYTES, lab.context.memory().freeBytes() / 8);
        long elements = bytes / ElementType.FLOAT32.bytes();
        try (DeviceBuffer from = lab.normal(ElementType.FLOAT32, elements, 1);
                DeviceBuffer to = lab.poisoned(from.byteSize())) {
            double microseconds =
                    DeviceTimer.time(lab.stream, 1, _ -> to.copyFrom(from, lab.stream))
                            .microseconds();
            return 2 * from.byteSize() / (microseconds * 1e-6);
        }
    }

    /** {@return operations in a second of a bf16 product, or why it was not measured} */
    static Availability<Double> matrixOperationsPerSecond(Lab lab) {
        return switch (Blas.probe()) {
            case Unavailable<Blas>(List<String> reasons) -> new Unavailable<>(reasons);
            case Available<Blas>(Blas blas) -> product(lab, blas);
        };
    }

    private static Availability<Double> product(Lab lab, Blas blas) {
        ProductShape shape =
                new ProductShape(Precision.BFLOAT16, PRODUCT, PRODUCT, PRODUCT, false, true);
        long elements = (long) PRODUCT * PRODUCT;
        try (BlasLt library = blas.open(lab.context);
                MatrixProduct product = library.prepare(shape, WORKSPACE_BYTES);
                DeviceBuffer a = lab.normal(ElementType.BFLOAT16, elements, 1);
                DeviceBuffer b = lab.normal(ElementType.BFLOAT16, elements, 1);
                DeviceBuffer c = lab.poisoned(shape.bytesOfC())) {
            double microseconds =
                    DeviceTimer.time(lab.stream, 1, _ -> product.run(lab.stream, 1, a, b, 0, c))
                            .microseconds();
            return new Available<>(shape.operations() / (microseconds * 1e-6));
        } catch (BlasException e) {
            return new Unavailable<>(String.valueOf(e.getMessage()));
        }
    }
}

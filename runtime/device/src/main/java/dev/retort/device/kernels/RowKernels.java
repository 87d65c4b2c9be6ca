package dev.retort.device.kernels;

import dev.retort.cuda.KernelPtx;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.gpu.DeviceMemory;
import dev.retort.device.gpu.Stream;
import dev.retort.device.kernels.TypedKernels.Launcher;

import java.util.Map;
import java.util.Objects;

/**
 * Softmax and layer normalisation over the rows of a matrix, each element read once.
 *
 * <p>Launches do not wait. May be used from any thread; the class owns its module until {@link
 * #close()}.
 */
public final class RowKernels implements AutoCloseable {
    private final TypedKernels kernels;
    private final Map<ElementType, Launcher> softmax;
    private final Map<ElementType, Launcher> layernorm;

    private RowKernels(TypedKernels kernels) {
        this.kernels = kernels;
        this.softmax = kernels.kernels("softmax", 8, 8, 4, 4);
        this.layernorm = kernels.kernels("layernorm", 8, 8, 8, 8, 4, 4, 4);
    }

    /**
     * Loads the kernels.
     *
     * @param context where
     * @return the kernels, owned by the caller
     * @throws IllegalArgumentException when the device is older than compute capability 8.0
     */
    public static RowKernels load(DeviceContext context) {
        return new RowKernels(TypedKernels.load(context, KernelPtx.ROWS));
    }

    /**
     * Computes {@code e^x / Σ e^x} of each row.
     *
     * @param stream in whose order
     * @param input the matrix
     * @param output where the result goes, of the same type and shape; may be the input
     */
    public void softmax(Stream stream, Matrix input, Matrix output) {
        input.checkLike("input", "output", output);
        RowLaunch rows = launchFor(input);
        Objects.requireNonNull(softmax.get(input.type()))
                .launch(
                        stream,
                        rows.shape(),
                        arguments ->
                                arguments
                                        .pointer(0, input.memory())
                                        .pointer(1, output.memory())
                                        .int32(2, input.columns())
                                        .int32(3, rows.capacity()));
    }

    /**
     * Computes {@code (x − mean) / √(variance + epsilon) · scale + shift} of each row, with the
     * variance of the population.
     *
     * @param stream in whose order
     * @param input the matrix
     * @param scale a float for each column
     * @param shift a float for each column
     * @param epsilon what keeps the root from 0, not negative
     * @param output where the result goes, of the same type and shape; may be the input
     */
    public void layernorm(
            Stream stream,
            Matrix input,
            DeviceMemory scale,
            DeviceMemory shift,
            float epsilon,
            Matrix output) {
        input.checkLike("input", "output", output);
        Matrix.checkRoom("the scale of each column", scale, input.columns());
        Matrix.checkRoom("the shift of each column", shift, input.columns());
        if (!(epsilon >= 0) || Float.isInfinite(epsilon)) {
            throw new IllegalArgumentException(
                    "an epsilon is finite and not negative, found " + epsilon);
        }
        RowLaunch rows = launchFor(input);
        Objects.requireNonNull(layernorm.get(input.type()))
                .launch(
                        stream,
                        rows.shape(),
                        arguments ->
                                arguments
                                        .pointer(0, input.memory())
                                        .pointer(1, scale)
                                        .pointer(2, shift)
                                        .pointer(3, output.memory())
                                        .int32(4, input.columns())
                                        .float32(5, epsilon)
                                        .int32(6, rows.capacity()));
    }

    private RowLaunch launchFor(Matrix input) {
        return RowLaunch.of(
                kernels.context().device().limits(),
                input.rows(),
                input.columns(),
                input.type().bytes(),
                1,
                0,
                0);
    }

    /** Unloads the kernels; work that uses them must be done. A second call does nothing. */
    @Override
    public void close() {
        kernels.close();
    }
}

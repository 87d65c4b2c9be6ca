package dev.retort.device.kernels;

import dev.retort.cuda.KernelPtx;
import dev.retort.cuda.LaunchShape;
import dev.retort.device.gpu.DeviceBuffer;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.gpu.DeviceMemory;
import dev.retort.device.gpu.Stream;
import dev.retort.device.kernels.TypedKernels.Launcher;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * AdamW over a fixed set of tensors, with the gradients clipped by their global norm: three
 * launches for a step, however many tensors there are.
 *
 * <p>A step in which the norm is not finite changes nothing. Steps do not wait. One thread at a
 * time uses an instance, in one stream; it owns its module and its tables until {@link #close()},
 * and borrows the tensors, which must stay open as long.
 */
public final class AdamwKernel implements AutoCloseable {
    private static final int CHUNK = 8192;
    private static final int THREADS = 256;
    private static final int CLIP_THREADS = 1024;
    private static final int SCRATCH_BYTES = 256;

    /** Struct {@code Tensor} of adamw.cu: seven of 8 bytes. */
    private static final int TENSOR_LONGS = 7;

    private final TypedKernels kernels;
    private final List<AdamwTensor> tensors;
    private final int chunks;
    private final Launcher norm;
    private final Launcher clip;
    private final Launcher step;

    /** The tensors, the squares of the chunks, and the norm with the factor for the gradients. */
    private final DeviceBuffer table;

    private final DeviceBuffer squares;
    private final DeviceBuffer clipping;

    private AdamwKernel(
            TypedKernels kernels, ElementType gradients, List<AdamwTensor> tensors, int chunks) {
        this.kernels = kernels;
        this.tensors = tensors;
        this.chunks = chunks;
        this.norm = kernels.kernel("adamw_norm_" + gradients.suffix(), 8, 4, 8);
        this.clip = kernels.kernel("adamw_clip", 8, 4, 4, 8);
        this.step = kernels.kernel("adamw_step_" + gradients.suffix(), 8, 4, 8, 32);
        DeviceContext context = kernels.context();
        this.table = context.allocate((long) tensors.size() * TENSOR_LONGS * Long.BYTES);
        this.squares = context.allocate((long) chunks * Float.BYTES);
        this.clipping = context.allocate(2L * Float.BYTES);
        table.copyFrom(MemorySegment.ofArray(rows(tensors)));
    }

    /**
     * Loads the kernels for a set of tensors. This synchronises the device.
     *
     * @param context where
     * @param gradients the type of all gradients
     * @param tensors what is updated, at least one
     * @return the optimizer, owned by the caller
     * @throws IllegalArgumentException when the device is older than compute capability 8.0, or a
     *     gradient's memory is too small
     */
    public static AdamwKernel load(
            DeviceContext context, ElementType gradients, List<AdamwTensor> tensors) {
        if (tensors.isEmpty()) {
            throw new IllegalArgumentException("expected at least one tensor, found none");
        }
        tensors.forEach(tensor -> tensor.checkGradients(gradients));
        long chunks = tensors.stream().mapToLong(AdamwKernel::chunks).sum();
        if (chunks > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "%d chunks of %d elements are more than %d"
                            .formatted(chunks, CHUNK, Integer.MAX_VALUE));
        }
        TypedKernels kernels = TypedKernels.load(context, KernelPtx.ADAMW);
        try {
            return new AdamwKernel(kernels, gradients, List.copyOf(tensors), (int) chunks);
        } catch (RuntimeException e) {
            kernels.close();
            throw e;
        }
    }

    private static long chunks(AdamwTensor tensor) {
        return Math.ceilDiv(tensor.elements(), CHUNK);
    }

    private static long[] rows(List<AdamwTensor> tensors) {
        long[] rows = new long[tensors.size() * TENSOR_LONGS];
        long firstChunk = 0;
        int at = 0;
        for (AdamwTensor tensor : tensors) {
            DeviceMemory average = tensor.average();
            rows[at++] = tensor.parameters().address();
            rows[at++] = tensor.gradients().address();
            rows[at++] = tensor.firstMoments().address();
            rows[at++] = tensor.secondMoments().address();
            rows[at++] = average == null ? 0 : average.address();
            rows[at++] = tensor.elements();
            rows[at++] = firstChunk;
            firstChunk += chunks(tensor);
        }
        return rows;
    }

    /**
     * Makes one step.
     *
     * @param stream in whose order
     * @param settings the settings; a recorded step repeats them, with the same number
     * @throws IllegalStateException when the memory of a tensor was closed
     */
    public void step(Stream stream, AdamwStep settings) {
        tensors.forEach(AdamwKernel::checkOpen);
        LaunchShape shape = LaunchShape.linear(chunks, THREADS);
        norm.launch(
                stream,
                shape.withSharedBytes(SCRATCH_BYTES),
                arguments ->
                        arguments.pointer(0, table).int32(1, tensors.size()).pointer(2, squares));
        clip.launch(
                stream,
                LaunchShape.linear(1, CLIP_THREADS).withSharedBytes(CLIP_THREADS * Double.BYTES),
                arguments ->
                        arguments
                                .pointer(0, squares)
                                .int32(1, chunks)
                                .float32(2, settings.clipNorm())
                                .pointer(3, clipping));
        step.launch(
                stream,
                shape,
                arguments ->
                        arguments
                                .pointer(0, table)
                                .int32(1, tensors.size())
                                .pointer(2, clipping)
                                .struct(3, settings.struct()));
    }

    /** The launches name the table only, so what it points to is checked here. */
    private static void checkOpen(AdamwTensor tensor) {
        var _ = tensor.parameters().address();
        var _ = tensor.gradients().address();
        var _ = tensor.firstMoments().address();
        var _ = tensor.secondMoments().address();
        DeviceMemory average = tensor.average();
        if (average != null) {
            var _ = average.address();
        }
    }

    /**
     * The global norm of the gradients in the last step, before clipping. This synchronises the
     * device.
     *
     * @return the norm; not finite when the step was left out
     */
    public float lastNorm() {
        MemorySegment norm = MemorySegment.ofArray(new float[1]);
        clipping.copyTo(norm);
        return norm.get(ValueLayout.JAVA_FLOAT, 0);
    }

    /** Frees the tables and unloads the kernels; work that uses them must be done. */
    @Override
    public void close() {
        clipping.close();
        squares.close();
        table.close();
        kernels.close();
    }
}

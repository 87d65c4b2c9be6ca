package dev.retort.device.kernels;

import dev.retort.cuda.KernelPtx;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.gpu.DeviceMemory;
import dev.retort.device.gpu.Stream;
import dev.retort.device.kernels.TypedKernels.Launcher;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Objects;

/**
 * A teacher of which only the largest logits are stored: their selection, and the distillation loss
 * against them. The classes that are not stored count as one class, with the mass that {@link
 * TopLogits#rest()} gives; the divergence is a lower bound of that against all logits, and equal to
 * it when all classes are stored.
 *
 * <p>Launches do not wait. May be used from any thread; the class owns its modules until {@link
 * #close()}.
 */
public final class TopLogitsKernel implements AutoCloseable {
    /** Struct {@code Selection} of topk_logits.cu. */
    private static final int SELECTION_BYTES = 2064;

    private static final int MOST_CLASSES = (1 << 24) - 1;

    private final TypedKernels selection;
    private final TypedKernels loss;
    private final Map<ElementType, Launcher> selections;
    private final Map<ElementType, Launcher> losses;

    private TopLogitsKernel(TypedKernels selection, TypedKernels loss) {
        this.selection = selection;
        this.loss = loss;
        this.selections = selection.kernels("topk_logits", 8, 4, 4, 8, 8, 8, 4, 4);
        this.losses =
                loss.kernels("distillation_loss_topk", 8, 8, 8, 8, 4, 8, 8, 8, 8, 4, 16, 4, 4);
    }

    /**
     * Loads the kernels.
     *
     * @param context where
     * @return the kernels, owned by the caller
     * @throws IllegalArgumentException when the device is older than compute capability 8.0
     */
    public static TopLogitsKernel load(DeviceContext context) {
        TypedKernels selection = TypedKernels.load(context, KernelPtx.TOPK_LOGITS);
        try {
            return new TopLogitsKernel(
                    selection, TypedKernels.load(context, KernelPtx.DISTILLATION_LOSS_TOPK));
        } catch (RuntimeException e) {
            selection.close();
            throw e;
        }
    }

    /**
     * Selects the largest logits of each row, largest first, equal ones by their class.
     *
     * @param stream in whose order
     * @param logits the teacher's logits, a row for each sample; at least k of them in a row
     * @param temperature the T for which the rest is summed, more than 0
     * @param top where the results go
     */
    public void select(Stream stream, Matrix logits, float temperature, TopLogits top) {
        checkRows("logits", logits, top);
        if (!(temperature > 0) || Float.isInfinite(temperature)) {
            throw new IllegalArgumentException(
                    "a temperature is positive and finite, found " + temperature);
        }
        if (logits.columns() > MOST_CLASSES) {
            throw new IllegalArgumentException(
                    "at most %d classes can be selected from, found %d"
                            .formatted(MOST_CLASSES, logits.columns()));
        }
        int sorted = Integer.highestOneBit(2 * top.k() - 1);
        RowLaunch rows =
                RowLaunch.of(
                        selection.context().device().limits(),
                        logits.rows(),
                        logits.columns(),
                        logits.type().bytes(),
                        1,
                        SELECTION_BYTES + Long.BYTES * sorted,
                        0);
        Objects.requireNonNull(selections.get(logits.type()))
                .launch(
                        stream,
                        rows.shape(),
                        arguments ->
                                arguments
                                        .pointer(0, logits.memory())
                                        .int32(1, top.k())
                                        .float32(2, temperature)
                                        .pointer(3, top.logits())
                                        .pointer(4, top.classes())
                                        .pointer(5, top.rest())
                                        .int32(6, logits.columns())
                                        .int32(7, rows.capacity()));
    }

    /**
     * Computes the distillation loss of each row against stored logits, and the gradient; see
     * {@link DistillationLossKernel}.
     *
     * @param stream in whose order
     * @param student the student's logits, a row for each sample
     * @param teacher the teacher's largest logits, whose rest was summed at the same temperature. A
     *     class that the student does not have makes its row's losses NaN
     * @param labels an int for each row, a negative one for "no label"; null when no row has one
     * @param output where the results go; the gradient has the type and shape of the logits
     * @param weights how the loss is put together
     */
    public void loss(
            Stream stream,
            Matrix student,
            TopLogits teacher,
            @Nullable DeviceMemory labels,
            LossOutput output,
            LossWeights weights) {
        student.checkLike("student", "gradient", output.gradient());
        checkRows("student", student, teacher);
        if (labels != null) {
            Matrix.checkRoom("the label of each row", labels, student.rows());
        }
        // The mask has 32 bytes more than vectors; both are rounded up to vectors of 16.
        int ownBytes = Float.BYTES * teacher.k() + 32 + 15;
        RowLaunch rows =
                RowLaunch.of(
                        loss.context().device().limits(),
                        student.rows(),
                        student.columns(),
                        student.type().bytes(),
                        1,
                        ownBytes,
                        1);
        int maskBytes = (rows.partVectors() + 32 + 15) / 16 * 16;
        Objects.requireNonNull(losses.get(student.type()))
                .launch(
                        stream,
                        rows.shape(),
                        arguments -> {
                            arguments
                                    .pointer(0, student.memory())
                                    .pointer(1, teacher.logits())
                                    .pointer(2, teacher.classes())
                                    .pointer(3, teacher.rest())
                                    .int32(4, teacher.k());
                            DistillationLossKernel.optionalPointer(arguments, 5, labels);
                            arguments
                                    .pointer(6, output.gradient().memory())
                                    .pointer(7, output.crossEntropy())
                                    .pointer(8, output.divergence())
                                    .int32(9, student.columns())
                                    .struct(10, weights.struct())
                                    .int32(11, rows.capacity())
                                    .int32(12, maskBytes);
                        });
    }

    private static void checkRows(String name, Matrix logits, TopLogits top) {
        if (logits.rows() != top.rows() || logits.columns() < top.k()) {
            throw new IllegalArgumentException(
                    "the largest %d of %d rows do not fit %s of %d × %d"
                            .formatted(top.k(), top.rows(), name, logits.rows(), logits.columns()));
        }
    }

    /** Unloads the kernels; work that uses them must be done. A second call does nothing. */
    @Override
    public void close() {
        loss.close();
        selection.close();
    }
}

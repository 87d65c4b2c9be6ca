package dev.retort.device.kernels;

import dev.retort.cuda.KernelPtx;
import dev.retort.cuda.LaunchShape;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.gpu.DeviceMemory;
import dev.retort.device.gpu.KernelArguments;
import dev.retort.device.gpu.Stream;
import dev.retort.device.kernels.TypedKernels.Launcher;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Objects;

/**
 * The distillation loss of Hinton et al. (2015) and its gradient for the student's logits, in one
 * launch that reads each logit once:
 *
 * <pre>
 * loss     = a · CE(s, y) + b · T² · KL(softmax(t / T) ‖ softmax(s / T))
 * gradient = g · (a · (softmax(s) − onehot(y)) + b · T · (softmax(s / T) − softmax(t / T)))
 * </pre>
 *
 * <p>A logit of −∞ excludes its class. A row in which all classes are excluded, a NaN or +∞ give
 * NaN. From 1 to 262,144 classes are meant; more work too, and are read twice.
 *
 * <p>Launches do not wait. May be used from any thread; the class owns its module until {@link
 * #close()}.
 */
public final class DistillationLossKernel implements AutoCloseable {
    private static final int SMALL = 32;
    private static final int MEDIUM = 512;
    private static final int SMALL_THREADS = 256;

    /** Lanes for a row of up to {@link #SMALL} and up to {@link #MEDIUM} classes. */
    private static final int SMALL_LANES = 8;

    private static final int MEDIUM_LANES = 32;

    private final TypedKernels kernels;
    private final Map<ElementType, Launcher> small;
    private final Map<ElementType, Launcher> medium;
    private final Map<ElementType, Launcher> large;

    private DistillationLossKernel(TypedKernels kernels) {
        this.kernels = kernels;
        int[] fewClasses = {8, 8, 8, 8, 8, 8, 4, 4, 16};
        this.small = kernels.kernels("distillation_loss_" + SMALL, fewClasses);
        this.medium = kernels.kernels("distillation_loss_" + MEDIUM, fewClasses);
        this.large = kernels.kernels("distillation_loss", 8, 8, 8, 8, 8, 8, 4, 16, 4);
    }

    /**
     * Loads the kernels.
     *
     * @param context where
     * @return the kernels, owned by the caller
     * @throws IllegalArgumentException when the device is older than compute capability 8.0
     */
    public static DistillationLossKernel load(DeviceContext context) {
        return new DistillationLossKernel(TypedKernels.load(context, KernelPtx.DISTILLATION_LOSS));
    }

    /**
     * Computes the loss of each row and the gradient.
     *
     * @param stream in whose order
     * @param student the student's logits, a row for each sample
     * @param teacher the teacher's logits, of the same type and shape
     * @param labels an int for each row, a negative one for "no label"; null when no row has one
     * @param output where the results go; the gradient has the type and shape of the logits
     * @param weights how the loss is put together
     */
    public void launch(
            Stream stream,
            Matrix student,
            Matrix teacher,
            @Nullable DeviceMemory labels,
            LossOutput output,
            LossWeights weights) {
        student.checkLike("student", "teacher", teacher);
        student.checkLike("student", "gradient", output.gradient());
        if (labels != null) {
            Matrix.checkRoom("the label of each row", labels, student.rows());
        }
        int classes = student.columns();
        if (classes > MEDIUM) {
            launchLarge(stream, student, teacher, labels, output, weights.struct());
        } else if (classes > SMALL) {
            launchSmall(medium, MEDIUM_LANES, stream, student, teacher, labels, output, weights);
        } else {
            launchSmall(small, SMALL_LANES, stream, student, teacher, labels, output, weights);
        }
    }

    private void launchLarge(
            Stream stream,
            Matrix student,
            Matrix teacher,
            @Nullable DeviceMemory labels,
            LossOutput output,
            MemorySegment weights) {
        RowLaunch rows =
                RowLaunch.of(
                        kernels.context().device().limits(),
                        student.rows(),
                        student.columns(),
                        student.type().bytes(),
                        2,
                        0,
                        0);
        of(large, student)
                .launch(
                        stream,
                        rows.shape(),
                        arguments -> {
                            pointers(arguments, student, teacher, labels, output);
                            arguments
                                    .int32(6, student.columns())
                                    .struct(7, weights)
                                    .int32(8, rows.capacity());
                        });
    }

    private static void launchSmall(
            Map<ElementType, Launcher> kernels,
            int lanes,
            Stream stream,
            Matrix student,
            Matrix teacher,
            @Nullable DeviceMemory labels,
            LossOutput output,
            LossWeights weights) {
        of(kernels, student)
                .launch(
                        stream,
                        LaunchShape.covering((long) student.rows() * lanes, SMALL_THREADS),
                        arguments -> {
                            pointers(arguments, student, teacher, labels, output);
                            arguments
                                    .int32(6, student.rows())
                                    .int32(7, student.columns())
                                    .struct(8, weights.struct());
                        });
    }

    private static void pointers(
            KernelArguments arguments,
            Matrix student,
            Matrix teacher,
            @Nullable DeviceMemory labels,
            LossOutput output) {
        arguments.pointer(0, student.memory()).pointer(1, teacher.memory());
        optionalPointer(arguments, 2, labels);
        arguments
                .pointer(3, output.gradient().memory())
                .pointer(4, output.crossEntropy())
                .pointer(5, output.divergence());
    }

    static void optionalPointer(
            KernelArguments arguments, int index, @Nullable DeviceMemory memory) {
        if (memory == null) {
            arguments.nullPointer(index);
        } else {
            arguments.pointer(index, memory);
        }
    }

    private static Launcher of(Map<ElementType, Launcher> kernels, Matrix matrix) {
        return Objects.requireNonNull(kernels.get(matrix.type()));
    }

    /** Unloads the kernels; work that uses them must be done. A second call does nothing. */
    @Override
    public void close() {
        kernels.close();
    }
}

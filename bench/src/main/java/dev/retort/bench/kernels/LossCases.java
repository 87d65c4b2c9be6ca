package dev.retort.bench.kernels;

import dev.retort.bench.kernels.KernelCase.Check;
import dev.retort.bench.kernels.KernelCase.Prepared;
import dev.retort.device.gpu.DeviceBuffer;
import dev.retort.device.kernels.DistillationLossKernel;
import dev.retort.device.kernels.ElementType;
import dev.retort.device.kernels.LossOutput;
import dev.retort.device.kernels.LossWeights;
import dev.retort.device.kernels.Matrix;
import dev.retort.device.kernels.reference.Difference;
import dev.retort.device.kernels.reference.HostMatrix;
import dev.retort.device.kernels.reference.LossReference;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** The distillation loss against all logits. */
final class LossCases {
    /** Three exponentials for each class and pass, and the sums around them. */
    private static final int OPERATIONS = 30;

    private static final double DEVIATION = 3;

    private LossCases() {}

    static KernelCase of(ElementType type, int rows, int classes, float temperature) {
        long logits = (long) rows * classes * type.bytes();
        return new KernelCase(
                "distillation_loss",
                "%s %d × %d, T = %s".formatted(Shapes.name(type), rows, classes, temperature),
                // Student, teacher, gradient; a label and two losses for each row.
                3 * logits + 12L * rows,
                (long) rows * classes * OPERATIONS,
                3 * logits,
                (lab, sets) -> new Run(lab, sets, type, rows, classes, temperature));
    }

    private static final class Run implements Prepared {
        private final Lab lab;
        private final DistillationLossKernel kernel;
        private final LossWeights weights;
        private final List<DeviceBuffer> students;
        private final List<DeviceBuffer> teachers;
        private final List<DeviceBuffer> gradients;
        private final int[] labels;
        private final DeviceBuffer labelsOnDevice;
        private final DeviceBuffer crossEntropy;
        private final DeviceBuffer divergence;
        private final ElementType type;
        private final int rows;
        private final int classes;

        Run(Lab lab, int sets, ElementType type, int rows, int classes, float temperature) {
            this.lab = lab;
            this.type = type;
            this.rows = rows;
            this.classes = classes;
            long elements = (long) rows * classes;
            this.kernel = DistillationLossKernel.load(lab.context);
            // Not scaled by 1 / rows: the gradient of a large batch would be denormal in float16.
            this.weights = new LossWeights(temperature, 0.5f, 0.5f, 1);
            this.students = Buffers.of(sets, () -> lab.normal(type, elements, DEVIATION));
            this.teachers = Buffers.of(sets, () -> lab.normal(type, elements, DEVIATION));
            this.gradients = Buffers.of(sets, () -> lab.poisoned(elements * type.bytes()));
            this.labels = lab.random.ints(rows, 0, classes).toArray();
            this.labelsOnDevice = lab.context.allocate(4L * rows);
            labelsOnDevice.copyFrom(MemorySegment.ofArray(labels));
            this.crossEntropy = lab.poisoned(4L * rows);
            this.divergence = lab.poisoned(4L * rows);
        }

        private Matrix matrix(DeviceBuffer buffer) {
            return new Matrix(buffer, type, rows, classes);
        }

        @Override
        public void launch(int set) {
            kernel.launch(
                    lab.stream,
                    matrix(students.get(set)),
                    matrix(teachers.get(set)),
                    labelsOnDevice,
                    new LossOutput(matrix(gradients.get(set)), crossEntropy, divergence),
                    weights);
        }

        @Override
        public Check check() {
            CheckedRows checked = new CheckedRows(lab, type, rows, classes);
            HostMatrix[] student = checked.refresh(students.getFirst(), DEVIATION);
            HostMatrix[] teacher = checked.refresh(teachers.getFirst(), DEVIATION);
            lab.poison(gradients.getFirst());
            lab.poison(crossEntropy);
            lab.poison(divergence);
            launch(0);
            lab.stream.synchronize();
            HostMatrix floats = HostMatrix.zeros(ElementType.FLOAT32, 1, rows);
            HostMatrix ces = floats.download(crossEntropy);
            HostMatrix kls = floats.download(divergence);
            // Every row has to have been written, also one that is not compared: NaN stays NaN.
            double worst = Math.max(Buffers.finite(ces), Buffers.finite(kls));
            Difference losses = new Difference();
            for (int i = 0; i < checked.count(); i++) {
                int r = checked.row(i);
                LossReference expected =
                        LossReference.of(student[i].row(0), teacher[i].row(0), labels[r], weights);
                losses.add(ces.get(0, r), expected.crossEntropy());
                losses.add(kls.get(0, r), expected.divergence());
                HostMatrix found = checked.download(gradients.getFirst(), i);
                worst = Math.max(worst, Difference.of(found, expected.gradient()));
            }
            return new Check(
                    Math.max(worst, losses.relative()),
                    Difference.tolerance(type),
                    (long) checked.count() * (classes + 2));
        }

        @Override
        public void close() {
            for (List<DeviceBuffer> buffers : List.of(students, teachers, gradients)) {
                buffers.forEach(DeviceBuffer::close);
            }
            labelsOnDevice.close();
            crossEntropy.close();
            divergence.close();
            kernel.close();
        }
    }
}

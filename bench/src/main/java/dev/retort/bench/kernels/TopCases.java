package dev.retort.bench.kernels;

import dev.retort.bench.kernels.KernelCase.Check;
import dev.retort.bench.kernels.KernelCase.Prepared;
import dev.retort.device.gpu.DeviceBuffer;
import dev.retort.device.kernels.ElementType;
import dev.retort.device.kernels.LossOutput;
import dev.retort.device.kernels.LossWeights;
import dev.retort.device.kernels.Matrix;
import dev.retort.device.kernels.TopLogits;
import dev.retort.device.kernels.TopLogitsKernel;
import dev.retort.device.kernels.reference.Difference;
import dev.retort.device.kernels.reference.HostMatrix;
import dev.retort.device.kernels.reference.LossReference;
import dev.retort.device.kernels.reference.TopReference;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** The selection of the largest logits, and the distillation loss against them. */
final class TopCases {
    private static final double DEVIATION = 3;
    private static final float TEMPERATURE = 4;

    private TopCases() {}

    static List<KernelCase> of(ElementType type, int rows, int classes, int k) {
        long logits = (long) rows * classes * type.bytes();
        long stored = (long) rows * (8L * k + 4);
        String shape = "%s %d × %d, k = %d".formatted(Shapes.name(type), rows, classes, k);
        return List.of(
                new KernelCase(
                        "topk_logits",
                        shape,
                        logits + stored,
                        // An exponential and a sum for each class; comparisons are none.
                        2L * rows * classes,
                        logits,
                        (lab, sets) -> new Select(lab, sets, type, rows, classes, k)),
                new KernelCase(
                        "distillation_loss_topk",
                        shape + ", T = " + TEMPERATURE,
                        2 * logits + stored + 8L * rows,
                        // Two exponentials for each class and pass, and the sums around them.
                        16L * rows * classes,
                        2 * logits,
                        (lab, sets) -> new Loss(lab, sets, type, rows, classes, k)));
    }

    /** The matrices of logits, and one place for what is selected. */
    private abstract static class Base implements Prepared {
        final Lab lab;
        final TopLogitsKernel kernel;
        final ElementType type;
        final int rows;
        final int classes;
        final int k;
        final List<DeviceBuffer> logits;
        final DeviceBuffer topLogits;
        final DeviceBuffer topClasses;
        final DeviceBuffer rest;

        Base(Lab lab, int sets, ElementType type, int rows, int classes, int k) {
            this.lab = lab;
            this.kernel = TopLogitsKernel.load(lab.context);
            this.type = type;
            this.rows = rows;
            this.classes = classes;
            this.k = k;
            long elements = (long) rows * classes;
            this.logits = Buffers.of(sets, () -> lab.normal(type, elements, DEVIATION));
            this.topLogits = lab.poisoned(4L * rows * k);
            this.topClasses = lab.poisoned(4L * rows * k);
            this.rest = lab.poisoned(4L * rows);
        }

        Matrix matrix(DeviceBuffer buffer) {
            return new Matrix(buffer, type, rows, classes);
        }

        TopLogits top() {
            return new TopLogits(topLogits, topClasses, rest, rows, k);
        }

        void select(int set) {
            kernel.select(lab.stream, matrix(logits.get(set)), TEMPERATURE, top());
        }

        @Override
        public void close() {
            logits.forEach(DeviceBuffer::close);
            topLogits.close();
            topClasses.close();
            rest.close();
            kernel.close();
        }
    }

    private static final class Select extends Base {
        Select(Lab lab, int sets, ElementType type, int rows, int classes, int k) {
            super(lab, sets, type, rows, classes, k);
        }

        @Override
        public void launch(int set) {
            select(set);
        }

        @Override
        public Check check() {
            CheckedRows checked = new CheckedRows(lab, type, rows, classes);
            HostMatrix[] fresh = checked.refresh(logits.getFirst(), DEVIATION);
            for (DeviceBuffer output : List.of(topLogits, topClasses, rest)) {
                lab.poison(output);
            }
            launch(0);
            lab.stream.synchronize();
            HostMatrix values = HostMatrix.zeros(ElementType.FLOAT32, rows, k).download(topLogits);
            int[] found = new int[rows * k];
            topClasses.copyTo(MemorySegment.ofArray(found));
            HostMatrix rests = HostMatrix.zeros(ElementType.FLOAT32, 1, rows).download(rest);
            double worst = Buffers.finite(rests);
            for (int i = 0; i < checked.count(); i++) {
                int r = checked.row(i);
                TopReference expected = TopReference.of(fresh[i].row(0), k, TEMPERATURE);
                Difference difference = new Difference();
                difference.add(rests.get(0, r), expected.rest());
                for (int j = 0; j < k; j++) {
                    difference.add(values.get(r, j), expected.logits()[j]);
                    difference.add(found[r * k + j], expected.classes()[j]);
                }
                worst = Math.max(worst, difference.relative());
            }
            return new Check(worst, 1e-5, checked.count() * (2L * k + 1));
        }
    }

    private static final class Loss extends Base {
        private final LossWeights weights = new LossWeights(TEMPERATURE, 0.5f, 0.5f, 1);
        private final List<DeviceBuffer> gradients;
        private final DeviceBuffer crossEntropy;
        private final DeviceBuffer divergence;

        Loss(Lab lab, int sets, ElementType type, int rows, int classes, int k) {
            super(lab, sets, type, rows, classes, k);
            long bytes = (long) rows * classes * type.bytes();
            this.gradients = Buffers.of(sets, () -> lab.poisoned(bytes));
            this.crossEntropy = lab.poisoned(4L * rows);
            this.divergence = lab.poisoned(4L * rows);
            select(0);
            lab.stream.synchronize();
        }

        @Override
        public void launch(int set) {
            kernel.loss(
                    lab.stream,
                    matrix(logits.get(set)),
                    top(),
                    null,
                    new LossOutput(matrix(gradients.get(set)), crossEntropy, divergence),
                    weights);
        }

        /** The first set is the teacher, fresh numbers the student. */
        @Override
        public Check check() {
            CheckedRows checked = new CheckedRows(lab, type, rows, classes);
            HostMatrix[] teacher = checked.refresh(logits.getFirst(), DEVIATION);
            select(0);
            lab.stream.synchronize();
            HostMatrix[] student = checked.refresh(logits.getFirst(), DEVIATION);
            lab.poison(gradients.getFirst());
            lab.poison(divergence);
            launch(0);
            lab.stream.synchronize();
            HostMatrix kls = HostMatrix.zeros(ElementType.FLOAT32, 1, rows).download(divergence);
            double worst = Buffers.finite(kls);
            Difference losses = new Difference();
            for (int i = 0; i < checked.count(); i++) {
                TopReference top = TopReference.of(teacher[i].row(0), k, TEMPERATURE);
                LossReference expected =
                        LossReference.ofTop(
                                student[i].row(0),
                                top.logits(),
                                top.classes(),
                                top.rest(),
                                -1,
                                weights);
                losses.add(kls.get(0, checked.row(i)), expected.divergence());
                HostMatrix found = checked.download(gradients.getFirst(), i);
                worst = Math.max(worst, Difference.of(found, expected.gradient()));
            }
            return new Check(
                    Math.max(worst, losses.relative()),
                    Difference.tolerance(type),
                    checked.count() * (classes + 1L));
        }

        @Override
        public void close() {
            gradients.forEach(DeviceBuffer::close);
            crossEntropy.close();
            divergence.close();
            super.close();
        }
    }
}

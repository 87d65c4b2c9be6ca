package dev.retort.bench.kernels;

import dev.retort.bench.kernels.KernelCase.Check;
import dev.retort.bench.kernels.KernelCase.Prepared;
import dev.retort.device.gpu.DeviceBuffer;
import dev.retort.device.kernels.ElementType;
import dev.retort.device.kernels.Matrix;
import dev.retort.device.kernels.RowKernels;
import dev.retort.device.kernels.reference.Difference;
import dev.retort.device.kernels.reference.HostMatrix;
import dev.retort.device.kernels.reference.RowReference;

import java.util.List;

/** softmax and layernorm. */
final class RowCases {
    private static final double EPSILON = 1e-5;

    private RowCases() {}

    static KernelCase softmax(ElementType type, int rows, int columns) {
        // Two exponentials, a sum, a product and the scaling of the exponents.
        return of("softmax", type, rows, columns, 7, false);
    }

    static KernelCase layernorm(ElementType type, int rows, int columns) {
        // Two sums, two differences, a square and the four of the result.
        return of("layernorm", type, rows, columns, 9, true);
    }

    private static KernelCase of(
            String name, ElementType type, int rows, int columns, int operations, boolean norm) {
        long bytes = (long) rows * columns * type.bytes();
        return new KernelCase(
                name,
                "%s %d × %d".formatted(Shapes.name(type), rows, columns),
                2 * bytes + (norm ? 8L * columns : 0),
                (long) rows * columns * operations,
                2 * bytes,
                (lab, sets) -> new Run(lab, sets, type, rows, columns, norm));
    }

    private static final class Run implements Prepared {
        private final Lab lab;
        private final RowKernels kernels;
        private final ElementType type;
        private final int rows;
        private final int columns;
        private final boolean norm;
        private final List<DeviceBuffer> inputs;
        private final List<DeviceBuffer> outputs;
        private final HostMatrix scale;
        private final HostMatrix shift;
        private final DeviceBuffer scaleOnDevice;
        private final DeviceBuffer shiftOnDevice;

        Run(Lab lab, int sets, ElementType type, int rows, int columns, boolean norm) {
            this.lab = lab;
            this.kernels = RowKernels.load(lab.context);
            this.type = type;
            this.rows = rows;
            this.columns = columns;
            this.norm = norm;
            long elements = (long) rows * columns;
            this.inputs = Buffers.of(sets, () -> lab.normal(type, elements, 3));
            this.outputs = Buffers.of(sets, () -> lab.poisoned(elements * type.bytes()));
            this.scale = HostMatrix.normal(lab.random, ElementType.FLOAT32, 1, columns, 1);
            this.shift = HostMatrix.normal(lab.random, ElementType.FLOAT32, 1, columns, 1);
            this.scaleOnDevice = scale.upload(lab.context);
            this.shiftOnDevice = shift.upload(lab.context);
        }

        @Override
        public void launch(int set) {
            Matrix input = new Matrix(inputs.get(set), type, rows, columns);
            Matrix output = new Matrix(outputs.get(set), type, rows, columns);
            if (norm) {
                kernels.layernorm(
                        lab.stream, input, scaleOnDevice, shiftOnDevice, (float) EPSILON, output);
            } else {
                kernels.softmax(lab.stream, input, output);
            }
        }

        @Override
        public Check check() {
            CheckedRows checked = new CheckedRows(lab, type, rows, columns);
            HostMatrix[] fresh = checked.refresh(inputs.getFirst(), 3);
            lab.poison(outputs.getFirst());
            launch(0);
            lab.stream.synchronize();
            double worst = 0;
            for (int i = 0; i < checked.count(); i++) {
                double[] x = fresh[i].row(0);
                double[] expected =
                        norm
                                ? RowReference.layernorm(x, scale.row(0), shift.row(0), EPSILON)
                                : RowReference.softmax(x);
                HostMatrix found = checked.download(outputs.getFirst(), i);
                worst = Math.max(worst, Difference.of(found, expected));
            }
            return new Check(worst, Difference.tolerance(type), (long) checked.count() * columns);
        }

        @Override
        public void close() {
            inputs.forEach(DeviceBuffer::close);
            outputs.forEach(DeviceBuffer::close);
            scaleOnDevice.close();
            shiftOnDevice.close();
            kernels.close();
        }
    }
}

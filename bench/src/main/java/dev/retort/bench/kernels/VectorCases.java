package dev.retort.bench.kernels;

import dev.retort.bench.kernels.KernelCase.Check;
import dev.retort.bench.kernels.KernelCase.Prepared;
import dev.retort.device.gpu.DeviceBuffer;
import dev.retort.device.kernels.ElementType;
import dev.retort.device.kernels.VectorKernels;
import dev.retort.device.kernels.reference.Difference;
import dev.retort.device.kernels.reference.HostMatrix;

import java.util.List;

/** copy, saxpy and reduce. */
final class VectorCases {
    private static final ElementType TYPE = ElementType.FLOAT32;

    private VectorCases() {}

    static List<KernelCase> of(int n) {
        long bytes = 4L * n;
        String shape = "f32 " + n;
        return List.of(
                new KernelCase(
                        "copy",
                        shape,
                        2 * bytes,
                        0,
                        2 * bytes,
                        (lab, sets) ->
                                new Run(lab, sets, n) {
                                    @Override
                                    void run(DeviceBuffer x, DeviceBuffer y) {
                                        vectors.copy(lab.stream, x, y, bytes);
                                    }

                                    @Override
                                    double expected(float x, float y) {
                                        return x;
                                    }
                                }),
                new KernelCase(
                        "saxpy",
                        shape,
                        3 * bytes,
                        2L * n,
                        2 * bytes,
                        (lab, sets) ->
                                new Run(lab, sets, n) {
                                    @Override
                                    void run(DeviceBuffer x, DeviceBuffer y) {
                                        // A small factor: the sums stay finite over all replays.
                                        vectors.saxpy(lab.stream, 0.001f, x, y, n);
                                    }

                                    @Override
                                    double expected(float x, float y) {
                                        return 0.001f * (double) x + y;
                                    }
                                }),
                new KernelCase(
                        "reduce", shape, bytes, n, bytes, (lab, sets) -> new Sum(lab, sets, n)));
    }

    /** Two vectors for each set. */
    private abstract static class Run implements Prepared {
        final VectorKernels vectors;
        private final Lab lab;
        private final int n;
        private final List<DeviceBuffer> xs;
        private final List<DeviceBuffer> ys;

        Run(Lab lab, int sets, int n) {
            this.lab = lab;
            this.n = n;
            this.vectors = VectorKernels.load(lab.context);
            this.xs = Buffers.of(sets, () -> lab.normal(TYPE, n, 1));
            this.ys = Buffers.of(sets, () -> lab.normal(TYPE, n, 1));
        }

        abstract void run(DeviceBuffer x, DeviceBuffer y);

        abstract double expected(float x, float y);

        @Override
        public void launch(int set) {
            run(xs.get(set), ys.get(set));
        }

        @Override
        public Check check() {
            HostMatrix x = HostMatrix.normal(lab.random, TYPE, 1, n, 1);
            HostMatrix y = HostMatrix.normal(lab.random, TYPE, 1, n, 1);
            xs.getFirst().copyFrom(x.memory());
            ys.getFirst().copyFrom(y.memory());
            launch(0);
            lab.stream.synchronize();
            HostMatrix found = y.download(ys.getFirst());
            Difference difference = new Difference();
            for (int i = 0; i < n; i++) {
                difference.add(found.get(0, i), expected(x.get(0, i), y.get(0, i)));
            }
            return new Check(difference.relative(), Difference.tolerance(TYPE), n);
        }

        @Override
        public void close() {
            xs.forEach(DeviceBuffer::close);
            ys.forEach(DeviceBuffer::close);
            vectors.close();
        }
    }

    private static final class Sum implements Prepared {
        private final VectorKernels vectors;
        private final Lab lab;
        private final int n;
        private final List<DeviceBuffer> xs;
        private final DeviceBuffer sum;

        Sum(Lab lab, int sets, int n) {
            this.lab = lab;
            this.n = n;
            this.vectors = VectorKernels.load(lab.context);
            this.xs = Buffers.of(sets, () -> lab.normal(TYPE, n, 1));
            this.sum = lab.poisoned(4);
        }

        @Override
        public void launch(int set) {
            vectors.reduce(lab.stream, xs.get(set), n, sum);
        }

        /**
         * The difference is taken relative to the sum of the magnitudes: the sum itself is near 0.
         */
        @Override
        public Check check() {
            HostMatrix x = HostMatrix.normal(lab.random, TYPE, 1, n, 1);
            xs.getFirst().copyFrom(x.memory());
            lab.poison(sum);
            launch(0);
            lab.stream.synchronize();
            double expected = 0;
            double magnitude = 0;
            for (int i = 0; i < n; i++) {
                expected += x.get(0, i);
                magnitude += Math.abs(x.get(0, i));
            }
            float found = HostMatrix.zeros(TYPE, 1, 1).download(sum).get(0, 0);
            return new Check(Math.abs(found - expected) / magnitude, 1e-6, n);
        }

        @Override
        public void close() {
            sum.close();
            xs.forEach(DeviceBuffer::close);
            vectors.close();
        }
    }
}

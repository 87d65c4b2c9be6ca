package dev.retort.bench.kernels;

import dev.retort.device.gpu.DeviceBuffer;
import dev.retort.device.gpu.ExecutableGraph;
import dev.retort.device.gpu.Graph;
import dev.retort.device.kernels.VectorKernels;

import java.util.Arrays;

/**
 * What it costs the host to launch 100 small kernels, one by one and as a captured graph, and how
 * long each takes until the last kernel has ended.
 *
 * @param kernels how many kernels
 * @param oneByOneMicroseconds the host's time for the launches, median
 * @param graphMicroseconds the host's time for the launch of the graph, median
 * @param oneByOneUntilDone until the last kernel has ended, microseconds, median
 * @param graphUntilDone until the last kernel has ended, microseconds, median
 */
record LaunchOverhead(
        int kernels,
        double oneByOneMicroseconds,
        double graphMicroseconds,
        double oneByOneUntilDone,
        double graphUntilDone) {
    private static final int KERNELS = 100;
    private static final int WARM_UPS = 20;
    private static final int REPEATS = 101;
    private static final int ELEMENTS = 256;

    static LaunchOverhead measure(Lab lab) {
        return measure(lab, WARM_UPS, REPEATS);
    }

    static LaunchOverhead measure(Lab lab, int warmUps, int repeats) {
        try (VectorKernels vectors = VectorKernels.load(lab.context);
                DeviceBuffer x = lab.poisoned(ELEMENTS * 4L);
                DeviceBuffer y = lab.poisoned(ELEMENTS * 4L)) {
            Runnable oneByOne =
                    () -> {
                        for (int i = 0; i < KERNELS; i++) {
                            vectors.saxpy(lab.stream, 2, x, y, ELEMENTS);
                        }
                    };
            try (Graph graph = lab.stream.capture(oneByOne);
                    ExecutableGraph executable = graph.instantiate()) {
                double[] first = median(lab, oneByOne, warmUps, repeats);
                double[] second =
                        median(lab, () -> executable.launch(lab.stream), warmUps, repeats);
                return new LaunchOverhead(KERNELS, first[0], second[0], first[1], second[1]);
            }
        }
    }

    /** {@return the launch, and the launch with all that it starts, in microseconds} */
    private static double[] median(Lab lab, Runnable launch, int warmUps, int repeats) {
        double[] launched = new double[repeats];
        double[] done = new double[repeats];
        for (int i = -warmUps; i < repeats; i++) {
            lab.stream.synchronize();
            long start = System.nanoTime();
            launch.run();
            long end = System.nanoTime();
            lab.stream.synchronize();
            if (i >= 0) {
                launched[i] = (end - start) / 1e3;
                done[i] = (System.nanoTime() - start) / 1e3;
            }
        }
        Arrays.sort(launched);
        Arrays.sort(done);
        return new double[] {launched[repeats / 2], done[repeats / 2]};
    }
}

package dev.retort.bench.kernels;

import dev.retort.device.gpu.Event;
import dev.retort.device.gpu.ExecutableGraph;
import dev.retort.device.gpu.Graph;
import dev.retort.device.gpu.Stream;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Times work on the device itself: launches are captured into a graph, so that no gap between them
 * is timed, and events around its replay tell how long it took. A replay that is not timed runs
 * before it, so that the device is busy while the host launches the one that is.
 */
final class DeviceTimer {
    private static final int WARM_UPS = 3;
    private static final int REPLAYS = 25;

    /** The resolution of events is about 0.5 µs: a replay of this length is timed to 0.1 %. */
    private static final double REPLAY_MILLISECONDS = 2;

    private static final int MOST_LAUNCHES = 2000;

    private DeviceTimer() {}

    /**
     * @param microseconds the median of the replays, for one launch
     * @param lowest the fastest replay
     * @param highest the slowest replay
     * @param launches launches of a replay
     * @param replays how often it was replayed
     */
    record Timing(double microseconds, double lowest, double highest, int launches, int replays) {}

    /**
     * @param launch launches the work, on the set of inputs with that number
     * @param sets how many sets there are
     */
    static Timing time(Stream stream, int sets, IntConsumer launch) {
        double single = replay(stream, sets, sets, launch, 1).microseconds();
        long wanted = (long) Math.ceil(REPLAY_MILLISECONDS * 1000 / Math.max(single, 0.1));
        int launches = Math.clamp(wanted, sets, Math.max(sets, MOST_LAUNCHES));
        return replay(stream, sets, launches, launch, REPLAYS);
    }

    private static Timing replay(
            Stream stream, int sets, int launches, IntConsumer launch, int replays) {
        Runnable work =
                () -> {
                    for (int i = 0; i < launches; i++) {
                        launch.accept(i % sets);
                    }
                };
        try (Graph graph = stream.capture(work);
                ExecutableGraph executable = graph.instantiate();
                Event start = stream.context().createEvent();
                Event end = stream.context().createEvent()) {
            for (int i = 0; i < WARM_UPS; i++) {
                executable.launch(stream);
            }
            double[] microseconds = new double[replays];
            for (int i = 0; i < replays; i++) {
                executable.launch(stream);
                stream.record(start);
                executable.launch(stream);
                stream.record(end);
                end.synchronize();
                microseconds[i] = end.millisecondsSince(start) * 1000.0 / launches;
            }
            Arrays.sort(microseconds);
            return new Timing(
                    microseconds[replays / 2],
                    microseconds[0],
                    microseconds[replays - 1],
                    launches,
                    replays);
        }
    }
}

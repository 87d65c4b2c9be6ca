package dev.retort.device.counters;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * How long the program stood still for the JVM, from HotSpot's own counters.
 *
 * <p>They are of nanoseconds and are advanced at the end of each pause. The time of a safepoint
 * begins when the first thread is asked to stop; the time until all have stopped is counted with
 * it.
 */
final class JvmPauses extends Probe {
    private final PerfData data;
    private final long[] pauseOffsets;
    private final long[] safepointOffsets;
    private final CumulativeCounter pauses;
    private final CumulativeCounter safepoints;

    private JvmPauses(
            String device,
            Path file,
            PerfData data,
            long[] pauseOffsets,
            long[] safepointOffsets,
            double secondsPerTick) {
        super(
                List.of(
                        new Series(device, Counter.GC_PAUSE_TIME, file + " sun.gc.collector"),
                        new Series(device, Counter.SAFEPOINT_TIME, file + " sun.rt.safepoint")));
        this.data = data;
        this.pauseOffsets = pauseOffsets;
        this.safepointOffsets = safepointOffsets;
        this.pauses = CumulativeCounter.holding(secondsPerTick);
        this.safepoints = CumulativeCounter.holding(secondsPerTick);
    }

    /**
     * The best source that this JVM has.
     *
     * @param device the device's identity
     * @param file HotSpot's performance data
     */
    static Probe open(String device, Path file) {
        try {
            return open(device, file, PerfData.open(file));
        } catch (IOException missing) {
            return new GcBeans(
                    device,
                    ManagementFactory.getGarbageCollectorMXBeans(),
                    "the JVM keeps no readable performance data: " + missing);
        }
    }

    private static JvmPauses open(String device, Path file, PerfData data) throws IOException {
        long frequency = data.offset("sun.os.hrt.frequency");
        long[] safepoints = {
            data.offset("sun.rt.safepointTime"), data.offset("sun.rt.safepointSyncTime")
        };
        long[] pauses =
                data.texts().entrySet().stream()
                        .filter(text -> text.getKey().startsWith("sun.gc.collector."))
                        .filter(text -> text.getKey().endsWith(".name"))
                        // Of a concurrent collector the cycles are listed beside their pauses.
                        .filter(text -> text.getValue().toLowerCase(Locale.ROOT).contains("pause"))
                        .mapToLong(text -> data.offset(text.getKey().replace(".name", ".time")))
                        .filter(offset -> offset >= 0)
                        .toArray();
        if (frequency < 0 || safepoints[0] < 0 || safepoints[1] < 0 || pauses.length == 0) {
            throw new IOException(file + " has no counters of pauses");
        }
        return new JvmPauses(device, file, data, pauses, safepoints, 1.0 / data.at(frequency));
    }

    @Override
    public boolean callsDriver() {
        return false;
    }

    @Override
    public Outcome sample(long nanoTime) {
        counted(0, pauses, pauses.advance(sum(pauseOffsets), nanoTime));
        counted(1, safepoints, safepoints.advance(sum(safepointOffsets), nanoTime));
        return Outcome.SAMPLED;
    }

    private long sum(long[] offsets) {
        long sum = 0;
        for (long offset : offsets) {
            sum += data.at(offset);
        }
        return sum;
    }
}

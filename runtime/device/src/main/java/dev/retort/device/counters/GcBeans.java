package dev.retort.device.counters;

import java.lang.management.GarbageCollectorMXBean;
import java.util.List;

/**
 * The pauses of the garbage collector from its MXBeans, where the JVM keeps no counters of pauses
 * ({@code -XX:-UsePerfData}, another JVM). They are of milliseconds, so that each pause is rounded
 * down, and other pauses of the JVM are absent.
 */
final class GcBeans extends Probe {
    private final GarbageCollectorMXBean[] collectors;
    private final CumulativeCounter pauses = CumulativeCounter.holding(1e-3);

    GcBeans(String device, List<GarbageCollectorMXBean> beans, String noSafepoints) {
        super(
                List.of(
                        new Series(
                                device,
                                Counter.GC_PAUSE_TIME,
                                "GarbageCollectorMXBean collectionTime"),
                        new Series(device, Counter.SAFEPOINT_TIME, "none")));
        // Of a concurrent collector the cycles are listed beside their pauses.
        collectors =
                beans.stream()
                        .filter(bean -> !bean.getName().endsWith("Cycles"))
                        .toArray(GarbageCollectorMXBean[]::new);
        absent(1, noSafepoints);
    }

    @Override
    public boolean callsDriver() {
        return false;
    }

    @Override
    public Outcome sample(long nanoTime) {
        long millis = 0;
        for (GarbageCollectorMXBean collector : collectors) {
            millis += Math.max(0, collector.getCollectionTime());
        }
        counted(0, pauses, pauses.advance(millis, nanoTime));
        return Outcome.SAMPLED;
    }
}

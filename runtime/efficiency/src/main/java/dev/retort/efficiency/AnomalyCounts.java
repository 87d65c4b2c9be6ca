package dev.retort.efficiency;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** Counts anomalies without allocating. Guarded by the lock of the clock that owns it. */
final class AnomalyCounts {
    private final long[] counts = new long[Anomaly.values().length];

    void count(Anomaly anomaly) {
        add(anomaly, 1);
    }

    @SuppressWarnings("EnumOrdinal") // An index into an array of this object, never stored.
    void add(Anomaly anomaly, long times) {
        counts[anomaly.ordinal()] += times;
    }

    /** Those that occurred. */
    @SuppressWarnings("EnumOrdinal") // As above.
    Map<Anomaly, Long> occurred() {
        Map<Anomaly, Long> occurred = new EnumMap<>(Anomaly.class);
        for (Anomaly anomaly : Anomaly.values()) {
            if (counts[anomaly.ordinal()] > 0) {
                occurred.put(anomaly, counts[anomaly.ordinal()]);
            }
        }
        return Collections.unmodifiableMap(occurred);
    }
}

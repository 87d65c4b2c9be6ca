package dev.retort.efficiency;

import java.util.ArrayList;
import java.util.List;

/**
 * Samples of a stretch of unknown length in bounded memory: when there are too many, every second
 * one is forgotten and only every second one is kept from then on. Of samples that are sums since
 * the beginning, differences of what is left are exact. Not thread-safe.
 */
final class Thinned<T> {
    /** Even, so that halving leaves samples that lie evenly. */
    static final int LIMIT = 600;

    private final List<T> kept = new ArrayList<>();
    private long stride = 1;
    private long seen;

    void add(T sample) {
        if (seen++ % stride != 0) {
            return;
        }
        kept.add(sample);
        if (kept.size() == LIMIT) {
            List<T> half = new ArrayList<>();
            for (int i = 0; i < LIMIT; i += 2) {
                half.add(kept.get(i));
            }
            kept.clear();
            kept.addAll(half);
            stride *= 2;
        }
    }

    List<T> samples() {
        return List.copyOf(kept);
    }
}

package dev.retort.experiment.state;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A map over another: what is put is seen here at once and there only after it was merged, so that
 * a batch that is refused leaves no trace. Nothing is ever removed.
 */
final class Layer<K, V> {
    private final @Nullable Layer<K, V> below;
    private final Map<K, V> own = new LinkedHashMap<>();

    Layer(@Nullable Layer<K, V> below) {
        this.below = below;
    }

    @Nullable V get(K key) {
        for (Layer<K, V> layer = this; layer != null; layer = layer.below) {
            V value = layer.own.get(key);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    void put(K key, V value) {
        own.put(key, value);
    }

    /** Moves what was put here to the layer below. */
    void merge() {
        if (below == null) {
            throw new IllegalStateException("there is no layer below");
        }
        below.own.putAll(own);
        own.clear();
    }

    /** All values of the lowest layer, in the order in which their keys were put first. */
    Collection<V> values() {
        if (below != null) {
            throw new IllegalStateException("only the lowest layer can be listed");
        }
        return Collections.unmodifiableCollection(own.values());
    }
}

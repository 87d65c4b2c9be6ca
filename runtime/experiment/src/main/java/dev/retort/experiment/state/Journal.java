package dev.retort.experiment.state;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Lists by key to which is only ever added, over those of another state as a {@link Layer} is. */
final class Journal<V> {
    private record Place(String key, int index) {}

    private final Layer<Place, V> items;
    private final Layer<String, Integer> sizes;

    Journal(@Nullable Journal<V> below) {
        items = new Layer<>(below == null ? null : below.items);
        sizes = new Layer<>(below == null ? null : below.sizes);
    }

    int size(String key) {
        Integer size = sizes.get(key);
        return size == null ? 0 : size;
    }

    void add(String key, V item) {
        int size = size(key);
        items.put(new Place(key, size), item);
        sizes.put(key, size + 1);
    }

    /** Those from an index on. */
    List<V> from(String key, int index) {
        List<V> found = new ArrayList<>();
        for (int i = index; i < size(key); i++) {
            found.add(Objects.requireNonNull(items.get(new Place(key, i))));
        }
        return found;
    }

    /** Moves what was added here to the one below. */
    void merge() {
        items.merge();
        sizes.merge();
    }
}

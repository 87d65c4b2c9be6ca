package dev.retort.experiment.state;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** The maps and lists of a state over those of another, moved there together. */
final class Layers {
    private final List<Runnable> merges = new ArrayList<>();

    /** A map over another, or over none. */
    <K, V> Layer<K, V> map(@Nullable Layer<K, V> below) {
        Layer<K, V> layer = new Layer<>(below);
        merges.add(layer::merge);
        return layer;
    }

    /** Lists over others, or over none. */
    <V> Journal<V> lists(@Nullable Journal<V> below) {
        Journal<V> journal = new Journal<>(below);
        merges.add(journal::merge);
        return journal;
    }

    /** Moves what was put into them to what they are over. */
    void merge() {
        merges.forEach(Runnable::run);
    }
}

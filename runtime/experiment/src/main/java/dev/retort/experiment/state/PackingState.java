package dev.retort.experiment.state;

import dev.retort.experiment.packing.Weighing;

import org.jspecify.annotations.Nullable;

/** What is known of runs that share devices, or may. */
final class PackingState {
    /** The most memory that was measured, by experiment and arm. */
    final Layer<String, Long> peaks;

    /** The arms of which an attempt was measured up to its result. */
    final Layer<String, Boolean> wholePeaks;

    /** Steps a second with a device of its own, by experiment and arm. */
    final Layer<String, Double> alonePaces;

    /** Two arms that should not share a device. */
    final Layer<PackingFold.Pair, Boolean> apart;

    /** What was weighed last about a run that shares a device, or was to. */
    final Layer<String, Weighing> weighings;

    PackingState(Layers layers, @Nullable PackingState below) {
        peaks = layers.map(below == null ? null : below.peaks);
        wholePeaks = layers.map(below == null ? null : below.wholePeaks);
        alonePaces = layers.map(below == null ? null : below.alonePaces);
        apart = layers.map(below == null ? null : below.apart);
        weighings = layers.map(below == null ? null : below.weighings);
    }
}

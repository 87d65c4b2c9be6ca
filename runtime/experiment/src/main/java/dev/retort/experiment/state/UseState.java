package dev.retort.experiment.state;

import dev.retort.experiment.share.LatelyUsed;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/** What runs took, and what teams used. */
final class UseState {
    /** Milliseconds times devices by experiment, by hypothesis, and by run since it last ended. */
    final Layer<String, Long> charged;

    /** The runs that had an attempt and go no further, by experiment. */
    final Layer<String, UseFold.Finished> finished;

    /** The runs whose attempt has not ended, by experiment and by hypothesis. */
    final Layer<String, Set<String>> open;

    /** What teams used lately. */
    final Layer<String, LatelyUsed> used;

    final Layer<String, UseFold.LogTime> logTime;

    /** From the clocks of schedulers to the time of the log. */
    final Layer<String, Long> clocks;

    UseState(Layers layers, @Nullable UseState below) {
        charged = layers.map(below == null ? null : below.charged);
        finished = layers.map(below == null ? null : below.finished);
        open = layers.map(below == null ? null : below.open);
        used = layers.map(below == null ? null : below.used);
        logTime = layers.map(below == null ? null : below.logTime);
        clocks = layers.map(below == null ? null : below.clocks);
    }
}

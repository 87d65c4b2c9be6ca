package dev.retort.experiment.lab;

import java.util.List;

/**
 * What making decisions again from a log came to.
 *
 * @param count how many were made again
 * @param differences those that came out differently, a sentence each
 */
public record Replayed(int count, List<String> differences) {
    /** Copies the differences. */
    public Replayed {
        differences = List.copyOf(differences);
    }
}

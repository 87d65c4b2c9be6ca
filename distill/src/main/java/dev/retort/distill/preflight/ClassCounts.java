package dev.retort.distill.preflight;

import dev.retort.distill.data.LabelledData;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How many labelled samples each class has.
 *
 * @param counts by class, from class 0
 */
public record ClassCounts(List<Integer> counts) {
    /** Copies the list. */
    public ClassCounts {
        counts = List.copyOf(counts);
    }

    /**
     * Counts.
     *
     * @param data the samples; those without a label are left out
     * @return the counts
     */
    public static ClassCounts of(LabelledData data) {
        int[] counts = new int[data.classes()];
        for (int i = 0; i < data.size(); i++) {
            if (data.label(i) != LabelledData.UNLABELLED) {
                counts[data.label(i)]++;
            }
        }
        return new ClassCounts(Arrays.stream(counts).boxed().toList());
    }

    /** The fewest samples of a class. */
    int fewest() {
        return counts.stream().mapToInt(Integer::intValue).min().orElse(0);
    }

    /** The most samples of a class. */
    int most() {
        return counts.stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /** The classes without a sample. */
    List<Integer> missing() {
        return IntStream.range(0, counts.size()).filter(c -> counts.get(c) == 0).boxed().toList();
    }
}

package dev.retort.distill.preflight;

import dev.retort.distill.data.DataException;
import dev.retort.distill.data.DataSplit;
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

    /**
     * Checks a data set as one of classification.
     *
     * @param data the data set
     * @return the counts of its training samples
     * @throws DataException if its parts differ in shape or classes, or there is one class only
     */
    static ClassCounts check(DataSplit data) {
        LabelledData train = data.train();
        for (LabelledData part : List.of(data.validation(), data.test())) {
            if (!part.sampleShape().equals(train.sampleShape())
                    || part.classes() != train.classes()) {
                throw new DataException(
                        "expected all parts of %s to have samples of shape %s and %d classes, found shape %s and %d classes"
                                .formatted(
                                        data.name(),
                                        train.sampleShape(),
                                        train.classes(),
                                        part.sampleShape(),
                                        part.classes()));
            }
        }
        ClassCounts counts = of(train);
        long present = counts.counts().stream().filter(count -> count > 0).count();
        if (present < 2) {
            throw new DataException(
                    "expected training samples of at least 2 classes in %s, found %s"
                            .formatted(
                                    data.name(),
                                    present == 0 ? "no label" : "samples of one class alone"));
        }
        return counts;
    }
}

package dev.retort.distill.data;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A data set cut into the part that is trained on, the part that chooses (epochs, settings) and the
 * part that judges, which is looked at once, at the end.
 *
 * @param name the data set's name, as a user types it
 * @param train the training samples
 * @param validation the samples that choose
 * @param test the samples that judge
 * @param source where the data came from and how it was split, for the report
 */
public record DataSplit(
        String name,
        LabelledData train,
        LabelledData validation,
        LabelledData test,
        String source) {
    /** Checks the components. */
    public DataSplit {
        requireNonNull(name, "name is null");
        requireNonNull(train, "train is null");
        requireNonNull(validation, "validation is null");
        requireNonNull(test, "test is null");
        requireNonNull(source, "source is null");
    }

    /**
     * Refuses what no classifier can be trained and judged on.
     *
     * @throws DataException if the parts differ in shape or classes, a sample has no label, or all
     *     training samples are of one class
     */
    public void requireClassification() {
        for (LabelledData part : List.of(validation, test)) {
            if (!part.sampleShape().equals(train.sampleShape())
                    || part.classes() != train.classes()) {
                throw new DataException(
                        "expected all parts of %s to have samples of shape %s and %d classes, found shape %s and %d classes"
                                .formatted(
                                        name,
                                        train.sampleShape(),
                                        train.classes(),
                                        part.sampleShape(),
                                        part.classes()));
            }
        }
        train.requireLabels("training samples of " + name);
        validation.requireLabels("validation samples of " + name);
        test.requireLabels("test samples of " + name);
        if (IntStream.range(0, train.size()).map(train::label).distinct().count() < 2) {
            throw new DataException(
                    "expected training samples of at least 2 classes in %s, found samples of one class alone"
                            .formatted(name));
        }
    }

    /**
     * The SHA-256 hash of all samples with their labels, split as they are.
     *
     * @return 64 lower-case hexadecimal digits
     */
    public String sha256() {
        return LabelledData.sha256(List.of(train, validation, test));
    }

    /**
     * Chooses samples of each class in proportion, at random by seed.
     *
     * @param data the samples, all labelled
     * @param count how many to choose, from 1 to the size of {@code data}
     * @param seed the seed; the same seed chooses the same samples
     * @return {@code count} distinct positions in ascending order; the shares of the classes differ
     *     from those in {@code data} by less than one sample each
     * @throws IllegalArgumentException if {@code count} is out of range
     */
    public static int[] stratifiedSample(LabelledData data, int count, long seed) {
        if (count < 1 || count > data.size()) {
            throw new IllegalArgumentException(
                    "expected a count from 1 to %d, found %d".formatted(data.size(), count));
        }
        int[] order = shuffledByClass(data, seed);
        // Systematic sampling over samples sorted by class: every class gets its share.
        return IntStream.range(0, count)
                .map(i -> order[(int) ((2L * i + 1) * data.size() / (2L * count))])
                .sorted()
                .toArray();
    }

    /**
     * All positions that are not among the given ones.
     *
     * @param data the samples
     * @param taken positions in ascending order
     * @return the others, in ascending order
     */
    public static int[] rest(LabelledData data, int[] taken) {
        boolean[] isTaken = new boolean[data.size()];
        for (int index : taken) {
            isTaken[index] = true;
        }
        return IntStream.range(0, data.size()).filter(i -> !isTaken[i]).toArray();
    }

    private static int[] shuffledByClass(LabelledData data, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] rank = new int[data.size()];
        for (int i = 0; i < rank.length; i++) {
            rank[i] = random.nextInt();
        }
        return IntStream.range(0, data.size())
                .boxed()
                .sorted(
                        (a, b) -> {
                            int byClass = Integer.compare(data.label(a), data.label(b));
                            int byRank = byClass != 0 ? byClass : Integer.compare(rank[a], rank[b]);
                            return byRank != 0 ? byRank : Integer.compare(a, b);
                        })
                .mapToInt(Integer::intValue)
                .toArray();
    }
}

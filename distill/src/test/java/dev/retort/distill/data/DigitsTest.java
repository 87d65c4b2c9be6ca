package dev.retort.distill.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

class DigitsTest {
    @Test
    void partsAreDisjointStratifiedAndTogetherTheWhole() {
        DataSplit split = Digits.load();
        assertEquals(1797, split.train().size() + split.validation().size() + split.test().size());
        assertEquals(450, split.test().size());
        assertEquals(180, split.validation().size());
        for (LabelledData part : List.of(split.train(), split.validation(), split.test())) {
            int[] counts = new int[10];
            for (int i = 0; i < part.size(); i++) {
                counts[part.label(i)]++;
            }
            for (int count : counts) {
                // Every digit makes up 9.7 % to 10.2 % of the 1,797 images.
                assertEquals(0.1, (double) count / part.size(), 0.01);
            }
        }
    }

    @Test
    void firstImageOfTheFileIsAZeroWithPixelsFromZeroToOne() {
        DataSplit split = Digits.load();
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray features = split.train().features(manager);
            assertEquals(new Shape(split.train().size(), 64), features.getShape());
            assertEquals(0f, features.min().getFloat());
            assertEquals(1f, features.max().getFloat());
        }
    }

    @Test
    void stratifiedSamplesAreDistinctProportionalAndRepeatable() {
        LabelledData train = Digits.load().train();
        for (int count : new int[] {10, 100, 137, train.size()}) {
            int[] chosen = DataSplit.stratifiedSample(train, count, 4);
            Set<Integer> distinct = new HashSet<>();
            int[] counts = new int[10];
            for (int index : chosen) {
                distinct.add(index);
                counts[train.label(index)]++;
            }
            assertEquals(count, distinct.size());
            int[] all = new int[10];
            for (int i = 0; i < train.size(); i++) {
                all[train.label(i)]++;
            }
            for (int digit = 0; digit < 10; digit++) {
                double fair = (double) all[digit] * count / train.size();
                assertTrue(
                        Math.abs(counts[digit] - fair) < 1,
                        "digit %d: %d of %.2f".formatted(digit, counts[digit], fair));
            }
            assertEquals(
                    List.of(box(chosen)),
                    List.of(box(DataSplit.stratifiedSample(train, count, 4))));
        }
    }

    private static List<Integer> box(int[] values) {
        return java.util.Arrays.stream(values).boxed().toList();
    }
}

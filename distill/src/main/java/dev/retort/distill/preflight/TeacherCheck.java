package dev.retort.distill.preflight;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.retort.distill.data.DataException;
import dev.retort.distill.data.LabelledData;
import dev.retort.distill.teacher.Teacher;
import dev.retort.distill.teacher.TeacherException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How well a teacher that was trained elsewhere knows the classes of a data set: its accuracy on
 * some labelled samples, and whether it knows them under other numbers.
 *
 * @param samples how many samples it was asked about
 * @param accuracy the share on which it chose the true class, from 0 to 1
 * @param labelMap for each class of the data that of the teacher which mostly means it, as {@link
 *     dev.retort.distill.TeacherOrigin.Saved} takes it, where that is another order of the same
 *     classes with which it is right on most samples
 */
public record TeacherCheck(int samples, double accuracy, Optional<List<Integer>> labelMap) {
    private static final double MOST = 0.7;
    private static final int CHANCE_FACTOR = 2;

    /** Copies the list. */
    public TeacherCheck {
        labelMap = labelMap.map(List::copyOf);
    }

    /**
     * Asks a teacher about the first labelled samples.
     *
     * @param teacher the teacher
     * @param data the samples as it takes them
     * @param most the most samples to ask about, at least 1
     * @param parent intermediate arrays live in a sub-manager of it
     * @return what was found
     * @throws DataException if no sample has a label
     * @throws TeacherException if the teacher has another number of classes, or cannot take the
     *     samples
     */
    public static TeacherCheck of(Teacher teacher, LabelledData data, int most, NDManager parent) {
        int[] chosen =
                IntStream.range(0, data.size())
                        .filter(i -> data.label(i) != LabelledData.UNLABELLED)
                        .limit(most)
                        .toArray();
        if (chosen.length == 0) {
            throw new DataException(
                    "expected labelled samples to ask the teacher about, found none");
        }
        int classes = data.classes();
        int[][] counts = new int[classes][classes];
        try (NDManager scope = parent.newSubManager()) {
            NDArray features = data.select(chosen).features(scope);
            long[] positions = Arrays.stream(chosen).asLongStream().toArray();
            NDArray logits = teacher.logits(new NDList(features), positions, scope);
            if (logits.getShape().get(1) != classes) {
                throw new TeacherException(
                        "expected a teacher of %d classes, found %s with %d"
                                .formatted(
                                        classes, teacher.description(), logits.getShape().get(1)));
            }
            long[] answers = logits.argMax(1).toLongArray();
            for (int i = 0; i < chosen.length; i++) {
                counts[Math.toIntExact(answers[i])][data.label(chosen[i])]++;
            }
        }
        double accuracy = right(counts, IntStream.range(0, classes).toArray(), chosen.length);
        return new TeacherCheck(chosen.length, accuracy, labelMap(counts, accuracy, chosen.length));
    }

    private static double right(int[][] counts, int[] map, int samples) {
        return IntStream.range(0, map.length).map(i -> counts[i][map[i]]).sum() / (double) samples;
    }

    /** A map is only told from weakness where it makes a teacher good that was not. */
    private static Optional<List<Integer>> labelMap(int[][] counts, double accuracy, int samples) {
        int[] map = new int[counts.length];
        for (int i = 0; i < map.length; i++) {
            for (int j = 1; j < map.length; j++) {
                map[i] = counts[i][j] > counts[i][map[i]] ? j : map[i];
            }
        }
        boolean permutation = Arrays.stream(map).distinct().count() == map.length;
        return permutation && accuracy < MOST && right(counts, map, samples) >= MOST
                ? Optional.of(inverse(map))
                : Optional.empty();
    }

    private static List<Integer> inverse(int[] permutation) {
        Integer[] inverse = new Integer[permutation.length];
        for (int i = 0; i < permutation.length; i++) {
            inverse[permutation[i]] = i;
        }
        return List.of(inverse);
    }

    /**
     * What is likely to go wrong with this teacher.
     *
     * @param classes the number of classes
     * @return one sentence each; empty for a teacher that knows the classes
     */
    public List<String> warnings(int classes) {
        List<String> warnings = new ArrayList<>();
        labelMap.ifPresent(
                map ->
                        warnings.add(
                                "the teacher is right on %.0f %% of %d samples, and on most with its classes in another order: give it the label map %s"
                                        .formatted(100 * accuracy, samples, map)));
        if (labelMap.isEmpty() && accuracy < (double) CHANCE_FACTOR / classes) {
            warnings.add(
                    "the teacher is right on %.0f %% of %d samples, which is little more than chance among %d classes"
                            .formatted(100 * accuracy, samples, classes));
        }
        return warnings;
    }
}

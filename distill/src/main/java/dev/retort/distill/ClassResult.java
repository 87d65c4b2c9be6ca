package dev.retort.distill;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How a classifier did on the samples of one class.
 *
 * @param samples samples of the class
 * @param correct those of them that it gave this class
 */
public record ClassResult(int samples, int correct) {
    /**
     * The recall: the share of the samples of the class that it found.
     *
     * @return from 0 to 1, or empty if there was no sample
     */
    public OptionalDouble recall() {
        return samples == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of((double) correct / samples);
    }

    /**
     * Counts.
     *
     * @param logits one row a sample
     * @param labels the class of each sample, from 0
     * @param classes the number of classes
     * @return one entry a class
     */
    static List<ClassResult> of(float[] logits, int[] labels, int classes) {
        int[] samples = new int[classes];
        int[] correct = new int[classes];
        for (int i = 0; i < labels.length; i++) {
            samples[labels[i]]++;
            if (chosen(logits, i, classes) == labels[i]) {
                correct[labels[i]]++;
            }
        }
        List<ClassResult> results = new ArrayList<>();
        for (int c = 0; c < classes; c++) {
            results.add(new ClassResult(samples[c], correct[c]));
        }
        return results;
    }

    /**
     * The class that a classifier chooses: the first of the largest logits, as the engine has it.
     *
     * @param logits one row a sample
     * @param row the sample
     * @param classes the number of classes
     * @return the class, from 0
     */
    public static int chosen(float[] logits, int row, int classes) {
        int from = row * classes;
        int best = 0;
        for (int c = 1; c < classes; c++) {
            if (logits[from + c] > logits[from + best]) {
                best = c;
            }
        }
        return best;
    }
}

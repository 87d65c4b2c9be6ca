package dev.retort.distill.export;

import dev.retort.distill.ClassResult;

/**
 * How a file that was exported compares with the model, on real samples.
 *
 * @param samples how many
 * @param largestDifference the largest absolute difference of a logit
 * @param agreement the share of the samples for which both choose the same class
 * @param modelAccuracy the accuracy of the model on these samples
 * @param exportAccuracy the accuracy of the file
 */
public record Parity(
        int samples,
        double largestDifference,
        double agreement,
        double modelAccuracy,
        double exportAccuracy) {
    static Parity of(float[] model, float[] exported, int[] labels, int classes) {
        if (model.length != exported.length) {
            throw new ExportException(
                    "expected %d logits of the exported model, found %d"
                            .formatted(model.length, exported.length));
        }
        double largest = 0;
        for (int i = 0; i < model.length; i++) {
            double difference = Math.abs((double) model[i] - exported[i]);
            // Not max, which a NaN would pass by.
            largest = difference <= largest ? largest : difference;
        }
        int same = 0;
        int modelHits = 0;
        int exportHits = 0;
        for (int i = 0; i < labels.length; i++) {
            int one = ClassResult.chosen(model, i, classes);
            int other = ClassResult.chosen(exported, i, classes);
            same += one == other ? 1 : 0;
            modelHits += one == labels[i] ? 1 : 0;
            exportHits += other == labels[i] ? 1 : 0;
        }
        double n = labels.length;
        return new Parity(labels.length, largest, same / n, modelHits / n, exportHits / n);
    }
}

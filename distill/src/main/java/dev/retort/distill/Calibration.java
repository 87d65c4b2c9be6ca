package dev.retort.distill;

/**
 * How far the probabilities of a classifier can be believed.
 *
 * @param expectedError the expected calibration error (Guo et al., "On calibration of modern neural
 *     networks", 2017): samples are binned by the probability of the chosen class into {@link
 *     #BINS} bins of equal width, and the distance between mean probability and accuracy of each
 *     bin is averaged by its samples; from 0 to 1
 * @param brierScore mean squared distance between the probabilities and the true class (Brier
 *     1950), summed over the classes; from 0 to 2
 * @param negativeLogLikelihood mean of minus the logarithm of the true class's probability, in nats
 */
public record Calibration(double expectedError, double brierScore, double negativeLogLikelihood) {
    /** The bins of the expected calibration error. */
    public static final int BINS = 15;

    /**
     * Judges logits.
     *
     * @param logits one row a sample
     * @param labels the class of each sample, from 0
     * @param classes the number of classes
     * @return the figures
     */
    public static Calibration of(float[] logits, int[] labels, int classes) {
        if (labels.length == 0 || logits.length != labels.length * classes) {
            throw new IllegalArgumentException(
                    "expected %d logits for each of at least 1 sample, found %d for %d"
                            .formatted(classes, logits.length, labels.length));
        }
        double[] confidence = new double[BINS];
        int[] correct = new int[BINS];
        double brier = 0;
        double likelihood = 0;
        for (int i = 0; i < labels.length; i++) {
            double[] logProbabilities = logSoftmax(logits, i * classes, classes);
            int chosen = ClassResult.chosen(logits, i, classes);
            for (int c = 0; c < classes; c++) {
                double miss = Math.exp(logProbabilities[c]) - (c == labels[i] ? 1 : 0);
                brier += miss * miss;
            }
            likelihood -= logProbabilities[labels[i]];
            double probability = Math.exp(logProbabilities[chosen]);
            // Bins are open to the left, as those of Guo et al.
            int bin = Math.clamp((int) Math.ceil(probability * BINS) - 1, 0, BINS - 1);
            confidence[bin] += probability;
            correct[bin] += chosen == labels[i] ? 1 : 0;
        }
        double error = 0;
        for (int bin = 0; bin < BINS; bin++) {
            error += Math.abs(confidence[bin] - correct[bin]);
        }
        int samples = labels.length;
        return new Calibration(error / samples, brier / samples, likelihood / samples);
    }

    private static double[] logSoftmax(float[] logits, int from, int classes) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            largest = Math.max(largest, logits[from + c]);
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += Math.exp(logits[from + c] - largest);
        }
        double logSum = largest + Math.log(sum);
        double[] result = new double[classes];
        for (int c = 0; c < classes; c++) {
            result[c] = logits[from + c] - logSum;
        }
        return result;
    }
}

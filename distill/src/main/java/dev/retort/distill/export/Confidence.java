package dev.retort.distill.export;

import dev.retort.distill.Calibration;

/**
 * The probability that a classifier gives to the class it chooses, made true by a temperature (Guo
 * et al., "On calibration of modern neural networks", 2017): logits are divided by the one number
 * that has the lowest negative log-likelihood on samples that neither network was trained on.
 *
 * @param temperature the temperature, above 0
 */
public record Confidence(double temperature) {
    private static final double LOWEST = 0.05;
    private static final double HIGHEST = 20;
    private static final int STEPS = 60;
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    /** Checks the temperature. */
    public Confidence {
        if (!(temperature > 0) || Double.isInfinite(temperature)) {
            throw new IllegalArgumentException(
                    "expected a temperature above 0, found " + temperature);
        }
    }

    /**
     * Fits the temperature. The likelihood has one minimum over its logarithm, which the golden
     * section finds.
     *
     * @param logits one row a sample
     * @param labels the class of each sample
     * @param classes the number of classes
     * @return the confidence, with a temperature from 0.05 to 20
     */
    static Confidence fitted(float[] logits, int[] labels, int classes) {
        double low = Math.log(LOWEST);
        double high = Math.log(HIGHEST);
        for (int i = 0; i < STEPS; i++) {
            double left = high - GOLDEN * (high - low);
            double right = low + GOLDEN * (high - low);
            if (likelihood(logits, labels, classes, left)
                    <= likelihood(logits, labels, classes, right)) {
                high = right;
            } else {
                low = left;
            }
        }
        return new Confidence(Math.exp((low + high) / 2));
    }

    private static double likelihood(float[] logits, int[] labels, int classes, double log) {
        double temperature = Math.exp(log);
        float[] scaled = new float[logits.length];
        for (int i = 0; i < logits.length; i++) {
            scaled[i] = (float) (logits[i] / temperature);
        }
        return Calibration.of(scaled, labels, classes).negativeLogLikelihood();
    }

    /**
     * The probability of the chosen class.
     *
     * @param logits one row a sample
     * @param row which sample
     * @param classes the number of classes
     * @return from 1 / classes to 1
     */
    double of(float[] logits, int row, int classes) {
        int from = row * classes;
        double largest = logits[from];
        for (int c = 1; c < classes; c++) {
            largest = Math.max(largest, logits[from + c]);
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += Math.exp((logits[from + c] - largest) / temperature);
        }
        return 1 / sum;
    }
}

package dev.retort.device.kernels.reference;

import dev.retort.device.kernels.LossWeights;

/**
 * The distillation loss of one row.
 *
 * @param crossEntropy −log softmax(s)[label], 0 without a label
 * @param divergence T² · KL(teacher ‖ student)
 * @param gradient for the student's logits
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
public record LossReference(double crossEntropy, double divergence, double[] gradient) {
    /** Against all logits of the teacher. */
    public static LossReference of(double[] s, double[] t, int label, LossWeights weights) {
        double temperature = weights.temperature();
        double[] q = logSoftmax(s, temperature);
        double[] p = logSoftmax(t, temperature);
        double kl = 0;
        double[] divergenceGradient = new double[s.length];
        for (int c = 0; c < s.length; c++) {
            double probability = Math.exp(p[c]);
            if (probability > 0) {
                kl += probability * (p[c] - q[c]);
            }
            divergenceGradient[c] = Math.exp(q[c]) - probability;
        }
        return combine(s, label, kl, divergenceGradient, weights);
    }

    /** Against the stored logits of some classes; the others are one class with the given mass. */
    public static LossReference ofTop(
            double[] s, double[] top, int[] classes, double rest, int label, LossWeights weights) {
        double temperature = weights.temperature();
        double[] q = logSoftmax(s, temperature);
        double[] exponents = new double[top.length + 1];
        boolean[] stored = new boolean[s.length];
        for (int j = 0; j < top.length; j++) {
            exponents[j] = top[j] / temperature;
            stored[classes[j]] = true;
        }
        exponents[top.length] = rest;
        double[] p = logSoftmax(exponents, 1);
        double studentRest = 0;
        for (int c = 0; c < s.length; c++) {
            studentRest += stored[c] ? 0 : Math.exp(q[c]);
        }
        double restProbability = Math.exp(p[top.length]);
        double kl =
                restProbability > 0 ? restProbability * (p[top.length] - Math.log(studentRest)) : 0;
        double[] gradient = new double[s.length];
        for (int c = 0; c < s.length; c++) {
            double ofRest = restProbability > 0 ? restProbability / studentRest : 0;
            gradient[c] = Math.exp(q[c]) * (1 - ofRest);
        }
        for (int j = 0; j < top.length; j++) {
            int c = classes[j];
            kl += Math.exp(p[j]) * (p[j] - q[c]);
            gradient[c] = Math.exp(q[c]) - Math.exp(p[j]);
        }
        return combine(s, label, kl, gradient, weights);
    }

    private static LossReference combine(
            double[] s, int label, double kl, double[] divergenceGradient, LossWeights weights) {
        double temperature = weights.temperature();
        double[] atOne = logSoftmax(s, 1);
        double[] gradient = new double[s.length];
        for (int c = 0; c < s.length; c++) {
            double crossEntropy = label < 0 ? 0 : Math.exp(atOne[c]) - (c == label ? 1 : 0);
            gradient[c] =
                    weights.gradientScale()
                            * (weights.crossEntropy() * crossEntropy
                                    + weights.divergence() * temperature * divergenceGradient[c]);
        }
        return new LossReference(
                label < 0 ? 0 : -atOne[label], temperature * temperature * kl, gradient);
    }

    /** {@return log softmax(x / T)} */
    public static double[] logSoftmax(double[] x, double temperature) {
        double sum = logSumExp(x, temperature);
        double[] result = new double[x.length];
        for (int c = 0; c < x.length; c++) {
            result[c] = x[c] / temperature - sum;
        }
        return result;
    }

    /** {@return log Σ e^(x / T)} */
    public static double logSumExp(double[] x, double temperature) {
        double top = Double.NEGATIVE_INFINITY;
        for (double value : x) {
            top = Math.max(top, value / temperature);
        }
        double sum = 0;
        for (double value : x) {
            sum += Math.exp(value / temperature - top);
        }
        return top + Math.log(sum);
    }
}

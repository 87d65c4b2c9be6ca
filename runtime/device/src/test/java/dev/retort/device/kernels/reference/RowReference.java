package dev.retort.device.kernels.reference;

/** Softmax and layer normalisation of one row. */
public final class RowReference {
    private RowReference() {}

    /** {@return e^x / Σ e^x} */
    public static double[] softmax(double[] x) {
        double[] result = LossReference.logSoftmax(x, 1);
        for (int c = 0; c < x.length; c++) {
            result[c] = Math.exp(result[c]);
        }
        return result;
    }

    /** {@return (x − mean) / √(variance + epsilon) · scale + shift} */
    public static double[] layernorm(double[] x, double[] scale, double[] shift, double epsilon) {
        double mean = 0;
        for (double value : x) {
            mean += value / x.length;
        }
        double variance = 0;
        for (double value : x) {
            variance += (value - mean) * (value - mean) / x.length;
        }
        double[] result = new double[x.length];
        for (int c = 0; c < x.length; c++) {
            result[c] = (x[c] - mean) / Math.sqrt(variance + epsilon) * scale[c] + shift[c];
        }
        return result;
    }
}

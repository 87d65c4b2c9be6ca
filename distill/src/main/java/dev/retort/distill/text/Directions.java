package dev.retort.distill.text;

/** Lengths and angles of vectors on the heap. */
final class Directions {
    private Directions() {}

    /** Scales a vector to length 1 in place; one of zeros stays. */
    static void scaleToUnit(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        if (squares == 0) {
            return;
        }
        float factor = (float) (1 / Math.sqrt(squares));
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= factor;
        }
    }

    /** The scalar product, which is the cosine of vectors of length 1. */
    static double product(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}

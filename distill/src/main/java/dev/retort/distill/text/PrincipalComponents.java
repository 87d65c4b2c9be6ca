package dev.retort.distill.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.retort.distill.train.GradientMode;

import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.EigenDecompositionSymmetric;

import java.util.Arrays;

/**
 * The directions in which vectors differ most (Pearson, 1901): the eigenvectors of their covariance
 * with the largest eigenvalues. The covariance is summed in {@code FLOAT64} by the engine.
 * Immutable.
 */
public final class PrincipalComponents {
    private final float[] mean;
    private final float[] components;
    private final int count;
    private final double explained;

    private PrincipalComponents(float[] mean, float[] components, int count, double explained) {
        this.mean = mean;
        this.components = components;
        this.count = count;
        this.explained = explained;
    }

    /**
     * Finds the components of vectors.
     *
     * @param rows at least 2 vectors, one after the other
     * @param width the length of a vector
     * @param count how many components, from 1 to {@code width}
     * @param parent intermediate arrays live in a sub-manager of it
     * @return the components; the sign of each is such that its entry of the largest size is
     *     positive
     */
    public static PrincipalComponents of(float[] rows, int width, int count, NDManager parent) {
        if (count < 1 || count > width) {
            throw new IllegalArgumentException(
                    "expected 1 to %d components, found %d".formatted(width, count));
        }
        if (rows.length < 2 * width || rows.length % width != 0) {
            throw new IllegalArgumentException(
                    "expected at least 2 vectors of %d numbers, found %d numbers"
                            .formatted(width, rows.length));
        }
        double[] mean;
        double[] covariance;
        try (GradientMode _ = GradientMode.off(parent.getEngine());
                NDManager scope = parent.newSubManager()) {
            NDArray vectors =
                    scope.create(rows, new Shape(rows.length / width, width))
                            .toType(DataType.FLOAT64, false);
            NDArray centre = vectors.mean(new int[] {0}, true);
            NDArray centred = vectors.sub(centre);
            mean = centre.toDoubleArray();
            covariance =
                    centred.transpose()
                            .matMul(centred)
                            .div((double) rows.length / width - 1)
                            .toDoubleArray();
        }
        EigenDecompositionSymmetric eigen =
                new EigenDecompositionSymmetric(
                        new Array2DRowRealMatrix(square(covariance, width), false));
        // In descending order, as the class says.
        double[] values = eigen.getEigenvalues();
        float[] components = new float[width * count];
        for (int c = 0; c < count; c++) {
            double[] vector = eigen.getEigenvector(c).toArray();
            double sign = largestEntry(vector) < 0 ? -1 : 1;
            for (int i = 0; i < width; i++) {
                components[i * count + c] = (float) (sign * vector[i]);
            }
        }
        double all = Arrays.stream(values).sum();
        double kept = Arrays.stream(values).limit(count).sum();
        float[] narrow = new float[width];
        for (int i = 0; i < width; i++) {
            narrow[i] = (float) mean[i];
        }
        return new PrincipalComponents(narrow, components, count, all == 0 ? 1 : kept / all);
    }

    private static double[][] square(double[] values, int width) {
        double[][] matrix = new double[width][];
        for (int i = 0; i < width; i++) {
            matrix[i] = Arrays.copyOfRange(values, i * width, (i + 1) * width);
        }
        return matrix;
    }

    private static double largestEntry(double[] vector) {
        double largest = 0;
        for (double value : vector) {
            if (Math.abs(value) > Math.abs(largest)) {
                largest = value;
            }
        }
        return largest;
    }

    /**
     * The number of components.
     *
     * @return at least 1
     */
    public int count() {
        return count;
    }

    /**
     * The share of the variance that the components have.
     *
     * @return from 0 to 1
     */
    public double explained() {
        return explained;
    }

    /**
     * Vectors by their components, with the mean taken off.
     *
     * @param rows vectors of the width that the components are of, one after the other
     * @param parent intermediate arrays live in a sub-manager of it
     * @return as many vectors of {@link #count} numbers
     */
    public float[] centred(float[] rows, NDManager parent) {
        return project(rows, true, parent);
    }

    /**
     * Vectors by their components as they are, so that scalar products stay what they were, up to
     * what lies outside of the components.
     *
     * @param rows vectors of the width that the components are of, one after the other
     * @param parent intermediate arrays live in a sub-manager of it
     * @return as many vectors of {@link #count} numbers
     */
    public float[] rotated(float[] rows, NDManager parent) {
        return project(rows, false, parent);
    }

    private float[] project(float[] rows, boolean centring, NDManager parent) {
        int width = mean.length;
        if (rows.length % width != 0) {
            throw new IllegalArgumentException(
                    "expected vectors of %d numbers, found %d numbers"
                            .formatted(width, rows.length));
        }
        try (GradientMode _ = GradientMode.off(parent.getEngine());
                NDManager scope = parent.newSubManager()) {
            NDArray vectors = scope.create(rows, new Shape(rows.length / width, width));
            if (centring) {
                vectors = vectors.sub(scope.create(mean));
            }
            return vectors.matMul(scope.create(components, new Shape(width, count))).toFloatArray();
        }
    }
}

package dev.retort.planning.fit;

import dev.retort.planning.report.Figures;

import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.QRDecomposition;
import org.hipparchus.linear.RealMatrix;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.DoubleStream;

/**
 * A parabola of ln L over ln N by least squares, through runs of one budget.
 *
 * @param points the runs, by size
 * @param logFlops the logarithm of the budget
 * @param middle the ln N about which the coefficients are
 * @param hat maps losses to coefficients
 * @param leverages how much each loss pulls its own fitted value
 * @param coefficients constant, linear and square
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
record Parabola(
        List<LossPoint> points,
        double logFlops,
        double middle,
        RealMatrix hat,
        double[] leverages,
        double[] coefficients) {
    static final int COEFFICIENTS = 3;

    static Parabola through(List<LossPoint> group, double logFlops) {
        List<LossPoint> points =
                group.stream().sorted(Comparator.comparingDouble(LossPoint::parameters)).toList();
        double middle =
                points.stream().mapToDouble(p -> Math.log(p.parameters())).average().orElseThrow();
        double[][] rows = new double[points.size()][];
        for (int i = 0; i < rows.length; i++) {
            double x = Math.log(points.get(i).parameters()) - middle;
            rows[i] = new double[] {1, x, x * x};
        }
        RealMatrix design = new Array2DRowRealMatrix(rows, false);
        QRDecomposition decomposition = new QRDecomposition(design, 1e-10);
        if (!decomposition.getSolver().isNonSingular()) {
            return new Parabola(
                    points,
                    logFlops,
                    middle,
                    MatrixUtils.createRealMatrix(COEFFICIENTS, rows.length),
                    new double[rows.length],
                    new double[COEFFICIENTS]);
        }
        RealMatrix hat = decomposition.getSolver().getInverse();
        double[] leverages = new double[rows.length];
        RealMatrix fitted = design.multiply(hat);
        for (int i = 0; i < rows.length; i++) {
            leverages[i] = fitted.getEntry(i, i);
        }
        double[] losses = points.stream().mapToDouble(p -> Math.log(p.loss())).toArray();
        return new Parabola(points, logFlops, middle, hat, leverages, hat.operate(losses));
    }

    /** The ln N of the minimum; not a number where the parabola has none. */
    double optimum() {
        return coefficients[2] > 0 ? middle - coefficients[1] / (2 * coefficients[2]) : Double.NaN;
    }

    double least() {
        return coefficients[0] - coefficients[1] * coefficients[1] / (4 * coefficients[2]);
    }

    /**
     * The tokens at the minimum: what the runs of this budget have, as a parabola of logarithms.
     */
    double tokensAtOptimum() {
        double[] tokens = points.stream().mapToDouble(p -> Math.log(p.tokens())).toArray();
        double[] of = hat.operate(tokens);
        double x = optimum() - middle;
        return Math.exp(of[0] + x * (of[1] + x * of[2]));
    }

    Optional<String> missing() {
        double smallest = points.getFirst().parameters();
        double largest = points.getLast().parameters();
        String budget = Figures.number(Math.exp(logFlops));
        double optimum = optimum();
        if (Double.isNaN(optimum)) {
            return Optional.of(
                    "sizes further apart at %s FLOPs, where the loss has no minimum between %s and %s parameters"
                            .formatted(budget, Figures.number(smallest), Figures.number(largest)));
        }
        if (optimum < Math.log(smallest)) {
            return Optional.of(
                    "smaller models than %s parameters at %s FLOPs"
                            .formatted(Figures.number(smallest), budget));
        }
        if (optimum > Math.log(largest)) {
            return Optional.of(
                    "larger models than %s parameters at %s FLOPs"
                            .formatted(Figures.number(largest), budget));
        }
        return Optional.empty();
    }

    /** Residuals as large as the noise: those of the fit are smaller by their leverage. */
    DoubleStream residuals() {
        double[] residuals = new double[points.size()];
        for (int i = 0; i < residuals.length; i++) {
            residuals[i] =
                    (Math.log(points.get(i).loss()) - fitted(i))
                            / Math.sqrt(Math.max(1 - leverages[i], 1e-3));
        }
        double mean = Arrays.stream(residuals).average().orElse(0);
        return Arrays.stream(residuals).map(residual -> residual - mean);
    }

    Parabola redrawn(double[] pool, Random random) {
        double[] losses = new double[points.size()];
        for (int i = 0; i < losses.length; i++) {
            losses[i] = fitted(i) + pool[random.nextInt(pool.length)];
        }
        return new Parabola(
                points,
                logFlops,
                middle,
                hat,
                leverages,
                hat.operate(new ArrayRealVector(losses, false)).toArray());
    }

    private double fitted(int i) {
        double x = Math.log(points.get(i).parameters()) - middle;
        return coefficients[0] + x * (coefficients[1] + x * coefficients[2]);
    }
}

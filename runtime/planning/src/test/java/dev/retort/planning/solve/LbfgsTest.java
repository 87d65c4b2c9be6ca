package dev.retort.planning.solve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.Arrays;

class LbfgsTest {
    static SmoothFunction rosenbrock(double scale) {
        return (x, gradient) -> {
            Arrays.fill(gradient, 0);
            double sum = 0;
            for (int i = 0; i + 1 < x.length; i++) {
                double curve = x[i + 1] - x[i] * x[i];
                double off = 1 - x[i];
                sum += scale * (100 * curve * curve + off * off);
                gradient[i] += scale * (-400 * x[i] * curve - 2 * off);
                gradient[i + 1] += scale * 200 * curve;
            }
            return sum;
        };
    }

    @Test
    void findsTheEndOfACurvedValley() {
        double[] start = {-1.2, 1, -1.2, 1, -1.2};
        Lbfgs.End end = new Lbfgs(rosenbrock(1), 5, 0, 1000).minimise(start);
        assertTrue(end.converged());
        assertArrayEquals(new double[] {1, 1, 1, 1, 1}, end.x(), 1e-8);
        assertArrayEquals(new double[] {-1.2, 1, -1.2, 1, -1.2}, start);
    }

    @Test
    void stopsNoEarlierWhereTheFunctionIsScaledDown() {
        double[] start = {-1.2, 1};
        for (double scale : new double[] {1, 0x1p-40, 0x1p-100}) {
            Lbfgs.End end = new Lbfgs(rosenbrock(scale), 2, 1e-12, 1000).minimise(start);
            assertArrayEquals(new double[] {1, 1}, end.x(), 1e-7, "scale " + scale);
        }
    }

    @Test
    void minimisesAQuadraticOfWideSpread() {
        double[] weights = {1, 10, 100, 1000, 1e4, 1e5};
        SmoothFunction quadratic =
                (x, gradient) -> {
                    double sum = 0;
                    for (int i = 0; i < x.length; i++) {
                        sum += 0.5 * weights[i] * (x[i] - i) * (x[i] - i);
                        gradient[i] = weights[i] * (x[i] - i);
                    }
                    return sum;
                };
        Lbfgs.End end = new Lbfgs(quadratic, 6, 0, 500).minimise(new double[6]);
        assertArrayEquals(new double[] {0, 1, 2, 3, 4, 5}, end.x(), 1e-9);
    }

    @Test
    void backsOutOfWhereThereIsNoValue() {
        SmoothFunction barrier =
                (x, gradient) -> {
                    gradient[0] = 1 - 1 / x[0];
                    return x[0] > 0 ? x[0] - Math.log(x[0]) : Double.NaN;
                };
        Lbfgs.End end = new Lbfgs(barrier, 1, 0, 200).minimise(new double[] {1e-3});
        assertEquals(1, end.x()[0], 1e-7);
    }

    @Test
    void saysThatItDidNotConverge() {
        Lbfgs.End end = new Lbfgs(rosenbrock(1), 2, 0, 3).minimise(new double[] {-1.2, 1});
        assertFalse(end.converged());
        assertEquals(3, end.iterations());
        Lbfgs.End nowhere =
                new Lbfgs((x, gradient) -> Double.NaN, 1, 0, 3).minimise(new double[] {1});
        assertFalse(nowhere.converged());
    }
}

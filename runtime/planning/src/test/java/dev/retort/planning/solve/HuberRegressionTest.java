package dev.retort.planning.solve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Random;

class HuberRegressionTest {
    /** y = x0 + x1 t. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Line(double[] t, double[] y) implements ResidualModel {
        @Override
        public int points() {
            return t.length;
        }

        @Override
        public int parameters() {
            return 2;
        }

        @Override
        public void evaluate(double[] x, double[] residuals, double[] jacobian) {
            for (int i = 0; i < t.length; i++) {
                residuals[i] = x[0] + x[1] * t[i] - y[i];
                jacobian[2 * i] = 1;
                jacobian[2 * i + 1] = t[i];
            }
        }
    }

    private static Line noisy(long seed, int count) {
        Random random = new Random(seed);
        double[] t = random.doubles(count, 0, 10).toArray();
        double[] y = Arrays.stream(t).map(v -> 3 - 2 * v + 0.1 * random.nextGaussian()).toArray();
        y[0] += 50;
        return new Line(t, y);
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    @Test
    void noStepFromTheEndLowersTheSum() {
        Random random = new Random(5);
        for (int seed = 0; seed < 20; seed++) {
            Line line = noisy(seed, 40);
            HuberRegression.End end =
                    new HuberRegression(line, 1e-3).minimise(new double[] {0, 0}, ones(40), 1e6);
            assertTrue(end.converged());
            SmoothFunction objective = new HuberRegression(line, 1e-3).objective();
            for (int k = 0; k < 200; k++) {
                double size = Math.pow(10, -8 * random.nextDouble());
                double[] other = {
                    end.x()[0] + size * random.nextGaussian(),
                    end.x()[1] + size * random.nextGaussian()
                };
                double value = objective.value(other, new double[2]);
                assertTrue(value >= end.value() * (1 - 1e-14), "seed " + seed + ", size " + size);
            }
        }
    }

    @Test
    void theGradientIsThatOfTheSum() {
        Line line = noisy(3, 30);
        SmoothFunction objective = new HuberRegression(line, 0.05).objective();
        double[] at = {2.9, -1.95};
        double[] gradient = new double[2];
        objective.value(at, gradient);
        for (int j = 0; j < 2; j++) {
            double[] up = at.clone();
            double[] down = at.clone();
            up[j] += 1e-6;
            down[j] -= 1e-6;
            double slope =
                    (objective.value(up, new double[2]) - objective.value(down, new double[2]))
                            / 2e-6;
            assertEquals(slope, gradient[j], 1e-6 * Math.abs(slope));
        }
    }

    @Test
    void aWeightOfTwoIsThePointTwice() {
        Line line = noisy(4, 20);
        double[] weights = ones(20);
        weights[7] = 2;
        weights[11] = 0;
        double[] t = line.t().clone();
        double[] y = line.y().clone();
        t[11] = t[7];
        y[11] = y[7];
        double[] start = {0, 0};
        HuberRegression.End weighted =
                new HuberRegression(line, 1e-3).minimise(start, weights, 1e6);
        HuberRegression.End twice =
                new HuberRegression(new Line(t, y), 1e-3).minimise(start, ones(20), 1e6);
        assertEquals(twice.value(), weighted.value(), 1e-14 * twice.value());
        assertArrayEquals(twice.x(), weighted.x(), 1e-9);
    }

    @Test
    void withAWideDeltaItIsLeastSquares() {
        Line line = noisy(6, 25);
        HuberRegression.End end =
                new HuberRegression(line, 1e6).minimise(new double[] {0, 0}, ones(25), 1);
        double meanT = Arrays.stream(line.t()).average().orElseThrow();
        double meanY = Arrays.stream(line.y()).average().orElseThrow();
        double tt = 0;
        double ty = 0;
        for (int i = 0; i < 25; i++) {
            tt += (line.t()[i] - meanT) * (line.t()[i] - meanT);
            ty += (line.t()[i] - meanT) * (line.y()[i] - meanY);
        }
        double slope = ty / tt;
        assertArrayEquals(new double[] {meanY - slope * meanT, slope}, end.x(), 1e-10);
    }
}

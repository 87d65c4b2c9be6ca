package dev.retort.planning.solve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import dev.retort.planning.golden.Golden;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;

/** The minima that {@code lbfgs.py} found by scipy's L-BFGS-B, from the same starts. */
class LbfgsGoldenTest {
    private static final Map<String, SmoothFunction> PROBLEMS =
            Map.of(
                    "rosenbrock", LbfgsTest.rosenbrock(1),
                    "beale", LbfgsGoldenTest::beale,
                    "wood", LbfgsGoldenTest::wood,
                    "curve", LbfgsGoldenTest::curve);

    @Test
    void endsWhereScipyEndsInAboutAsManySteps() throws IOException {
        for (JsonNode golden : Golden.ofLbfgs("minima")) {
            double[] start = numbers(golden.get("start"));
            SmoothFunction problem =
                    Objects.requireNonNull(PROBLEMS.get(golden.get("problem").asText()));
            Lbfgs.End end = new Lbfgs(problem, start.length, 0, 10_000).minimise(start);
            assertTrue(end.converged(), golden::toString);
            assertArrayEquals(numbers(golden.get("x")), end.x(), 1e-6, golden::toString);
            assertEquals(golden.get("value").asDouble(), end.value(), 1e-13, golden::toString);
            // Ours goes on to the last digit, where scipy stops by the gradient.
            assertTrue(
                    end.evaluations() <= 2 * golden.get("evaluations").asInt() + 60,
                    end.evaluations() + " evaluations: " + golden);
        }
    }

    private static double[] numbers(JsonNode values) {
        return StreamSupport.stream(values.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    private static double beale(double[] x, double[] gradient) {
        double sum = 0;
        Arrays.fill(gradient, 0);
        double[] rests = {1.5, 2.25, 2.625};
        for (int i = 1; i <= 3; i++) {
            double power = Math.pow(x[1], i);
            double off = rests[i - 1] - x[0] + x[0] * power;
            sum += off * off;
            gradient[0] += 2 * off * (power - 1);
            gradient[1] += 2 * off * x[0] * i * Math.pow(x[1], i - 1);
        }
        return sum;
    }

    private static double wood(double[] x, double[] gradient) {
        double first = x[1] - x[0] * x[0];
        double second = x[3] - x[2] * x[2];
        double b = x[1] - 1;
        double d = x[3] - 1;
        gradient[0] = -400 * x[0] * first - 2 * (1 - x[0]);
        gradient[1] = 200 * first + 20.2 * b + 19.8 * d;
        gradient[2] = -360 * x[2] * second - 2 * (1 - x[2]);
        gradient[3] = 180 * second + 20.2 * d + 19.8 * b;
        return 100 * first * first
                + (1 - x[0]) * (1 - x[0])
                + 90 * second * second
                + (1 - x[2]) * (1 - x[2])
                + 10.1 * (b * b + d * d)
                + 19.8 * b * d;
    }

    private static double curve(double[] x, double[] gradient) {
        double sum = 0;
        Arrays.fill(gradient, 0);
        for (int t = 1; t <= 12; t++) {
            double power = Math.exp(x[1] - x[2] * Math.log(t));
            double off = x[0] + power - (2 + 3 / Math.sqrt(t) + 0.1 * Math.sin(7.0 * t));
            double root = Math.sqrt(1 + off * off);
            sum += off * off / (1 + root);
            gradient[0] += off / root;
            gradient[1] += off / root * power;
            gradient[2] -= off / root * power * Math.log(t);
        }
        return sum;
    }
}

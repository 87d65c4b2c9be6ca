package dev.retort.experiment.search;

import org.hipparchus.special.Erf;
import org.hipparchus.util.FastMath;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** A density on the unit interval, estimated from points in it. */
interface Density {
    /** Draws a point. */
    double draw(RandomGenerator random);

    /** The logarithm of the density at a point. */
    double log(double unit);

    /**
     * Of choices that share the unit interval evenly: proportional to one more than how often each
     * was seen, which is the paper's {@code N p_i + C_i} with a uniform prior.
     */
    static Density categorical(int choices, List<Double> units) {
        double[] weights = new double[choices];
        Arrays.fill(weights, 1.0 / (choices + units.size()));
        for (double unit : units) {
            weights[index(unit, choices)] += 1.0 / (choices + units.size());
        }
        return new Choices(weights);
    }

    private static int index(double unit, int choices) {
        return FastMath.min((int) (unit * choices), choices - 1);
    }

    /**
     * A mixture of normal densities, cut off at 0 and 1, around each point and around the centre
     * with deviation 1 as the prior. A component's deviation is the larger of the distances to its
     * neighbours, as in the paper, not below {@code 1 / min(100, n + 2)} of {@code n} points nor
     * above 1.
     */
    static Density parzen(List<Double> units) {
        double[] means = new double[units.size() + 1];
        for (int i = 0; i < units.size(); i++) {
            means[i] = units.get(i);
        }
        means[units.size()] = 0.5;
        Arrays.sort(means);
        int prior = Arrays.binarySearch(means, 0.5);
        double least = 1.0 / FastMath.min(100, 1 + means.length);
        double[] deviations = new double[means.length];
        for (int i = 0; i < means.length; i++) {
            double left = means[i] - (i > 0 ? means[i - 1] : 0);
            double right = (i + 1 < means.length ? means[i + 1] : 1) - means[i];
            deviations[i] =
                    i == prior
                            ? 1
                            : FastMath.max(least, FastMath.min(1, FastMath.max(left, right)));
        }
        return new Mixture(means, deviations);
    }

    /** The density of choices. */
    final class Choices implements Density {
        private final double[] weights;

        Choices(double[] weights) {
            this.weights = weights;
        }

        @Override
        public double draw(RandomGenerator random) {
            double left = random.nextDouble();
            int choice = 0;
            while (choice < weights.length - 1 && left >= weights[choice]) {
                left -= weights[choice++];
            }
            return (choice + 0.5) / weights.length;
        }

        @Override
        public double log(double unit) {
            return FastMath.log(weights[index(unit, weights.length)] * weights.length);
        }
    }

    /** Normal components of equal weight. */
    final class Mixture implements Density {
        private final double[] means;
        private final double[] deviations;

        Mixture(double[] means, double[] deviations) {
            this.means = means;
            this.deviations = deviations;
        }

        @Override
        public double draw(RandomGenerator random) {
            int i = random.nextInt(means.length);
            double low = below(i, 0);
            double share = low + random.nextDouble() * (below(i, 1) - low);
            double normal = FastMath.sqrt(2) * Erf.erfInv(2 * share - 1);
            return FastMath.max(0, FastMath.min(1, means[i] + deviations[i] * normal));
        }

        @Override
        public double log(double unit) {
            double sum = 0;
            for (int i = 0; i < means.length; i++) {
                double z = (unit - means[i]) / deviations[i];
                double mass = below(i, 1) - below(i, 0);
                sum += FastMath.exp(-z * z / 2) / (deviations[i] * mass);
            }
            double scale = means.length * FastMath.sqrt(2 * FastMath.PI);
            // Far from all points the sum can be too small for a double.
            return FastMath.log(FastMath.max(sum, Double.MIN_NORMAL) / scale);
        }

        private double below(int i, double unit) {
            return (1 + Erf.erf((unit - means[i]) / (deviations[i] * FastMath.sqrt(2)))) / 2;
        }
    }
}

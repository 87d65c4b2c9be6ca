package dev.retort.planning.testtime;

import org.apache.commons.statistics.distribution.BinomialDistribution;

import java.util.Arrays;

/**
 * Chances of consecutive whole numbers, or terms of them that add up; what lies outside is too
 * small to count.
 *
 * <p>Immutable.
 */
final class Band {
    /** Left out: a million of them are less than the rounding of a chance. */
    private static final double NEGLIGIBLE = 1e-26;

    static final Band NOTHING = new Band(0, new double[0]);

    /** Certainly 0. */
    static final Band ZERO = new Band(0, new double[] {1});

    private final int first;
    private final double[] chances;

    private Band(int first, double[] chances) {
        this.first = first;
        this.chances = chances;
    }

    /** How many of some samples are drawn, where each of them is with the chance k/n, below 1. */
    static Band binomial(int samples, int k, int n) {
        double odds = (double) k / (n - k);
        int mode = (int) Math.min(samples, (samples + 1L) * k / n);
        double peak = BinomialDistribution.of(samples, (double) k / n).probability(mode);
        int low = mode;
        for (double p = peak; low > 0 && p > NEGLIGIBLE; low--) {
            p *= low / ((samples - low + 1) * odds);
        }
        int high = mode;
        for (double p = peak; high < samples && p > NEGLIGIBLE; high++) {
            p *= (samples - high) * odds / (high + 1);
        }
        double[] chances = new double[high - low + 1];
        chances[mode - low] = peak;
        for (int x = mode; x > low; x--) {
            chances[x - 1 - low] = chances[x - low] * x / ((samples - x + 1) * odds);
        }
        for (int x = mode; x < high; x++) {
            chances[x + 1 - low] = chances[x - low] * (samples - x) * odds / (x + 1);
        }
        return new Band(low, chances);
    }

    int width() {
        return chances.length;
    }

    int last() {
        return first + chances.length - 1;
    }

    double at(int x) {
        return x < first || x > last() ? 0 : chances[x - first];
    }

    /** The largest x that is reached with at least a chance; the least one if even it is not. */
    int reached(double chance) {
        double sum = 0;
        int x = last() + 1;
        while (x > first && sum < chance) {
            x--;
            sum += chances[x - first];
        }
        return x;
    }

    /** The least x that is not exceeded with at least a chance. */
    int floor(double chance) {
        double sum = 0;
        int x = first - 1;
        while (x < last() && sum < chance) {
            x++;
            sum += chances[x - first];
        }
        return x;
    }

    /** The terms below a number, and that of the number times a factor. */
    Band below(int number, double factor) {
        if (number > last()) {
            return this;
        }
        if (number < first) {
            return NOTHING;
        }
        double[] kept = Arrays.copyOf(chances, number - first + 1);
        kept[number - first] *= factor;
        return new Band(first, kept);
    }

    /** The distribution of the sum, up to a number. */
    Band times(Band other, int most) {
        if (chances.length == 0 || other.chances.length == 0) {
            return NOTHING;
        }
        double[] products = new double[chances.length + other.chances.length - 1];
        for (int i = 0; i < chances.length; i++) {
            double chance = chances[i];
            for (int j = 0; j < other.chances.length; j++) {
                products[i + j] += chance * other.chances[j];
            }
        }
        return trimmed(first + other.first, products, most);
    }

    private static Band trimmed(int first, double[] terms, int most) {
        int from = 0;
        int to = Math.clamp(most - (long) first + 1, 0, terms.length);
        while (from < to && terms[from] < NEGLIGIBLE) {
            from++;
        }
        while (to > from && terms[to - 1] < NEGLIGIBLE) {
            to--;
        }
        return from == to ? NOTHING : new Band(first + from, Arrays.copyOfRange(terms, from, to));
    }

    /** All numbers larger, all terms times a factor. */
    Band shifted(int by, double factor) {
        return new Band(first + by, Arrays.stream(chances).map(c -> c * factor).toArray());
    }

    /** The terms of both added. */
    Band plus(Band other) {
        if (chances.length == 0) {
            return other;
        }
        if (other.chances.length == 0) {
            return this;
        }
        int low = Math.min(first, other.first);
        double[] sums = new double[Math.max(last(), other.last()) - low + 1];
        for (int i = 0; i < chances.length; i++) {
            sums[first - low + i] += chances[i];
        }
        for (int i = 0; i < other.chances.length; i++) {
            sums[other.first - low + i] += other.chances[i];
        }
        return new Band(low, sums);
    }

    /** The chance that both add up to a number. */
    double sumsTo(int number, Band other) {
        double sum = 0;
        for (int i = 0; i < chances.length; i++) {
            sum += chances[i] * other.at(number - first - i);
        }
        return sum;
    }
}

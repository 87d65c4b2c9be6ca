package dev.retort.planning.testtime;

import java.util.Comparator;
import java.util.List;

/** The expected worth of the best-scored of k samples drawn without replacement, exactly. */
final class Selection {
    private Selection() {}

    static double bestOf(Problem problem, int k) {
        List<Sample> sorted =
                problem.samples().stream()
                        .sorted(Comparator.comparingDouble(s -> s.score().orElseThrow()))
                        .toList();
        int n = sorted.size();
        double[] within = within(n, k);
        double expected = 0;
        double belowShare = 0;
        int from = 0;
        while (from < n) {
            int to = from;
            int right = 0;
            double score = sorted.get(from).score().orElseThrow();
            while (to < n && sorted.get(to).score().orElseThrow() == score) {
                right += sorted.get(to).correct() ? 1 : 0;
                to++;
            }
            // The chance that all k lie within the lowest `to`, less that within the lowest `from`.
            double upToHere = within[to];
            expected += (upToHere - belowShare) * right / (to - from);
            belowShare = upToHere;
            from = to;
        }
        return expected;
    }

    /** C(m, k)/C(n, k) for m from 0 to n, each from the next: C(m−1, k) = C(m, k) (m−k)/m. */
    private static double[] within(int n, int k) {
        double[] within = new double[n + 1];
        within[n] = 1;
        for (int m = n; m > k; m--) {
            within[m - 1] = within[m] * (m - k) / m;
        }
        return within;
    }
}

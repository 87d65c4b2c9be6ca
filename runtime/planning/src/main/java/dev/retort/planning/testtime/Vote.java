package dev.retort.planning.testtime;

import dev.retort.planning.PlanningException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** The chance that the most frequent answer of k samples drawn without replacement is right. */
final class Vote {
    /** Draws where the subsets are too many; the standard error is below 0.8 %. */
    private static final int DRAWS = 4000;

    private static final int MOST_SUBSETS = 4000;

    private Vote() {}

    static double majority(Problem problem, int k, long seed) {
        List<Sample> samples = problem.samples();
        int n = samples.size();
        int[] answers = new int[n];
        List<Boolean> right = new ArrayList<>();
        Map<String, Integer> known = new HashMap<>();
        for (int i = 0; i < n; i++) {
            Sample sample = samples.get(i);
            String answer = sample.answer().orElseThrow();
            int id = known.computeIfAbsent(answer, _ -> right.size());
            if (id == right.size()) {
                right.add(sample.correct());
            } else if (right.get(id) != sample.correct()) {
                throw new PlanningException(
                        "expected an answer that is either right or wrong, found '%s' as both for problem %s"
                                .formatted(answer, problem.name()));
            }
            answers[i] = id;
        }
        Tally tally = new Tally(answers, right);
        if (k == n) {
            return tally.share(firstOf(k));
        }
        return subsets(n, k) <= MOST_SUBSETS
                ? overAll(tally, n, k)
                : overDraws(tally, n, k, seed ^ problem.name().hashCode());
    }

    private static double subsets(int n, int k) {
        double count = 1;
        for (int i = 1; i <= Math.min(k, n - k); i++) {
            count *= (double) (n - Math.min(k, n - k) + i) / i;
            if (count > MOST_SUBSETS) {
                return Double.POSITIVE_INFINITY;
            }
        }
        return count;
    }

    private static double overAll(Tally tally, int n, int k) {
        int[] chosen = firstOf(k);
        double sum = 0;
        long count = 0;
        while (true) {
            sum += tally.share(chosen);
            count++;
            int last = k - 1;
            while (last >= 0 && chosen[last] == n - k + last) {
                last--;
            }
            if (last < 0) {
                return sum / count;
            }
            chosen[last]++;
            for (int i = last + 1; i < k; i++) {
                chosen[i] = chosen[i - 1] + 1;
            }
        }
    }

    private static double overDraws(Tally tally, int n, int k, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int[] order = firstOf(n);
        int[] chosen = new int[k];
        double sum = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            for (int i = 0; i < k; i++) {
                int other = i + random.nextInt(n - i);
                int held = order[i];
                order[i] = order[other];
                order[other] = held;
                chosen[i] = order[i];
            }
            sum += tally.share(chosen);
        }
        return sum / DRAWS;
    }

    private static int[] firstOf(int count) {
        int[] first = new int[count];
        for (int i = 0; i < count; i++) {
            first[i] = i;
        }
        return first;
    }

    private static final class Tally {
        private final int[] answers;
        private final List<Boolean> right;
        private final int[] votes;

        Tally(int[] answers, List<Boolean> right) {
            this.answers = answers;
            this.right = right;
            this.votes = new int[right.size()];
        }

        /** The share of right answers among those with the most votes. */
        double share(int[] chosen) {
            int most = 0;
            for (int index : chosen) {
                most = Math.max(most, ++votes[answers[index]]);
            }
            int leading = 0;
            int leadingRight = 0;
            for (int index : chosen) {
                int answer = answers[index];
                if (votes[answer] == most) {
                    leading++;
                    leadingRight += right.get(answer) ? 1 : 0;
                    votes[answer] = 0;
                }
            }
            for (int index : chosen) {
                votes[answers[index]] = 0;
            }
            return (double) leadingRight / leading;
        }
    }
}

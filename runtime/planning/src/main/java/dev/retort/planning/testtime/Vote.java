package dev.retort.planning.testtime;

import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The chance that the most frequent answer of k samples drawn without replacement is right, where
 * answers given equally often are as likely as each other to be taken: counted, or drawn where
 * counting takes more than {@link VoteCount#MOST_PRODUCTS} products.
 */
final class Vote {
    private static final int DRAWS = 4000;

    private Vote() {}

    static Share majority(Problem problem, int k, long seed) {
        Ballot ballot = problem.ballot();
        OptionalDouble counted = VoteCount.share(ballot, k);
        return counted.isPresent()
                ? Share.counted(counted.getAsDouble())
                : drawn(ballot, k, seed ^ problem.name().hashCode());
    }

    private static Share drawn(Ballot ballot, int k, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int[] answers = new int[ballot.samples()];
        int filled = fill(answers, 0, 0, ballot.right());
        fill(answers, filled, ballot.right().length, ballot.wrong());
        int[] votes = new int[ballot.right().length + ballot.wrong().length];
        double sum = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            for (int i = 0; i < k; i++) {
                int other = i + random.nextInt(answers.length - i);
                int held = answers[i];
                answers[i] = answers[other];
                answers[other] = held;
            }
            sum += share(answers, k, votes, ballot.right().length);
        }
        // A share of a draw is between 0 and 1, so that its variance is at most this; one draw more
        // of each kind keeps it from 0 where all draws agree.
        double chance = (sum + 1) / (DRAWS + 2);
        return new Share(sum / DRAWS, Math.sqrt(chance * (1 - chance) / DRAWS));
    }

    private static int fill(int[] answers, int from, int first, int[] times) {
        int next = from;
        for (int i = 0; i < times.length; i++) {
            for (int j = 0; j < times[i]; j++) {
                answers[next++] = first + i;
            }
        }
        return next;
    }

    /** The share of right answers among those with the most votes; votes are 0 before and after. */
    private static double share(int[] answers, int k, int[] votes, int rightOnes) {
        int most = 0;
        for (int i = 0; i < k; i++) {
            most = Math.max(most, ++votes[answers[i]]);
        }
        int leading = 0;
        int leadingRight = 0;
        for (int i = 0; i < k; i++) {
            int answer = answers[i];
            if (votes[answer] == most) {
                leading++;
                leadingRight += answer < rightOnes ? 1 : 0;
            }
            votes[answer] = 0;
        }
        return (double) leadingRight / leading;
    }
}

package dev.retort.planning.testtime;

import org.hipparchus.analysis.integration.gauss.GaussIntegrator;
import org.hipparchus.analysis.integration.gauss.GaussIntegratorFactory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The chance that a right answer leads among k of n samples, counted over all subsets.
 *
 * <p>Each sample is drawn on its own with the chance q = k/n, under which the answers are
 * independent and a sum of k leaves every subset equally likely: what is asked is the joint chance
 * over that of the sum. For each number m of leading votes the answers' binomial chances, cut at m,
 * are multiplied as generating functions. Of R right and W wrong leaders a right one is taken with
 * R/(R+W) = ∫ R u^(R+W−1) du over u from 0 to 1: u marks each leader, R is the derivative in the
 * right ones, and Gauss-Legendre integrates the polynomial exactly. All terms are positive, so that
 * no digits are lost. Answers that cannot reach m are one binomial together.
 */
final class VoteCount {
    /** The most products of two chances for one number of one problem. */
    static final long MOST_PRODUCTS = 100_000_000;

    /** What is less likely, over the chance of the sum, adds nothing to a chance. */
    private static final double UNLIKELY = 1e-20;

    private final int n;
    private final int k;
    private final List<Answer> right;
    private final List<Answer> wrong;
    private final double sum;
    private final Map<Integer, Band> rests = new HashMap<>();
    private long products;

    /**
     * An answer.
     *
     * @param times how often it was given
     * @param votes its votes
     * @param reach the most votes that it may well get
     * @param floor so few it hardly ever gets
     */
    private record Answer(int times, Band votes, int reach, int floor) {}

    private VoteCount(Ballot ballot, int k) {
        this.n = ballot.samples();
        this.k = k;
        this.sum = Band.binomial(n, k, n).at(k);
        Map<Integer, Answer> known = new HashMap<>();
        this.right = answers(ballot.right(), known);
        this.wrong = answers(ballot.wrong(), known);
    }

    private List<Answer> answers(int[] times, Map<Integer, Answer> known) {
        List<Answer> answers = new ArrayList<>();
        for (int each : times) {
            answers.add(known.computeIfAbsent(each, this::answer));
        }
        return answers;
    }

    private Answer answer(int times) {
        Band votes = Band.binomial(times, k, n);
        return new Answer(
                times, votes, votes.reached(UNLIKELY * sum), votes.floor(UNLIKELY * sum) - 1);
    }

    /** The chance; empty where it takes more than the most products. */
    static OptionalDouble share(Ballot ballot, int k) {
        return k == ballot.samples()
                ? OptionalDouble.of(ofAll(ballot))
                : new VoteCount(ballot, k).share();
    }

    private static double ofAll(Ballot ballot) {
        int most =
                Math.max(
                        Arrays.stream(ballot.right()).max().orElse(0),
                        Arrays.stream(ballot.wrong()).max().orElse(0));
        double leading = Arrays.stream(ballot.right()).filter(times -> times == most).count();
        return leading
                / (leading + Arrays.stream(ballot.wrong()).filter(times -> times == most).count());
    }

    private OptionalDouble share() {
        int most = right.stream().mapToInt(answer -> Math.min(answer.reach(), k)).max().orElse(0);
        // Fewer votes than these no leader has.
        int least =
                Stream.concat(right.stream(), wrong.stream())
                        .mapToInt(Answer::floor)
                        .max()
                        .orElse(0);
        double share = 0;
        for (int m = most; m >= 1 && m > least; m--) {
            share += leading(m);
            if (products > MOST_PRODUCTS) {
                return OptionalDouble.empty();
            }
        }
        // Of nearly certain things rounding may make more than one.
        return OptionalDouble.of(Math.min(1, share / sum));
    }

    /** The joint chance that the leaders have m votes, a right one is taken, and the sum is k. */
    private double leading(int m) {
        products += right.size() + wrong.size();
        List<Answer> rightOnes = reaching(right, m);
        List<Answer> wrongOnes = reaching(wrong, m);
        int rest =
                n
                        - Stream.concat(rightOnes.stream(), wrongOnes.stream())
                                .mapToInt(Answer::times)
                                .sum();
        Band others = rests.computeIfAbsent(rest, of -> Band.binomial(of, k, n));
        if (m == 1) {
            // Each of the k samples leads.
            return marked(rightOnes, wrongOnes, m, 1).sumsTo(k, others) / k;
        }
        int leaders = Math.min(rightOnes.size() + wrongOnes.size(), k / m);
        int nodes = (leaders + 1) / 2;
        products += (long) nodes * (rightOnes.size() + wrongOnes.size());
        if (products > MOST_PRODUCTS) {
            return 0;
        }
        GaussIntegrator rule = new GaussIntegratorFactory().legendre(nodes, 0, 1);
        double integral = 0;
        for (int i = 0; i < nodes; i++) {
            Band chances = marked(rightOnes, wrongOnes, m, rule.getPoint(i));
            integral += rule.getWeight(i) * chances.sumsTo(k, others);
        }
        return integral;
    }

    private static List<Answer> reaching(List<Answer> answers, int m) {
        return answers.stream().filter(answer -> answer.reach() >= m).toList();
    }

    /** The derivative in the marks of right leaders, where u marks each leader. */
    private Band marked(List<Answer> rightOnes, List<Answer> wrongOnes, int m, double u) {
        Band plain = Band.ZERO;
        Band marked = Band.NOTHING;
        for (int i = 0; i < rightOnes.size(); i++) {
            Band votes = rightOnes.get(i).votes();
            Band cut = votes.below(m, u);
            marked = times(marked, cut).plus(plain.shifted(m, votes.at(m)));
            plain = i < rightOnes.size() - 1 ? times(plain, cut) : Band.NOTHING;
        }
        for (Answer answer : wrongOnes) {
            marked = times(marked, answer.votes().below(m, u));
        }
        return marked;
    }

    private Band times(Band one, Band other) {
        products += (long) one.width() * other.width();
        // What is given up is not to be computed to its end.
        return products > MOST_PRODUCTS ? Band.NOTHING : one.times(other, k);
    }
}

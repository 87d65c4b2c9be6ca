package dev.retort.experiment.verdict;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Claims that were registered together: of twenty claims without any effect one is confirmed at 5 %
 * unless this is corrected. All claims of the family are given, whatever became of them. The
 * correction is of confirmations; a refutation keeps the error of its own claim.
 *
 * @param correction what is kept below alpha
 * @param alpha the probability or the share of false confirmations
 */
public record Family(Correction correction, double alpha) {
    /** What is kept below alpha, and what for. */
    public enum Correction {
        /**
         * The probability of any false confirmation, whatever the dependence of the claims (Holm,
         * 1979).
         */
        HOLM,
        /**
         * The expected share of false confirmations among all, for claims that are independent or
         * positively dependent (Benjamini and Hochberg, 1995).
         */
        BENJAMINI_HOCHBERG,
        /**
         * The same from e-values, whatever the dependence of the claims (Wang and Ramdas, 2022);
         * the natural one for {@link OpenEnded}.
         */
        E_BENJAMINI_HOCHBERG
    }

    /**
     * A claim's answer within its family.
     *
     * @param verdict the answer of the claim by itself
     * @param adjusted the smallest alpha of the family at which it is confirmed, at most 1
     * @param outcome the decision after correction
     */
    public record Member(Verdict verdict, double adjusted, Outcome outcome) {}

    /** Checks the alpha. */
    public Family {
        if (!(alpha > 0 && alpha <= 0.5)) {
            throw new IllegalArgumentException(
                    "expected an alpha above 0 and at most 0.5, found " + alpha);
        }
    }

    /**
     * The alpha at which to judge each claim while its seeds come in. What is confirmed at it is
     * confirmed after correction too, and what is not goes on: by p-values with either design, by
     * e-values with {@link OpenEnded} alone.
     *
     * @param claims how many claims the family has
     * @return alpha over the number of claims
     */
    public double alphaOfEach(int claims) {
        if (claims < 1) {
            throw new IllegalArgumentException("expected at least one claim, found " + claims);
        }
        return alpha / claims;
    }

    /**
     * Corrects.
     *
     * @param verdicts the verdicts of all claims of the family
     * @return the answers in the same order
     */
    public List<Member> conclude(List<Verdict> verdicts) {
        double[] adjusted = adjusted(verdicts);
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < adjusted.length; i++) {
            Outcome outcome = verdicts.get(i).outcome();
            if (outcome != Outcome.REFUTED) {
                outcome = adjusted[i] <= alpha ? Outcome.CONFIRMED : Outcome.INCONCLUSIVE;
            }
            members.add(new Member(verdicts.get(i), adjusted[i], outcome));
        }
        return List.copyOf(members);
    }

    private double[] adjusted(List<Verdict> verdicts) {
        return switch (correction) {
            case HOLM -> holm(values(verdicts, v -> v.favourable().pValue()));
            case BENJAMINI_HOCHBERG -> stepUp(values(verdicts, v -> v.favourable().pValue()));
            // 1/e behaves in the step-up procedure as a p-value does.
            case E_BENJAMINI_HOCHBERG -> stepUp(values(verdicts, v -> 1 / v.favourable().eValue()));
        };
    }

    private static double[] values(List<Verdict> verdicts, ToDoubleFunction<Verdict> value) {
        // A refuted claim is no discovery: counted as one, it would let others through.
        return verdicts.stream()
                .mapToDouble(
                        v ->
                                v.outcome() == Outcome.REFUTED
                                        ? 1
                                        : Math.min(1, value.applyAsDouble(v)))
                .toArray();
    }

    static double[] holm(double[] p) {
        int[] order = ascending(p);
        double[] adjusted = new double[p.length];
        double most = 0;
        for (int i = 0; i < order.length; i++) {
            most = Math.max(most, Math.min(1, (p.length - i) * p[order[i]]));
            adjusted[order[i]] = most;
        }
        return adjusted;
    }

    static double[] stepUp(double[] p) {
        int[] order = ascending(p);
        double[] adjusted = new double[p.length];
        double least = 1;
        for (int i = order.length - 1; i >= 0; i--) {
            least = Math.min(least, p.length * p[order[i]] / (i + 1));
            adjusted[order[i]] = least;
        }
        return adjusted;
    }

    private static int[] ascending(double[] p) {
        return IntStream.range(0, p.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> p[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}

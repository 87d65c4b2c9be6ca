package dev.retort.experiment.verdict;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Judges claims. Call it after each seed: looking more often does not add to the error. A claim is
 * confirmed when "zero or less" is rejected and refuted when "the smallest effect that matters or
 * more" is; the first of the two in the order of the seeds stands, and if one seed brings both, the
 * effect is real but too small, which refutes the claim.
 */
public final class Judge {
    private static final int INTERVAL_HALVINGS = 24;
    private static final int MOST_WIDENINGS = 24;

    private Judge() {}

    /**
     * Judges a claim.
     *
     * @param claim what was registered
     * @param design how it was registered to be decided
     * @param pairs the results so far, at least one
     * @return the verdict
     * @throws IllegalArgumentException if there is no pair, or more than the design allows, or the
     *     design can never decide at this alpha
     */
    public static Verdict judge(Claim claim, Design design, PairedSeeds pairs) {
        int n = pairs.pairs().size();
        if (n == 0) {
            throw new IllegalArgumentException("expected at least one pair of seeds, found none");
        }
        if (design instanceof GroupSequential planned && n > planned.maximumSeeds()) {
            throw new IllegalArgumentException(
                    "expected at most the %d seeds that were planned, found %d"
                            .formatted(planned.maximumSeeds(), n));
        }
        design.firstDecision(claim.alpha());
        double[] gains = pairs.gains(claim.direction());
        for (double gain : gains) {
            if (!Double.isFinite(gain)) {
                throw new IllegalArgumentException(
                        "expected differences that a double holds, found " + gain);
            }
        }
        return judge(claim, design, gains);
    }

    private static Verdict judge(Claim claim, Design design, double[] gains) {
        Rejection rejection = Rejection.of(design, claim.alpha());
        double[] losses = Arrays.stream(gains).map(g -> claim.smallestEffect() - g).toArray();
        OptionalInt above = rejection.at(gains);
        OptionalInt below = rejection.at(losses);
        Outcome outcome = outcome(above, below);
        OptionalInt decidedAt =
                switch (outcome) {
                    case CONFIRMED -> above;
                    case REFUTED -> below;
                    case INCONCLUSIVE -> OptionalInt.empty();
                };
        OptionalInt nextLook =
                decidedAt.isPresent() ? OptionalInt.empty() : rejection.nextLook(gains.length);
        // What came after a decision was not asked for, and would make bounds cross.
        double[] used = Arrays.copyOf(gains, decidedAt.orElse(gains.length));
        double[] against = Arrays.copyOf(losses, used.length);
        double effect = mean(used);
        Optional<Interval> interval = interval(rejection, used, claim, design);
        SeedCount count = SeedCount.of(used);
        String reason =
                Sentences.reason(claim, design, gains.length, outcome, decidedAt, nextLook)
                        + Sentences.figures(claim, effect, interval, count);
        return new Verdict(
                outcome,
                claim,
                design,
                gains.length,
                decidedAt,
                nextLook,
                effect,
                interval,
                rejection.evidence(used),
                rejection.evidence(against),
                count,
                reason,
                design.algorithm());
    }

    /** In order, so that it has the same bits everywhere. */
    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static Outcome outcome(OptionalInt above, OptionalInt below) {
        int confirmed = above.orElse(Integer.MAX_VALUE);
        int refuted = below.orElse(Integer.MAX_VALUE);
        if (confirmed < refuted) {
            return Outcome.CONFIRMED;
        }
        return below.isPresent() ? Outcome.REFUTED : Outcome.INCONCLUSIVE;
    }

    private static Optional<Interval> interval(
            Rejection rejection, double[] gains, Claim claim, Design design) {
        if (gains.length < design.firstDecision(claim.alpha())) {
            return Optional.empty();
        }
        double low = lowest(rejection, gains);
        double high = 0.0 - lowest(rejection, Arrays.stream(gains).map(gain -> -gain).toArray());
        // Looks can contradict each other if the effect drifts: then nothing can be said of it.
        return low <= high
                ? Optional.of(new Interval(low, high, 1 - 2 * claim.alpha()))
                : Optional.empty();
    }

    /**
     * A bound that no centre below it reaches: all smaller ones are rejected. Negative infinity if
     * the design rejects none.
     */
    private static double lowest(Rejection rejection, double[] gains) {
        double least = Arrays.stream(gains).min().orElseThrow();
        double kept = Arrays.stream(gains).max().orElseThrow();
        double reach = Math.max(kept - least, Math.max(Math.abs(kept), Math.abs(least)));
        if (reach == 0) {
            // Only zeros, and no scale: any centre below them makes them all the same and above it.
            return rejects(rejection, gains, -1) ? 0 : Double.NEGATIVE_INFINITY;
        }
        double rejected = least;
        for (int i = 0; !rejects(rejection, gains, rejected); i++) {
            if (i == MOST_WIDENINGS) {
                return Double.NEGATIVE_INFINITY;
            }
            rejected = least - StrictMath.scalb(reach, i - 3);
        }
        // From below to the first that is kept: an e-process need not be monotone in the centre.
        double step = (kept - rejected) / rejection.steps();
        for (int i = 1; i < rejection.steps() && step > 0; i++) {
            if (!rejects(rejection, gains, rejected + step)) {
                kept = rejected + step;
                break;
            }
            rejected += step;
        }
        for (int i = 0; i < INTERVAL_HALVINGS && rejected < kept; i++) {
            double middle = rejected + (kept - rejected) / 2;
            if (rejects(rejection, gains, middle)) {
                rejected = middle;
            } else {
                kept = middle;
            }
        }
        return rejected;
    }

    private static boolean rejects(Rejection rejection, double[] gains, double centre) {
        return rejection.at(Arrays.stream(gains).map(gain -> gain - centre).toArray()).isPresent();
    }

    /** What verdicts say. */
    private static final class Sentences {
        static String reason(
                Claim claim,
                Design design,
                int seeds,
                Outcome outcome,
                OptionalInt decidedAt,
                OptionalInt nextLook) {
            String metric = claim.metric();
            return switch (outcome) {
                case CONFIRMED ->
                        "%s is better at a one-sided alpha of %s, decided at seed %d"
                                .formatted(metric, claim.alpha(), decidedAt.orElseThrow());
                case REFUTED ->
                        "%s is not better by %s or more at a one-sided alpha of %s, decided at seed %d"
                                .formatted(
                                        metric,
                                        claim.smallestEffect(),
                                        claim.alpha(),
                                        decidedAt.orElseThrow());
                case INCONCLUSIVE -> open(claim, design, seeds, nextLook);
            };
        }

        private static String open(Claim claim, Design design, int seeds, OptionalInt nextLook) {
            int first = design.firstDecision(claim.alpha());
            if (seeds < first) {
                return "%d of the %d seeds are there that the first decision on %s needs"
                        .formatted(seeds, first, claim.metric());
            }
            return nextLook.isPresent()
                    ? "%s is open after %d seeds, and the next decision is possible at seed %d"
                            .formatted(claim.metric(), seeds, nextLook.getAsInt())
                    : "%s stays open after the %d seeds that were planned"
                            .formatted(claim.metric(), seeds);
        }

        static String figures(
                Claim claim, double effect, Optional<Interval> interval, SeedCount count) {
            String range =
                    interval.map(
                                    i ->
                                            String.format(
                                                    Locale.ROOT,
                                                    " (%.4g to %.4g at %.4g %%)",
                                                    i.low(),
                                                    i.high(),
                                                    100 * i.confidence()))
                            .orElse("");
            return String.format(
                    Locale.ROOT,
                    ": effect %.4g%s where %.4g matters, %d seeds favourable, %d unfavourable, %d"
                            + " tied.",
                    effect,
                    range,
                    claim.smallestEffect(),
                    count.favourable(),
                    count.unfavourable(),
                    count.tied());
        }
    }
}

package dev.retort.experiment.verdict;

import java.util.List;
import java.util.OptionalInt;

/**
 * The test of {@link GroupSequential} against "symmetric about zero or less". Given the magnitudes,
 * all sign vectors are equally probable. At each look the vectors with the largest sums among those
 * not rejected before are rejected, as many as the error to be spent is worth; so at most the share
 * {@code level} of all vectors is ever rejected, and with that probability the observed one. What a
 * level rejects, a higher one does too, as it has a larger budget at each look: the smallest level
 * that rejects is a p-value.
 */
final class SequentialSignFlips {
    private static final int HALVINGS = 12;

    private final GroupSequential design;
    private final List<Integer> looks;

    /**
     * @param design the design
     * @param alpha what the looks are planned for
     */
    SequentialSignFlips(GroupSequential design, double alpha) {
        this.design = design;
        this.looks = design.looks(alpha);
    }

    /**
     * Tests as the seeds come.
     *
     * @param gains the differences
     * @param level the probability of rejecting where there is nothing to reject
     * @return the look that rejects
     */
    OptionalInt rejectedAt(double[] gains, double level) {
        if (!canReject(gains, level)) {
            return OptionalInt.empty();
        }
        SignFlips flips = new SignFlips(design);
        boolean[] gone = new boolean[design.vectors(1)];
        int known = 0;
        double spent = 0;
        for (int look : looks) {
            if (look > gains.length) {
                break;
            }
            while (known < look) {
                flips.add(gains[known++]);
            }
            double[] scores = flips.scores();
            gone = inherit(gone, scores.length);
            int budget = design.budget(level, spent, design.share(look), look);
            spent = design.share(look);
            double bar = Largest.after(budget, scores, gone) + flips.tolerance();
            if (scores[0] > bar) {
                return OptionalInt.of(look);
            }
            for (int v = 1; v < scores.length; v++) {
                gone[v] |= scores[v] > bar;
            }
        }
        return OptionalInt.empty();
    }

    /**
     * Cheaply rules most cases out: by a look no more vectors can have been rejected than the level
     * is worth, and the observed one is rejected after all above it.
     */
    private boolean canReject(double[] gains, double level) {
        SignFlips flips = new SignFlips(design);
        int known = 0;
        for (int look : looks) {
            if (look > gains.length) {
                break;
            }
            while (known < look) {
                flips.add(gains[known++]);
            }
            double[] scores = flips.scores();
            double most = level * design.share(look) * scores.length;
            double tie = -flips.tolerance();
            int atLeast = 0;
            for (int v = 0; v < scores.length && atLeast <= most; v++) {
                atLeast += scores[v] >= tie ? 1 : 0;
            }
            if (atLeast <= most) {
                return true;
            }
        }
        return false;
    }

    /** A vector is gone with all vectors that begin with it. */
    private static boolean[] inherit(boolean[] gone, int vectors) {
        if (gone.length == vectors) {
            return gone;
        }
        boolean[] grown = new boolean[vectors];
        for (int from = 0; from < vectors; from += gone.length) {
            System.arraycopy(gone, 0, grown, from, gone.length);
        }
        return grown;
    }

    /**
     * The smallest level that rejects, to a third of a percent of itself and never too small.
     *
     * @param gains the differences
     * @param alpha a level at which the answer must be the same as that of the test
     * @return the p-value, at most 1
     */
    double pValue(double[] gains, double alpha) {
        double high = 1;
        double low = StrictMath.scalb(1.0, -GroupSequential.ENUMERATED - 1);
        if (rejectedAt(gains, alpha).isPresent()) {
            high = alpha;
        } else if (rejectedAt(gains, 1).isPresent()) {
            low = alpha;
        } else {
            return 1;
        }
        for (int i = 0; i < HALVINGS && low < high; i++) {
            double middle = Math.sqrt(low * high);
            if (rejectedAt(gains, middle).isPresent()) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }
}

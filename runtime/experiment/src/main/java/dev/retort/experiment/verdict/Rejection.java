package dev.retort.experiment.verdict;

import java.util.OptionalInt;

/** A design at an alpha, as a test of "zero or less". */
interface Rejection {
    /** The number of seeds at which the hypothesis was rejected first. */
    OptionalInt at(double[] gains);

    /** The evidence of all seeds. */
    Evidence evidence(double[] gains);

    /** The smallest number of seeds above the given one at which there can be a rejection. */
    OptionalInt nextLook(int seeds);

    /**
     * How finely centres are searched for the first that is kept; 1 where the rejection is monotone
     * in the centre.
     */
    int steps();

    /** The test of a design. */
    static Rejection of(Design design, double alpha) {
        return switch (design) {
            case GroupSequential planned -> new Planned(planned, alpha);
            case OpenEnded open -> new Open(open, alpha);
        };
    }

    /** By sign flips. */
    final class Planned implements Rejection {
        private final GroupSequential design;
        private final double alpha;
        private final SequentialSignFlips test;

        Planned(GroupSequential design, double alpha) {
            this.design = design;
            this.alpha = alpha;
            this.test = new SequentialSignFlips(design, alpha);
        }

        @Override
        public OptionalInt at(double[] gains) {
            return test.rejectedAt(gains, alpha);
        }

        @Override
        public Evidence evidence(double[] gains) {
            return new Evidence(
                    test.pValue(gains, alpha), SymmetricBet.wealth(gains, gains.length));
        }

        @Override
        public int steps() {
            return 1;
        }

        @Override
        public OptionalInt nextLook(int seeds) {
            return design.looks(alpha).stream()
                    .mapToInt(Integer::intValue)
                    .filter(look -> look > seeds)
                    .findFirst();
        }
    }

    /** By an e-process. */
    record Open(OpenEnded design, double alpha) implements Rejection {
        @Override
        public OptionalInt at(double[] gains) {
            for (int n = 1; n <= gains.length; n++) {
                if (SymmetricBet.wealth(gains, n) >= 1 / alpha) {
                    return OptionalInt.of(n);
                }
            }
            return OptionalInt.empty();
        }

        @Override
        public Evidence evidence(double[] gains) {
            double most = 1;
            for (int n = 1; n <= gains.length; n++) {
                most = Math.max(most, SymmetricBet.wealth(gains, n));
            }
            return new Evidence(1 / most, SymmetricBet.wealth(gains, gains.length));
        }

        @Override
        public int steps() {
            return 256;
        }

        @Override
        public OptionalInt nextLook(int seeds) {
            return OptionalInt.of(Math.max(seeds + 1, design.firstDecision(alpha)));
        }
    }
}

package dev.retort.experiment.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Hyperband (Li, Jamieson, DeSalvo, Rostamizadeh and Talwalkar, 2018, algorithm 1): brackets of
 * successive halving of about the same cost, from many trials that are compared early to few that
 * all train to the end, for when it is not known how early losses tell.
 *
 * @param most the epochs of a trial that is never stopped
 * @param factor one of so many goes on at each rung, at least 2
 */
public record Hyperband(int most, int factor) {
    /**
     * A bracket of successive halving.
     *
     * @param index its number, that of its comparisons
     * @param trials the trials that start in it
     * @param factor one of so many goes on at each rung
     * @param epochs where they are compared, ascending; at the last they are complete
     */
    public record Bracket(int index, int trials, int factor, List<Integer> epochs) {
        /** Copies the rungs. */
        public Bracket {
            epochs = List.copyOf(epochs);
        }

        /**
         * The epochs that the bracket takes.
         *
         * @return the sum over its trials, each training on from where it was
         */
        public long cost() {
            long cost = 0;
            long alive = trials;
            int before = 0;
            for (int rung : epochs) {
                cost += alive * (rung - before);
                before = rung;
                alive = Math.max(1, alive / factor);
            }
            return cost;
        }
    }

    /** Checks the figures. */
    public Hyperband {
        if (most < 1 || factor < 2) {
            throw new IllegalArgumentException(
                    "expected most epochs from 1 and a factor from 2, found %d and %d"
                            .formatted(most, factor));
        }
    }

    /**
     * The brackets.
     *
     * @return from the one that compares earliest to the one that does not compare
     */
    public List<Bracket> brackets() {
        int last = 0;
        long power = 1;
        while (power * factor <= most) {
            power *= factor;
            last++;
        }
        List<Bracket> brackets = new ArrayList<>();
        for (int index = last; index >= 0; index--, power /= factor) {
            long trials = -Math.floorDiv(-(last + 1) * power, index + 1);
            List<Integer> epochs = new ArrayList<>();
            for (long divisor = power; divisor >= 1; divisor /= factor) {
                epochs.add((int) (most / divisor));
            }
            brackets.add(new Bracket(index, Math.toIntExact(trials), factor, epochs));
        }
        return List.copyOf(brackets);
    }

    /**
     * Who goes on once all trials of a rung have reported.
     *
     * @param bracket the bracket
     * @param rung the reports of all its trials at one rung, in the order in which they came
     * @return one decision a trial, in the same order
     */
    public List<Decision> decide(Bracket bracket, List<Report> rung) {
        List<Report> ranked = new ArrayList<>(rung);
        ranked.sort(Comparator.comparingDouble(Report::loss).thenComparingInt(Report::trial));
        int kept = Math.max(1, rung.size() / factor);
        List<Decision> decisions = new ArrayList<>();
        for (Report report : rung) {
            int rank = ranked.indexOf(report) + 1;
            Decision.Action action;
            if (report.epochs() >= most) {
                action = Decision.Action.COMPLETE;
            } else {
                boolean on = rank <= kept && report.loss() < Double.POSITIVE_INFINITY;
                action = on ? Decision.Action.PROMOTE : Decision.Action.STOP;
            }
            decisions.add(
                    new Decision(
                            action,
                            report.trial(),
                            action == Decision.Action.PROMOTE
                                    ? next(bracket, report.epochs())
                                    : report.epochs(),
                            rung,
                            "trial %d is number %d of %d at epoch %d, of which %d go on"
                                    .formatted(
                                            report.trial(),
                                            rank,
                                            rung.size(),
                                            report.epochs(),
                                            kept)));
        }
        return List.copyOf(decisions);
    }

    private static int next(Bracket bracket, int trained) {
        return bracket.epochs().stream()
                .filter(epochs -> epochs > trained)
                .findFirst()
                .orElse(trained);
    }
}

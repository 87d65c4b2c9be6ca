package dev.retort.experiment.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Hyperband (Li, Jamieson, DeSalvo, Rostamizadeh and Talwalkar, 2018, algorithm 1): brackets of
 * successive halving of about the same cost, from many trials that are compared early to few that
 * all train to the end, for when it is not known how early losses tell.
 *
 * @param most the epochs of a trial that is never stopped
 * @param factor one of so many goes on at each rung, at least 2
 */
public record Hyperband(int most, int factor) implements EarlyStopping {
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

        /** The same with fewer trials, if there are not so many left. */
        public Bracket atMost(int left) {
            return new Bracket(index, Math.min(trials, left), factor, epochs);
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
     * @param reports how many reports of the search there were then
     * @return one decision a trial, in the same order
     */
    public List<TrialDecision> decide(Bracket bracket, List<Report> rung, int reports) {
        List<Report> ranked = new ArrayList<>(rung);
        ranked.sort(Comparator.comparingDouble(Report::loss).thenComparingInt(Report::trial));
        int kept = Math.max(1, rung.size() / factor);
        List<TrialDecision> decisions = new ArrayList<>();
        for (Report report : rung) {
            int rank = ranked.indexOf(report) + 1;
            TrialDecision.Action action;
            if (report.epochs() >= most) {
                action = TrialDecision.Action.COMPLETE;
            } else {
                boolean on = rank <= kept && report.loss() < Double.POSITIVE_INFINITY;
                action = on ? TrialDecision.Action.PROMOTE : TrialDecision.Action.STOP;
            }
            decisions.add(
                    new TrialDecision(
                            action,
                            report.trial(),
                            action == TrialDecision.Action.PROMOTE
                                    ? next(bracket, report.epochs())
                                    : report.epochs(),
                            reports,
                            String.format(
                                    Locale.ROOT,
                                    "trial %d is number %d of %d at epoch %d, of which %d go on",
                                    report.trial(),
                                    rank,
                                    rung.size(),
                                    report.epochs(),
                                    kept)));
        }
        return List.copyOf(decisions);
    }

    /**
     * The bracket of a trial. After the last one they begin anew.
     *
     * @param trial the number of the trial, from 0
     */
    public Bracket bracketOf(int trial) {
        return brackets().get(placeOf(trial).bracket());
    }

    /**
     * The first trial of the bracket of a trial.
     *
     * @param trial the number of the trial, from 0
     */
    public int firstOf(int trial) {
        return trial - placeOf(trial).behind();
    }

    /** Where a trial is: the index of its bracket, and how many trials of it are before. */
    private record Place(int bracket, int behind) {}

    private Place placeOf(int trial) {
        List<Bracket> brackets = brackets();
        int behind = trial % brackets.stream().mapToInt(Bracket::trials).sum();
        int index = 0;
        while (behind >= brackets.get(index).trials()) {
            behind -= brackets.get(index).trials();
            index++;
        }
        return new Place(index, behind);
    }

    /**
     * The decision that a new trial starts.
     *
     * @param trial its number
     * @param reports how many reports of the search there are
     */
    public TrialDecision start(int trial, int reports) {
        Bracket bracket = bracketOf(trial);
        return new TrialDecision(
                TrialDecision.Action.START,
                trial,
                bracket.epochs().getFirst(),
                reports,
                String.format(
                        Locale.ROOT, "trial %d starts in bracket %d", trial, bracket.index()));
    }

    /**
     * The trials of a bracket that were to come to a rung and about which nothing was decided
     * there.
     *
     * @param first the first trial of the bracket
     * @param bracket the bracket
     * @param epochs the epochs of the rung
     * @param past the decisions so far; those about its trials are enough
     */
    public List<Integer> undecided(
            int first, Bracket bracket, int epochs, List<TrialDecision> past) {
        Set<Integer> members = members(first, bracket, epochs, past);
        for (TrialDecision decision : past) {
            boolean on =
                    decision.action() == TrialDecision.Action.PROMOTE && decision.epochs() > epochs;
            if (on || decision.action() == TrialDecision.Action.STOP) {
                members.remove(decision.trial());
            }
        }
        return List.copyOf(members);
    }

    /**
     * The reports of a rung: the first at or above it of each trial that was to come to it.
     *
     * @param first the first trial of the bracket
     * @param bracket the bracket
     * @param epochs the epochs of the rung
     * @param reports the reports so far, in the order in which they came; those of its trials are
     *     enough
     * @param past the decisions so far; those about its trials are enough
     */
    public List<Report> rung(
            int first,
            Bracket bracket,
            int epochs,
            List<Report> reports,
            List<TrialDecision> past) {
        Set<Integer> members = members(first, bracket, epochs, past);
        return Report.firstFrom(reports, epochs).stream()
                .filter(report -> members.contains(report.trial()))
                .map(report -> new Report(report.trial(), epochs, report.loss()))
                .toList();
    }

    private static Set<Integer> members(
            int first, Bracket bracket, int epochs, List<TrialDecision> past) {
        Set<Integer> members = new TreeSet<>();
        for (int trial = first; trial < first + bracket.trials(); trial++) {
            if (epochs == bracket.epochs().getFirst()) {
                members.add(trial);
            }
        }
        for (TrialDecision decision : past) {
            boolean of = decision.trial() >= first && decision.trial() < first + bracket.trials();
            boolean promoted = decision.action() == TrialDecision.Action.PROMOTE;
            if (of && promoted && decision.epochs() >= epochs) {
                members.add(decision.trial());
            }
        }
        return members;
    }

    private static int next(Bracket bracket, int trained) {
        return bracket.epochs().stream()
                .filter(epochs -> epochs > trained)
                .findFirst()
                .orElse(trained);
    }
}

package dev.retort.experiment.search;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a trial reported.
 *
 * @param trial the number of the trial
 * @param epochs the epochs it has trained, at least 1
 * @param loss its loss then, less is better; infinite if it diverged
 */
public record Report(int trial, int epochs, double loss) {
    /**
     * The first report of each trial at or above some epochs, in order: a trial may report seldom,
     * and reports again what it does again after a crash.
     */
    static List<Report> firstFrom(List<Report> reports, int epochs) {
        Set<Integer> seen = new HashSet<>();
        return reports.stream().filter(r -> r.epochs() >= epochs && seen.add(r.trial())).toList();
    }

    /** Checks the figures. */
    public Report {
        if (epochs < 1) {
            throw new IllegalArgumentException(
                    "expected a report after at least 1 epoch, found %d of trial %d"
                            .formatted(epochs, trial));
        }
        if (Double.isNaN(loss)) {
            throw new IllegalArgumentException(
                    "expected a loss, infinite if the trial diverged, found NaN of trial %d at epoch %d"
                            .formatted(trial, epochs));
        }
    }
}

package dev.retort.examples.lab;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.velocity.Window;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What runs measured of themselves, and how many of them did.
 *
 * @param sum that of those that worked and ended in a window, and left a ledger
 * @param measured how many those are
 * @param worked how many runs had an attempt in the window
 */
record RunLedgers(Optional<RunLedger> sum, int measured, int worked) {
    /** Whether the sum is that of all work of the window. */
    boolean isWhole() {
        return measured == worked;
    }

    /**
     * Of the runs of a window; what was imported did not work here.
     *
     * @param lab where they are
     * @param folder that of the lab
     * @param window the window
     * @param whose which of them
     * @throws IOException if a folder of an attempt cannot be listed
     */
    static RunLedgers of(Lab lab, Path folder, Window window, Predicate<RunView> whose)
            throws IOException {
        Optional<RunLedger> sum = Optional.empty();
        int measured = 0;
        int worked = 0;
        for (Experiment experiment : lab.experiments()) {
            if (experiment.tags().containsKey(Experiment.IMPORTED)) {
                continue;
            }
            for (RunView view : lab.runs(RunFilter.ofExperiment(experiment.id()))) {
                if (!whose.test(view) || !worked(view, window)) {
                    continue;
                }
                worked++;
                Optional<RunLedger> one =
                        ended(view, window) ? RunLedger.of(folder, view) : Optional.empty();
                measured += one.isPresent() ? 1 : 0;
                Optional<RunLedger> before = sum;
                sum = one.map(its -> before.map(its::plus).orElse(its)).or(() -> before);
            }
        }
        return new RunLedgers(sum, measured, worked);
    }

    private static boolean ended(RunView view, Window window) {
        return view.state().isFinal() && window.contains(Instant.ofEpochMilli(view.sinceMillis()));
    }

    private static boolean worked(RunView view, Window window) {
        return view.attempts().stream().anyMatch(attempt -> overlaps(attempt, window));
    }

    private static boolean overlaps(Attempt attempt, Window window) {
        Attempt.End end = attempt.end();
        return Instant.ofEpochMilli(attempt.admittedMillis()).isBefore(window.to())
                && (end == null || end.endedMillis() >= window.from().toEpochMilli());
    }
}

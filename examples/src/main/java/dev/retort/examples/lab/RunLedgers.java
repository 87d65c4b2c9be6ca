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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What runs measured of themselves, and how many of them did.
 *
 * @param sum that of those that worked and ended in the window, and left a ledger
 * @param measured how many those are
 * @param worked how many runs had an attempt in the window
 */
record RunLedgers(Optional<RunLedger> sum, int measured, int worked) {
    /** Whether the sum is that of all work of the window. */
    boolean isWhole() {
        return measured == worked;
    }

    /**
     * Reads those of the runs that worked in a window; what was imported did not work here.
     *
     * @param lab where they are
     * @param folder that of the lab
     * @param window the window
     * @return the ledger of each run by its name, empty where it left none
     * @throws IOException if a folder of an attempt cannot be listed
     */
    static Map<String, Optional<RunLedger>> read(Lab lab, Path folder, Window window)
            throws IOException {
        Set<String> imported =
                lab.experiments().stream()
                        .filter(each -> each.tags().containsKey(Experiment.IMPORTED))
                        .map(Experiment::id)
                        .collect(Collectors.toSet());
        Map<String, Optional<RunLedger>> ledgers = new LinkedHashMap<>();
        for (RunView view : lab.runs(RunFilter.all())) {
            if (!imported.contains(view.run().experiment()) && worked(view, window)) {
                ledgers.put(
                        view.run().id(),
                        ended(view, window) ? RunLedger.of(folder, view) : Optional.empty());
            }
        }
        return ledgers;
    }

    /**
     * Of some runs.
     *
     * @param ledgers what {@link #read} gave
     * @param whose which of them, by their names
     */
    static RunLedgers of(Map<String, Optional<RunLedger>> ledgers, Predicate<String> whose) {
        List<Optional<RunLedger>> chosen =
                ledgers.entrySet().stream()
                        .filter(each -> whose.test(each.getKey()))
                        .map(Map.Entry::getValue)
                        .toList();
        List<RunLedger> left = chosen.stream().flatMap(Optional::stream).toList();
        return new RunLedgers(left.stream().reduce(RunLedger::plus), left.size(), chosen.size());
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

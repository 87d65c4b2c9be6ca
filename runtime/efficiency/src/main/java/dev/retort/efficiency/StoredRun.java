package dev.retort.efficiency;

import dev.retort.efficiency.journal.Journal;
import dev.retort.efficiency.journal.Line;
import dev.retort.efficiency.journal.Line.Event;
import dev.retort.efficiency.journal.State;
import dev.retort.efficiency.journal.Tail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A run that another process measures, or measured, as its journal tells. Reading disturbs neither
 * that process nor its journal.
 *
 * @param folder the folder of the run
 * @param tags what it is grouped by
 * @param attempts the processes that worked on it
 * @param failures what went wrong, kills of its processes included, but for a kill that no later
 *     process has found
 * @param totals what it did, up to its last sign of life
 * @param spending what it took, over all its attempts, up to the last line of its journal
 * @param stretches when its attempts ran, each up to its last line
 */
public record StoredRun(
        Path folder,
        Map<String, String> tags,
        int attempts,
        List<Failure> failures,
        RunTotals totals,
        Spending spending,
        List<Stretch> stretches) {
    /** Copies the components. */
    public StoredRun {
        tags = Map.copyOf(tags);
        failures = List.copyOf(failures);
        stretches = List.copyOf(stretches);
    }

    /**
     * A time in which a process worked on a run, on the clock of the day.
     *
     * @param begin when it began
     * @param end when it was last heard of; not before the begin
     */
    public record Stretch(Instant begin, Instant end) {}

    /**
     * Reads all runs of a folder.
     *
     * @param root the folder that was given to {@link RunOptions#journal}
     * @return the runs that can be read, by the name of their folder
     * @throws IOException if the folder cannot be listed
     */
    public static List<StoredRun> readAll(Path root) throws IOException {
        List<Path> folders;
        try (Stream<Path> entries = Files.list(root)) {
            folders =
                    entries.filter(entry -> Files.exists(entry.resolve(Journal.FILE)))
                            .sorted()
                            .toList();
        }
        List<StoredRun> runs = new ArrayList<>();
        for (Path folder : folders) {
            List<Line> lines = Journal.read(folder.resolve(Journal.FILE)).lines();
            if (!lines.isEmpty()) {
                runs.add(of(folder, lines));
            }
        }
        return Collections.unmodifiableList(runs);
    }

    private static StoredRun of(Path folder, List<Line> lines) {
        PastAttempts past = new PastAttempts(lines, Tail.read(folder));
        Map<String, String> tags = new HashMap<>();
        for (Line line : lines) {
            if (line.event() == Event.STARTED) {
                tags.putAll(line.detail());
            }
        }
        Outcome outcome = past.outcome();
        List<Failure> failures = past.failures();
        State state = past.state();
        Survival survival = Survival.of(state);
        RunTotals totals =
                RunTotals.of(
                        outcome,
                        failures,
                        past.ledger(outcome),
                        WorkCounter.of(state.done()),
                        outcome == Outcome.DISCARDED ? Work.NONE : survival.kept(),
                        survival.undone(),
                        past.stepTimes());
        return new StoredRun(
                folder,
                tags,
                past.count(),
                failures,
                totals,
                Spending.of(state.spent()),
                stretches(lines));
    }

    private static List<Stretch> stretches(List<Line> lines) {
        Map<Integer, Stretch> byAttempt = new TreeMap<>();
        for (Line line : lines) {
            Instant at = Instant.EPOCH.plusNanos(line.epochNanos());
            byAttempt.merge(
                    line.attempt(),
                    new Stretch(at, at),
                    (known, now) ->
                            now.end().isAfter(known.end())
                                    ? new Stretch(known.begin(), now.end())
                                    : known);
        }
        return List.copyOf(byAttempt.values());
    }
}

package dev.retort.efficiency;

import dev.retort.efficiency.journal.Journal;
import dev.retort.efficiency.journal.Line;
import dev.retort.efficiency.journal.Line.Event;
import dev.retort.efficiency.journal.State;
import dev.retort.efficiency.journal.Tail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A run that another process measures, or measured, as its journal tells. Reading disturbs neither
 * that process nor its journal.
 *
 * @param folder the folder of the run
 * @param tags what it is grouped by
 * @param attempts the processes that worked on it
 * @param failures what went wrong
 * @param totals what it did, up to its last sign of life
 */
public record StoredRun(
        Path folder,
        Map<String, String> tags,
        int attempts,
        List<Failure> failures,
        RunTotals totals) {
    /** Copies the components. */
    public StoredRun {
        tags = Map.copyOf(tags);
        failures = List.copyOf(failures);
    }

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
        Line last = lines.getLast();
        Map<String, String> tags = new HashMap<>();
        List<Failure> failures = new ArrayList<>();
        for (Line line : lines) {
            if (line.event() == Event.STARTED) {
                tags.putAll(line.detail());
            } else if (line.event() == Event.FAILURE) {
                failures.add(Failures.of(line));
            }
        }
        boolean ended = last.event() == Event.ENDED;
        Outcome outcome =
                ended
                        ? Outcome.valueOf(last.detail().getOrDefault("outcome", "FAILED"))
                        : Outcome.RUNNING;
        State state =
                ended
                        ? last.state()
                        : Tails.overlay(last.state(), last.attempt(), Tail.read(folder));
        boolean cancelled =
                failures.stream().anyMatch(failure -> failure.kind() == FailureClass.CANCELLED);
        Survival survival = Survival.of(state);
        long[] booked = Cells.of(state.booked());
        RunTotals totals =
                RunTotals.of(
                        outcome,
                        cancelled,
                        Cells.ledger(survival.settle(booked, outcome), Tails.sum(state.booked())),
                        WorkCounter.of(state.done()),
                        outcome == Outcome.DISCARDED ? Work.NONE : survival.kept(),
                        survival.undone());
        return new StoredRun(folder, tags, last.attempt(), failures, totals);
    }
}

package dev.retort.examples.lab;

import dev.retort.experiment.velocity.Milestone;
import dev.retort.experiment.velocity.Velocity;
import dev.retort.experiment.velocity.Window;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The figures of a window, side by side.
 *
 * @param ledgers what runs measured of themselves, as {@link RunLedgers#read} gave it
 * @param events what happened, at least one event
 * @param window the window
 * @param now up to when what has not ended is known to be in progress
 * @param price what an hour of a device costs, or {@code null}
 */
record VelocityColumns(
        Map<String, Optional<RunLedger>> ledgers,
        List<Milestone> events,
        Window window,
        Instant now,
        @Nullable Double price) {
    /** From the first event up to now, or to the last event where that is after now. */
    static Window upToNow(List<Milestone> events) {
        Instant last = events.getLast().at();
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        // What happened in the last millisecond belongs to it.
        return new Window(events.getFirst().at(), (now.isAfter(last) ? now : last).plusMillis(1));
    }

    /** The window for people. */
    String windowInWords() {
        return "From %s to %s, %s"
                .formatted(window.from(), window.to(), Texts.length(window.length()));
    }

    /** Figures for programs, with the window before them. */
    Map<String, Object> withWindow(Map<String, Object> figures) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("from", window.from().toString());
        all.put("to", window.to().toString());
        all.put("window, s", window.length().toMillis() / 1e3);
        all.putAll(figures);
        return all;
    }

    /** Of all runs. */
    Map<String, Object> all() {
        return VelocityFigures.of(
                Velocity.of(events, window, now), price, RunLedgers.of(ledgers, _ -> true));
    }

    /** By the values of a tag, sorted; what has no such tag is left out. */
    Map<String, Map<String, Object>> by(String tag) {
        Map<String, String> values = Velocity.valuesByRun(events, tag);
        Map<String, Map<String, Object>> columns = new LinkedHashMap<>();
        for (Map.Entry<String, Velocity> slice : Velocity.by(events, window, tag, now).entrySet()) {
            RunLedgers its = RunLedgers.of(ledgers, run -> slice.getKey().equals(values.get(run)));
            columns.put(slice.getKey(), VelocityFigures.of(slice.getValue(), price, its));
        }
        return columns;
    }

    /** The heads of a table of columns. */
    static List<String> heads(Map<String, Map<String, Object>> columns) {
        List<String> heads = new ArrayList<>(List.of(""));
        heads.addAll(columns.keySet());
        return heads;
    }

    /** The rows of a table of columns: one for each figure that any of them has. */
    static List<List<String>> rows(Map<String, Map<String, Object>> columns) {
        Set<String> names = new LinkedHashSet<>();
        columns.values().forEach(figures -> names.addAll(figures.keySet()));
        List<List<String>> rows = new ArrayList<>();
        for (String name : names) {
            List<String> cells = new ArrayList<>(List.of(name));
            columns.values()
                    .forEach(figures -> cells.add(VelocityFigures.written(figures.get(name))));
            rows.add(cells);
        }
        return rows;
    }
}

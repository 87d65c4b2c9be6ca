package dev.retort.experiment.lab;

import dev.retort.experiment.Arm;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The runs of a lab as comma-separated values (RFC 4180): a line each, with its parameters in
 * columns {@code config.NAME} and its results in columns {@code value.NAME}.
 */
public final class CsvExport {
    private CsvExport() {}

    /** A run with what it belongs to. */
    private record Line(RunView view, Experiment experiment, Arm arm) {}

    /**
     * Writes runs.
     *
     * @param store where they are
     * @param filter which ones
     * @param out where to
     * @return how many were written
     * @throws IOException if it cannot be written
     */
    public static int write(EventStore store, RunFilter filter, Appendable out) throws IOException {
        List<Line> lines =
                store.read(
                        state ->
                                state.runs().stream()
                                        .filter(view -> filter.fits(view, state.experimentOf(view)))
                                        .map(
                                                view ->
                                                        new Line(
                                                                view,
                                                                state.experimentOf(view),
                                                                state.armOf(view)))
                                        .toList());
        TreeSet<String> parameters = new TreeSet<>();
        TreeSet<String> metrics = new TreeSet<>();
        for (Line line : lines) {
            parameters.addAll(line.arm.config().keySet());
            metrics.addAll(line.view.values().keySet());
        }
        List<String> heads =
                new ArrayList<>(
                        List.of(
                                "run",
                                "experiment",
                                "arm",
                                "seed",
                                "team",
                                "state",
                                "attempts",
                                "reason"));
        parameters.forEach(name -> heads.add("config." + name));
        metrics.forEach(name -> heads.add("value." + name));
        write(out, heads);
        for (Line line : lines) {
            List<String> cells =
                    new ArrayList<>(
                            List.of(
                                    line.view.run().id(),
                                    line.experiment.id(),
                                    line.arm.name(),
                                    Long.toString(line.view.run().seed()),
                                    line.experiment.team(),
                                    line.view.state().name(),
                                    Integer.toString(line.view.attempts().size()),
                                    line.view.reason()));
            parameters.forEach(name -> cells.add(text(line.arm.config().get(name))));
            metrics.forEach(name -> cells.add(text(line.view.values().get(name))));
            write(out, cells);
        }
        return lines.size();
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    private static void write(Appendable out, List<String> cells) throws IOException {
        for (int i = 0; i < cells.size(); i++) {
            out.append(i == 0 ? "" : ",").append(quoted(cells.get(i)));
        }
        out.append("\r\n");
    }

    private static String quoted(String cell) {
        boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
}

package dev.retort.examples.lab;

import dev.retort.examples.TextTable;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.lab.VelocityLog;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.velocity.Event;
import dev.retort.experiment.velocity.Velocity;
import dev.retort.experiment.velocity.Window;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;

/** {@code retort lab velocity}: how fast experiments turn hypotheses into verdicts. */
@Command(
        name = "velocity",
        sortOptions = false,
        description = {
            "Show how fast hypotheses become verdicts: latency and its parts, throughput, work in"
                    + " progress with Little's law, and what device time was spent on.",
            "A run without devices counts its cores as devices. Goodput and energy are there if the"
                    + " tasks kept their ledger in TaskContext.folder(), of the runs that ended in"
                    + " the window."
        })
final class VelocityCommand implements Callable<Integer> {
    /** The column of all runs. */
    private static final String ALL = "all";

    @Spec private CommandSpec spec;
    @ParentCommand private LabCommand parent;

    @Option(
            names = "--by",
            paramLabel = "TAG",
            description =
                    "A column a value of this tag: team, user, experiment, arm, hypothesis, device,"
                            + " or one of the experiments' own, such as model.")
    private @Nullable String by;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = Moment.class,
            description = "From then on: a time, or how long ago, such as 7d (default: all).")
    private @Nullable Instant since;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            converter = Moment.class,
            description = "Up to then (default: now).")
    private @Nullable Instant until;

    @Option(
            names = "--price",
            paramLabel = "PRICE",
            description = "What an hour of a device costs, for the cost of a verdict.")
    private @Nullable Double price;

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            description =
                    "Where ledgers are, as given to \"lab run\" (default: the folder of the store,"
                            + " or ./lab).")
    private @Nullable Path folder;

    @Option(names = "--json", description = "Print JSON instead of a table.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Map<String, Map<String, Object>> columns =
                parent.open(
                        (lab, store) -> {
                            LabCommand.checkPrice(price, lab);
                            List<Event> events = VelocityLog.of(store);
                            if (events.isEmpty()) {
                                throw new IllegalArgumentException(
                                        "expected something that has happened, found none in "
                                                + parent.store());
                            }
                            Instant last = events.getLast().at();
                            Instant now = Instant.now().isAfter(last) ? Instant.now() : last;
                            Window window =
                                    new Window(
                                            since == null ? events.getFirst().at() : since,
                                            until == null ? now.plusMillis(1) : until);
                            return figures(events, window, now, ended(lab, window));
                        });
        if (columns.isEmpty()) {
            throw new IOException("no run has the tag " + by);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            parent.print(by == null ? Objects.requireNonNull(columns.get(ALL)) : columns);
        } else {
            table(columns).print(out);
            out.flush();
        }
        return 0;
    }

    private Map<String, Map<String, Object>> figures(
            List<Event> events, Window window, Instant now, List<RunView> ended)
            throws IOException {
        Path files = folder == null ? parent.folder() : folder;
        String tag = by;
        Map<String, Map<String, Object>> found = new LinkedHashMap<>();
        if (tag == null) {
            Velocity all = Velocity.of(events, window, now);
            found.put(ALL, VelocityFigures.of(all, price, ledger(ended, files)));
            return found;
        }
        Map<String, String> values = Velocity.valuesByRun(events, tag);
        for (Map.Entry<String, Velocity> slice : Velocity.by(events, window, tag, now).entrySet()) {
            List<RunView> its =
                    ended.stream()
                            .filter(view -> slice.getKey().equals(values.get(view.run().id())))
                            .toList();
            found.put(
                    slice.getKey(),
                    VelocityFigures.of(slice.getValue(), price, ledger(its, files)));
        }
        return found;
    }

    private static List<RunView> ended(Lab lab, Window window) {
        return lab.runs(RunFilter.all()).stream()
                .filter(view -> view.state().isFinal())
                .filter(view -> window.contains(Instant.ofEpochMilli(view.sinceMillis())))
                .toList();
    }

    /** The sum over the runs of experiments that left one. */
    static @Nullable RunLedger ledger(List<RunView> runs, Path folder) throws IOException {
        RunLedger sum = null;
        for (RunView view : runs) {
            RunLedger one = RunLedger.of(folder, view).orElse(null);
            if (one != null) {
                sum = sum == null ? one : sum.plus(one);
            }
        }
        return sum;
    }

    private static TextTable table(Map<String, Map<String, Object>> columns) {
        List<String> heads = new ArrayList<>(List.of(""));
        heads.addAll(columns.keySet());
        TextTable table = new TextTable(heads);
        Set<String> names = new LinkedHashSet<>();
        columns.values().forEach(figures -> names.addAll(figures.keySet()));
        for (String name : names) {
            List<String> cells = new ArrayList<>(List.of(name));
            columns.values()
                    .forEach(figures -> cells.add(VelocityFigures.written(figures.get(name))));
            table.row(cells);
        }
        return table;
    }
}

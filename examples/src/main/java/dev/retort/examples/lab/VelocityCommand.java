package dev.retort.examples.lab;

import dev.retort.examples.TextTable;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.VelocityLog;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.velocity.Milestone;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code retort lab velocity}: how fast experiments turn hypotheses into verdicts. */
@Command(
        name = "velocity",
        sortOptions = false,
        description = {
            "Show how fast hypotheses become verdicts: latency and its parts, throughput, work in"
                    + " progress with Little's law, and what device time was spent on.",
            "A run without devices counts its cores as devices. What was redone after a scheduler was"
                    + " killed is at least that: its last sign of life, given each second, counts as"
                    + " its end. Goodput and energy are there if"
                    + " tasks kept their ledger in TaskContext.folder(), of the runs that ended in"
                    + " the window; the energy of a verdict only if all that worked in it did."
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
            description = "Up to then, and no further than now (default: now).")
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
        return parent.open(
                (lab, store) -> {
                    show(columns(lab, store));
                    return 0;
                });
    }

    private void show(VelocityColumns found) throws IOException {
        String tag = by;
        Map<String, Map<String, Object>> columns =
                tag == null ? Map.of(ALL, found.all()) : found.by(tag);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Map<String, Object>> whole = new LinkedHashMap<>();
            columns.forEach((name, figures) -> whole.put(name, found.withWindow(figures)));
            parent.print(tag == null ? Objects.requireNonNull(whole.get(ALL)) : whole);
        } else {
            out.println(found.windowInWords());
            TextTable table = new TextTable(VelocityColumns.heads(columns));
            VelocityColumns.rows(columns).forEach(table::row);
            table.print(out);
            out.flush();
        }
    }

    private VelocityColumns columns(Lab lab, EventStore store) throws IOException {
        LabCommand.checkPrice(price, lab);
        List<Milestone> events = VelocityLog.of(store);
        if (events.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected something that has happened, found none in "
                            + StoreLocation.shown(parent.store()));
        }
        String tag = by;
        List<String> tags = Velocity.tags(events);
        if (tag != null && !tags.contains(tag)) {
            throw new IllegalArgumentException(
                    "nothing has the tag " + tag + ": expected one of " + tags);
        }
        Window whole = VelocityColumns.upToNow(events);
        Window window =
                new Window(
                        since == null ? whole.from() : since,
                        until == null || until.isAfter(whole.to()) ? whole.to() : until);
        Path files = folder == null ? parent.folder() : folder;
        return new VelocityColumns(
                RunLedgers.read(lab, files, window), events, window, whole.to(), price);
    }
}

package dev.retort.examples.lab;

import dev.retort.examples.TextTable;
import dev.retort.experiment.RunState;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.state.RunView;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code retort runs}: runs by what they are and what they found. Made by picocli. */
@Command(
        name = "runs",
        sortOptions = false,
        description = "Show the runs of experiments that fit all that is asked for.",
        footer = {
            "",
            "The best five: ./retort runs --experiment rates --sort loss --limit 5",
            "In a range:    ./retort runs --metric accuracy=0.9.. --tag model=small",
            "Failed:        ./retort runs --state FAILED --json"
        })
public final class RunsCommand implements Callable<Integer> {
    /** The columns before those of metrics. */
    private static final List<String> HEADS = List.of("run", "state", "attempts");

    @Spec private CommandSpec spec;

    @Option(
            names = "--store",
            paramLabel = "STORE",
            defaultValue = "lab",
            description =
                    "Where experiments are kept, as \"lab --store\" takes it (default:"
                            + " ${DEFAULT-VALUE}).")
    private String store;

    @Option(names = "--experiment", paramLabel = "NAME", description = "Of this experiment.")
    private @Nullable String experiment;

    @Option(names = "--hypothesis", paramLabel = "NAME", description = "On this hypothesis.")
    private @Nullable String hypothesis;

    @Option(names = "--team", paramLabel = "NAME", description = "Of this team.")
    private @Nullable String team;

    @Option(names = "--user", paramLabel = "NAME", description = "Submitted by this user.")
    private @Nullable String user;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            split = ",",
            description = "In one of these states: ${COMPLETION-CANDIDATES}.")
    private List<RunState> states = List.of();

    @Option(
            names = "--tag",
            paramLabel = "KEY=VALUE",
            split = ",",
            description = "Of experiments with this tag; may be repeated.")
    private Map<String, String> tags = Map.of();

    @Option(
            names = "--metric",
            paramLabel = "NAME=LOW..HIGH",
            split = ",",
            converter = {NameOf.class, RangeOf.class},
            description =
                    "With a result in this range, such as loss=..0.5 or accuracy=0.9..; may be"
                            + " repeated.")
    private Map<String, RunFilter.Range> metrics = Map.of();

    @Option(
            names = "--sort",
            paramLabel = "METRIC",
            description =
                    "By this result, the least first; runs without it last (default: as"
                            + " submitted).")
    private @Nullable String sort;

    @Option(names = "--descending", description = "The largest first, or the last submitted.")
    private boolean descending;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many, from the first.")
    private @Nullable Integer limit;

    @Option(names = "--json", description = "Print JSON instead of a table.")
    private boolean json;

    /** A name as it is; picocli asks for a converter of both sides of a pair. */
    static final class NameOf implements ITypeConverter<String> {
        @Override
        public String convert(String value) {
            return value;
        }
    }

    /** A range of values, as an option takes it. */
    static final class RangeOf implements ITypeConverter<RunFilter.Range> {
        private static final Pattern RANGE = Pattern.compile("(.*?)\\.\\.(.*)");

        @Override
        public RunFilter.Range convert(String value) {
            Matcher range = RANGE.matcher(value);
            try {
                if (range.matches()) {
                    return new RunFilter.Range(
                            end(range.group(1), Double.NEGATIVE_INFINITY),
                            end(range.group(2), Double.POSITIVE_INFINITY));
                }
            } catch (IllegalArgumentException _) {
                // Said below.
            }
            throw new TypeConversionException(
                    "expected a range such as 0.1..0.5, 0.9.. or ..0.5, found " + value);
        }

        private static double end(String text, double open) {
            return text.isEmpty() ? open : Double.parseDouble(text);
        }
    }

    @Override
    public Integer call() throws IOException {
        List<RunView> found = LabCommand.open(store, false, (lab, _) -> found(lab));
        if (json) {
            LabCommand.print(spec, found.stream().map(ListCommand::shown).toList());
            return 0;
        }
        Set<String> names = new TreeSet<>();
        found.forEach(view -> names.addAll(view.values().keySet()));
        List<String> heads = new ArrayList<>(HEADS);
        heads.addAll(names);
        TextTable table = new TextTable(heads);
        found.forEach(view -> table.row(row(view, names)));
        PrintWriter out = spec.commandLine().getOut();
        table.print(out);
        out.flush();
        return 0;
    }

    private List<RunView> found(Lab lab) {
        if (limit != null && limit < 1) {
            throw new IllegalArgumentException("--limit is " + limit + ": expected at least 1");
        }
        requireKnown(lab);
        RunFilter filter =
                new RunFilter(
                        experiment,
                        hypothesis,
                        team,
                        user,
                        states.isEmpty() ? EnumSet.allOf(RunState.class) : EnumSet.copyOf(states),
                        tags,
                        metrics);
        List<RunView> runs = new ArrayList<>(lab.runs(filter));
        String by = sort;
        if (by != null) {
            runs.sort(order(by, descending));
        } else if (descending) {
            runs = runs.reversed();
        }
        return runs.stream().limit(limit == null ? Long.MAX_VALUE : limit).toList();
    }

    /** A name that is not there is a slip, and not a reason to show nothing. */
    private void requireKnown(Lab lab) {
        String name = experiment;
        if (name != null) {
            Named.experiment(lab, name);
        }
        String claimed = hypothesis;
        if (claimed != null) {
            Named.hypothesis(lab, claimed);
        }
    }

    private static Comparator<RunView> order(String metric, boolean descending) {
        Comparator<Double> values =
                descending ? Comparator.<Double>reverseOrder() : Comparator.naturalOrder();
        return Comparator.comparing(
                view -> view.values().get(metric), Comparator.nullsLast(values));
    }

    private static List<String> row(RunView view, Set<String> names) {
        List<String> cells =
                new ArrayList<>(
                        List.of(
                                view.run().id(),
                                view.state().name().toLowerCase(Locale.ROOT),
                                Integer.toString(view.attempts().size())));
        for (String name : names) {
            Double value = view.values().get(name);
            cells.add(value == null ? "—" : String.format(Locale.ROOT, "%.5g", value));
        }
        return cells;
    }
}

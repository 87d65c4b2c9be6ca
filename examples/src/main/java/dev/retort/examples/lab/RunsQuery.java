package dev.retort.examples.lab;

import dev.retort.examples.TextTable;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.RunState;
import dev.retort.experiment.SearchPlan;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which runs are shown, and how. Made by picocli. */
final class RunsQuery {
    /** The columns before those of metrics. */
    private static final List<String> HEADS = List.of("run", "state", "attempts");

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

    /** What is found: runs and how they stand, and searches that have none yet. */
    private record Found(List<RunView> runs, Standing standing, List<Search> searches) {}

    /** A search without runs. */
    private record Search(String name, int trials, boolean closed) {
        Map<String, Object> shown() {
            Map<String, Object> shown = new LinkedHashMap<>();
            shown.put("search", name);
            shown.put("trials", 0);
            shown.put("of", trials);
            shown.put(
                    "reason",
                    closed
                            ? "it was closed before its first trial"
                            : "no trial is proposed before \"lab run\" works on it");
            return shown;
        }
    }

    /**
     * Shows what is found.
     *
     * @param spec the command that was asked
     * @param store where, as the user said it
     */
    void show(CommandSpec spec, String store) throws IOException {
        Found found = LabCommand.open(store, false, this::found);
        if (json) {
            List<Object> all = new ArrayList<>();
            found.runs().forEach(view -> all.add(found.standing().shown(view)));
            found.searches().forEach(search -> all.add(search.shown()));
            LabCommand.print(spec, all);
            return;
        }
        Set<String> names = new TreeSet<>();
        found.runs().forEach(view -> names.addAll(view.values().keySet()));
        List<String> heads = new ArrayList<>(HEADS);
        heads.addAll(names);
        TextTable table = new TextTable(heads);
        found.runs().forEach(view -> table.row(row(view, found.standing(), names)));
        found.searches().forEach(search -> table.row(row(search, names)));
        PrintWriter out = spec.commandLine().getOut();
        table.print(out);
        out.flush();
    }

    private Found found(Lab lab, EventStore events) {
        if (limit != null && limit < 1) {
            throw new IllegalArgumentException("--limit is " + limit + ": expected at least 1");
        }
        Standing standing = Standing.of(events);
        Set<RunState> all = EnumSet.allOf(RunState.class);
        RunFilter whose = new RunFilter(experiment, hypothesis, team, user, all, tags);
        Named.check(lab, whose);
        requireMetrics(lab, whose);
        RunFilter filter =
                new RunFilter(
                        experiment,
                        hypothesis,
                        team,
                        user,
                        states.isEmpty() ? all : EnumSet.copyOf(states),
                        tags,
                        metrics);
        List<RunView> runs = new ArrayList<>(lab.runs(filter));
        String by = sort;
        if (by != null) {
            runs.sort(order(by, descending));
        } else if (descending) {
            runs = runs.reversed();
        }
        boolean ofAnyRun = states.isEmpty() && metrics.isEmpty() && by == null && limit == null;
        return new Found(
                runs.stream().limit(limit == null ? Long.MAX_VALUE : limit).toList(),
                standing,
                ofAnyRun ? withoutRuns(lab, whose, runs) : List.of());
    }

    /** By a metric that is not there, the first would look like the best. */
    private void requireMetrics(Lab lab, RunFilter whose) {
        Set<String> asked = new TreeSet<>(metrics.keySet());
        if (sort != null) {
            asked.add(sort);
        }
        if (asked.isEmpty()) {
            return;
        }
        Set<String> known = new TreeSet<>();
        lab.runs(whose).forEach(view -> known.addAll(view.values().keySet()));
        lab.experiments().stream()
                .filter(whose::fits)
                .forEach(each -> lab.metricOf(each).ifPresent(known::add));
        for (String metric : asked) {
            if (!known.contains(metric)) {
                throw new RefusedException(
                        "none of these runs has the metric "
                                + metric
                                + ": expected one of "
                                + known);
            }
        }
    }

    private static List<Search> withoutRuns(Lab lab, RunFilter whose, List<RunView> runs) {
        Set<String> begun =
                runs.stream().map(view -> view.run().experiment()).collect(Collectors.toSet());
        List<Search> searches = new ArrayList<>();
        for (Experiment each : lab.experiments()) {
            SearchPlan plan = each.search();
            if (plan != null && whose.fits(each) && !begun.contains(each.id())) {
                searches.add(new Search(each.id(), plan.trials(), lab.isClosed(each.id())));
            }
        }
        return searches;
    }

    private static List<String> row(Search search, Collection<String> names) {
        List<String> cells =
                new ArrayList<>(
                        List.of(search.name(), search.closed() ? "closed" : "no trial yet", "0"));
        names.forEach(_ -> cells.add("—"));
        return cells;
    }

    private static Comparator<RunView> order(String metric, boolean descending) {
        Comparator<Double> values =
                descending ? Comparator.<Double>reverseOrder() : Comparator.naturalOrder();
        return Comparator.comparing(
                view -> view.values().get(metric), Comparator.nullsLast(values));
    }

    private static List<String> row(RunView view, Standing standing, Collection<String> names) {
        List<String> cells =
                new ArrayList<>(
                        List.of(
                                view.run().id(),
                                standing.state(view),
                                Integer.toString(view.attempts().size())));
        for (String name : names) {
            Double value = view.values().get(name);
            cells.add(value == null ? "—" : Texts.number(value));
        }
        return cells;
    }
}

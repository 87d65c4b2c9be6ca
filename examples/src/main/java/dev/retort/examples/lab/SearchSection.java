package dev.retort.examples.lab;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.RunState;
import dev.retort.experiment.SearchPlan;
import dev.retort.experiment.event.Event.RunReported;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.search.Report;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.planning.report.PlanPage.Section;
import dev.retort.planning.report.Plot;
import dev.retort.planning.report.Plot.Axis;
import dev.retort.planning.report.Plot.Kind;
import dev.retort.planning.report.Plot.Point;
import dev.retort.planning.report.Plot.Series;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the page says of a search: its trials, the best first, and their curves. */
final class SearchSection {
    /** More curves than that hide each other. */
    private static final int MOST_CURVES = 60;

    private static final int MOST_TRIALS = 20;

    /** The colours of the page but the grey one, which is that of all other trials. */
    private static final List<Integer> COLOURS = List.of(0, 2, 3, 4, 5);

    private static final int GREY = 1;
    private static final String OTHERS = "other trials";

    private final EventStore store;
    private final Experiment experiment;
    private final SearchPlan plan;
    private final List<RunView> trials;

    SearchSection(Lab lab, EventStore store, Experiment experiment) {
        this.store = store;
        this.experiment = experiment;
        this.plan = Objects.requireNonNull(experiment.search());
        this.trials =
                lab.runs(RunFilter.ofExperiment(experiment.id())).stream()
                        .sorted(
                                Comparator.comparing((RunView view) -> !hasResult(view))
                                        .thenComparingDouble(this::loss))
                        .toList();
    }

    /**
     * The section.
     *
     * @param about what is said of its experiment, without a full stop
     */
    Section section(String about) {
        Map<String, List<Point>> curves = curves();
        return new Section(
                experiment.id(),
                about
                        + ", searching for "
                        + plan.metric()
                        + ": "
                        + states()
                        + "."
                        + LabPage.cut(
                                " The first",
                                MOST_TRIALS,
                                trials.size(),
                                "trials, the best with a result before the others.")
                        + LabPage.cut(
                                " The curves of the first", MOST_CURVES, curves.size(), "trials."),
                List.of("trial", "state", plan.metric(), "parameters"),
                trials.stream().limit(MOST_TRIALS).map(this::row).toList(),
                plots(curves));
    }

    private String states() {
        Map<RunState, Integer> states = new TreeMap<>();
        trials.forEach(view -> states.merge(view.state(), 1, Integer::sum));
        return states.isEmpty()
                ? "no trial yet"
                : states.entrySet().stream()
                        .map(each -> each.getValue() + " " + Texts.words(each.getKey()))
                        .collect(Collectors.joining(", "));
    }

    private boolean hasResult(RunView view) {
        return view.values().containsKey(plan.metric());
    }

    /** Of its result, or of what it reported last without one. */
    private double loss(RunView view) {
        RunReported report = view.report();
        double reported = report == null ? Double.NaN : report.value();
        return plan.loss(view.values().getOrDefault(plan.metric(), reported));
    }

    private List<String> row(RunView view) {
        RunReported report = view.report();
        String value =
                hasResult(view)
                        ? LabPage.number(view.values().getOrDefault(plan.metric(), Double.NaN))
                        : report == null ? "—" : said(report);
        return List.of(view.run().arm(), Texts.words(view.state()), value, parameters(view));
    }

    static String said(RunReported report) {
        return LabPage.number(report.value()) + " at epoch " + report.epochs();
    }

    /** What was searched; the rest is the same in all trials. */
    private String parameters(RunView view) {
        Map<String, Object> config = store.read(state -> state.armOf(view).config());
        return plan.space().dimensions().stream()
                .map(dimension -> dimension.parameter().name())
                .filter(config::containsKey)
                .map(name -> name + "=" + Texts.value(Objects.requireNonNull(config.get(name))))
                .collect(Collectors.joining(" "));
    }

    /** By the name of the trial. */
    private Map<String, List<Point>> curves() {
        Map<String, List<Point>> byTrial = new HashMap<>();
        for (Report report : store.read(state -> state.reports(experiment.id(), 0))) {
            if (Double.isFinite(report.loss())) {
                byTrial.computeIfAbsent(plan.armName(report.trial()), _ -> new ArrayList<>())
                        .add(Point.of(report.epochs(), report.loss()));
            }
        }
        return byTrial;
    }

    /** The best have a colour of their own, and lie above the others. */
    private List<Plot> plots(Map<String, List<Point>> curves) {
        List<String> names =
                trials.stream()
                        .map(view -> view.run().arm())
                        .filter(curves::containsKey)
                        .limit(MOST_CURVES)
                        .toList();
        SequencedMap<String, List<Point>> shown = new LinkedHashMap<>();
        names.forEach(name -> shown.put(name, Objects.requireNonNull(curves.get(name))));
        List<Series> series = series(shown);
        boolean lower = plan.loss(1) > 0;
        return series.isEmpty()
                ? List.of()
                : List.of(
                        new Plot(
                                new Axis("epochs", true),
                                new Axis(lower ? plan.metric() : "−" + plan.metric(), false),
                                series));
    }

    /**
     * What is drawn, the best above the others, which are one series as far as they reported once.
     *
     * @param curves by the name of the trial, the best first
     */
    static List<Series> series(SequencedMap<String, List<Point>> curves) {
        List<Series> series = new ArrayList<>();
        List<List<Point>> lines = new ArrayList<>();
        List<Point> dots = new ArrayList<>();
        curves.forEach(
                (name, points) -> {
                    boolean once = points.size() == 1;
                    if (series.size() < COLOURS.size()) {
                        Kind kind = once ? Kind.DOTS : Kind.LINE;
                        series.add(new Series(name, COLOURS.get(series.size()), kind, points));
                    } else if (once) {
                        dots.addAll(points);
                    } else {
                        lines.add(points);
                    }
                });
        // One name in the legend is enough for all of them.
        String name = OTHERS;
        if (!dots.isEmpty()) {
            series.add(new Series(name, GREY, Kind.DOTS, dots));
            name = "";
        }
        for (List<Point> points : lines) {
            series.add(new Series(name, GREY, Kind.LINE, points));
            name = "";
        }
        return series.reversed();
    }
}

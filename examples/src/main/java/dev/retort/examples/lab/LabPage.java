package dev.retort.examples.lab;

import dev.retort.experiment.Arm;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.RunState;
import dev.retort.experiment.SearchPlan;
import dev.retort.experiment.VerdictReference;
import dev.retort.experiment.lab.ArmSummary;
import dev.retort.experiment.lab.AutomaticAct;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.lab.Savings;
import dev.retort.experiment.lab.VelocityLog;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.task.CodeVersion;
import dev.retort.experiment.velocity.Milestone;
import dev.retort.planning.report.PlanPage;
import dev.retort.planning.report.PlanPage.Section;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The page about all experiments of a store. */
final class LabPage {
    private static final int MOST_ROWS = 50;

    private final Lab lab;
    private final EventStore store;
    private final String name;
    private final @Nullable Double price;
    private final Path folder;

    LabPage(Lab lab, EventStore store, String name, @Nullable Double price, Path folder) {
        this.lab = lab;
        this.store = store;
        this.name = name;
        this.price = price;
        this.folder = folder;
    }

    PlanPage page() throws IOException {
        Standing standing = Standing.of(store);
        List<RunView> runs = lab.runs(RunFilter.all());
        Savings savings = Savings.of(store);
        List<Milestone> events = VelocityLog.of(store);
        List<Section> sections = new ArrayList<>();
        sections.add(verdicts());
        for (Experiment experiment : lab.experiments()) {
            sections.add(experiment(experiment));
        }
        sections.add(open(runs, standing));
        if (!events.isEmpty()) {
            sections.addAll(new VelocitySections(lab, folder, events, price).sections());
        }
        sections.add(saved(savings));
        sections.add(acts());
        return new PlanPage(
                "Experiments",
                name + ", " + Instant.now().truncatedTo(ChronoUnit.SECONDS),
                headline(runs),
                "Every figure is a fold of the events of the store, whose hashes were checked,"
                        + " except what is simulated and what runs measured of themselves.",
                savings.different().stream()
                        .map(text -> "Not deterministic: " + text + ".")
                        .toList(),
                sections);
    }

    private String headline(List<RunView> runs) {
        long verdicts =
                lab.hypotheses().stream().filter(h -> !lab.verdicts(h.id()).isEmpty()).count();
        long done = runs.stream().filter(view -> view.state().isFinal()).count();
        return "%d of %d hypotheses are decided; %d of %d runs in %d experiments have ended."
                .formatted(
                        verdicts,
                        lab.hypotheses().size(),
                        done,
                        runs.size(),
                        lab.experiments().size());
    }

    private Section verdicts() {
        List<List<String>> rows = new ArrayList<>();
        for (Hypothesis hypothesis : lab.hypotheses()) {
            List<VerdictReference> all = lab.verdicts(hypothesis.id());
            VerdictReference last = all.isEmpty() ? null : all.getLast();
            rows.add(
                    List.of(
                            hypothesis.id(),
                            hypothesis.statement(),
                            last == null ? "open" : last.outcome().name(),
                            last == null ? "—" : number(last.effect()),
                            last == null ? "—" : number(last.low()) + " to " + number(last.high()),
                            last == null ? "" : last.summary()));
        }
        return Section.ofTable(
                "Hypotheses",
                "Registered before their runs; the effect in the unit of the metric, with its"
                        + " interval.",
                List.of("hypothesis", "statement", "verdict", "effect", "interval", "why"),
                rows);
    }

    /** A version that a person typed may be that of other code. */
    private static String typed(Experiment experiment) {
        SearchPlan plan = experiment.search();
        List<Arm> arms = plan == null ? experiment.arms() : List.of(plan.base());
        List<String> typed =
                arms.stream()
                        .map(Arm::code)
                        .filter(code -> !CodeVersion.isDerived(code))
                        .distinct()
                        .toList();
        return typed.isEmpty()
                ? ""
                : ", its version of the code typed by hand, not derived: "
                        + String.join(", ", typed);
    }

    private Section experiment(Experiment experiment) {
        String about =
                "Team "
                        + experiment.team()
                        + (experiment.hypothesis() == null
                                ? ", exploring"
                                : ", on " + String.join(", ", experiment.hypotheses()))
                        + typed(experiment);
        SearchPlan plan = experiment.search();
        if (plan == null) {
            List<List<String>> rows = CompareCommand.rows(ArmSummary.of(lab, experiment.id()));
            return Section.ofTable(
                    experiment.id(),
                    about + "." + cut(" The first", MOST_ROWS, rows.size(), "rows."),
                    CompareCommand.HEADS,
                    rows.stream().limit(MOST_ROWS).toList());
        }
        return new SearchSection(lab, store, experiment).section(about);
    }

    /** That what is shown is not all, if it is not. */
    static String cut(String which, int most, int all, String what) {
        return all <= most ? "" : which + " " + most + " of " + all + " " + what;
    }

    private static Section open(List<RunView> runs, Standing standing) {
        List<RunView> open =
                runs.stream()
                        .filter(
                                view ->
                                        !view.state().isFinal()
                                                || view.state() == RunState.FAILED
                                                || view.state() == RunState.INFEASIBLE)
                        .toList();
        List<List<String>> rows =
                open.stream()
                        .sorted(Comparator.comparing(view -> !view.state().isFinal()))
                        .limit(MOST_ROWS)
                        .map(
                                view ->
                                        List.of(
                                                view.run().id(),
                                                view.state().name(),
                                                Integer.toString(view.attempts().size()),
                                                standing.reason(view)))
                        .toList();
        return Section.ofTable(
                "Runs that wait, work or failed",
                rows.isEmpty()
                        ? "None."
                        : "Those that failed before others."
                                + cut(" The first", MOST_ROWS, open.size(), "runs."),
                rows.isEmpty() ? List.of() : List.of("run", "state", "attempts", "why"),
                rows);
    }

    private Section saved(Savings savings) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(
                row(
                        "results taken from earlier runs",
                        savings.reused(),
                        savings.reusedDeviceHours()));
        rows.add(
                row(
                        "runs begun from another's state",
                        savings.forked(),
                        savings.forkedDeviceHours()));
        return Section.ofTable(
                "Not done twice",
                "Of the runs that were done again to compare, %d gave the same and %d not."
                        .formatted(savings.same(), savings.different().size()),
                price == null
                        ? List.of("", "runs", "device-hours saved")
                        : List.of("", "runs", "device-hours saved", "money saved"),
                rows);
    }

    private List<String> row(String what, int count, double hours) {
        List<String> cells = new ArrayList<>(List.of(what, Integer.toString(count), number(hours)));
        if (price != null) {
            cells.add(number(hours * price));
        }
        return cells;
    }

    private Section acts() {
        Map<String, int[]> counts = new TreeMap<>();
        for (AutomaticAct act : AutomaticAct.of(store)) {
            String kind = Texts.words(act.decision().kind());
            counts.computeIfAbsent(kind, _ -> new int[2])[act.done() ? 0 : 1]++;
        }
        List<List<String>> rows = new ArrayList<>();
        counts.forEach(
                (kind, count) ->
                        rows.add(
                                List.of(
                                        kind,
                                        Integer.toString(count[0]),
                                        Integer.toString(count[1]))));
        return Section.ofTable(
                "Done without a person",
                "\"retort lab automation\" shows each with its reason.",
                List.of("", "done", "only advised"),
                rows);
    }

    static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4g", value) : "—";
    }
}

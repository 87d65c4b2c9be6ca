package dev.retort.examples.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.examples.TextTable;
import dev.retort.planning.Interval;
import dev.retort.planning.report.PlanPage;
import dev.retort.planning.report.PlanPage.Section;
import dev.retort.planning.report.Plot;
import dev.retort.planning.report.Plot.Axis;
import dev.retort.planning.report.Plot.Kind;
import dev.retort.planning.report.Plot.Point;
import dev.retort.planning.report.Plot.Series;
import dev.retort.planning.testtime.Chosen;
import dev.retort.planning.testtime.SampleAllocation;
import dev.retort.planning.testtime.Selector;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** What samples are worth as JSON, text and page. */
record TestTimeReport(TestTimeAnswers answers) {
    private static final List<String> COMPARED =
            List.of("budget", "samples", "share", "others", "share", "difference", "interval");

    private static final String INTERVALS =
            "Intervals are BCa ones of a bootstrap over problems. Where all problems have the same"
                    + " value, be it 0, 0.5 or 1, they are where the mean may lie if as many others have any"
                    + " value as the exact binomial interval (Clopper-Pearson) of none among them"
                    + " allows.";

    ObjectNode json() {
        return new TestTimeJson(answers).document();
    }

    private static String title(Selector selector) {
        return switch (selector) {
            case COVERAGE -> "pass@k";
            case BEST_OF -> "best of k";
            case MAJORITY -> "majority";
        };
    }

    private List<String> heads() {
        return Stream.concat(
                        Stream.of("k"),
                        answers.selectors().stream()
                                .flatMap(selector -> Stream.of(title(selector), "interval")))
                .toList();
    }

    private List<List<String>> rows() {
        return answers.rows().stream()
                .map(
                        row ->
                                Stream.concat(
                                                Stream.of(Integer.toString(row.k())),
                                                row.chosen().stream()
                                                        .flatMap(
                                                                each ->
                                                                        Stream.of(
                                                                                share(
                                                                                        each.share()
                                                                                                .estimate()),
                                                                                shares(
                                                                                        each
                                                                                                .share()))))
                                        .toList())
                .toList();
    }

    private static String share(double value) {
        // Rounding of a difference of equal shares is not to read as a loss.
        return String.format(Locale.ROOT, "%.4f", Math.abs(value) < 5e-5 ? 0 : value);
    }

    private static String shares(Interval share) {
        return ends(share, "-");
    }

    /** A difference may be negative, which a dash between its ends would hide. */
    private static String between(Interval difference) {
        return ends(difference, " to ");
    }

    /** One problem has no interval over problems. */
    private static String ends(Interval of, String to) {
        return Double.isFinite(of.low()) && Double.isFinite(of.high())
                ? share(of.low()) + to + share(of.high())
                : "-";
    }

    /** All selectors but coverage, which is the first one and leaves no gap. */
    private List<String> gapHeads() {
        return Stream.concat(
                        Stream.of("k"),
                        answers.selectors().stream()
                                .skip(1)
                                .flatMap(
                                        selector ->
                                                Stream.of("gap to " + title(selector), "interval")))
                .toList();
    }

    private List<List<String>> gapRows() {
        List<List<String>> rows = new ArrayList<>();
        for (TestTimeAnswers.Row row : answers.rows()) {
            List<String> cells = new ArrayList<>(List.of(Integer.toString(row.k())));
            row.chosen().stream()
                    .skip(1)
                    .map(Chosen::gap)
                    .forEach(
                            gap -> {
                                cells.add(share(gap.estimate()));
                                cells.add(between(gap));
                            });
            rows.add(cells);
        }
        return rows;
    }

    private static List<List<String>> comparedRows(TestTimeAnswers.Compared compared) {
        return compared.rows().stream()
                .map(
                        row ->
                                List.of(
                                        Output.number(row.budget()),
                                        Integer.toString(row.firstSamples()),
                                        row.first().map(i -> share(i.estimate())).orElse("-"),
                                        Integer.toString(row.secondSamples()),
                                        row.second().map(i -> share(i.estimate())).orElse("-"),
                                        row.difference().map(i -> share(i.estimate())).orElse("-"),
                                        row.difference().map(TestTimeReport::between).orElse("-")))
                .toList();
    }

    private static List<String> costHeads(TestTimeAnswers.Comparison comparison) {
        return Stream.concat(Stream.of("a sample takes"), comparison.costs().keySet().stream())
                .toList();
    }

    private List<List<String>> costRows(TestTimeAnswers.Comparison comparison) {
        List<String> one = new ArrayList<>(List.of(answers.source()));
        List<String> other = new ArrayList<>(List.of(comparison.against()));
        comparison
                .costs()
                .values()
                .forEach(
                        costs -> {
                            one.add(Output.number(costs.one()));
                            other.add(Output.number(costs.other()));
                        });
        return List.of(one, other);
    }

    private String compared(
            TestTimeAnswers.Comparison comparison, TestTimeAnswers.Compared compared) {
        return "%s against %s at equal %s a problem; the budget is in %s."
                .formatted(
                        answers.source(),
                        comparison.against(),
                        String.join(" and ", compared.units()),
                        compared.units().getFirst());
    }

    private List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        answers.law()
                .ifPresent(
                        law -> {
                            Interval further = law.coverage(10.0 * answers.table().fewestSamples());
                            sentences.add(
                                    String.format(
                                            Locale.ROOT,
                                            "Coverage follows exp(%.4g k^%.4g): %s expected of ten"
                                                    + " times the samples (%s).",
                                            law.factor().estimate(),
                                            law.exponent().estimate(),
                                            share(further.estimate()),
                                            shares(further)));
                        });
        answers.prior()
                .ifPresent(
                        prior ->
                                sentences.add(
                                        String.format(
                                                Locale.ROOT,
                                                "The chance of a sample varies over problems as"
                                                        + " Beta(%.3g, %.3g).",
                                                prior.a(),
                                                prior.b())));
        answers.spread().ifPresent(spread -> sentences.addAll(spread(spread)));
        drawn().ifPresent(sentences::add);
        if (answers.table().problems().size() > 1) {
            sentences.add(INTERVALS);
        }
        return sentences;
    }

    private static List<String> spread(TestTimeAnswers.Spread spread) {
        List<String> sentences = new ArrayList<>();
        spread.measured()
                .ifPresent(
                        measured ->
                                sentences.add(
                                        String.format(
                                                Locale.ROOT,
                                                "%d samples, of which the first %d of each problem"
                                                        + " tell its difficulty, solve %.4f of the"
                                                        + " problems where right ones are recognised;"
                                                        + " as many spread evenly %.4f%s. %s",
                                                spent(measured),
                                                spread.pilot(),
                                                measured.coverage(),
                                                measured.uniform(),
                                                measured.gain()
                                                        .map(
                                                                gain ->
                                                                        ", a difference of "
                                                                                + Output.range(
                                                                                        gain))
                                                        .orElse(""),
                                                evenly(measured))));
        spread.known()
                .ifPresent(
                        known ->
                                sentences.add(
                                        String.format(
                                                Locale.ROOT,
                                                "Were the difficulty known beforehand, as from all"
                                                        + " samples here, %d samples by difficulty"
                                                        + " would be expected to solve %.4f, spread"
                                                        + " evenly %.4f. %s",
                                                spent(known),
                                                known.coverage(),
                                                known.uniform(),
                                                evenly(known))));
        return sentences;
    }

    private static int spent(SampleAllocation allocation) {
        return allocation.samples().stream().mapToInt(each -> each).sum();
    }

    private static String evenly(SampleAllocation allocation) {
        OptionalDouble budget = allocation.uniformBudget();
        return budget.isPresent()
                ? String.format(
                        Locale.ROOT,
                        "Spread evenly, that takes %s samples, %.2f times as many.",
                        Output.number(budget.getAsDouble()),
                        budget.getAsDouble() / spent(allocation))
                : "Spread evenly, no number of samples that was looked at does.";
    }

    /** How many problems there are. */
    private String problems() {
        int count = answers.table().problems().size();
        return count == 1 ? "1 problem" : count + " problems";
    }

    /** What was not counted but drawn. */
    private Optional<String> drawn() {
        double most =
                answers.rows().stream()
                        .flatMap(row -> row.chosen().stream())
                        .mapToDouble(Chosen::drawnError)
                        .max()
                        .orElse(0);
        return most == 0
                ? Optional.empty()
                : Optional.of(
                        String.format(
                                Locale.ROOT,
                                "Some votes take too long to count and were drawn, with a standard"
                                        + " error of up to %.5f of their share.",
                                most));
    }

    void print(PrintWriter out) {
        Output.paragraph(
                out,
                "%s of %s, at least %d samples each; intervals over problems"
                        .formatted(problems(), answers.source(), answers.table().fewestSamples()));
        out.println();
        table(out, heads(), rows());
        if (gapHeads().size() > 1) {
            out.println();
            table(out, gapHeads(), gapRows());
        }
        answers.comparison()
                .ifPresent(
                        comparison -> {
                            out.println();
                            table(out, costHeads(comparison), costRows(comparison));
                            for (TestTimeAnswers.Compared each : comparison.compared()) {
                                out.println();
                                Output.paragraph(out, compared(comparison, each));
                                table(out, COMPARED, comparedRows(each));
                            }
                        });
        out.println();
        sentences().forEach(sentence -> Output.paragraph(out, sentence));
        answers.notes().forEach(note -> Output.paragraph(out, "Note: " + note));
    }

    private static void table(PrintWriter out, List<String> heads, List<List<String>> rows) {
        TextTable table = new TextTable(heads);
        rows.forEach(table::row);
        table.print(out);
    }

    private List<Series> series() {
        List<Series> series = new ArrayList<>();
        for (int i = 0; i < answers.selectors().size(); i++) {
            int index = i;
            List<Point> points =
                    answers.rows().stream()
                            .map(row -> point(row.k(), row.chosen().get(index).share()))
                            .toList();
            series.add(new Series("", i, Kind.BAND, points));
            series.add(new Series(title(answers.selectors().get(i)), i, Kind.LINE, points));
        }
        return series;
    }

    private static Point point(int k, Interval share) {
        return Double.isFinite(share.low())
                ? new Point(k, share.estimate(), share.low(), share.high())
                : Point.of(k, share.estimate());
    }

    PlanPage page() {
        List<Section> sections = new ArrayList<>();
        sections.add(
                new Section(
                        "Samples",
                        String.join(" ", sentences()),
                        heads(),
                        rows(),
                        List.of(
                                new Plot(
                                        new Axis("samples k", true),
                                        new Axis("share of problems", false),
                                        series()))));
        if (gapHeads().size() > 1) {
            sections.add(
                    Section.ofTable(
                            "Gaps", "What is covered and not chosen.", gapHeads(), gapRows()));
        }
        answers.comparison()
                .ifPresent(
                        comparison -> {
                            sections.add(
                                    Section.ofTable(
                                            "Costs",
                                            "What a sample of each model takes.",
                                            costHeads(comparison),
                                            costRows(comparison)));
                            comparison
                                    .compared()
                                    .forEach(
                                            each ->
                                                    sections.add(
                                                            Section.ofTable(
                                                                    "At equal cost",
                                                                    compared(comparison, each),
                                                                    COMPARED,
                                                                    comparedRows(each))));
                        });
        TestTimeAnswers.Row most = answers.rows().getLast();
        Interval covered = most.chosen().getFirst().share();
        return new PlanPage(
                "Test-time compute of " + answers.source(),
                problems(),
                "pass@%d = %s (%s)".formatted(most.k(), share(covered.estimate()), shares(covered)),
                "Intervals over problems.",
                answers.notes(),
                sections);
    }
}

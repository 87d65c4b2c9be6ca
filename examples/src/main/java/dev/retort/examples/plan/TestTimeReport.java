package dev.retort.examples.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.examples.TextTable;
import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.report.PlanPage;
import dev.retort.planning.report.PlanPage.Section;
import dev.retort.planning.report.Plot;
import dev.retort.planning.report.Plot.Axis;
import dev.retort.planning.report.Plot.Kind;
import dev.retort.planning.report.Plot.Point;
import dev.retort.planning.report.Plot.Series;
import dev.retort.planning.testtime.CoverageLaw;
import dev.retort.planning.testtime.DifficultyPrior;
import dev.retort.planning.testtime.EqualCost;
import dev.retort.planning.testtime.ResultTable;
import dev.retort.planning.testtime.SampleAllocation;
import dev.retort.planning.testtime.Selector;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** What samples are worth as JSON, text and page. */
record TestTimeReport(
        String source,
        ResultTable table,
        List<Integer> ks,
        Optional<SampleAllocation> allocation,
        List<EqualCost.Row> comparison,
        String against,
        List<String> read) {
    private static final List<String> COMPARED =
            List.of("budget", "samples", "share", "others", "share", "difference", "interval");

    private List<Selector> selectors() {
        List<Selector> selectors = new ArrayList<>(List.of(Selector.COVERAGE));
        if (table.hasScores()) {
            selectors.add(Selector.BEST_OF);
        }
        if (hasVote()) {
            selectors.add(Selector.MAJORITY);
        }
        return selectors;
    }

    private boolean hasVote() {
        return table.hasAnswers() && voteNotes().isEmpty();
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>(read);
        notes.addAll(voteNotes());
        return notes;
    }

    /** Answers that are right and wrong at once allow no vote, but all else. */
    private List<String> voteNotes() {
        if (!table.hasAnswers()) {
            return List.of();
        }
        try {
            table.majority(1);
            return List.of();
        } catch (PlanningException e) {
            return List.of("There is no majority vote: " + e.getMessage() + ".");
        }
    }

    private Optional<CoverageLaw> law() {
        return answered(() -> CoverageLaw.fit(table));
    }

    private Optional<DifficultyPrior> prior() {
        return answered(() -> DifficultyPrior.fit(table.problems()));
    }

    /** Both are beside the point: where the table is too small for one, it is left away. */
    private static <T> Optional<T> answered(Supplier<T> question) {
        try {
            return Optional.of(question.get());
        } catch (PlanningException _) {
            return Optional.empty();
        }
    }

    ObjectNode json() {
        ObjectNode root = Output.object();
        root.put("source", source);
        root.put("problems", table.problems().size());
        root.put("fewestSamples", table.fewestSamples());
        ArrayNode rows = root.putArray("k");
        for (int k : ks) {
            ObjectNode node = rows.addObject();
            node.put("k", k);
            for (Selector selector : selectors()) {
                node.set(name(selector), Output.interval(selector.of(table, k)));
            }
            if (table.hasScores()) {
                node.set("gapOfBest", Output.interval(table.gapOfBest(k)));
            }
            if (hasVote()) {
                node.set("gapOfMajority", Output.interval(table.gapOfMajority(k)));
            }
        }
        law().ifPresent(
                        law -> {
                            ObjectNode node = root.putObject("coverageLaw");
                            node.put("law", "c = exp(a k^b)");
                            node.set("a", Output.interval(law.factor()));
                            node.set("b", Output.interval(law.exponent()));
                        });
        prior().ifPresent(
                        prior -> {
                            ObjectNode node = root.putObject("difficulty");
                            node.put("distribution", "Beta(a, b)");
                            node.put("a", prior.a());
                            node.put("b", prior.b());
                        });
        allocation.ifPresent(
                spread -> {
                    ObjectNode node = root.putObject("allocation");
                    Output.put(node, "byDifficulty", spread.coverage());
                    Output.put(node, "uniform", spread.uniform());
                    spread.gain().ifPresent(gain -> node.set("gain", Output.interval(gain)));
                    ObjectNode samples = node.putObject("samples");
                    for (int i = 0; i < spread.samples().length; i++) {
                        samples.put(table.problems().get(i).name(), spread.samples()[i]);
                    }
                });
        ArrayNode warnings = root.putArray("warnings");
        notes().forEach(warnings::add);
        ArrayNode compared = root.putArray("comparison");
        for (EqualCost.Row row : comparison) {
            ObjectNode node = compared.addObject();
            Output.put(node, "budget", row.budget());
            node.put("samples", row.firstSamples());
            node.put("againstSamples", row.secondSamples());
            row.first().ifPresent(value -> node.set("share", Output.interval(value)));
            row.second().ifPresent(value -> node.set("againstShare", Output.interval(value)));
            row.difference().ifPresent(value -> node.set("difference", Output.interval(value)));
        }
        return root;
    }

    private static String name(Selector selector) {
        return switch (selector) {
            case COVERAGE -> "passAtK";
            case BEST_OF -> "bestOfK";
            case MAJORITY -> "majority";
        };
    }

    private static String title(Selector selector) {
        return switch (selector) {
            case COVERAGE -> "pass@k";
            case BEST_OF -> "best of k";
            case MAJORITY -> "majority";
        };
    }

    private List<String> heads() {
        List<String> heads = new ArrayList<>(List.of("k"));
        selectors()
                .forEach(
                        selector -> {
                            heads.add(title(selector));
                            heads.add("interval");
                        });
        return heads;
    }

    private List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        for (int k : ks) {
            List<String> row = new ArrayList<>(List.of(Integer.toString(k)));
            for (Selector selector : selectors()) {
                Interval share = selector.of(table, k);
                row.add(share(share.estimate()));
                row.add(shares(share));
            }
            rows.add(row);
        }
        return rows;
    }

    private static String share(double value) {
        // Rounding of a difference of equal shares is not to read as a loss.
        return String.format(Locale.ROOT, "%.4f", Math.abs(value) < 5e-5 ? 0 : value);
    }

    private static String shares(Interval share) {
        return Double.isFinite(share.low()) ? share(share.low()) + "-" + share(share.high()) : "-";
    }

    private List<List<String>> gapRows() {
        List<List<String>> rows = new ArrayList<>();
        for (int k : ks) {
            List<String> row = new ArrayList<>(List.of(Integer.toString(k)));
            gap(row, table.hasScores(), k, table::gapOfBest);
            gap(row, hasVote(), k, table::gapOfMajority);
            rows.add(row);
        }
        return rows;
    }

    private static void gap(List<String> row, boolean there, int k, IntFunction<Interval> gap) {
        if (there) {
            Interval interval = gap.apply(k);
            row.add(share(interval.estimate()));
            row.add(share(interval.low()) + " to " + share(interval.high()));
        }
    }

    private List<String> gapHeads() {
        List<String> heads = new ArrayList<>(List.of("k"));
        if (table.hasScores()) {
            heads.addAll(List.of("gap to best of k", "interval"));
        }
        if (hasVote()) {
            heads.addAll(List.of("gap to majority", "interval"));
        }
        return heads;
    }

    private List<List<String>> comparedRows() {
        return comparison.stream()
                .map(
                        row ->
                                List.of(
                                        Output.number(row.budget()),
                                        Integer.toString(row.firstSamples()),
                                        row.first().map(i -> share(i.estimate())).orElse("-"),
                                        Integer.toString(row.secondSamples()),
                                        row.second().map(i -> share(i.estimate())).orElse("-"),
                                        row.difference().map(i -> share(i.estimate())).orElse("-"),
                                        row.difference()
                                                .map(i -> share(i.low()) + " to " + share(i.high()))
                                                .orElse("-")))
                .toList();
    }

    private List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        law().ifPresent(
                        law ->
                                sentences.add(
                                        String.format(
                                                Locale.ROOT,
                                                "Coverage follows exp(%.4g k^%.4g): %s expected of"
                                                        + " ten times the samples (%s).",
                                                law.a(),
                                                law.b(),
                                                share(
                                                        law.coverage(10.0 * table.fewestSamples())
                                                                .estimate()),
                                                shares(
                                                        law.coverage(
                                                                10.0 * table.fewestSamples())))));
        prior().ifPresent(
                        prior ->
                                sentences.add(
                                        String.format(
                                                Locale.ROOT,
                                                "The chance of a sample varies over problems as"
                                                        + " Beta(%.3g, %.3g).",
                                                prior.a(),
                                                prior.b())));
        allocation.ifPresent(
                spread ->
                        sentences.add(
                                String.format(
                                        Locale.ROOT,
                                        "Spread by difficulty the samples solve %.4f of the problems,"
                                                + " spread evenly %.4f, on samples that told nothing"
                                                + " of it%s.",
                                        spread.coverage(),
                                        spread.uniform(),
                                        spread.gain()
                                                .map(g -> "; the difference is " + Output.range(g))
                                                .orElse(""))));
        return sentences;
    }

    void print(PrintWriter out) {
        Output.paragraph(
                out,
                "%d problems of %s, at least %d samples each; intervals over problems"
                        .formatted(table.problems().size(), source, table.fewestSamples()));
        out.println();
        table(out, heads(), rows());
        if (gapHeads().size() > 1) {
            out.println();
            table(out, gapHeads(), gapRows());
        }
        if (!comparison.isEmpty()) {
            out.println();
            out.println(source + " against " + against + " at equal cost a problem");
            table(out, COMPARED, comparedRows());
        }
        out.println();
        sentences().forEach(sentence -> Output.paragraph(out, sentence));
        notes().forEach(note -> Output.paragraph(out, "Note: " + note));
    }

    private static void table(PrintWriter out, List<String> heads, List<List<String>> rows) {
        TextTable table = new TextTable(heads);
        rows.forEach(table::row);
        table.print(out);
    }

    PlanPage page() {
        List<Series> series = new ArrayList<>();
        int colour = 0;
        for (Selector selector : selectors()) {
            List<Point> points =
                    ks.stream()
                            .map(
                                    k -> {
                                        Interval share = selector.of(table, k);
                                        return Double.isFinite(share.low())
                                                ? new Point(
                                                        k,
                                                        share.estimate(),
                                                        share.low(),
                                                        share.high())
                                                : Point.of(k, share.estimate());
                                    })
                            .toList();
            series.add(new Series("", colour, Kind.BAND, points));
            series.add(new Series(title(selector), colour++, Kind.LINE, points));
        }
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
                                        series))));
        if (gapHeads().size() > 1) {
            sections.add(
                    Section.ofTable(
                            "Gaps", "What is covered and not chosen.", gapHeads(), gapRows()));
        }
        if (!comparison.isEmpty()) {
            sections.add(
                    Section.ofTable(
                            "At equal cost",
                            source + " against " + against + ".",
                            COMPARED,
                            comparedRows()));
        }
        int most = ks.getLast();
        return new PlanPage(
                "Test-time compute of " + source,
                "%d problems".formatted(table.problems().size()),
                "pass@%d = %s (%s)"
                        .formatted(
                                most,
                                share(table.passAtK(most).estimate()),
                                shares(table.passAtK(most))),
                "Intervals over problems.",
                notes(),
                sections);
    }
}

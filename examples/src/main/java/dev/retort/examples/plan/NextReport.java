package dev.retort.examples.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.examples.TextTable;
import dev.retort.planning.FlopConvention;
import dev.retort.planning.Interval;
import dev.retort.planning.next.Candidate;
import dev.retort.planning.next.Decision;
import dev.retort.planning.next.PlanLoop.Round;
import dev.retort.planning.report.PlanPage;
import dev.retort.planning.report.PlanPage.Section;
import dev.retort.planning.report.Plot;
import dev.retort.planning.report.Plot.Axis;
import dev.retort.planning.report.Plot.Kind;
import dev.retort.planning.report.Plot.Point;
import dev.retort.planning.report.Plot.Series;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The runs to make next as JSON, text and page. */
record NextReport(
        String source,
        Decision decision,
        double budget,
        FlopConvention counted,
        Round round,
        List<String> notes) {
    private static final List<String> HEADS = List.of("N", "D", "FLOPs");

    /** How things stand, in a sentence. */
    static String line(Round round, Decision decision) {
        String stand =
                round.interval()
                        .map(
                                interval ->
                                        "%d runs give %s, from %s to %s, and half of that width has to be at most %s"
                                                .formatted(
                                                        round.runs().size(),
                                                        Output.number(interval.estimate()),
                                                        Output.number(interval.low()),
                                                        Output.number(interval.high()),
                                                        Output.number(decision.tolerance())))
                        .orElse("%d runs give no law yet".formatted(round.runs().size()));
        String next =
                round.end()
                        .map(
                                end ->
                                        switch (end) {
                                            case TIGHT_ENOUGH -> "that is tight enough";
                                            case BUDGET_SPENT ->
                                                    "no further run can be paid, so it stays open";
                                            case NO_CANDIDATE_LEFT ->
                                                    "all runs have been made, so it stays open";
                                        })
                        .orElse("%d runs are next".formatted(round.asked().size()));
        return stand + ": " + next + ".";
    }

    private String headline() {
        return "Loss of N = %s, D = %s: "
                        .formatted(
                                Output.number(decision.parameters()),
                                Output.number(decision.tokens()))
                + line(round, decision);
    }

    ObjectNode json() {
        ObjectNode root = Output.object();
        ObjectNode asked = root.putObject("decision");
        asked.put("parameters", decision.parameters());
        asked.put("tokens", decision.tokens());
        asked.put("tolerance", decision.tolerance());
        root.put("source", source);
        root.put("runs", round.runs().size());
        root.put("convention", counted.label());
        root.put("budget", budget);
        root.put("spent", round.spent());
        round.interval()
                .ifPresentOrElse(
                        interval -> root.set("loss", Output.interval(interval)),
                        () -> root.putNull("loss"));
        round.end()
                .ifPresentOrElse(
                        end -> root.put("end", end.name().toLowerCase(Locale.ROOT)),
                        () -> root.putNull("end"));
        ArrayNode next = root.putArray("next");
        for (Candidate run : round.asked()) {
            ObjectNode node = next.addObject();
            node.put("parameters", run.parameters());
            node.put("tokens", run.tokens());
            node.put("flops", run.flops(counted));
        }
        ArrayNode warned = root.putArray("warnings");
        warnings().forEach(warned::add);
        return root;
    }

    /** What a reader has to know: of the input, and of the law. */
    private List<String> warnings() {
        return Stream.concat(
                        notes.stream(),
                        round.fit().stream().flatMap(fit -> fit.warnings().stream()))
                .toList();
    }

    private List<List<String>> rows() {
        return round.asked().stream()
                .map(
                        run ->
                                List.of(
                                        Output.number(run.parameters()),
                                        Output.number(run.tokens()),
                                        Output.number(run.flops(counted))))
                .toList();
    }

    void print(PrintWriter out) {
        Output.paragraph(out, headline());
        warnings().forEach(warning -> Output.paragraph(out, "Note: " + warning));
        if (!round.asked().isEmpty()) {
            out.println();
            TextTable table = new TextTable(HEADS);
            rows().forEach(table::row);
            table.print(out);
            out.println();
            Output.paragraph(
                    out,
                    (round.fit().isPresent()
                                    ? "Each takes most of the variance of that loss for a FLOP, those"
                                            + " above it counted as made."
                                    : "They are for a first law, which takes several sizes and amounts"
                                            + " of data.")
                            + " Add their losses to the runs and plan again.");
        }
    }

    PlanPage page() {
        List<Point> made =
                round.runs().stream().map(run -> Point.of(run.parameters(), run.tokens())).toList();
        List<Point> next =
                round.asked().stream()
                        .map(run -> Point.of(run.parameters(), run.tokens()))
                        .toList();
        List<Point> target = List.of(Point.of(decision.parameters(), decision.tokens()));
        Plot plan =
                new Plot(
                        new Axis("parameters N", true),
                        new Axis("tokens D", true),
                        List.of(
                                new Series("made", 1, Kind.DOTS, made),
                                new Series("next", 2, Kind.DOTS, next),
                                new Series("extrapolated to", 0, Kind.DOTS, target)));
        return new PlanPage(
                "Next runs",
                "runs of %s, budget %s FLOPs, %s"
                        .formatted(source, Output.number(budget), counted.label()),
                headline(),
                round.interval().map(NextReport::evidence).orElse(""),
                warnings(),
                List.of(new Section("Runs", "", HEADS, rows(), List.of(plan))));
    }

    private static String evidence(Interval interval) {
        return String.format(
                Locale.ROOT,
                "%.3g %% interval by the bootstrap over runs; half its width is %s nats.",
                100 * interval.level(),
                Output.number(Decision.halfWidth(interval)));
    }
}

package dev.retort.examples.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.examples.TextTable;
import dev.retort.planning.fit.IsoFlopFit;
import dev.retort.planning.fit.IsoFlopFit.Profile;
import dev.retort.planning.report.PlanPage;
import dev.retort.planning.report.PlanPage.Section;
import dev.retort.planning.report.Plot;
import dev.retort.planning.report.Plot.Axis;
import dev.retort.planning.report.Plot.Kind;
import dev.retort.planning.report.Plot.Point;
import dev.retort.planning.report.Plot.Series;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Iso-FLOP profiles as JSON, text and page. */
record IsoFlopReport(String source, IsoFlopFit fit, List<String> notes) {
    private static final int COLOURS = 6;
    private static final List<String> HEADS =
            List.of("FLOPs", "runs", "N*", "low", "high", "D*", "loss");
    private static final String WORDS =
            "A profile is the runs of equal FLOPs, noise how far their losses scatter about its"
                    + " parabola.";

    ObjectNode json() {
        ObjectNode root = Output.object();
        root.put("law", "N* = k C^a through the minima of iso-FLOP profiles");
        root.put("lossUnit", "nats");
        root.put("source", source);
        root.put("convention", fit.counting());
        root.put("level", fit.options().level());
        root.put(
                "intervals",
                "bootstrap of the parabolas' residuals, %d replicates"
                        .formatted(fit.options().replicates()));
        root.set("sizeExponent", Output.interval(fit.sizeExponent()));
        root.set("sizeFactor", Output.interval(fit.sizeFactor()));
        ArrayNode profiles = root.putArray("profiles");
        for (Profile profile : fit.profiles()) {
            ObjectNode node = profiles.addObject();
            Output.put(node, "flops", profile.flops());
            node.put("points", profile.points().size());
            node.set("optimalParameters", Output.interval(profile.optimalParameters()));
            Output.put(node, "optimalTokens", profile.optimalTokens());
            Output.put(node, "loss", profile.leastLoss());
        }
        ArrayNode warnings = root.putArray("warnings");
        all().forEach(warnings::add);
        return root;
    }

    private List<String> all() {
        return Stream.concat(notes.stream(), fit.warnings().stream()).toList();
    }

    private String line() {
        return String.format(
                Locale.ROOT,
                "N* = %s C^%.4f, exponent %s",
                Output.number(fit.sizeFactor().estimate()),
                fit.sizeExponent().estimate(),
                Output.range(fit.sizeExponent()));
    }

    private List<List<String>> rows() {
        return fit.profiles().stream()
                .map(
                        profile ->
                                List.of(
                                        Output.number(profile.flops()),
                                        Integer.toString(profile.points().size()),
                                        Output.number(profile.optimalParameters().estimate()),
                                        Output.number(profile.optimalParameters().low()),
                                        Output.number(profile.optimalParameters().high()),
                                        Output.number(profile.optimalTokens()),
                                        Output.number(profile.leastLoss())))
                .toList();
    }

    void print(PrintWriter out) {
        out.println(line());
        out.println();
        TextTable table = new TextTable(HEADS);
        rows().forEach(table::row);
        table.print(out);
        out.println();
        Output.paragraph(
                out,
                String.format(
                        Locale.ROOT,
                        "%s %% intervals: bootstrap of the parabolas' residuals, %d replicates;"
                                + " %s. "
                                + WORDS,
                        Output.percent(fit.options().level()),
                        fit.options().replicates(),
                        fit.counting()));
        all().forEach(note -> Output.paragraph(out, "Note: " + note));
    }

    PlanPage page() {
        List<Series> losses = new ArrayList<>();
        for (int i = 0; i < fit.profiles().size(); i++) {
            Profile profile = fit.profiles().get(i);
            losses.add(
                    new Series(
                            Output.number(profile.flops()) + " FLOPs",
                            i % COLOURS,
                            Kind.DOTS,
                            profile.points().stream()
                                    .map(p -> Point.of(p.parameters(), p.loss()))
                                    .toList()));
        }
        List<Point> minima =
                fit.profiles().stream()
                        .map(
                                p ->
                                        new Point(
                                                p.flops(),
                                                p.optimalParameters().estimate(),
                                                p.optimalParameters().low(),
                                                p.optimalParameters().high()))
                        .toList();
        List<Point> line =
                fit.profiles().stream()
                        .map(p -> Point.of(p.flops(), fit.optimalParameters(p.flops()).estimate()))
                        .toList();
        return new PlanPage(
                "Iso-FLOP profiles of " + source,
                fit.counting(),
                line(),
                "The minima of %d budgets.".formatted(fit.profiles().size()),
                all(),
                List.of(
                        Section.ofPlots(
                                "Profiles",
                                "The runs of each budget, and the sizes of the least loss. "
                                        + WORDS,
                                List.of(
                                        new Plot(
                                                new Axis("parameters N", true),
                                                new Axis("loss, nats", true),
                                                losses),
                                        new Plot(
                                                new Axis("FLOPs", true),
                                                new Axis("N*", true),
                                                List.of(
                                                        new Series("power law", 0, Kind.LINE, line),
                                                        new Series(
                                                                "minima", 2, Kind.DOTS, minima))))),
                        Section.ofTable("Minima", "", HEADS, rows())));
    }
}

package dev.retort.examples.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.examples.TextTable;
import dev.retort.planning.Interval;
import dev.retort.planning.fit.KaplanFit;
import dev.retort.planning.fit.KaplanLaw;
import dev.retort.planning.fit.LearningCurveFit;
import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.fit.RepeatedDataFit;
import dev.retort.planning.report.PlanPage;
import dev.retort.planning.report.PlanPage.Section;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A fit that is a list of quantities with intervals.
 *
 * @param law the form of the law
 * @param source the file
 * @param quantities the quantities by name
 * @param predictions losses by what they are of
 * @param plots the runs and the law
 * @param notes what to know
 */
record OtherReports(
        String law,
        String source,
        Map<String, Interval> quantities,
        Map<String, Interval> predictions,
        Section plots,
        List<String> notes) {
    private static final List<String> HEADS = List.of("", "estimate", "low", "high");

    static OtherReports kaplan(
            String source, KaplanFit fit, List<LossPoint> runs, List<Target> targets) {
        Map<String, Interval> quantities = new LinkedHashMap<>();
        quantities.put("N_c", fit.interval(KaplanLaw::criticalParameters));
        quantities.put("D_c", fit.interval(KaplanLaw::criticalTokens));
        quantities.put("alpha_N", fit.interval(KaplanLaw::alphaN));
        quantities.put("alpha_D", fit.interval(KaplanLaw::alphaD));
        Map<String, Interval> predictions = new LinkedHashMap<>();
        for (Target target : targets) {
            predictions.put(
                    target.label(),
                    fit.interval(law -> law.loss(target.parameters(), target.tokens())));
        }
        return new OtherReports(
                "L(N, D) = ((N_c/N)^(alpha_N/alpha_D) + D_c/D)^alpha_D",
                source,
                quantities,
                predictions,
                OtherPlots.kaplan(fit, runs),
                with(
                        fit.warnings(),
                        "The sum of Huber losses is %s and the noise, the share by which losses scatter about the law, %s; compare them with those of the parametric law."
                                .formatted(
                                        Output.number(fit.objective()),
                                        Output.number(fit.noise()))));
    }

    static OtherReports repeated(
            String source,
            RepeatedDataFit fit,
            List<RepeatedDataFit.Run> runs,
            List<Target> targets) {
        Map<String, Interval> quantities = new LinkedHashMap<>();
        quantities.put("R_D*", fit.repeats());
        List<String> notes = new ArrayList<>(fit.warnings());
        notes.add(
                "Over the law for unique data "
                        + FitCommand.law(fit.law().base())
                        + (fit.isBaseFitted()
                                ? ", fitted to the runs of one epoch: the intervals hold its uncertainty."
                                : ", taken as it is."));
        fit.excess()
                .ifPresentOrElse(
                        excess -> quantities.put("R_N*", excess),
                        () ->
                                notes.add(
                                        "Fewer than 4 runs have more parameters than their unique"
                                                + " tokens feed: R_N* cannot be told."));
        Map<String, Interval> predictions = new LinkedHashMap<>();
        for (Target target : targets) {
            predictions.put(
                    target.label(),
                    fit.predict(target.parameters(), target.tokens(), target.uniqueTokens()));
        }
        return new OtherReports(
                "L = E + A/N'^alpha + B/D'^beta, D' = U + U R_D* (1 - exp(-R_D/R_D*))",
                source,
                quantities,
                predictions,
                OtherPlots.repeated(fit, runs),
                notes);
    }

    static OtherReports curve(
            String source,
            LearningCurveFit fit,
            List<LearningCurveFit.Point> curve,
            List<Double> tokens) {
        Map<String, Interval> quantities = new LinkedHashMap<>();
        quantities.put("E", fit.floor());
        quantities.put("B", fit.weight());
        quantities.put("beta", fit.exponent());
        Map<String, Interval> predictions = new LinkedHashMap<>();
        for (double each : tokens) {
            String after = "D = %s".formatted(Output.number(each));
            predictions.put(after, fit.predict(each));
            predictions.put(after + ", one evaluation", fit.predictEvaluation(each));
        }
        return new OtherReports(
                "L(D) = E + B/D^beta",
                source,
                quantities,
                predictions,
                OtherPlots.curve(fit, curve),
                with(
                        fit.warnings(),
                        "It holds under the learning rate of the curve; the end of a decaying"
                                + " schedule lies below it."));
    }

    private static List<String> with(List<String> warnings, String note) {
        List<String> all = new ArrayList<>(warnings);
        all.add(note);
        return all;
    }

    OtherReports with(List<String> more) {
        List<String> all = new ArrayList<>(more);
        all.addAll(notes);
        return new OtherReports(law, source, quantities, predictions, plots, all);
    }

    ObjectNode json() {
        ObjectNode root = Output.object();
        root.put("law", law);
        root.put("lossUnit", "nats");
        root.put("source", source);
        root.put("level", quantities.values().iterator().next().level());
        ObjectNode parameters = root.putObject("parameters");
        quantities.forEach((name, value) -> parameters.set(name, Output.interval(value)));
        ObjectNode losses = root.putObject("predictions");
        predictions.forEach((name, value) -> losses.set(name, Output.interval(value)));
        ArrayNode warnings = root.putArray("warnings");
        notes.forEach(warnings::add);
        return root;
    }

    void print(PrintWriter out) {
        out.println(law);
        out.println();
        TextTable table = new TextTable(HEADS);
        rows().forEach(table::row);
        table.print(out);
        out.println();
        notes.forEach(note -> Output.paragraph(out, "Note: " + note));
    }

    private List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        quantities.forEach((name, value) -> rows.add(row(name, value)));
        predictions.forEach((name, value) -> rows.add(row(name, value)));
        return rows;
    }

    private static List<String> row(String name, Interval value) {
        return List.of(
                name,
                Output.number(value.estimate()),
                Output.number(value.low()),
                Output.number(value.high()));
    }

    PlanPage page() {
        return new PlanPage(
                "Law of " + source,
                law,
                law,
                "",
                notes,
                List.of(Section.ofTable("Parameters and predictions", "", HEADS, rows()), plots));
    }
}

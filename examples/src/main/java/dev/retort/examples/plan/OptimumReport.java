package dev.retort.examples.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.efficiency.report.Numbers;
import dev.retort.examples.TextTable;
import dev.retort.planning.FlopConvention;
import dev.retort.planning.Interval;
import dev.retort.planning.optimum.Allocation;
import dev.retort.planning.optimum.DeviceFleet;
import dev.retort.planning.optimum.LifetimeOptimum;
import dev.retort.planning.optimum.LifetimeSensitivity;
import dev.retort.planning.optimum.OverTrainingSensitivity;
import dev.retort.planning.optimum.PlanFromFit;
import dev.retort.planning.optimum.Resources;
import dev.retort.planning.optimum.TrainingPlan;
import dev.retort.planning.report.Figures;
import dev.retort.planning.report.PlanPage;
import dev.retort.planning.report.PlanPage.Section;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A plan as JSON, text and page. */
record OptimumReport(
        LawOptions.Source source,
        FlopConvention convention,
        TrainingPlan plan,
        Optional<DeviceFleet> fleet,
        Optional<PlanFromFit> fromFit,
        List<PlanFromFit.Answer> published,
        Optional<List<PlanFromFit.Answer>> publishedForLoss,
        List<LifetimeOptimum> lifetimes,
        Optional<LifetimeSensitivity> sensitivity,
        List<OverTrainingSensitivity> overTraining,
        Optional<RepeatedPlan> repeated,
        String currency) {
    private static final List<String> INTERVALS = List.of("this plan", "estimate", "low", "high");
    private static final List<String> ANSWERS = List.of("law", "N", "D", "D/N", "FLOPs", "loss");
    private static final List<String> LIFETIMES =
            List.of("least", "N", "D", "training", "reading", "writing", "saved");
    private static final List<String> SENSITIVITY = List.of("over the lifetime", "N", "D", "D/N");

    /** An interval that is no wider has the width of rounding. */
    private static final double NARROW = 1e-9;

    ObjectNode json() {
        return new OptimumJson(this).document();
    }

    /** What FLOPs that are known within an interval take of devices, by name in JSON. */
    static Map<String, Interval> ranges(DeviceFleet fleet, Interval flops) {
        Resources one = fleet.resources(1);
        Map<String, Interval> ranges = new LinkedHashMap<>();
        ranges.put("deviceHours", flops.map(each -> each * one.deviceHours()));
        one.joules().ifPresent(joules -> ranges.put("joules", flops.map(each -> each * joules)));
        one.money().ifPresent(money -> ranges.put("money", flops.map(each -> each * money)));
        return ranges;
    }

    List<String> warnings() {
        Stream<String> reach =
                fromFit.filter(fit -> fit.reach() > 1).stream()
                        .map(
                                fit ->
                                        "The plan takes %s times the FLOPs of the largest run: the plan is an extrapolation."
                                                .formatted(Figures.number(fit.reach(), 3)));
        Stream<String> without =
                fromFit.filter(fit -> fit.without() > 0).stream()
                        .map(
                                fit ->
                                        String.format(
                                                Locale.ROOT,
                                                "By %.1f %% of the laws that the runs allow no"
                                                        + " training does it: N and D are those of"
                                                        + " the others.",
                                                100 * fit.without()));
        Stream<String> lifetime =
                sensitivity.filter(of -> of.without() > 0).stream()
                        .map(
                                of ->
                                        String.format(
                                                Locale.ROOT,
                                                "By %.1f %% of the laws that the runs allow no model"
                                                        + " within the limits reaches the loss: N and D"
                                                        + " of the life are those of the others.",
                                                100 * of.without()));
        return Stream.of(source.notes().stream(), plan.bounds().stream(), reach, without, lifetime)
                .flatMap(s -> s)
                .toList();
    }

    private String headline() {
        return String.format(
                Locale.ROOT,
                "N = %s on D = %s tokens, loss %.4f nats",
                Output.number(plan.model().parameters()),
                Output.number(plan.model().tokens()),
                plan.model().loss());
    }

    private String takes() {
        return plan.resources()
                .map(
                        r ->
                                Output.number(r.deviceHours())
                                        + " device-hours"
                                        + ", done in "
                                        + Numbers.time(r.seconds())
                                        + (r.joules().isPresent()
                                                ? ", %s MWh"
                                                        .formatted(
                                                                Output.number(
                                                                        r.joules().getAsDouble()
                                                                                / 3.6e9))
                                                : "")
                                        + (r.money().isPresent()
                                                ? String.format(
                                                        Locale.ROOT,
                                                        ", %,.0f %s",
                                                        r.money().getAsDouble(),
                                                        currency)
                                                : "")
                                        + ".")
                .orElse("");
    }

    void print(PrintWriter out) {
        out.println(headline());
        Output.paragraph(
                out,
                "%s FLOPs by %s, law of %s."
                        .formatted(
                                Output.number(plan.model().flops()),
                                convention.label(),
                                source.source()));
        if (plan.resources().isPresent()) {
            Output.paragraph(out, takes());
        }
        repeated.ifPresent(each -> Output.paragraph(out, each.sentence()));
        fromFit.ifPresent(fit -> table(out, INTERVALS, intervalRows(fit)));
        out.println();
        Output.paragraph(out, conventions());
        table(out, ANSWERS, answerRows());
        publishedForLoss.ifPresent(
                answers -> {
                    out.println();
                    Output.paragraph(out, forLoss(answers));
                    if (!answers.isEmpty()) {
                        table(out, ANSWERS, rows(answers));
                    }
                });
        if (!lifetimes.isEmpty()) {
            out.println();
            Output.paragraph(out, heldLoss().sentences());
            table(out, LIFETIMES, lifetimeRows());
            out.println();
            Output.paragraph(out, heldLoss().ofOtherLaws());
            table(out, SENSITIVITY, sensitivityRows());
        }
        for (OverTrainingSensitivity each : overTraining) {
            out.println();
            OverTrainingRows rows = new OverTrainingRows(each);
            Output.paragraph(out, rows.sentence());
            table(out, OverTrainingRows.HEADS, rows.rows());
        }
        out.println();
        warnings().forEach(warning -> Output.paragraph(out, "Note: " + warning));
    }

    /** Under which count of FLOPs the rows are: the laws of others are not refitted to another. */
    private String conventions() {
        return "The answers of published laws for the same FLOPs and limits are under their own C ="
                + " 6 N D; this plan is under "
                + convention.label()
                + ".";
    }

    HeldLoss heldLoss() {
        return new HeldLoss(plan.model(), lifetimes, publishedForLoss.isEmpty());
    }

    private static void table(PrintWriter out, List<String> heads, List<List<String>> rows) {
        out.println();
        TextTable table = new TextTable(heads);
        rows.forEach(table::row);
        table.print(out);
    }

    private List<List<String>> intervalRows(PlanFromFit fit) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(interval("N", fit.parameters()));
        rows.add(interval("D", fit.tokens()));
        if (fit.flops().high() - fit.flops().low() > NARROW * fit.flops().low()) {
            rows.add(interval("FLOPs", fit.flops()));
            fleet.ifPresent(
                    devices ->
                            ranges(devices, fit.flops())
                                    .forEach(
                                            (name, range) ->
                                                    rows.add(interval(unit(name), range))));
        }
        rows.add(interval("loss", fit.loss()));
        rows.add(interval("exponent of N*", fit.exponent()));
        return rows;
    }

    private String unit(String name) {
        return switch (name) {
            case "deviceHours" -> "device-hours";
            case "joules" -> "J";
            default -> currency;
        };
    }

    private static List<String> interval(String name, Interval interval) {
        return List.of(
                name,
                Output.number(interval.estimate()),
                Output.number(interval.low()),
                Output.number(interval.high()));
    }

    private List<List<String>> answerRows() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(answer("this plan", plan.model()));
        if (!plan.bounds().isEmpty()) {
            rows.add(answer("without limits", plan.unbounded()));
        }
        rows.addAll(rows(published));
        return rows;
    }

    private static List<List<String>> rows(List<PlanFromFit.Answer> answers) {
        return answers.stream().map(each -> answer(each.source(), each.optimum())).toList();
    }

    private String forLoss(List<PlanFromFit.Answer> answers) {
        return String.format(
                Locale.ROOT,
                answers.isEmpty()
                        ? "By no published law a training within the limits reaches the loss %.4f."
                        : "What the loss %.4f takes by published laws, though nats of another"
                                + " tokeniser are others.",
                plan.model().loss());
    }

    private static List<String> answer(String name, Allocation allocation) {
        return List.of(
                name,
                Output.number(allocation.parameters()),
                Output.number(allocation.tokens()),
                Output.number(allocation.tokensPerParameter()),
                Output.number(allocation.flops()),
                Output.number(allocation.loss()));
    }

    private List<List<String>> lifetimeRows() {
        return lifetimes.stream()
                .map(
                        life ->
                                List.of(
                                        life.unit(),
                                        Output.number(life.model().parameters()),
                                        Output.number(life.model().tokens()),
                                        Output.number(life.training()),
                                        Output.number(life.input()),
                                        Output.number(life.output()),
                                        Numbers.percent(HeldLoss.saving(life), 1)))
                .toList();
    }

    private List<List<String>> sensitivityRows() {
        List<List<String>> rows = new ArrayList<>();
        sensitivity.ifPresent(
                of -> {
                    of.parameters().ifPresent(value -> rows.add(wide("N, this fit", value)));
                    of.tokens().ifPresent(value -> rows.add(wide("D, this fit", value)));
                    for (PlanFromFit.Answer answer : of.others()) {
                        rows.add(
                                List.of(
                                        answer.source(),
                                        Output.number(answer.optimum().parameters()),
                                        Output.number(answer.optimum().tokens()),
                                        Output.number(answer.optimum().tokensPerParameter())));
                    }
                });
        return rows;
    }

    private static List<String> wide(String name, Interval interval) {
        return List.of(
                name,
                Output.number(interval.estimate()),
                "from " + Output.number(interval.low()),
                "to " + Output.number(interval.high()));
    }

    PlanPage page() {
        OptimumPlots plots =
                new OptimumPlots(source.law(), source.fit(), convention, plan, published);
        List<Section> sections = new ArrayList<>();
        fromFit.ifPresent(
                fit ->
                        sections.add(
                                Section.ofTable(
                                        "The plan with intervals",
                                        "What the uncertainty of the fit leaves open.",
                                        INTERVALS,
                                        intervalRows(fit))));
        sections.add(
                new Section(
                        "Whose constants",
                        conventions(),
                        ANSWERS,
                        answerRows(),
                        List.of(plots.sizes(), plots.profile())));
        publishedForLoss
                .filter(answers -> !answers.isEmpty())
                .ifPresent(
                        answers ->
                                sections.add(
                                        Section.ofTable(
                                                "Whose constants, for the same loss",
                                                forLoss(answers),
                                                ANSWERS,
                                                rows(answers))));
        if (!lifetimes.isEmpty()) {
            sections.add(
                    Section.ofTable(
                            "Over training and use",
                            heldLoss().sentences(),
                            LIFETIMES,
                            lifetimeRows()));
            sections.add(
                    Section.ofTable(
                            "Whose constants, over training and use",
                            heldLoss().ofOtherLaws(),
                            SENSITIVITY,
                            sensitivityRows()));
        }
        for (OverTrainingSensitivity each : overTraining) {
            OverTrainingRows rows = new OverTrainingRows(each);
            sections.add(
                    Section.ofTable(
                            "Over-training", rows.sentence(), OverTrainingRows.HEADS, rows.rows()));
        }
        return new PlanPage(
                "Compute plan",
                "law of " + source.source() + ", " + convention.label(),
                headline(),
                repeated.map(each -> takes() + " " + each.sentence()).orElse(takes()),
                warnings(),
                sections);
    }
}

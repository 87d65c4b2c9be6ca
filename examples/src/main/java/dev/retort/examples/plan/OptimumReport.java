package dev.retort.examples.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.efficiency.report.Numbers;
import dev.retort.examples.TextTable;
import dev.retort.planning.FlopConvention;
import dev.retort.planning.Interval;
import dev.retort.planning.optimum.Allocation;
import dev.retort.planning.optimum.LifetimeOptimum;
import dev.retort.planning.optimum.LifetimeSensitivity;
import dev.retort.planning.optimum.OverTraining;
import dev.retort.planning.optimum.PlanFromFit;
import dev.retort.planning.optimum.Resources;
import dev.retort.planning.optimum.TrainingPlan;
import dev.retort.planning.report.PlanPage;
import dev.retort.planning.report.PlanPage.Section;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A plan as JSON, text and page. */
record OptimumReport(
        LawOptions.Source source,
        FlopConvention convention,
        TrainingPlan plan,
        Optional<PlanFromFit> fromFit,
        Optional<Interval> flopsNeeded,
        List<PlanFromFit.Answer> published,
        List<LifetimeOptimum> lifetimes,
        Optional<LifetimeSensitivity> sensitivity,
        List<OverTraining> overTraining,
        String currency) {
    private static final List<String> ANSWERS = List.of("law", "N", "D", "D/N", "FLOPs", "loss");
    private static final List<String> LIFETIMES =
            List.of("least", "N", "D", "training", "reading", "writing", "saved");
    private static final List<String> SENSITIVITY = List.of("over the lifetime", "N", "D", "D/N");
    private static final List<String> PENALTIES =
            List.of("N", "D", "loss", "over-training", "loss penalty", "FLOPs over needed");

    ObjectNode json() {
        ObjectNode root = Output.object();
        root.put("source", source.source());
        root.set("law", FitReport.law(source.law()));
        root.put("convention", convention.label());
        root.set("plan", allocation(plan.model()));
        root.set("unbounded", allocation(plan.unbounded()));
        ArrayNode bounds = root.putArray("bounds");
        plan.bounds().forEach(bounds::add);
        plan.resources().ifPresent(resources -> root.set("resources", resources(resources)));
        fromFit.ifPresent(
                fit -> {
                    ObjectNode node = root.putObject("intervals");
                    node.set("parameters", Output.interval(fit.parameters()));
                    node.set("tokens", Output.interval(fit.tokens()));
                    node.set("loss", Output.interval(fit.loss()));
                    node.set("sizeExponent", Output.interval(fit.exponent()));
                    flopsNeeded.ifPresent(flops -> node.set("flops", Output.interval(flops)));
                    Output.put(node, "reach", fit.reach());
                });
        ArrayNode others = root.putArray("published");
        published.forEach(
                answer -> {
                    ObjectNode node = allocation(answer.optimum());
                    node.put("source", answer.source());
                    others.add(node);
                });
        ArrayNode lives = root.putArray("lifetime");
        lifetimes.forEach(life -> lives.add(lifetime(life)));
        sensitivity.ifPresent(
                of -> {
                    ObjectNode node = root.putObject("lifetimeSensitivity");
                    node.put("unit", lifetimes.getLast().unit());
                    of.parameters()
                            .ifPresent(value -> node.set("parameters", Output.interval(value)));
                    of.tokens().ifPresent(value -> node.set("tokens", Output.interval(value)));
                    ArrayNode laws = node.putArray("published");
                    of.others()
                            .forEach(
                                    answer -> {
                                        ObjectNode law = allocation(answer.optimum());
                                        law.put("source", answer.source());
                                        laws.add(law);
                                    });
                });
        ArrayNode penalties = root.putArray("overTraining");
        overTraining.forEach(
                each -> {
                    ObjectNode node = penalties.addObject();
                    node.set("model", allocation(each.chosen()));
                    node.set("optimal", allocation(each.optimal()));
                    Output.put(node, "overTraining", each.overTraining());
                    Output.put(node, "lossPenalty", each.lossPenalty());
                    Output.put(node, "computePenalty", each.computePenalty());
                });
        ArrayNode warnings = root.putArray("warnings");
        warnings().forEach(warnings::add);
        return root;
    }

    private static ObjectNode allocation(Allocation allocation) {
        ObjectNode node = Output.object();
        Output.put(node, "parameters", allocation.parameters());
        Output.put(node, "tokens", allocation.tokens());
        Output.put(node, "tokensPerParameter", allocation.tokensPerParameter());
        Output.put(node, "flops", allocation.flops());
        Output.put(node, "loss", allocation.loss());
        return node;
    }

    private ObjectNode resources(Resources resources) {
        ObjectNode node = Output.object();
        Output.put(node, "deviceHours", resources.deviceHours());
        Output.put(node, "seconds", resources.seconds());
        resources.joules().ifPresent(joules -> Output.put(node, "joules", joules));
        resources
                .money()
                .ifPresent(
                        money -> {
                            Output.put(node, "money", money);
                            node.put("currency", currency);
                        });
        return node;
    }

    private static ObjectNode lifetime(LifetimeOptimum life) {
        ObjectNode node = Output.object();
        node.put("unit", life.unit());
        node.set("model", allocation(life.model()));
        Output.put(node, "training", life.training());
        Output.put(node, "input", life.input());
        Output.put(node, "output", life.output());
        Output.put(node, "total", life.total());
        node.set("trainedOnly", allocation(life.trainedOnly()));
        Output.put(node, "trainedOnlyTotal", life.trainedOnlyTotal());
        Output.put(node, "saving", life.saving());
        return node;
    }

    private List<String> warnings() {
        Stream<String> reach =
                fromFit.filter(fit -> fit.reach() > 1).stream()
                        .map(
                                fit ->
                                        String.format(
                                                Locale.ROOT,
                                                "The plan takes %.3g times the FLOPs of the largest"
                                                        + " run: the plan is an extrapolation.",
                                                fit.reach()));
        return Stream.of(source.notes().stream(), plan.bounds().stream(), reach)
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
                                String.format(Locale.ROOT, "%.4g device-hours", r.deviceHours())
                                        + ", done in "
                                        + Numbers.time(r.seconds())
                                        + (r.joules().isPresent()
                                                ? String.format(
                                                        Locale.ROOT,
                                                        ", %.4g MWh",
                                                        r.joules().getAsDouble() / 3.6e9)
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
        fromFit.ifPresent(
                fit -> {
                    out.println();
                    TextTable intervals =
                            new TextTable(List.of("optimum", "estimate", "low", "high"));
                    intervalRows(fit).forEach(intervals::row);
                    flopsNeeded.ifPresent(
                            flops -> intervals.row(interval("FLOPs for the loss", flops)));
                    intervals.print(out);
                });
        table(out, ANSWERS, answerRows());
        if (!lifetimes.isEmpty()) {
            table(out, LIFETIMES, lifetimeRows());
            table(out, SENSITIVITY, sensitivityRows());
        }
        if (!overTraining.isEmpty()) {
            table(out, PENALTIES, penaltyRows());
        }
        out.println();
        warnings().forEach(warning -> Output.paragraph(out, "Note: " + warning));
    }

    private static void table(PrintWriter out, List<String> heads, List<List<String>> rows) {
        out.println();
        TextTable table = new TextTable(heads);
        rows.forEach(table::row);
        table.print(out);
    }

    private static List<List<String>> intervalRows(PlanFromFit fit) {
        return List.of(
                interval("N*", fit.parameters()),
                interval("D*", fit.tokens()),
                interval("loss", fit.loss()),
                interval("exponent of N*", fit.exponent()));
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
        published.forEach(each -> rows.add(answer(each.source(), each.optimum())));
        return rows;
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
                                        Numbers.percent(Math.max(0, life.saving()), 1)))
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

    private List<List<String>> penaltyRows() {
        return overTraining.stream()
                .map(
                        each ->
                                List.of(
                                        Output.number(each.chosen().parameters()),
                                        Output.number(each.chosen().tokens()),
                                        Output.number(each.chosen().loss()),
                                        String.format(Locale.ROOT, "%.2fx", each.overTraining()),
                                        String.format(Locale.ROOT, "%.4f", each.lossPenalty()),
                                        String.format(Locale.ROOT, "%.2fx", each.computePenalty())))
                .toList();
    }

    PlanPage page() {
        OptimumPlots plots = new OptimumPlots(source.law(), convention, plan, published);
        List<Section> sections = new ArrayList<>();
        fromFit.ifPresent(
                fit ->
                        sections.add(
                                Section.ofTable(
                                        "The optimum with intervals",
                                        "What the uncertainty of the fit leaves open.",
                                        List.of("", "estimate", "low", "high"),
                                        intervalRows(fit))));
        sections.add(
                new Section(
                        "Whose constants",
                        "The answers of published laws for the same FLOPs, under C = 6 N D.",
                        ANSWERS,
                        answerRows(),
                        List.of(plots.sizes(), plots.profile())));
        if (!lifetimes.isEmpty()) {
            sections.add(
                    Section.ofTable(
                            "Over training and use",
                            "The model of the same loss that costs least in all; saved is against the"
                                    + " one that is cheapest to train.",
                            LIFETIMES,
                            lifetimeRows()));
            sections.add(
                    Section.ofTable(
                            "Whose constants, over training and use",
                            "Each law is asked for the loss that it foretells of this plan.",
                            SENSITIVITY,
                            sensitivityRows()));
        }
        if (!overTraining.isEmpty()) {
            sections.add(
                    Section.ofTable(
                            "Over-training",
                            "What models away from the optimum cost.",
                            PENALTIES,
                            penaltyRows()));
        }
        return new PlanPage(
                "Compute plan",
                "law of " + source.source() + ", " + convention.label(),
                headline(),
                takes(),
                warnings(),
                sections);
    }
}

package dev.retort.examples.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.planning.Interval;
import dev.retort.planning.optimum.Allocation;
import dev.retort.planning.optimum.DeviceFleet;
import dev.retort.planning.optimum.LifetimeOptimum;
import dev.retort.planning.optimum.LifetimeSensitivity;
import dev.retort.planning.optimum.OverTraining;
import dev.retort.planning.optimum.OverTrainingSensitivity;
import dev.retort.planning.optimum.PlanFromFit;
import dev.retort.planning.optimum.Resources;

import java.util.List;

/** A plan as JSON. */
record OptimumJson(OptimumReport report) {
    ObjectNode document() {
        ObjectNode root = Output.object();
        root.put("source", report.source().source());
        root.set("law", FitReport.law(report.source().law()));
        root.put("convention", report.convention().label());
        root.set("plan", allocation(report.plan().model()));
        root.set("unbounded", allocation(report.plan().unbounded()));
        ArrayNode bounds = root.putArray("bounds");
        report.plan().bounds().forEach(bounds::add);
        report.plan()
                .resources()
                .ifPresent(resources -> root.set("resources", resources(resources)));
        report.repeated().ifPresent(each -> root.set("repeated", each.json()));
        report.fromFit().ifPresent(fit -> root.set("intervals", intervals(fit)));
        answers(root.putArray("published"), report.published());
        report.publishedForLoss()
                .ifPresent(answers -> answers(root.putArray("publishedForLoss"), answers));
        ArrayNode lives = root.putArray("lifetime");
        report.lifetimes().forEach(life -> lives.add(lifetime(life)));
        report.sensitivity().ifPresent(of -> root.set("lifetimeSensitivity", sensitivity(of)));
        ArrayNode penalties = root.putArray("overTraining");
        report.overTraining().forEach(each -> penalties.add(overTraining(each)));
        ArrayNode warnings = root.putArray("warnings");
        report.warnings().forEach(warnings::add);
        return root;
    }

    private ObjectNode intervals(PlanFromFit fit) {
        ObjectNode node = Output.object();
        node.set("parameters", Output.interval(fit.parameters()));
        node.set("tokens", Output.interval(fit.tokens()));
        node.set("flops", Output.interval(fit.flops()));
        node.set("loss", Output.interval(fit.loss()));
        node.set("sizeExponent", Output.interval(fit.exponent()));
        report.fleet().ifPresent(fleet -> resources(node, fleet, fit.flops()));
        Output.put(node, "reach", fit.reach());
        Output.put(node, "lawsWithout", fit.without());
        return node;
    }

    private static void resources(ObjectNode node, DeviceFleet fleet, Interval flops) {
        OptimumReport.ranges(fleet, flops)
                .forEach((name, interval) -> node.set(name, Output.interval(interval)));
    }

    private static void answers(ArrayNode list, List<PlanFromFit.Answer> answers) {
        answers.forEach(
                answer -> {
                    ObjectNode node = allocation(answer.optimum());
                    node.put("source", answer.source());
                    list.add(node);
                });
    }

    private ObjectNode sensitivity(LifetimeSensitivity of) {
        ObjectNode node = Output.object();
        node.put("unit", report.lifetimes().getLast().unit());
        of.parameters().ifPresent(value -> node.set("parameters", Output.interval(value)));
        of.tokens().ifPresent(value -> node.set("tokens", Output.interval(value)));
        Output.put(node, "lawsWithout", of.without());
        answers(node.putArray("published"), of.others());
        return node;
    }

    private static ObjectNode overTraining(OverTrainingSensitivity each) {
        ObjectNode node = Output.object();
        node.set("model", allocation(each.penalty().chosen()));
        node.set("optimal", allocation(each.penalty().optimal()));
        penalty(node, each.penalty());
        each.ranges()
                .ifPresent(
                        ranges -> {
                            ObjectNode intervals = node.putObject("intervals");
                            intervals.set("overTraining", Output.interval(ranges.overTraining()));
                            intervals.set("lossPenalty", Output.interval(ranges.lossPenalty()));
                            intervals.set(
                                    "computePenalty", Output.interval(ranges.computePenalty()));
                        });
        ArrayNode others = node.putArray("published");
        for (OverTrainingSensitivity.Answer answer : each.others()) {
            ObjectNode other = others.addObject();
            other.put("source", answer.source());
            penalty(other, answer.penalty());
        }
        return node;
    }

    private static void penalty(ObjectNode node, OverTraining penalty) {
        Output.put(node, "overTraining", penalty.overTraining());
        Output.put(node, "lossPenalty", penalty.lossPenalty());
        Output.put(node, "computePenalty", penalty.computePenalty());
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
                            node.put("currency", report.currency());
                        });
        return node;
    }

    private ObjectNode lifetime(LifetimeOptimum life) {
        ObjectNode node = Output.object();
        node.put("unit", life.unit());
        node.set("model", allocation(life.model()));
        Output.put(node, "heldLoss", report.heldLoss().plan().loss());
        Output.put(node, "trainingFlopsOverPlan", report.heldLoss().overBudget(life));
        Output.put(node, "training", life.training());
        Output.put(node, "input", life.input());
        Output.put(node, "output", life.output());
        Output.put(node, "total", life.total());
        node.set("trainedOnly", allocation(life.trainedOnly()));
        Output.put(node, "trainedOnlyTotal", life.trainedOnlyTotal());
        Output.put(node, "saving", life.saving());
        return node;
    }
}

package dev.retort.examples.plan;

import dev.retort.planning.Interval;
import dev.retort.planning.optimum.OverTraining;
import dev.retort.planning.optimum.OverTrainingSensitivity;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What a model costs over the optimum, by each law, as a table. */
record OverTrainingRows(OverTrainingSensitivity each) {
    static final List<String> HEADS =
            List.of("law", "loss", "over-training", "loss penalty", "FLOPs over needed");

    String sentence() {
        return "What training %s parameters on %s tokens costs over the optimum: over-training is D over the optimal D for the same FLOPs, the loss penalty is in nats over that optimum, and the FLOPs are over those that the loss needs."
                .formatted(
                        Output.number(each.penalty().chosen().parameters()),
                        Output.number(each.penalty().chosen().tokens()));
    }

    List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(penalty("this law", each.penalty()));
        each.ranges()
                .ifPresent(
                        ranges -> {
                            rows.add(ends("  from", ranges, Interval::low));
                            rows.add(ends("  to", ranges, Interval::high));
                        });
        each.others().forEach(other -> rows.add(penalty(other.source(), other.penalty())));
        return rows;
    }

    private static List<String> penalty(String law, OverTraining penalty) {
        return penalty(
                law,
                Output.number(penalty.chosen().loss()),
                penalty.overTraining(),
                penalty.lossPenalty(),
                penalty.computePenalty());
    }

    private static List<String> ends(
            String name, OverTrainingSensitivity.Ranges ranges, ToDoubleFunction<Interval> end) {
        return penalty(
                name,
                "",
                end.applyAsDouble(ranges.overTraining()),
                end.applyAsDouble(ranges.lossPenalty()),
                end.applyAsDouble(ranges.computePenalty()));
    }

    private static List<String> penalty(
            String law, String loss, double tokens, double nats, double flops) {
        return List.of(
                law,
                loss,
                String.format(Locale.ROOT, "%.2fx", tokens),
                String.format(Locale.ROOT, "%.4f", nats),
                String.format(Locale.ROOT, "%.2fx", flops));
    }
}

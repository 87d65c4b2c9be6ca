package dev.retort.examples.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.planning.testtime.Chosen;
import dev.retort.planning.testtime.EqualCost;
import dev.retort.planning.testtime.Problem;
import dev.retort.planning.testtime.SampleAllocation;

import java.util.List;
import java.util.Map;

/** What samples are worth as JSON. */
record TestTimeJson(TestTimeAnswers answers) {
    ObjectNode document() {
        ObjectNode root = Output.object();
        root.put("source", answers.source());
        root.put("problems", answers.table().problems().size());
        root.put("fewestSamples", answers.table().fewestSamples());
        ArrayNode rows = root.putArray("k");
        answers.rows().forEach(row -> row(rows.addObject(), row));
        answers.law()
                .ifPresent(
                        law -> {
                            ObjectNode node = root.putObject("coverageLaw");
                            node.put("law", "ln c = a k^b");
                            node.set("a", Output.interval(law.factor()));
                            node.set("b", Output.interval(law.exponent()));
                        });
        answers.prior()
                .ifPresent(
                        prior -> {
                            ObjectNode node = root.putObject("difficulty");
                            node.put("distribution", "Beta(a, b)");
                            node.put("a", prior.a());
                            node.put("b", prior.b());
                        });
        answers.spread().ifPresent(spread -> spread(root, spread));
        ArrayNode warnings = root.putArray("warnings");
        answers.notes().forEach(warnings::add);
        answers.comparison().ifPresent(comparison -> comparison(root, comparison));
        return root;
    }

    private void row(ObjectNode node, TestTimeAnswers.Row row) {
        node.put("k", row.k());
        for (int i = 0; i < answers.selectors().size(); i++) {
            Chosen chosen = row.chosen().get(i);
            switch (answers.selectors().get(i)) {
                case COVERAGE -> node.set("passAtK", Output.interval(chosen.share()));
                case BEST_OF -> {
                    node.set("bestOfK", Output.interval(chosen.share()));
                    node.set("gapOfBest", Output.interval(chosen.gap()));
                }
                case MAJORITY -> {
                    node.set("majority", Output.interval(chosen.share()));
                    node.set("gapOfMajority", Output.interval(chosen.gap()));
                    node.put("majorityDrawnError", chosen.drawnError());
                }
            }
        }
    }

    private void spread(ObjectNode root, TestTimeAnswers.Spread spread) {
        spread.measured()
                .ifPresent(
                        measured -> {
                            ObjectNode node = root.putObject("allocation");
                            node.put("budget", spread.budget());
                            node.put("pilotSamplesOfAProblem", spread.pilot());
                            allocation(node, measured);
                        });
        spread.known()
                .ifPresent(
                        known -> {
                            ObjectNode node = root.putObject("allocationOfKnownDifficulty");
                            node.put("budget", spread.budget());
                            allocation(node, known);
                        });
    }

    private void allocation(ObjectNode node, SampleAllocation allocation) {
        node.put("spent", allocation.samples().stream().mapToInt(each -> each).sum());
        Output.put(node, "byDifficulty", allocation.coverage());
        Output.put(node, "uniform", allocation.uniform());
        Output.put(node, "uniformBudgetOfEqualCoverage", allocation.uniformBudget());
        allocation.gain().ifPresent(gain -> node.set("gain", Output.interval(gain)));
        ObjectNode samples = node.putObject("samples");
        List<Problem> problems = answers.table().problems();
        for (int i = 0; i < problems.size(); i++) {
            samples.put(problems.get(i).name(), allocation.samples().get(i));
        }
    }

    private static void comparison(ObjectNode root, TestTimeAnswers.Comparison comparison) {
        root.put("against", comparison.against());
        ObjectNode one = root.putObject("costPerSample");
        ObjectNode other = root.putObject("againstCostPerSample");
        comparison
                .costs()
                .forEach(
                        (unit, costs) -> {
                            Output.put(one, unit, costs.one());
                            Output.put(other, unit, costs.other());
                        });
        ArrayNode list = root.putArray("comparison");
        for (TestTimeAnswers.Compared compared : comparison.compared()) {
            for (String unit : compared.units()) {
                for (EqualCost.Row row : compared.rows()) {
                    ObjectNode node = list.addObject();
                    node.put("unit", unit);
                    Output.put(
                            node,
                            "budget",
                            comparison.in(unit, compared.units().getFirst(), row.budget()));
                    row(node, row, comparison);
                }
            }
        }
    }

    private static void row(
            ObjectNode node, EqualCost.Row row, TestTimeAnswers.Comparison comparison) {
        node.put("samples", row.firstSamples());
        node.put("againstSamples", row.secondSamples());
        ObjectNode spent = node.putObject("spent");
        ObjectNode other = node.putObject("againstSpent");
        for (Map.Entry<String, SamplingOptions.Costs> each : comparison.costs().entrySet()) {
            Output.put(spent, each.getKey(), row.firstSamples() * each.getValue().one());
            Output.put(other, each.getKey(), row.secondSamples() * each.getValue().other());
        }
        row.first().ifPresent(value -> node.set("share", Output.interval(value)));
        row.second().ifPresent(value -> node.set("againstShare", Output.interval(value)));
        row.difference().ifPresent(value -> node.set("difference", Output.interval(value)));
        node.put("drawnError", row.drawnError());
    }
}

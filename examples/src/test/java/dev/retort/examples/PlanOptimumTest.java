package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Plans within limits, and how they depend on the fit and on whose constants are used. */
class PlanOptimumTest extends PlanCommandRuns {
    private JsonNode optimum(String arguments) throws IOException {
        return json(
                ("plan optimum --json " + arguments)
                        .replace("RUNS", runs.toString())
                        .split(" ", -1));
    }

    private static void within(JsonNode interval, double value) {
        assertEquals(value, interval.get("estimate").asDouble(), 1e-6 * Math.abs(value));
        assertTrue(interval.get("low").asDouble() < value, interval.toString());
        assertTrue(interval.get("high").asDouble() > value, interval.toString());
    }

    @Test
    void aLossTakesFlopsAndResourcesWithIntervals() throws IOException {
        JsonNode plan =
                optimum(
                        "--runs RUNS --replicates 400 --loss 2.3 --peak 1e15 --mfu 0.4 --watts 700"
                                + " --price 2");
        JsonNode intervals = plan.get("intervals");
        double flops = plan.get("plan").get("flops").asDouble();
        within(intervals.get("flops"), flops);
        within(intervals.get("deviceHours"), flops / 4e14 / 3600);
        within(intervals.get("joules"), flops / 4e14 * 700);
        within(intervals.get("money"), flops / 4e14 / 3600 * 2);
        within(intervals.get("loss"), 2.3);
        assertEquals(3, plan.get("published").size());
        for (JsonNode answer : plan.get("publishedForLoss")) {
            assertEquals(2.3, answer.get("loss").asDouble(), 1e-9);
        }
        assertEquals(3, plan.get("publishedForLoss").size());
    }

    @Test
    void uniqueTokensAreRepeatedByASmallerModel() throws IOException {
        JsonNode plan = optimum("--published muennighoff_2023 --budget 1e22 --unique-tokens 25B");
        JsonNode repeated = plan.get("repeated");
        assertEquals(2.5e10, repeated.get("uniqueTokens").asDouble());
        assertEquals(
                repeated.get("tokens").asDouble() / 2.5e10,
                repeated.get("epochs").asDouble(),
                1e-9);
        assertTrue(repeated.get("epochs").asDouble() > 2, plan.toString());
        JsonNode free = plan.get("plan");
        assertTrue(repeated.get("loss").asDouble() > free.get("loss").asDouble());
        assertTrue(repeated.get("parameters").asDouble() < free.get("parameters").asDouble());
        assertTrue(
                optimum("--published muennighoff_2023 --budget 1e22")
                        .path("repeated")
                        .isMissingNode());
    }

    @Test
    void aLossIsReachedWithinTheLimits() throws IOException {
        String asked =
                "--published besiroglu_2024 --loss 2.1 --max-parameters 3B --input-tokens 1T";
        JsonNode plan = optimum(asked);
        assertEquals(2.1, plan.get("plan").get("loss").asDouble(), 1e-9);
        assertEquals(3e9, plan.get("plan").get("parameters").asDouble(), 10);
        assertTrue(
                plan.get("plan").get("flops").asDouble()
                        > 1.01 * plan.get("unbounded").get("flops").asDouble());
        assertTrue(
                plan.get("bounds")
                        .get(0)
                        .asText()
                        .startsWith("The model may have 3.000e9 parameters at most"),
                plan.get("bounds").toString());
        // Use is planned for the same loss.
        assertEquals(2.1, plan.get("lifetime").get(0).get("model").get("loss").asDouble(), 1e-9);
        for (JsonNode answer : plan.get("published")) {
            assertTrue(answer.get("parameters").asDouble() <= 3e9 * (1 + 1e-9));
        }
    }

    @Test
    void aLimitedPlanHasTheIntervalsOfThePlan() throws IOException {
        Path page = folder.resolve("limited.html");
        JsonNode plan =
                optimum(
                        "--runs RUNS --replicates 400 --budget 1e22 --max-parameters 2B --model"
                                + " 1B:1T --html "
                                + page);
        JsonNode parameters = plan.get("intervals").get("parameters");
        assertEquals(2e9, parameters.get("low").asDouble(), 1);
        assertEquals(2e9, parameters.get("high").asDouble(), 1);
        within(plan.get("intervals").get("loss"), plan.get("plan").get("loss").asDouble());
        JsonNode penalty = plan.get("overTraining").get(0);
        for (String name : new String[] {"overTraining", "lossPenalty", "computePenalty"}) {
            within(penalty.get("intervals").get(name), penalty.get(name).asDouble());
        }
        assertEquals(3, penalty.get("published").size());
        // The band of N* over the budget.
        assertTrue(Files.readString(page).contains("<polygon class=\"band use0\""));
    }

    @Test
    void thePenaltiesArePrintedWithTheirIntervals() {
        assertEquals(
                0,
                run(
                        "plan",
                        "optimum",
                        "--runs",
                        runs.toString(),
                        "--replicates",
                        "400",
                        "--loss",
                        "2.3",
                        "--max-tokens",
                        "20B",
                        "--model",
                        "1B:1T"),
                err.toString());
        narrow();
        String text = out.toString();
        assertTrue(text.contains("1.000e9 parameters on 1.000e12 tokens"), text);
        assertTrue(text.contains("Hoffmann et al. 2022"), text);
        assertTrue(
                text.replace(System.lineSeparator(), " ")
                        .contains("What the loss 2.3000 takes by published laws"),
                text);
    }

    private String text(String arguments) {
        out.getBuffer().setLength(0);
        assertEquals(0, run(("plan optimum " + arguments).split(" ", -1)), err.toString());
        narrow();
        return out.toString().replace(System.lineSeparator(), " ");
    }

    /** Other laws are not asked for the loss of this one, and for the cost of the last plan. */
    @Test
    void whatOtherLawsAreAskedIsSaid() throws IOException {
        Path page = folder.resolve("life.html");
        String asked =
                "--published hoffmann_2022 --loss 2.1 --input-tokens 1T --model 8B:15T --peak 1P"
                        + " --mfu 0.4 --html "
                        + page;
        String text = text(asked);
        for (String each : List.of(text, Files.readString(page))) {
            assertTrue(
                    each.contains(
                            "What takes the least device-hours over training and use by each law,"
                                    + " each asked for the loss that it foretells of this plan."),
                    each);
            assertTrue(
                    each.contains("over-training is D over the optimal D for the same FLOPs"),
                    each);
        }
    }

    @Test
    void thePlanIsMarkedBesideTheOptimumThatALimitForbids() throws IOException {
        Path page = folder.resolve("marked.html");
        String asked = "--published besiroglu_2024 --budget 1e22 --html " + page;
        text(asked + " --max-parameters 2B");
        String limited = Files.readString(page);
        assertTrue(limited.contains("</i>without limits</span>"), limited);
        assertEquals(2, limited.split("</i>this plan</span>", -1).length - 1);
        text(asked);
        String free = Files.readString(page);
        assertTrue(!free.contains("</i>without limits</span>"), free);
        assertEquals(2, free.split("</i>this plan</span>", -1).length - 1);
    }

    @Test
    void theMemoryIsNamedAsTheLimit() {
        String text = text("--published besiroglu_2024 --budget 1e24 --memory 80G");
        assertTrue(
                text.contains(
                        "The memory of the devices holds the training state of 5.000e9 parameters at"
                                + " most"),
                text);
    }

    @Test
    void numbersAreWrittenInOneWay() {
        String text = text("--published besiroglu_2024 --budget 1e23 --peak 1.5P --mfu 0.4");
        assertTrue(text.contains("46296 device-hours"), text);
        assertTrue(!text.contains("e+"), text);
    }

    @Test
    void theCountOfFlopsOfEveryRowIsSaid() {
        String text =
                text(
                        "--published besiroglu_2024 --budget 1e22 --flops with_head --vocabulary 50000");
        assertTrue(
                text.contains(
                        "are under their own C = 6 N D; this plan is under C = (6 N + 6 V d) D"),
                text);
    }

    @Test
    void useHoldsTheLossAndPassesTheBudget() throws IOException {
        String asked = "--published besiroglu_2024 --budget 1e22 --output-tokens 10T";
        String text = text(asked);
        JsonNode plan = optimum(asked);
        JsonNode life = plan.get("lifetime").get(0);
        double loss = plan.get("plan").get("loss").asDouble();
        assertEquals(loss, life.get("heldLoss").asDouble());
        assertTrue(life.get("trainingFlopsOverPlan").asDouble() > 1.01, life.toString());
        assertTrue(
                text.contains("the loss is held at %.4f nats".formatted(loss))
                        && text.contains("For the least FLOPs training takes")
                        && text.contains("it passes the budget."),
                text);
    }

    /** Within a limit the model is larger or smaller than the one that is cheapest to train. */
    @Test
    void whatALimitCostsIsANegativeSaving() throws IOException {
        String asked =
                "--published besiroglu_2024 --loss 2.3 --max-parameters 1B --input-tokens 1B";
        double saving = optimum(asked).get("lifetime").get(0).get("saving").asDouble();
        assertTrue(saving < -0.5, Double.toString(saving));
        String text = text(asked);
        assertTrue(
                text.contains(String.format(Locale.ROOT, "%.1f %%", 100 * saving))
                        && text.contains("A negative saving is what the limits cost"),
                text);
        String free = text("--published besiroglu_2024 --loss 2.3 --input-tokens 1B");
        assertTrue(!free.contains("negative saving"), free);
    }

    @Test
    void aLossIsNoBudgetToPass() {
        String text = text("--published besiroglu_2024 --loss 2.1 --output-tokens 10T");
        assertTrue(text.contains("For the least FLOPs training takes"), text);
        assertTrue(!text.contains("passes the budget"), text);
    }

    @Test
    void aPlanBeyondTheRunsOfItsLawIsAnExtrapolation() throws IOException {
        String far = optimum("--published besiroglu_2024 --budget 1e40").get("warnings").toString();
        assertTrue(far.contains("Besiroglu et al. 2024 had no run above 4.860e22 FLOPs"), far);
        String near =
                optimum("--published besiroglu_2024 --budget 1e22").get("warnings").toString();
        assertTrue(!near.contains("extrapolation"), near);
        String given =
                optimum("--constants A=482,B=2085,E=1.8,alpha=0.35,beta=0.37 --budget 1e22")
                        .get("warnings")
                        .toString();
        assertTrue(given.contains("the law of --constants had runs is not known"), given);
    }
}

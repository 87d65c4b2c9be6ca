package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import dev.retort.planning.fit.RepeatedDataLaw;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What {@code plan loss} and {@code plan fit} say of published laws and of runs that failed. */
class PlanLawsTest extends PlanCommandRuns {
    @Test
    void publishedLawsSayWhatTheyExpectOfARun() throws IOException {
        JsonNode runs = json("plan", "loss", "70B:1.4T", "1B:400B:100B", "--json").get("runs");
        JsonNode once = runs.get(0).get("losses");
        // Computed by hand from the constants that the papers print.
        assertEquals(1.936645, once.get("hoffmann_2022").asDouble(), 1e-6);
        assertEquals(1.973882, once.get("besiroglu_2024").asDouble(), 1e-6);
        assertEquals(1.692973, once.get("kaplan_2020").asDouble(), 1e-6);
        JsonNode repeated = runs.get(1).get("losses");
        assertTrue(repeated.get("kaplan_2020").isNull());
        double unique =
                json("plan", "loss", "1B:400B", "--json")
                        .get("runs")
                        .get(0)
                        .get("losses")
                        .get("muennighoff_2023")
                        .asDouble();
        // Three further epochs are nearly as good as new data, and not better.
        double four = repeated.get("muennighoff_2023").asDouble();
        assertTrue(four > unique && four < 1.01 * unique, four + " against " + unique);
    }

    @Test
    void aTableOfLossesHasAColumnALaw() {
        assertEquals(
                0, run("plan", "loss", "70B:1.4T", "--published", "besiroglu_2024,kaplan_2020"));
        assertEquals(
                List.of(
                        "                            besiroglu_2024  kaplan_2020",
                        "N = 7.000e10, D = 1.400e12           1.974        1.693"),
                out.toString().lines().toList());
    }

    private static String row(double size, double tokens, double unique, double factor) {
        double loss = RepeatedDataLaw.PUBLISHED.loss(size, tokens, unique) * factor;
        return "%s,%s,%s,%s".formatted(size, tokens, unique, loss);
    }

    /** Three runs at ln 2 times the law look like bits among nats, unless the unit is stated. */
    @Test
    void aStatedUnitIsTakenForRepeatedDataToo() throws IOException {
        Random random = new Random(5);
        List<String> rows = new ArrayList<>(List.of("params,tokens,unique_tokens,loss"));
        for (double size = 5e7; size < 2e9; size *= 2) {
            for (double tokens = 1e9; tokens < 4e10; tokens *= 2) {
                double factor = rows.size() % 12 == 7 ? Math.log(2) : 1;
                double noise = 1 + 1e-3 * random.nextGaussian();
                rows.add(row(size, tokens, tokens, factor * noise));
                rows.add(row(size, 8 * tokens, tokens, noise));
            }
        }
        Path file = Files.write(folder.resolve("repeated.csv"), rows);
        List<String> words =
                List.of("plan", "fit", file.toString(), "--law", "repeated", "--replicates", "200");
        assertEquals(1, run(words.toArray(String[]::new)));
        assertTrue(err.toString().contains("if the unit is right, state it"), err.toString());
        err.getBuffer().setLength(0);
        List<String> stated = new ArrayList<>(words);
        stated.addAll(List.of("--loss-unit", "nats"));
        assertEquals(0, run(stated.toArray(String[]::new)), err.toString());
    }

    @Test
    void noiseIsDefinedWhereItIsNamed() {
        assertEquals(0, run("plan", "fit", runs.toString(), "--replicates", "200"));
        assertTrue(
                out.toString()
                        .replace(System.lineSeparator(), " ")
                        .contains("how far the losses of single runs scatter about the law"),
                out.toString());
    }

    @Test
    void runsThatFailedAreLeftOutOrKeptAsAsked() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(runs));
        String[] cells = lines.get(1).split(",", -1);
        cells[2] = Double.toString(1.3 * Double.parseDouble(cells[2]));
        lines.set(1, String.join(",", cells));
        Path failed = Files.write(folder.resolve("failed.csv"), lines);
        JsonNode left = json("plan", "fit", failed.toString(), "--replicates", "200", "--json");
        assertEquals(lines.size() - 2, left.get("points").asInt());
        assertTrue(left.get("outliers").get(0).get("dropped").asBoolean());
        JsonNode kept =
                json(
                        "plan",
                        "fit",
                        failed.toString(),
                        "--keep-outliers",
                        // Points are judged by a law of these starts.
                        "--starts",
                        "coarse",
                        "--replicates",
                        "200",
                        "--json");
        assertEquals(lines.size() - 1, kept.get("points").asInt());
        assertEquals(
                left.get("withAllPoints").get("beta").asDouble(),
                kept.get("parameters").get("beta").get("estimate").asDouble());
    }
}

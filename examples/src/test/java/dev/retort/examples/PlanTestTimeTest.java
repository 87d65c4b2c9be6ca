package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

class PlanTestTimeTest extends PlanCommandRuns {
    private Path drawSamples() throws IOException {
        Random random = new Random(4);
        StringBuilder file = new StringBuilder("problem,correct,score,answer,tokens\n");
        for (int p = 0; p < 20; p++) {
            double chance = random.nextDouble();
            for (int i = 0; i < 16; i++) {
                boolean right = random.nextDouble() < chance;
                file.append(
                        "p%d,%d,%s,%s,100%n"
                                .formatted(
                                        p,
                                        right ? 1 : 0,
                                        random.nextGaussian() + (right ? 1 : 0),
                                        right ? "right" : "wrong"));
            }
        }
        return Files.writeString(folder.resolve("samples.csv"), file);
    }

    /** A comparison with a model of four times the parameters, which has the same samples. */
    private static String[] compared(Path samples, String... more) {
        return Stream.concat(
                        Stream.of(
                                "plan",
                                "testtime",
                                samples.toString(),
                                "--against",
                                samples.toString(),
                                "--parameters",
                                "1B",
                                "--against-parameters",
                                "4B"),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    @Test
    void samplesAreWeighed() throws IOException {
        Path samples = drawSamples();
        String[] arguments =
                compared(
                        samples,
                        "--allocate",
                        "120",
                        "--html",
                        folder.resolve("samples.html").toString());
        assertEquals(0, run(arguments), err.toString());
        narrow();
        JsonNode json =
                json(
                        Stream.concat(Stream.of(arguments), Stream.of("--json"))
                                .toArray(String[]::new));
        assertEquals(20, json.get("problems").asInt());
        JsonNode first = json.get("k").get(0);
        assertEquals(
                first.get("passAtK").get("estimate").asDouble(),
                first.get("bestOfK").get("estimate").asDouble(),
                1e-12);
        assertEquals(0, first.get("majorityDrawnError").asDouble());
        assertTrue(json.get("comparison").size() >= 3);
        JsonNode row = json.get("comparison").get(0);
        assertEquals(4, row.get("samples").asInt());
        assertEquals("FLOPs", row.get("unit").asText());
        assertEquals(8e11, row.get("budget").asDouble(), 1);
        JsonNode allocation = json.get("allocation");
        assertEquals(120, allocation.get("spent").asInt());
        assertEquals(4, allocation.get("pilotSamplesOfAProblem").asInt());
        assertTrue(allocation.get("byDifficulty").asDouble() > 0.5);
        assertTrue(allocation.get("gain").get("low").isNumber());
        JsonNode known = json.get("allocationOfKnownDifficulty");
        assertTrue(known.get("byDifficulty").asDouble() > known.get("uniform").asDouble());
        assertTrue(known.get("uniformBudgetOfEqualCoverage").asDouble() > 120);
        out.getBuffer().setLength(0);
        assertEquals(0, run(arguments), err.toString());
        String text = out.toString().replace(System.lineSeparator(), " ");
        assertTrue(
                text.contains("of which the first 4 of each problem tell its difficulty, solve"),
                text);
        assertTrue(text.contains("Were the difficulty known beforehand"), text);
    }

    /** The dear model reaches twice the MFU, so that energy and money favour it over FLOPs. */
    @Test
    void modelsAreComparedInFlopsEnergyAndMoney() throws IOException {
        Path samples = drawSamples();
        String[] arguments =
                compared(
                        samples,
                        "--peak",
                        "1e15",
                        "--mfu",
                        "0.1",
                        "--against-mfu",
                        "0.2",
                        "--watts",
                        "1000",
                        "--price",
                        "3.6",
                        "--currency",
                        "EUR",
                        "--html",
                        folder.resolve("money.html").toString());
        assertEquals(0, run(arguments), err.toString());
        narrow();
        assertTrue(out.toString().contains("at equal J and EUR a problem"), out.toString());
        JsonNode json =
                json(
                        Stream.concat(Stream.of(arguments), Stream.of("--json"))
                                .toArray(String[]::new));
        // 2 x 1e9 x 100 FLOPs at 1e14 FLOP/s are 2 ms, 2 J and 2e-6 EUR.
        JsonNode cost = json.get("costPerSample");
        assertEquals(2e11, cost.get("FLOPs").asDouble(), 1);
        assertEquals(2, cost.get("J").asDouble(), 1e-9);
        assertEquals(2e-6, cost.get("EUR").asDouble(), 1e-15);
        JsonNode other = json.get("againstCostPerSample");
        assertEquals(8e11, other.get("FLOPs").asDouble(), 1);
        assertEquals(4, other.get("J").asDouble(), 1e-9);
        // What one sample of the dear model buys: four of the other by FLOPs, two by joules.
        JsonNode flops = first(json, "FLOPs");
        assertEquals(4, flops.get("samples").asInt());
        assertEquals(1, flops.get("againstSamples").asInt());
        JsonNode joules = first(json, "J");
        assertEquals(8, joules.get("budget").asDouble(), 1e-9);
        assertEquals(4, joules.get("samples").asInt());
        assertEquals(2, joules.get("againstSamples").asInt());
        assertEquals(8e-6, first(json, "EUR").get("budget").asDouble(), 1e-14);
        assertEquals(8e-6, joules.get("spent").get("EUR").asDouble(), 1e-14);
        assertEquals(1.6e12, joules.get("againstSpent").get("FLOPs").asDouble(), 1e3);
        String page = Files.readString(folder.resolve("money.html"));
        assertTrue(page.contains("at equal J and EUR a problem"), page);
    }

    private static JsonNode first(JsonNode json, String unit) {
        return StreamSupport.stream(json.get("comparison").spliterator(), false)
                .filter(row -> row.get("unit").asText().equals(unit))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void measuredCostsHaveTheirUnit() throws IOException {
        Path samples = drawSamples();
        JsonNode json =
                json(
                        "plan",
                        "testtime",
                        samples.toString(),
                        "--against",
                        samples.toString(),
                        "--cost",
                        "0.5",
                        "--against-cost",
                        "2",
                        "--cost-unit",
                        "s",
                        "--budget",
                        "4",
                        "--json");
        JsonNode row = json.get("comparison").get(0);
        assertEquals("s", row.get("unit").asText());
        assertEquals(8, row.get("samples").asInt());
        assertEquals(2, row.get("againstSamples").asInt());
        assertEquals(4, row.get("spent").get("s").asDouble());
    }

    /** The problem that only one model answers, once, does not end the comparison at one sample. */
    @Test
    void budgetsGoUpToTheSamplesOfTheCommonProblems() throws IOException {
        Path one =
                Files.writeString(
                        folder.resolve("one.csv"), "problem,n,c\na,8,2\nb,8,5\nalone,1,1\n");
        Path other = Files.writeString(folder.resolve("other.csv"), "problem,n,c\na,4,2\nb,4,3\n");
        JsonNode rows =
                json(
                                "plan",
                                "testtime",
                                one.toString(),
                                "--against",
                                other.toString(),
                                "--cost",
                                "1",
                                "--against-cost",
                                "1",
                                "--cost-unit",
                                "s",
                                "--json")
                        .get("comparison");
        assertEquals(8, rows.get(rows.size() - 1).get("samples").asInt());
        assertTrue(rows.get(rows.size() - 1).get("share").isObject());
    }

    @Test
    void countsAreSpreadByWhatIsKnownOfThem() throws IOException {
        StringBuilder file = new StringBuilder("problem,n,c\n");
        for (int p = 0; p < 12; p++) {
            file.append("p%d,40,%d%n".formatted(p, p * p / 4));
        }
        Path counts = Files.writeString(folder.resolve("counts.csv"), file);
        JsonNode json = json("plan", "testtime", counts.toString(), "--allocate", "1000", "--json");
        assertTrue(json.path("allocation").isMissingNode());
        JsonNode known = json.get("allocationOfKnownDifficulty");
        assertEquals(1000, known.get("spent").asInt());
        assertTrue(
                known.get("samples").get("p1").asInt() > known.get("samples").get("p11").asInt());
        assertTrue(known.get("uniformBudgetOfEqualCoverage").asDouble() > 1500);
    }

    /** What is asked of more samples than there are is a note; all else is answered. */
    @Test
    void anAllocationBeyondTheSamplesIsANote() throws IOException {
        JsonNode json =
                json("plan", "testtime", drawSamples().toString(), "--allocate", "321", "--json");
        assertEquals(
                "There is no allocation by pilot samples: expected a budget above the 80 samples"
                        + " that tell the difficulty, up to the 320 that there are, found 321.",
                json.get("warnings").get(0).asText());
        assertTrue(json.path("allocation").isMissingNode());
        assertEquals(321, json.get("allocationOfKnownDifficulty").get("spent").asInt());
        assertTrue(json.get("k").get(4).get("passAtK").isObject());
        Path few =
                Files.writeString(
                        folder.resolve("few.csv"), "problem,correct\na,1\na,0\nb,1\nb,0\n");
        JsonNode plain = json("plan", "testtime", few.toString(), "--allocate", "9", "--json");
        assertEquals(
                "There is no allocation by known difficulty: expected at least 5 problems to tell how"
                        + " difficulty varies, found 2.",
                plain.get("warnings").get(0).asText());
        assertEquals(0.5, plain.get("k").get(0).get("passAtK").get("estimate").asDouble(), 1e-12);
    }

    @Test
    void aFailedVoteIsANote() throws IOException {
        Path samples =
                Files.writeString(
                        folder.resolve("votes.csv"), "uid,ok,output\na,1,x\na,0,x\nb,1,y\nb,0,z\n");
        JsonNode json =
                json(
                        "plan",
                        "testtime",
                        samples.toString(),
                        "--column",
                        "problem=uid,correct=ok,answer=output",
                        "--json");
        assertEquals(0.5, json.get("k").get(0).get("passAtK").get("estimate").asDouble(), 1e-12);
        assertTrue(json.get("k").get(0).path("majority").isMissingNode());
        assertTrue(
                json.get("warnings").get(0).asText().startsWith("There is no majority vote: "),
                json.toString());
    }

    private JsonNode ofCounts(String name, String rows) throws IOException {
        Path counts = Files.writeString(folder.resolve(name), "problem,n,c\n" + rows);
        return json("plan", "testtime", counts.toString(), "--json");
    }

    /** 1 - 0.025^(1/4) is the Clopper-Pearson bound of 0 of 4. */
    @Test
    void allOrNothingHasAnExactInterval() throws IOException {
        JsonNode none =
                ofCounts("none.csv", "a,8,0\nb,8,0\nc,8,0\nd,8,0\n").get("k").get(0).get("passAtK");
        assertEquals(0, none.get("low").asDouble());
        assertEquals(0.6024, none.get("high").asDouble(), 1e-4);
        JsonNode all =
                ofCounts("all.csv", "a,8,8\nb,8,8\nc,8,8\nd,8,8\n").get("k").get(0).get("passAtK");
        assertEquals(0.3976, all.get("low").asDouble(), 1e-4);
        assertEquals(1, all.get("high").asDouble());
        out.getBuffer().setLength(0);
        assertEquals(0, run("plan", "testtime", folder.resolve("all.csv").toString()));
        narrow();
        assertTrue(out.toString().contains("(Clopper-Pearson)"), out.toString());
    }

    /** Values that are equal and neither 0 nor 1: 0.025^(1/2) / 2 is the lower end. */
    @Test
    void theRuleOfAllIntervalsIsSaid() throws IOException {
        JsonNode half = ofCounts("half.csv", "a,2,1\nb,2,1\n").get("k").get(0).get("passAtK");
        assertEquals(0.0791, half.get("low").asDouble(), 1e-4);
        out.getBuffer().setLength(0);
        assertEquals(0, run("plan", "testtime", folder.resolve("half.csv").toString()));
        String text = out.toString().replace(System.lineSeparator(), " ");
        assertTrue(text.contains("Where all problems have the same value, be it 0, 0.5"), text);
    }

    /** Over one problem there is no interval; nothing is said for it. */
    @Test
    void oneProblemHasNoInterval() throws IOException {
        Path one =
                Files.writeString(
                        folder.resolve("one.csv"),
                        "problem,correct,score\na,1,1\na,0,0.5\na,0,0.2\na,1,0.1\n");
        assertEquals(
                0,
                run(
                        "plan",
                        "testtime",
                        one.toString(),
                        "--against",
                        one.toString(),
                        "--cost",
                        "1",
                        "--against-cost",
                        "1",
                        "--cost-unit",
                        "s",
                        "--html",
                        folder.resolve("one.html").toString()),
                err.toString());
        assertTrue(out.toString().contains("gap to best of k"), out.toString());
        assertTrue(out.toString().startsWith("1 problem of one.csv"), out.toString());
        assertTrue(!out.toString().contains("bootstrap"), out.toString());
        assertTrue(!out.toString().contains("Infinity"), out.toString());
        String page = Files.readString(folder.resolve("one.html"));
        assertTrue(!page.contains("Infinity"), page);
    }

    /** Half of the problems are solved at once and half never: coverage stops at one half. */
    @Test
    void aLawThatMissesItsDataIsNoForecast() throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int p = 0; p < 400; p++) {
            rows.append("p%d,1000,%d%n".formatted(p, p < 200 ? 100 : 0));
        }
        JsonNode json = ofCounts("stops.csv", rows.toString());
        String note = json.get("warnings").toString();
        assertTrue(json.path("coverageLaw").isMissingNode(), json.toString());
        assertTrue(note.contains("There is no forecast of more samples"), note);
        assertTrue(note.contains("at k = 1000, where 0.5000 was measured"), note);
    }

    @Test
    void samplesWithoutAScoreAreCounted() throws IOException {
        Path samples =
                Files.writeString(
                        folder.resolve("nan.csv"),
                        "problem,correct,score\na,1,1\na,0,0.5\nb,1,NaN\nb,0,0.1\n");
        JsonNode json = json("plan", "testtime", samples.toString(), "--json");
        assertEquals(
                "1 of 4 samples has no score: there is no best of k, which needs that of every"
                        + " sample.",
                json.get("warnings").get(0).asText());
        assertTrue(json.get("k").get(0).path("bestOfK").isMissingNode());
    }

    /** Six problems of six samples, of which one is never solved. */
    @Test
    void samplesThatWereNotUsedAreExplained() throws IOException {
        StringBuilder rows = new StringBuilder("problem,correct\n");
        for (int p = 0; p < 6; p++) {
            for (int i = 0; i < 6; i++) {
                rows.append("p%d,%d%n".formatted(p, p > 0 && i % (p + 1) == 0 ? 1 : 0));
            }
        }
        Path samples = Files.writeString(folder.resolve("used.csv"), rows);
        JsonNode json =
                json(
                        "plan",
                        "testtime",
                        samples.toString(),
                        "--pilot",
                        "2",
                        "--allocate",
                        "30",
                        "--json");
        assertEquals(16, json.get("allocation").get("spent").asInt(), json.toString());
        assertTrue(
                json.get("warnings")
                        .toString()
                        .contains(
                                "14 of the 30 samples were not used: every problem that the first 2"
                                        + " do not solve has no samples left."),
                json.toString());
    }
}

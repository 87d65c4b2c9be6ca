package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

class PlanNextTest extends PlanCommandRuns {
    private static final String THREADS = "dev.retort.torch.threads";

    private static final String CANDIDATES =
            " --sizes 50M,100M,200M,400M --tokens 1B,2B,4B,8B --replicates 200";

    /** A run that gives the loss of a published law. */
    public static final class LawRun implements Task {
        /** Made by name, for each attempt. */
        public LawRun() {}

        @Override
        public Outcome run(TaskContext context) {
            double parameters = number(context, "params");
            double tokens = number(context, "tokens");
            // A parameter that came as text would leave no loss.
            double noise = 1 + number(context, "scatter") * Math.sin(parameters + tokens);
            return new Outcome.Finished(Map.of("loss", LAW.loss(parameters, tokens) * noise));
        }

        private static double number(TaskContext context, String name) {
            Object value = context.config().get(name);
            return value instanceof Number number ? number.doubleValue() : Double.NaN;
        }
    }

    private String[] words(String arguments) {
        return ("plan next " + arguments)
                .replace("RUNS", runs.toString())
                .replace("STORE", store())
                .split(" ", -1);
    }

    private String store() {
        return folder.resolve("store").toString();
    }

    @Test
    void runsAreChosenFromAFile() throws IOException {
        JsonNode plan =
                json(
                        words(
                                "RUNS --target 10B:200B --tolerance 1e-4 --budget 1e19 --runs 2 --json"
                                        + CANDIDATES));
        assertEquals(2, plan.get("next").size());
        double spent = 0;
        for (JsonNode run : plan.get("next")) {
            assertEquals(
                    6 * run.get("parameters").asDouble() * run.get("tokens").asDouble(),
                    run.get("flops").asDouble(),
                    1e6);
            spent += run.get("flops").asDouble();
        }
        assertTrue(spent <= 1e19);
        assertTrue(plan.get("end").isNull());
        assertTrue(
                plan.get("loss").get("low").asDouble() < plan.get("loss").get("high").asDouble());
    }

    @Test
    void aDecisionThatCanBeMadeNeedsNoRuns() throws IOException {
        Path page = folder.resolve("next.html");
        assertEquals(
                0,
                run(
                        words(
                                "RUNS --target 10B:200B --tolerance 1 --budget 1e19 --html "
                                        + page
                                        + CANDIDATES)),
                err.toString());
        assertTrue(
                out.toString().replace("\n", " ").contains("that is tight enough."),
                out.toString());
        narrow();
        String html = Files.readString(page);
        assertTrue(html.endsWith("</html>\n"));
        assertTrue(html.contains("runs of runs.csv, budget 1.000e19 FLOPs, C &#x3D; 6 N D"), html);
    }

    @Test
    void withoutALawTheFirstRunsAreNamed() throws IOException {
        List<String> few;
        try (Stream<String> lines = Files.lines(runs)) {
            few = lines.limit(3).toList();
        }
        Files.write(runs, few);
        String asked = "RUNS --target 10B:200B --tolerance 0.01 --budget 1e21 --json" + CANDIDATES;
        JsonNode plan = json(words(asked + " --runs 10"));
        assertTrue(plan.get("loss").isNull());
        // Of the cheaper half: three of 50 million, three of 100 million, one of 200 million.
        assertEquals(7, plan.get("next").size(), plan.toString());
        JsonNode two = json(words(asked + " --runs 2"));
        assertEquals(2, two.get("next").size(), two.toString());
        assertEquals(plan.get("next").get(1), two.get("next").get(1));
    }

    /** There is no variance to speak of before there is a law. */
    @Test
    void theReasonOfTheFirstRunsIsTheirs() throws IOException {
        try (Stream<String> lines = Files.lines(runs)) {
            Files.write(runs, lines.limit(3).toList());
        }
        assertEquals(
                0,
                run(words("RUNS --target 10B:200B --tolerance 0.01 --budget 1e21" + CANDIDATES)),
                err.toString());
        narrow();
        assertTrue(out.toString().contains("They are for a first law"), out.toString());
        assertTrue(!out.toString().contains("variance"), out.toString());
    }

    @Test
    @Tag("slow")
    void theSchedulerMakesTheRunsAndTheStoreKeepsThem() throws IOException {
        String decision = " --target 10B:200B --tolerance 0.05 --budget 1e22";
        JsonNode plan =
                json(
                        words(
                                "--store STORE --json --config scatter=1e-3 --task "
                                        + LawRun.class.getName()
                                        + decision
                                        + CANDIDATES));
        assertEquals("tight_enough", plan.get("end").asText());
        JsonNode again = json(words("--store STORE --json" + decision + CANDIDATES));
        assertEquals("tight_enough", again.get("end").asText());
        assertEquals(plan.get("runs").asInt(), again.get("runs").asInt());
        assertEquals(
                "No unit of the loss was named: it was taken as nats.",
                again.get("warnings").get(0).asText());
        JsonNode fit = json("plan", "fit", "--store", store(), "--replicates", "200", "--json");
        assertEquals(plan.get("runs").asInt(), fit.get("points").asInt());
        String optimum = "optimum --budget 1e21 --replicates 200 --json --store STORE";
        JsonNode best = json(("plan " + optimum).replace("STORE", store()).split(" ", -1));
        assertEquals(store(), best.get("source").asText());
        assertEquals(
                fit.get("parameters").get("alpha").get("estimate").asDouble(),
                best.get("law").get("alpha").asDouble(),
                1e-12);
        assertEquals(
                "No unit of the loss was named: it was taken as nats.",
                best.get("warnings").get(0).asText());
    }

    @Test
    void theSynopsisNamesEachRequiredOptionOnceAForm() {
        assertEquals(0, run("plan", "next", "--help"));
        String usage = out.toString().substring(0, out.toString().indexOf("Choose the runs"));
        for (String option :
                List.of("--target", "--tolerance", "--budget", "--sizes", "--tokens")) {
            assertEquals(3, usage.split(option, -1).length, usage);
        }
        assertTrue(!usage.contains("]..."), usage);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--target 7B:2T --tolerance 0.1 --budget 1e20 | expected a file or --store, found neither",
                "RUNS --store STORE --target 7B:2T --tolerance 0.1 --budget 1e20 | expected a file or --store, found both",
                "RUNS --names a,b,c --target 7B:2T --tolerance 0.1 --budget 1e20 | expected no --names without --store, which does not use it",
                "RUNS --code 2 --target 7B:2T --tolerance 0.1 --budget 1e20 | expected no --code without --task, which does not use it",
                "RUNS --automation advise --target 7B:2T --tolerance 0.1 --budget 1e20 | expected no --automation without --task, which does not use it",
                "--store STORE --task x.Y --experiment a --target 7B:2T --tolerance 0.1 --budget 1e20 | expected no --experiment with --task, which does not use it",
                "RUNS --task x.Y --target 7B:2T --tolerance 0.1 --budget 1e20 | expected --store with --task, found a file",
                "RUNS --target 7B:2T --tolerance -1 --budget 1e20 | expected a positive, finite tolerance in nats, found -1.0",
                "RUNS --target 7B --tolerance 0.1 --budget 1e20 | --target: expected a model and its tokens such as 7B:2T, found 7B",
                "RUNS --target 7B:2T --tolerance 0.1 --budget 1e10 | --budget: expected a run of at most 1.000e10 FLOPs, found 3.000e17 for the cheapest",
                "RUNS --target 7B:2T --tolerance 0.1 --budget 1e20 --most-flops 1e11 | --most-flops: expected a run of at most 1.000e11 FLOPs, found 3.000e17 for the cheapest",
                "RUNS --target 7B:2T --tolerance 0.1 --budget 1e20 --schedules exclude | expected runs with schedule_tokens for --schedules exclude, found none",
            })
    void failuresAreOneSentence(String arguments, String message) {
        assertEquals(1, run(words(arguments + CANDIDATES)));
        assertEquals("retort: " + message, err.toString().strip());
    }

    @Test
    @Tag("slow")
    void aLayerOfEachKindIsTimed() throws IOException {
        String threads = System.getProperty(THREADS);
        try {
            theRaceIsTimed();
        } finally {
            if (threads == null) {
                System.clearProperty(THREADS);
            } else {
                System.setProperty(THREADS, threads);
            }
        }
    }

    private void theRaceIsTimed() throws IOException {
        JsonNode race =
                json(
                        "plan",
                        "crossover",
                        "--width",
                        "16",
                        "--heads",
                        "1",
                        "--state",
                        "4",
                        "--shortest",
                        "128",
                        "--longest",
                        "256",
                        "--repetitions",
                        "5",
                        "--json");
        assertEquals(16, race.get("width").asInt());
        assertEquals(1, race.get("threads").asInt());
        assertEquals(3, race.get("decode").get("lengths").size());
        // The mean of the 40 positions after 128 others.
        assertEquals(148, race.get("decode").get("lengths").get(0).get("length").asInt());
        for (JsonNode length : race.get("decode").get("lengths")) {
            assertTrue(length.get("attentionSeconds").get(0).asDouble() > 0);
            assertTrue(length.get("stateSpaceModelSeconds").asDouble() > 0);
        }
        for (String phase : List.of("prefill", "decode")) {
            JsonNode rates = race.get(phase).get("rates");
            assertTrue(rates.get("flopsPerSecond").asDouble() > 0, phase);
            for (String kind : List.of("elementwise", "reading")) {
                assertEquals(5, rates.get(kind).size());
                rates.get(kind)
                        .forEach(rate -> assertTrue(rate.get("bytesPerSecond").asDouble() > 0));
            }
        }
    }
}

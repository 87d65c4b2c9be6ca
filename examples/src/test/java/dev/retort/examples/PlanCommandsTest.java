package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

class PlanCommandsTest extends PlanCommandRuns {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "fit",
                "loss",
                "optimum",
                "inference",
                "context",
                "testtime",
                "crossover",
                "next"
            })
    void helpNamesEveryOptionWithin80Columns(String name) {
        assertEquals(0, run("plan", name, "--help"));
        CommandLine command =
                Objects.requireNonNull(
                        Objects.requireNonNull(Retort.commandLine().getSubcommands().get("plan"))
                                .getSubcommands()
                                .get(name));
        for (OptionSpec option : command.getCommandSpec().options()) {
            assertTrue(out.toString().contains(option.longestName()), option.longestName());
        }
        narrow();
    }

    @Test
    void helpSaysWhatScalesAddToWholeNumbers() {
        assertEquals(0, run("plan", "context", "--help"));
        String help = out.toString().replaceAll("\\s+", " ");
        assertTrue(help.contains("add 3.1 % to int8 and, with zero points, 12.5 % to int4."), help);
    }

    /** Those that a default needs no word for are switches and what may be left out. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "fit",
                "loss",
                "optimum",
                "inference",
                "context",
                "testtime",
                "crossover",
                "next"
            })
    void helpSaysWhatIsTakenWithoutAnOption(String name) {
        CommandLine command =
                Objects.requireNonNull(
                        Objects.requireNonNull(Retort.commandLine().getSubcommands().get("plan"))
                                .getSubcommands()
                                .get(name));
        for (OptionSpec option : command.getCommandSpec().options()) {
            if (option.defaultValue() != null && option.arity().max() > 0) {
                assertTrue(
                        String.join(" ", option.description()).contains("default"),
                        option.longestName());
            }
        }
    }

    @Test
    void aFitIsPrintedAndIsJsonAndAPage() throws IOException {
        Path page = folder.resolve("law.html");
        assertEquals(
                0,
                run(
                        "plan",
                        "fit",
                        runs.toString(),
                        "--replicates",
                        "400",
                        "--predict",
                        "10B:200B",
                        "--html",
                        page.toString()),
                err.toString());
        assertTrue(out.toString().startsWith("L(N, D) = 1."), out.toString());
        narrow();
        assertTrue(Files.readString(page).endsWith("</html>\n"));

        JsonNode fit = json("plan", "fit", runs.toString(), "--replicates", "400", "--json");
        for (String parameter : List.of("A", "B", "E", "alpha", "beta")) {
            JsonNode interval = fit.get("parameters").get(parameter);
            assertTrue(interval.get("low").asDouble() < interval.get("estimate").asDouble());
            assertTrue(interval.get("estimate").asDouble() < interval.get("high").asDouble());
        }
        assertEquals(
                LAW.alpha(), fit.get("parameters").get("alpha").get("estimate").asDouble(), 0.05);
        assertEquals(4500, fit.get("search").get("starts").asInt());
        assertTrue(fit.get("search").get("converged").asBoolean());
        assertEquals(5, fit.get("covariance").get("matrix").size());
        assertEquals("C = 6 N D", fit.get("convention").asText());
    }

    @Test
    void theOptimumIsThatOfTheLawAndOfTheRuns() throws IOException {
        JsonNode published =
                json(
                        "plan",
                        "optimum",
                        "--published",
                        "besiroglu_2024",
                        "--budget",
                        "5.76e23",
                        "--json");
        assertEquals(72_248_702_500.0, published.get("plan").get("parameters").asDouble(), 1e3);
        JsonNode fitted =
                json(
                        "plan",
                        "optimum",
                        "--runs",
                        runs.toString(),
                        "--replicates",
                        "400",
                        "--budget",
                        "1e22",
                        "--device",
                        "NVIDIA H200",
                        "--mfu",
                        "0.4",
                        "--devices",
                        "8",
                        "--price",
                        "3",
                        "--watts",
                        "1000",
                        "--deadline",
                        "1d",
                        "--input-tokens",
                        "1T",
                        "--output-tokens",
                        "100B",
                        "--output-mfu",
                        "0.02",
                        "--model",
                        "1B:1T",
                        "--json");
        assertEquals(24 * 8, fitted.get("resources").get("deviceHours").asDouble(), 1e-6);
        assertEquals(4, fitted.get("lifetime").size());
        assertEquals("device-hours", fitted.get("lifetime").get(1).get("unit").asText());
        assertEquals("USD", fitted.get("lifetime").get(3).get("unit").asText());
        // The deadline leaves no FLOPs for another model of this loss.
        assertEquals(
                fitted.get("plan").get("parameters").asDouble(),
                fitted.get("lifetime").get(3).get("model").get("parameters").asDouble(),
                1e-4 * fitted.get("plan").get("parameters").asDouble());
        assertTrue(
                fitted.get("intervals").get("parameters").get("low").asDouble()
                        < fitted.get("intervals").get("parameters").get("high").asDouble());
        assertEquals(3, fitted.get("published").size());
        assertTrue(fitted.get("overTraining").get(0).get("computePenalty").asDouble() > 1);
        out.getBuffer().setLength(0);
        assertEquals(
                0,
                run(
                        "plan",
                        "optimum",
                        "--published",
                        "hoffmann_2022",
                        "--loss",
                        "2.1",
                        "--input-tokens",
                        "1T",
                        "--model",
                        "8B:15T",
                        "--html",
                        folder.resolve("plan.html").toString()),
                err.toString());
        narrow();
    }

    @Test
    void theMfuIsTheOneThatARunMeasured() throws IOException {
        Path lines =
                Files.writeString(
                        folder.resolve("run.jsonl"),
                        """
                        {"event":"interval","figures":{"run_mfu_ratio":{"step":0.5,"wall":0.3}}}
                        {"event":"end","figures":{"run_mfu_ratio":{"step":0.5,"wall":0.4}}}
                        {"event":"commit"}
                        """);
        JsonNode plan =
                json(
                        "plan",
                        "optimum",
                        "--published",
                        "besiroglu_2024",
                        "--budget",
                        "3.6e18",
                        "--peak",
                        "1e15",
                        "--mfu-from",
                        lines.toString(),
                        "--json");
        assertEquals(2.5, plan.get("resources").get("deviceHours").asDouble(), 1e-9);
        Files.writeString(lines, "{\"event\":\"end\",\"figures\":{}}\n");
        assertEquals(
                1,
                run(
                        "plan",
                        "optimum",
                        "--published",
                        "besiroglu_2024",
                        "--budget",
                        "1e20",
                        "--peak",
                        "1e15",
                        "--mfu-from",
                        lines.toString()));
        assertTrue(err.toString().contains("found none"), err.toString());
    }

    @Test
    void servingAndContextAreSwept() throws IOException {
        List<String> model =
                List.of(
                        "--parameters=70B",
                        "--layers=80",
                        "--heads=64",
                        "--kv-heads=8",
                        "--peak=989T",
                        "--bandwidth=3.35T",
                        "--memory=80G",
                        "--devices=4");
        for (String command :
                List.of("inference --price=3 --watts=1000 --batch=8,512", "context")) {
            String[] arguments =
                    Stream.of(
                                    Stream.of("plan"),
                                    Stream.of(command.split(" ", -1)),
                                    Stream.of("--html", page(command).toString()),
                                    model.stream())
                            .flatMap(each -> each)
                            .toArray(String[]::new);
            out.getBuffer().setLength(0);
            assertEquals(0, run(arguments), err.toString());
            narrow();
            JsonNode json =
                    json(
                            Stream.concat(Stream.of(arguments), Stream.of("--json"))
                                    .toArray(String[]::new));
            assertEquals(327_680, json.get("cacheBytesPerToken").asDouble());
            JsonNode assumed = json.get("assumptions");
            assertEquals(989e12, assumed.get("peakFlopsPerSecond").asDouble());
            assertEquals(3.35e12, assumed.get("bandwidthBytesPerSecond").asDouble());
            assertEquals(320e9, assumed.get("memoryBytesOfAllDevices").asDouble());
            assertEquals(1, assumed.get("reachedShare").asDouble());
        }
        requestsAreSlowerThanTheirDecode(model);
        String page = Files.readString(page("inference"));
        assertTrue(page.contains("J/token") && page.contains("USD/million tokens"), page);
        // Both plots mark what does not fit.
        assertEquals(2, page.split("</i>does not fit</span>", -1).length - 1);
        String contexts = Files.readString(page("context"));
        assertEquals(2, contexts.split("</i>does not fit</span>", -1).length - 1);
        assertTrue(contexts.contains("Attention is its share of the FLOPs of prefill."), contexts);
    }

    private Path page(String command) {
        return folder.resolve(command.split(" ", -1)[0] + ".html");
    }

    private void requestsAreSlowerThanTheirDecode(List<String> model) throws IOException {
        String[] arguments =
                Stream.concat(Stream.of("plan", "inference", "--batch=8"), model.stream())
                        .toArray(String[]::new);
        out.getBuffer().setLength(0);
        assertEquals(0, run(arguments), err.toString());
        String text = out.toString().replace(System.lineSeparator(), " ");
        assertTrue(text.contains("4 devices together 3.200e11 bytes; 100.0 %"), text);
        assertTrue(text.contains("full context of 1280 tokens, prefill left out"), text);
        JsonNode row =
                json(Stream.concat(Stream.of(arguments), Stream.of("--json"))
                                .toArray(String[]::new))
                        .get("batches")
                        .get(0);
        assertEquals(
                8 * 256 / row.get("requestSeconds").asDouble(),
                row.get("requestTokensPerSecond").asDouble(),
                1e-6);
        assertEquals(
                8 / row.get("decodeStep").get("seconds").asDouble(),
                row.get("decodeTokensPerSecond").asDouble(),
                1e-6);
        assertEquals(1280, row.get("decodeStep").get("context").asInt());
    }

    @Test
    void memoryIsThatOfOneDevice() throws IOException {
        JsonNode plan =
                json(
                        "plan",
                        "optimum",
                        "--published",
                        "besiroglu_2024",
                        "--budget",
                        "1e24",
                        "--peak",
                        "1e15",
                        "--mfu",
                        "0.4",
                        "--devices",
                        "4",
                        "--memory",
                        "80G",
                        "--json");
        assertEquals(4 * 80e9 / 16, plan.get("plan").get("parameters").asDouble(), 1);
    }
}

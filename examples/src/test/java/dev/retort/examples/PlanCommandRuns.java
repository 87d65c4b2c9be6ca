package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.fit.PublishedLaw;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** The commands of {@code plan} on runs that were drawn from a published law. */
abstract class PlanCommandRuns {
    static final ParametricLaw LAW = PublishedLaw.BESIROGLU_2024.law();

    @TempDir Path folder;

    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();
    Path runs;

    @BeforeEach
    void drawRuns() throws IOException {
        Random random = new Random(3);
        StringBuilder file = new StringBuilder("params,tokens,loss,flops\n");
        for (int i = 0; i < 40; i++) {
            double flops = 1e18 * Math.pow(1000, random.nextDouble());
            double size = Math.sqrt(flops / 120) * Math.exp(2.5 * (random.nextDouble() - 0.5));
            double tokens = flops / 6 / size;
            double loss = LAW.loss(size, tokens) * Math.exp(0.004 * random.nextGaussian());
            file.append("%s,%s,%s,%s%n".formatted(size, tokens, loss, flops));
        }
        runs = Files.writeString(folder.resolve("runs.csv"), file);
    }

    final void narrow() {
        out.toString()
                .lines()
                .forEach(
                        line -> assertTrue(line.length() <= 80, () -> line.length() + ": " + line));
    }

    final JsonNode json(String... arguments) throws IOException {
        out.getBuffer().setLength(0);
        assertEquals(0, run(arguments), err.toString());
        return new ObjectMapper().readTree(out.toString());
    }

    /**
     * A failure is one sentence on standard error, and nothing else but the progress of a fit that
     * a busy machine makes slow.
     */
    final void refused(String message, String... arguments) {
        int exit = run(arguments);
        List<String> said =
                err.toString().lines().filter(line -> !line.startsWith("Fit: ")).toList();
        assertEquals(List.of("retort: " + message), said);
        assertEquals(1, exit);
        assertEquals("", out.toString());
    }

    final int run(String... arguments) {
        return Retort.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}

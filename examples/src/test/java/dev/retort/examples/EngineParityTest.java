package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The same seed gives the same losses on both engines, each in a JVM of its own. */
@Tag("slow")
class EngineParityTest {
    @ParameterizedTest
    @ValueSource(strings = {"mlp", "convolutional"})
    void lossesAgreeOverAHundredSteps(String network) throws Exception {
        List<Double> ours = losses(EngineChoice.RETORT, network);
        List<Double> theirs = losses(EngineChoice.PYTORCH, network);
        assertEquals(EngineLosses.STEPS, ours.size());
        assertEquals(EngineLosses.STEPS, theirs.size());
        double largest = 0;
        for (int i = 0; i < ours.size(); i++) {
            largest = Math.max(largest, Math.abs(ours.get(i) - theirs.get(i)));
        }
        System.out.printf(
                "Largest difference of a loss between the engines, %s: %.1e%n", network, largest);
        assertTrue(largest <= 1e-4, ours + "\n" + theirs);
        assertTrue(mean(ours, 80) < mean(ours, 0), "nothing was learned: " + ours);
    }

    private static double mean(List<Double> losses, int from) {
        return losses.subList(from, from + 20).stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElseThrow();
    }

    private static List<Double> losses(EngineChoice engine, String network)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                EngineLosses.class.getName(),
                                engine.name(),
                                network)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        List<String> lines =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
        assertEquals(0, process.waitFor(), String.join("\n", lines));
        return lines.stream()
                .filter(line -> line.startsWith("loss "))
                .map(line -> Double.parseDouble(line.substring("loss ".length())))
                .toList();
    }
}

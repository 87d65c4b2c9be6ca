package dev.retort.torch.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * DJL's blocks, losses, optimizers and trainer on both engines, from parameters that DJL's engine
 * has saved and this one loads: 100 steps with the same losses.
 */
class TrainingParityTest {
    private static final double TOLERANCE = 1e-4;
    private static final int STEPS = 100;

    @TempDir private static Path folder;
    private static Map<String, List<Double>> djl = Map.of();
    private static Map<String, List<Double>> retort = Map.of();

    @BeforeAll
    static void train() throws IOException, InterruptedException {
        djl = losses("PyTorch");
        retort = losses("Retort");
    }

    @Test
    void lossesEqualThoseOfDjlsPyTorchEngine() {
        assertEquals(Network.all().size(), djl.size());
        List<String> differences = new ArrayList<>();
        djl.forEach(
                (network, expected) -> {
                    List<Double> actual = retort.getOrDefault(network, List.of());
                    for (int step = 0; step < STEPS; step++) {
                        double difference = Math.abs(expected.get(step) - actual.get(step));
                        if (!(difference <= TOLERANCE)) {
                            differences.add(
                                    "%s, step %d: expected %s, found %s"
                                            .formatted(
                                                    network,
                                                    step,
                                                    expected.get(step),
                                                    actual.get(step)));
                        }
                    }
                });
        assertEquals(List.of(), differences);
    }

    @Test
    void thePerceptronLearns() {
        List<Double> losses = retort.getOrDefault("perceptron", List.of());
        double before = mean(losses.subList(0, STEPS / 4));
        double after = mean(losses.subList(STEPS * 3 / 4, STEPS));
        assertTrue(after < 0.9 * before, "from " + before + " to " + after);
    }

    private static double mean(List<Double> losses) {
        return losses.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    private static Map<String, List<Double>> losses(String engine)
            throws IOException, InterruptedException {
        Path file = folder.resolve(engine + ".losses");
        int code =
                EngineProcess.start(
                        TrainingRunner.class,
                        engine,
                        folder,
                        List.of(engine, folder.toString(), file.toString()));
        assertEquals(0, code, () -> EngineProcess.log(engine, folder));
        Map<String, List<Double>> losses = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            String[] fields = line.split(" ", -1);
            losses.computeIfAbsent(fields[0], _ -> new ArrayList<>())
                    .add(Double.valueOf(fields[2]));
        }
        return losses;
    }
}

package dev.retort.planning.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.planning.fit.LossPoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * Values that {@code golden.py}, {@code testtime.py} and {@code lbfgs.py} computed, and the points
 * that one drew.
 */
public final class Golden {
    private Golden() {}

    public static JsonNode values(String name) throws IOException {
        return values("golden.json", name);
    }

    public static JsonNode ofTestTime(String name) throws IOException {
        return values("testtime.json", name);
    }

    public static JsonNode ofLbfgs(String name) throws IOException {
        return values("lbfgs.json", name);
    }

    private static JsonNode values(String file, String name) throws IOException {
        try (InputStream in = open(file)) {
            return Objects.requireNonNull(new ObjectMapper().readTree(in).get(name), name);
        }
    }

    public static List<LossPoint> points() throws IOException {
        try (InputStream in = open("points.csv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .map(line -> line.split(",", -1))
                    .map(
                            cells ->
                                    LossPoint.of(
                                            Double.parseDouble(cells[0]),
                                            Double.parseDouble(cells[1]),
                                            Double.parseDouble(cells[2])))
                    .toList();
        }
    }

    private static InputStream open(String name) {
        return Objects.requireNonNull(
                Golden.class.getResourceAsStream("/dev/retort/planning/" + name), name);
    }
}

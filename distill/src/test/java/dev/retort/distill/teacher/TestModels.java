package dev.retort.distill.teacher;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** The models that {@code make_models.py} wrote, and what they must give. */
final class TestModels {
    private TestModels() {}

    static Path file(String name) {
        try {
            return Path.of(requireNonNull(TestModels.class.getResource(name), name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** One of x, logits, hidden and probabilities. */
    static double[][] rows(String name) throws IOException {
        JsonNode node = new ObjectMapper().readTree(file("perceptron.json").toFile()).get(name);
        double[][] rows = new double[node.size()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new double[node.get(i).size()];
            for (int j = 0; j < rows[i].length; j++) {
                rows[i][j] = node.get(i).get(j).asDouble();
            }
        }
        return rows;
    }

    static NDList inputs(NDManager manager) throws IOException {
        return new NDList(manager.create(rows("x")).toType(DataType.FLOAT32, false));
    }

    static double largestDifference(double[][] expected, NDArray found) {
        float[] values = found.toFloatArray();
        int width = expected[0].length;
        double largest = 0;
        for (int i = 0; i < values.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i / width][i % width] - values[i]));
        }
        return values.length == expected.length * width ? largest : Double.NaN;
    }
}

package dev.retort.torch.safetensors;

import ai.djl.ndarray.types.Shape;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files that {@code safetensors_golden.py} wrote. */
final class Golden {
    private Golden() {}

    /** What Python says a tensor of {@code all-types.safetensors} holds; bools are 0 and 1. */
    record Expected(Shape shape, List<String> values) {
        double[] doubles() {
            return values.stream().mapToDouble(Double::parseDouble).toArray();
        }
    }

    static Path file(String name) {
        try {
            return Path.of(Golden.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    static Map<String, Expected> allTypes() {
        Map<String, Expected> expected = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(file("all-types.txt"))) {
                List<String> fields = List.of(line.split(";", -1));
                long[] shape = words(fields.get(1)).stream().mapToLong(Long::parseLong).toArray();
                expected.put(fields.get(0), new Expected(new Shape(shape), words(fields.get(2))));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return expected;
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
    }
}

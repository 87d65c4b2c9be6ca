package dev.retort.distill.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A value and gradients that were computed independently. */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
public record GoldenCase(
        String loss,
        String name,
        Map<String, Double> settings,
        Values student,
        Values teacher,
        long @Nullable [] classes,
        @Nullable List<Values> weights,
        double value,
        double[] gradient,
        @Nullable List<double[]> weightGradients) {
    /** An array. */
    public record Values(long[] shape, double[] values) {
        /** The array in a type. */
        public NDArray array(NDManager manager, DataType type) {
            return manager.create(values, new Shape(shape)).toType(type, true);
        }
    }

    /** All cases of a resource. */
    public static Stream<GoldenCase> read(String resource) {
        try (InputStream in =
                Objects.requireNonNull(GoldenCase.class.getResourceAsStream(resource), resource)) {
            return Stream.of(new ObjectMapper().readValue(in, GoldenCase[].class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A setting of the loss. */
    public double setting(String key) {
        return Objects.requireNonNull(settings.get(key), key);
    }

    /** The loss's own parameters, or none. */
    public List<Values> ownWeights() {
        return weights == null ? List.of() : weights;
    }

    /** The gradient of one of the loss's own parameters. */
    public double[] weightGradient(int place) {
        return Objects.requireNonNull(weightGradients).get(place);
    }

    /** Compares, relative to the size of the largest expected number where that is above 1. */
    public void check(LossOutcome outcome, double tolerance) {
        assertEquals(value, outcome.value(), tolerance * Math.max(1, Math.abs(value)), toString());
        double largest = 1;
        for (double element : gradient) {
            largest = Math.max(largest, Math.abs(element));
        }
        assertArrayEquals(gradient, outcome.gradient(), tolerance * largest, toString());
    }

    @Override
    public String toString() {
        return loss + ", " + name;
    }
}

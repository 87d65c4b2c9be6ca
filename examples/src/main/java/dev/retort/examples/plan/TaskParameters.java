package dev.retort.examples.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.planning.PlanningException;

import java.util.Map;
import java.util.TreeMap;

/**
 * Parameters of a task as an option takes them. They are those of a submitted file: a number that
 * were text there and here a number would make another run of the same.
 */
final class TaskParameters {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private TaskParameters() {}

    /**
     * Parses the values.
     *
     * @param texts the values by name
     * @return numbers and booleans where JSON has such, text else
     * @throws PlanningException if a value is null, a list or an object of JSON, or a whole number
     *     beyond 64 bits
     */
    static Map<String, Object> parse(Map<String, String> texts) {
        Map<String, Object> values = new TreeMap<>();
        texts.forEach((name, text) -> values.put(name, value(name, text)));
        return values;
    }

    private static Object value(String name, String text) {
        JsonNode node = node(text);
        if (node.isTextual()) {
            return node.textValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        if (node.isFloatingPointNumber() && Double.isFinite(node.doubleValue())) {
            return node.doubleValue();
        }
        throw new PlanningException(
                "expected text, true, false, a 64-bit whole number or a finite one for %s of --config, found %s"
                        .formatted(name, text));
    }

    private static JsonNode node(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            return node.isMissingNode() ? JSON.getNodeFactory().textNode(text) : node;
        } catch (JsonProcessingException _) {
            return JSON.getNodeFactory().textNode(text);
        }
    }
}

package dev.retort.experiment.lab;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;

/** Reads fields of a file that a person wrote: what is wrong is told with its place. */
final class JsonFields {
    private JsonFields() {}

    static Object plain(JsonNode value, String where) {
        if (value.isTextual()) {
            return value.textValue();
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return value.longValue();
        }
        if (value.isFloatingPointNumber()) {
            return value.doubleValue();
        }
        throw wrong(where, "a string, a number or a boolean", value);
    }

    static Map<String, String> strings(JsonNode node, String where) {
        Map<String, String> found = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : fields(node, where)) {
            if (!entry.getValue().isTextual()) {
                throw wrong(where + "." + entry.getKey(), "a string", entry.getValue());
            }
            found.put(entry.getKey(), entry.getValue().textValue());
        }
        return found;
    }

    /** Those of an object; none if it is missing. */
    static Set<Map.Entry<String, JsonNode>> fields(JsonNode node, String where) {
        if (!node.isObject() && !node.isMissingNode()) {
            throw wrong(where, "an object", node);
        }
        return node.properties();
    }

    static JsonNode node(JsonNode parent, String name, String where) {
        JsonNode node = parent.get(name);
        if (node == null) {
            throw new IllegalArgumentException(
                    where + ": expected a field \"" + name + "\", found none");
        }
        return node;
    }

    static String text(JsonNode parent, String name, String where) {
        JsonNode node = node(parent, name, where);
        if (!node.isTextual()) {
            throw wrong(where + "." + name, "a string", node);
        }
        return node.textValue();
    }

    static double number(JsonNode parent, String name, String where) {
        JsonNode node = node(parent, name, where);
        if (!node.isNumber()) {
            throw wrong(where + "." + name, "a number", node);
        }
        return node.doubleValue();
    }

    static int whole(JsonNode node, String where) {
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw wrong(where, whole(node, Integer.MIN_VALUE, Integer.MAX_VALUE), node);
        }
        return node.intValue();
    }

    static long wholeLong(JsonNode node, String where) {
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw wrong(where, whole(node, Long.MIN_VALUE, Long.MAX_VALUE), node);
        }
        return node.longValue();
    }

    /** What was expected: of a whole number that is none of those there can be, which there can. */
    private static String whole(JsonNode found, long least, long most) {
        return found.isIntegralNumber()
                ? "a whole number from %d to %d".formatted(least, most)
                : "a whole number";
    }

    /** The elements of an array by their place in it, such as {@code arms[1]}. */
    static SequencedMap<String, JsonNode> elements(JsonNode array, String where) {
        SequencedMap<String, JsonNode> elements = new LinkedHashMap<>();
        for (int i = 0; i < array.size(); i++) {
            elements.put(where + "[" + i + "]", array.get(i));
        }
        return elements;
    }

    static boolean flag(JsonNode node, String where) {
        if (!node.isBoolean()) {
            throw wrong(where, "true or false", node);
        }
        return node.booleanValue();
    }

    static <E extends Enum<E>> E choice(Class<E> type, String text, String where) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        where
                                                + ": expected one of "
                                                + Arrays.toString(type.getEnumConstants())
                                                + ", found \""
                                                + text
                                                + "\""));
    }

    static void known(JsonNode node, String where, Set<String> names) {
        if (!node.isObject()) {
            throw wrong(where, "an object", node);
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!names.contains(entry.getKey())) {
                throw new IllegalArgumentException(
                        where
                                + ": \""
                                + entry.getKey()
                                + "\" is not known, expected one of "
                                + names.stream().sorted().toList());
            }
        }
    }

    static IllegalArgumentException wrong(String where, String expected, JsonNode found) {
        return new IllegalArgumentException(
                where
                        + ": expected "
                        + expected
                        + ", found "
                        + (found.isMissingNode() ? "none" : found));
    }
}

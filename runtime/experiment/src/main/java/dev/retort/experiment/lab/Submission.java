package dev.retort.experiment.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.retort.experiment.Arm;
import dev.retort.experiment.Budget;
import dev.retort.experiment.Design;
import dev.retort.experiment.Direction;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.Resources;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;

/**
 * An experiment and, if it decides one, its hypothesis, as a file says them:
 *
 * <pre>{@code
 * {"hypothesis": {"id": "warm", "team": "vision", "statement": "Temperature 4 beats 1.",
 *                 "metric": "accuracy", "direction": "HIGHER_IS_BETTER", "smallestEffect": 0.005,
 *                 "alpha": 0.05},
 *  "experiment": {"id": "warm-1", "team": "vision", "seeds": [1, 2, 3],
 *                 "arms": [{"name": "t1", "task": "com.example.Distill", "config": {"temperature": 1.0},
 *                           "code": "4f2a", "data": "digits-1"}]}}
 * }</pre>
 *
 * @param hypothesis what is to be decided, or {@code null}
 * @param experiment what is to be run
 */
public record Submission(@Nullable Hypothesis hypothesis, Experiment experiment) {
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build();
    private static final Set<String> TOP = Set.of("hypothesis", "experiment");
    private static final Set<String> OF_HYPOTHESIS =
            Set.of(
                    "id",
                    "team",
                    "statement",
                    "metric",
                    "direction",
                    "smallestEffect",
                    "alpha",
                    "budget");
    private static final Set<String> OF_EXPERIMENT =
            Set.of(
                    "id",
                    "hypothesis",
                    "team",
                    "user",
                    "design",
                    "arms",
                    "seeds",
                    "priority",
                    "resources",
                    "reuse",
                    "budget",
                    "environment",
                    "tags");
    private static final Set<String> OF_ARM = Set.of("name", "task", "config", "code", "data");
    private static final Set<String> OF_BUDGET = Set.of("deviceHours", "money", "deadline");
    private static final Set<String> OF_RESOURCES = Set.of("cores", "devices");

    /**
     * Reads a text.
     *
     * @throws IllegalArgumentException if something is wrong with it; the message says what, where
     */
    public static Submission parse(String json) {
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "expected JSON, found at line "
                            + e.getLocation().getLineNr()
                            + ", column "
                            + e.getLocation().getColumnNr()
                            + ": "
                            + e.getOriginalMessage(),
                    e);
        }
        known(root, "the file", TOP);
        JsonNode hypothesis = root.path("hypothesis");
        Hypothesis parsed = hypothesis.isMissingNode() ? null : hypothesis(hypothesis);
        return new Submission(parsed, experiment(node(root, "experiment", "the file"), parsed));
    }

    private static Hypothesis hypothesis(JsonNode node) {
        String where = "hypothesis";
        known(node, where, OF_HYPOTHESIS);
        return new Hypothesis(
                text(node, "id", where),
                text(node, "team", where),
                text(node, "statement", where),
                text(node, "metric", where),
                choice(Direction.class, text(node, "direction", where), where + ".direction"),
                number(node, "smallestEffect", where),
                number(node, "alpha", where),
                budget(node.path("budget"), where + ".budget"));
    }

    private static Experiment experiment(JsonNode node, @Nullable Hypothesis hypothesis) {
        String where = "experiment";
        known(node, where, OF_EXPERIMENT);
        ExperimentBuilder builder =
                new ExperimentBuilder(text(node, "id", where), text(node, "team", where))
                        .seeds(seeds(node(node, "seeds", where)))
                        .budget(budget(node.path("budget"), where + ".budget"));
        if (node.has("hypothesis")) {
            builder.hypothesis(text(node, "hypothesis", where));
        } else if (hypothesis != null) {
            builder.hypothesis(hypothesis.id());
        }
        if (node.has("user")) {
            builder.user(text(node, "user", where));
        }
        if (node.has("design")) {
            builder.design(choice(Design.class, text(node, "design", where), where + ".design"));
        }
        if (node.has("priority")) {
            builder.priority(whole(node.get("priority"), where + ".priority"));
        }
        if (node.has("reuse")) {
            builder.reuse(flag(node.get("reuse"), where + ".reuse"));
        }
        if (node.has("resources")) {
            builder.resources(resources(node.get("resources"), where + ".resources"));
        }
        JsonNode arms = node(node, "arms", where);
        if (!arms.isArray()) {
            throw wrong(where + ".arms", "an array of objects", arms);
        }
        for (JsonNode arm : arms) {
            builder.arm(arm(arm));
        }
        strings(node.path("environment"), where + ".environment").forEach(builder::environment);
        strings(node.path("tags"), where + ".tags").forEach(builder::tag);
        return builder.build();
    }

    private static Arm arm(JsonNode node) {
        String where = "arm";
        known(node, where, OF_ARM);
        Map<String, Object> config = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : fields(node.path("config"), where + ".config")) {
            JsonNode value = entry.getValue();
            config.put(entry.getKey(), plain(value, where + ".config." + entry.getKey()));
        }
        return new Arm(
                text(node, "name", where),
                text(node, "task", where),
                config,
                text(node, "code", where),
                text(node, "data", where));
    }

    private static Object plain(JsonNode value, String where) {
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

    private static Budget budget(JsonNode node, String where) {
        if (node.isMissingNode()) {
            return Budget.unlimited();
        }
        known(node, where, OF_BUDGET);
        try {
            return new Budget(
                    node.has("deviceHours") ? number(node, "deviceHours", where) : null,
                    node.has("money") ? number(node, "money", where) : null,
                    node.has("deadline") ? Instant.parse(text(node, "deadline", where)) : null);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    where
                            + ".deadline: expected a time such as 2026-01-31T12:00:00Z, found "
                            + node.get("deadline"),
                    e);
        }
    }

    private static Resources resources(JsonNode node, String where) {
        known(node, where, OF_RESOURCES);
        return new Resources(
                node.has("cores") ? whole(node.get("cores"), where + ".cores") : 1,
                node.has("devices") ? whole(node.get("devices"), where + ".devices") : 0);
    }

    private static long[] seeds(JsonNode node) {
        if (!node.isArray()) {
            throw wrong("experiment.seeds", "an array of whole numbers", node);
        }
        return StreamSupport.stream(node.spliterator(), false)
                .flatMapToLong(
                        seed -> {
                            if (!seed.isIntegralNumber() || !seed.canConvertToLong()) {
                                throw wrong("experiment.seeds", "whole numbers", seed);
                            }
                            return LongStream.of(seed.longValue());
                        })
                .toArray();
    }

    private static Map<String, String> strings(JsonNode node, String where) {
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
    private static Set<Map.Entry<String, JsonNode>> fields(JsonNode node, String where) {
        if (!node.isObject() && !node.isMissingNode()) {
            throw wrong(where, "an object", node);
        }
        return node.properties();
    }

    private static JsonNode node(JsonNode parent, String name, String where) {
        JsonNode node = parent.get(name);
        if (node == null) {
            throw new IllegalArgumentException(
                    where + ": expected a field \"" + name + "\", found none");
        }
        return node;
    }

    private static String text(JsonNode parent, String name, String where) {
        JsonNode node = node(parent, name, where);
        if (!node.isTextual()) {
            throw wrong(where + "." + name, "a string", node);
        }
        return node.textValue();
    }

    private static double number(JsonNode parent, String name, String where) {
        JsonNode node = node(parent, name, where);
        if (!node.isNumber()) {
            throw wrong(where + "." + name, "a number", node);
        }
        return node.doubleValue();
    }

    private static int whole(JsonNode node, String where) {
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw wrong(where, "a whole number", node);
        }
        return node.intValue();
    }

    private static boolean flag(JsonNode node, String where) {
        if (!node.isBoolean()) {
            throw wrong(where, "true or false", node);
        }
        return node.booleanValue();
    }

    private static <E extends Enum<E>> E choice(Class<E> type, String text, String where) {
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

    private static void known(JsonNode node, String where, Set<String> names) {
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

    private static IllegalArgumentException wrong(String where, String expected, JsonNode found) {
        return new IllegalArgumentException(where + ": expected " + expected + ", found " + found);
    }
}

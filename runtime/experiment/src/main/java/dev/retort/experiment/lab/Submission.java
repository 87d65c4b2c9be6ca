package dev.retort.experiment.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.retort.experiment.Arm;
import dev.retort.experiment.Budget;
import dev.retort.experiment.Comparison;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.Resources;
import dev.retort.experiment.task.CodeVersion;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * An experiment and, if it decides one, its hypothesis, as a file says them:
 *
 * <pre>{@code
 * {"hypothesis": {"id": "warm", "team": "vision", "statement": "Temperature 4 beats 1.",
 *                 "metric": "accuracy", "direction": "HIGHER_IS_BETTER", "smallestEffect": 0.005,
 *                 "alpha": 0.05, "treatment": "t4", "control": "t1",
 *                 "stop": {"rule": "SIGN_FLIPS", "mostSeeds": 14}},
 *  "experiment": {"id": "warm-1", "team": "vision", "seeds": [1, 2, 3],
 *                 "arms": [{"name": "t1", "task": "com.example.Distill", "config": {"temperature": 1.0},
 *                           "code": "4f2a", "data": "digits-1"}]}}
 * }</pre>
 *
 * <p>Where {@code "code"} is missing, it is the hash of the jar or the classes that the task comes
 * from.
 *
 * <p>Treatment, control and stop rule are part of what is registered. Where they are missing, the
 * first of two arms is the treatment, and at most 14 seeds are run; beside a search, or another
 * number of arms, treatment and control have to be there.
 *
 * <p>Several hypotheses on the arms of one experiment are a family, which is corrected for their
 * number: {@code "family": {"id": "rates", "correction": "HOLM", "alpha": 0.05}, "hypotheses":
 * [...]}.
 *
 * <p>Instead of arms it may have a search:
 *
 * <pre>{@code
 * {"experiment": {"id": "rates", "team": "vision", "search": {
 *     "metric": "loss", "direction": "LOWER_IS_BETTER", "by": "TPE", "trials": 50, "parallel": 4,
 *     "space": [{"name": "rate", "low": 1e-4, "high": 1.0, "scale": "LOG"},
 *               {"name": "width", "low": 16, "high": 256, "whole": true},
 *               {"name": "kind", "choices": ["sgd", "adam"]},
 *               {"name": "warm-up", "choices": [true, false]},
 *               {"name": "momentum", "low": 0.0, "high": 0.99,
 *                "when": {"parent": "kind", "choices": ["sgd"]}}],
 *     "stop": {"rule": "ASHA", "least": 1, "most": 81, "factor": 3},
 *     "trial": {"task": "com.example.Distill", "config": {"epochs": 81}, "code": "4f2a",
 *               "data": "digits-1"}}}}
 * }</pre>
 *
 * @param hypotheses what is to be decided; none if it explores
 * @param experiment what is to be run
 */
public record Submission(List<Hypothesis> hypotheses, Experiment experiment) {
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build();
    private static final Set<String> TOP =
            Set.of("hypothesis", "hypotheses", "family", "experiment");
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
                    "tags",
                    "search",
                    "rerunShare");
    private static final Set<String> OF_ARM =
            Set.of("name", "task", "config", "code", "data", "fork");
    private static final Set<String> OF_BUDGET =
            Set.of("deviceHours", "money", "deadline", "runDeviceHours");
    private static final Set<String> OF_RESOURCES =
            Set.of("cores", "devices", "shares", "peakBytes");

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
            throw new IllegalArgumentException(JsonMistake.sentence(json, e), e);
        }
        if (root.isMissingNode()) {
            throw new IllegalArgumentException("expected a JSON object, found nothing");
        }
        JsonFields.known(root, "the file", TOP);
        JsonNode experiment = JsonFields.node(root, "experiment", "the file");
        List<Hypothesis> parsed = HypothesisFile.all(root, experiment);
        return new Submission(parsed, experiment(experiment, parsed));
    }

    private static Experiment experiment(JsonNode node, List<Hypothesis> hypotheses) {
        String where = "experiment";
        JsonFields.known(node, where, OF_EXPERIMENT);
        ExperimentBuilder builder =
                new ExperimentBuilder(
                                JsonFields.text(node, "id", where),
                                JsonFields.text(node, "team", where))
                        .seeds(seeds(node, where))
                        .budget(budget(node.path("budget"), where + ".budget"));
        if (!hypotheses.isEmpty()) {
            builder.hypothesis(hypotheses.getFirst().id());
        }
        if (node.has("hypothesis")) {
            String named = JsonFields.text(node, "hypothesis", where);
            if (!hypotheses.isEmpty() && !named.equals(hypotheses.getFirst().id())) {
                throw JsonFields.wrong(
                        where + ".hypothesis",
                        "none beside the hypotheses of the file",
                        node.get("hypothesis"));
            }
            builder.hypothesis(named);
        }
        if (hypotheses.size() > 1) {
            builder.alsoDecides(
                    hypotheses.stream().skip(1).map(Hypothesis::id).toArray(String[]::new));
        }
        if (node.has("user")) {
            builder.user(JsonFields.text(node, "user", where));
        }
        if (node.has("design")) {
            requirePaired(JsonFields.text(node, "design", where), where + ".design");
        }
        if (node.has("priority")) {
            builder.priority(JsonFields.whole(node.get("priority"), where + ".priority"));
        }
        if (node.has("reuse")) {
            builder.reuse(JsonFields.flag(node.get("reuse"), where + ".reuse"));
        }
        if (node.has("resources")) {
            builder.resources(resources(node.get("resources"), where + ".resources"));
        }
        if (node.has("rerunShare")) {
            builder.rerunShare(JsonFields.number(node, "rerunShare", where));
        }
        if (node.has("search")) {
            builder.search(SearchFile.plan(node.get("search"), where + ".search"));
        }
        JsonNode arms = node.path("arms");
        if (!arms.isArray() && !(arms.isMissingNode() && node.has("search"))) {
            throw JsonFields.wrong(where + ".arms", "an array of objects", arms);
        }
        JsonFields.elements(arms, where + ".arms")
                .forEach((place, arm) -> builder.arm(arm(arm, place)));
        JsonFields.strings(node.path("environment"), where + ".environment")
                .forEach(builder::environment);
        JsonFields.strings(node.path("tags"), where + ".tags").forEach(builder::tag);
        return builder.build();
    }

    private static void requirePaired(String design, String where) {
        if (!design.equals(Comparison.PAIRED.name())) {
            throw new IllegalArgumentException(
                    where
                            + ": expected \"PAIRED\", found \""
                            + design
                            + "\": runs are compared seed by seed, which is exact also where those"
                            + " of one seed have nothing in common");
        }
    }

    private static Arm arm(JsonNode node, String where) {
        JsonFields.known(node, where, OF_ARM);
        Arm arm = arm(node, where, JsonFields.text(node, "name", where));
        JsonNode fork = node.path("fork");
        if (fork.isMissingNode()) {
            return arm;
        }
        JsonFields.known(fork, where + ".fork", Set.of("arm", "step"));
        return arm.forkedFrom(
                JsonFields.text(fork, "arm", where + ".fork"),
                JsonFields.wholeLong(
                        JsonFields.node(fork, "step", where + ".fork"), where + ".fork.step"));
    }

    /** What an arm does. */
    static Arm arm(JsonNode node, String where, String name) {
        Map<String, Object> config = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry :
                JsonFields.fields(node.path("config"), where + ".config")) {
            config.put(
                    entry.getKey(),
                    JsonFields.plain(entry.getValue(), where + ".config." + entry.getKey()));
        }
        return new Arm(
                name,
                JsonFields.text(node, "task", where),
                config,
                code(node, where),
                JsonFields.text(node, "data", where));
    }

    /** As typed, or else of what is on the class path. */
    private static String code(JsonNode node, String where) {
        if (node.has("code")) {
            return JsonFields.text(node, "code", where);
        }
        try {
            return CodeVersion.of(JsonFields.text(node, "task", where));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    where
                            + ": expected a field \"code\", or a task on the class path to take the"
                            + " version of its code from: "
                            + e.getMessage(),
                    e);
        }
    }

    static Budget budget(JsonNode node, String where) {
        if (node.isMissingNode()) {
            return Budget.unlimited();
        }
        JsonFields.known(node, where, OF_BUDGET);
        try {
            return new Budget(
                    node.has("deviceHours") ? JsonFields.number(node, "deviceHours", where) : null,
                    node.has("money") ? JsonFields.number(node, "money", where) : null,
                    node.has("deadline")
                            ? Instant.parse(JsonFields.text(node, "deadline", where))
                            : null,
                    node.has("runDeviceHours")
                            ? JsonFields.number(node, "runDeviceHours", where)
                            : null);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    where
                            + ".deadline: expected a time such as 2026-01-31T12:00:00Z, found "
                            + node.get("deadline"),
                    e);
        }
    }

    private static Resources resources(JsonNode node, String where) {
        JsonFields.known(node, where, OF_RESOURCES);
        return new Resources(
                node.has("cores") ? JsonFields.whole(node.get("cores"), where + ".cores") : 1,
                node.has("devices") ? JsonFields.whole(node.get("devices"), where + ".devices") : 0,
                node.has("shares")
                        ? Boolean.valueOf(JsonFields.flag(node.get("shares"), where + ".shares"))
                        : null,
                node.has("peakBytes")
                        ? Long.valueOf(bytes(node.get("peakBytes"), where + ".peakBytes"))
                        : null);
    }

    /** Also as 4e9, as people write what is large. */
    private static long bytes(JsonNode node, String where) {
        if (!node.canConvertToExactIntegral() || !node.canConvertToLong()) {
            throw JsonFields.wrong(where, "a whole number of bytes", node);
        }
        return node.longValue();
    }

    /** A search may leave them out. */
    private static long[] seeds(JsonNode experiment, String where) {
        if (experiment.has("search") && !experiment.has("seeds")) {
            return new long[] {1};
        }
        JsonNode node = JsonFields.node(experiment, "seeds", where);
        if (!node.isArray()) {
            throw JsonFields.wrong(where + ".seeds", "an array of whole numbers", node);
        }
        return JsonFields.elements(node, where + ".seeds").entrySet().stream()
                .mapToLong(seed -> JsonFields.wholeLong(seed.getValue(), seed.getKey()))
                .toArray();
    }
}

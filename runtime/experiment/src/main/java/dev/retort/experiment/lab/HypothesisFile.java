package dev.retort.experiment.lab;

import com.fasterxml.jackson.databind.JsonNode;

import dev.retort.experiment.AnalysisPlan;
import dev.retort.experiment.Direction;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.HypothesisFamily;
import dev.retort.experiment.verdict.Design;
import dev.retort.experiment.verdict.Family;
import dev.retort.experiment.verdict.GroupSequential;
import dev.retort.experiment.verdict.OpenEnded;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/** The hypothesis of a {@link Submission}. */
final class HypothesisFile {
    private static final Set<String> OF_HYPOTHESIS =
            Set.of(
                    "id",
                    "team",
                    "statement",
                    "metric",
                    "direction",
                    "smallestEffect",
                    "alpha",
                    "budget",
                    "treatment",
                    "control",
                    "stop");

    private enum Rule {
        SIGN_FLIPS,
        OPEN_ENDED
    }

    private HypothesisFile() {}

    /**
     * Reads a hypothesis.
     *
     * @param experiment the experiment beside it: of two arms, the first is the treatment and the
     *     second the control unless they are named
     * @param family the family it is registered in, which has its alpha, or {@code null}
     */
    static Hypothesis parse(
            JsonNode node, String where, JsonNode experiment, @Nullable HypothesisFamily family) {
        JsonFields.known(node, where, OF_HYPOTHESIS);
        Hypothesis hypothesis =
                new Hypothesis(
                        JsonFields.text(node, "id", where),
                        JsonFields.text(node, "team", where),
                        JsonFields.text(node, "statement", where),
                        JsonFields.text(node, "metric", where),
                        JsonFields.choice(
                                Direction.class,
                                JsonFields.text(node, "direction", where),
                                where + ".direction"),
                        JsonFields.number(node, "smallestEffect", where),
                        family != null && !node.has("alpha")
                                ? family.alpha()
                                : JsonFields.number(node, "alpha", where),
                        Submission.budget(node.path("budget"), where + ".budget"));
        return hypothesis.decidedBy(plan(node, where, experiment, family));
    }

    /** The hypotheses of a file: one by itself, several as a family, or none. */
    static List<Hypothesis> all(JsonNode root, JsonNode experiment) {
        JsonNode one = root.path("hypothesis");
        JsonNode several = root.path("hypotheses");
        if (several.isMissingNode()) {
            if (root.has("family")) {
                throw JsonFields.wrong("hypotheses", "an array beside \"family\"", several);
            }
            return one.isMissingNode()
                    ? List.of()
                    : List.of(parse(one, "hypothesis", experiment, null));
        }
        if (!several.isArray() || !one.isMissingNode()) {
            throw JsonFields.wrong("hypotheses", "an array beside no \"hypothesis\"", several);
        }
        JsonNode node = JsonFields.node(root, "family", "the file");
        JsonFields.known(node, "family", Set.of("id", "correction", "alpha"));
        SequencedMap<String, JsonNode> elements = JsonFields.elements(several, "hypotheses");
        List<String> members = new ArrayList<>();
        elements.forEach((place, each) -> members.add(JsonFields.text(each, "id", place)));
        HypothesisFamily family =
                new HypothesisFamily(
                        JsonFields.text(node, "id", "family"),
                        JsonFields.choice(
                                Family.Correction.class,
                                JsonFields.text(node, "correction", "family"),
                                "family.correction"),
                        JsonFields.number(node, "alpha", "family"),
                        members);
        List<Hypothesis> all = new ArrayList<>();
        elements.forEach((place, each) -> all.add(parse(each, place, experiment, family)));
        return all;
    }

    /** Without one, no run could ever decide the hypothesis, whatever is submitted later. */
    private static AnalysisPlan plan(
            JsonNode node, String where, JsonNode experiment, @Nullable HypothesisFamily family) {
        List<String> arms = new ArrayList<>();
        experiment.path("arms").forEach(arm -> arms.add(arm.path("name").asText()));
        boolean named = node.has("treatment") && node.has("control");
        if (!named && arms.size() != 2) {
            throw new IllegalArgumentException(
                    where
                            + ": expected the fields \"treatment\" and \"control\", since the"
                            + " experiment has not two arms but "
                            + arms);
        }
        return new AnalysisPlan(
                node.has("treatment") ? JsonFields.text(node, "treatment", where) : arms.get(0),
                node.has("control") ? JsonFields.text(node, "control", where) : arms.get(1),
                design(node.path("stop"), where + ".stop", experiment.path("seeds").size()),
                family);
    }

    /**
     * Where it is not said, the usual one, with as many seeds as are submitted if they are more.
     */
    private static Design design(JsonNode node, String where, int seeds) {
        GroupSequential usual =
                GroupSequential.upTo(Math.max(seeds, GroupSequential.usual().maximumSeeds()));
        if (node.isMissingNode()) {
            return usual;
        }
        JsonFields.known(node, where, Set.of("rule", "mostSeeds", "spendingPower"));
        return switch (JsonFields.choice(
                Rule.class, JsonFields.text(node, "rule", where), where + ".rule")) {
            case OPEN_ENDED -> {
                JsonFields.known(node, where, Set.of("rule"));
                yield new OpenEnded();
            }
            case SIGN_FLIPS ->
                    new GroupSequential(
                            node.has("mostSeeds")
                                    ? JsonFields.whole(node.get("mostSeeds"), where + ".mostSeeds")
                                    : usual.maximumSeeds(),
                            node.has("spendingPower")
                                    ? JsonFields.number(node, "spendingPower", where)
                                    : usual.spendingPower());
        };
    }
}

package dev.retort.experiment.lab;

import com.fasterxml.jackson.databind.JsonNode;

import dev.retort.experiment.Direction;
import dev.retort.experiment.SearchPlan;
import dev.retort.experiment.search.AshaPromotion;
import dev.retort.experiment.search.AshaStopping;
import dev.retort.experiment.search.EarlyStopping;
import dev.retort.experiment.search.ExactSet;
import dev.retort.experiment.search.GridSearch;
import dev.retort.experiment.search.Hyperband;
import dev.retort.experiment.search.MedianRule;
import dev.retort.experiment.search.Parameter;
import dev.retort.experiment.search.Proposer;
import dev.retort.experiment.search.RandomSearch;
import dev.retort.experiment.search.Rungs;
import dev.retort.experiment.search.SearchSpace;
import dev.retort.experiment.search.SobolSearch;
import dev.retort.experiment.search.TreeParzenSearch;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The search of a {@link Submission}. */
final class SearchFile {
    private static final List<String> OF_EACH_SEARCH =
            List.of("metric", "direction", "space", "by", "trials", "parallel", "stop", "trial");
    private static final Set<String> OF_CHOICES = Set.of("name", "choices", "when");
    private static final Set<String> OF_RANGE =
            Set.of("name", "low", "high", "scale", "whole", "when");

    /** What a trial adds to its name is a hyphen and its number. */
    private static final String TRIAL = "trial";

    /** Each with what it takes beside what all take. */
    private enum By {
        GRID("points"),
        RANDOM("seed"),
        SET("configs"),
        SOBOL("seed"),
        TPE("seed");

        private final String own;

        By(String own) {
            this.own = own;
        }

        Set<String> fields() {
            Set<String> all = new TreeSet<>(OF_EACH_SEARCH);
            all.add(own);
            return all;
        }
    }

    private enum Rule {
        ASHA,
        ASHA_PROMOTION,
        HYPERBAND,
        MEDIAN;

        Set<String> fields() {
            return switch (this) {
                case ASHA, ASHA_PROMOTION -> Set.of("rule", "least", "most", "factor");
                case HYPERBAND -> Set.of("rule", "most", "factor");
                case MEDIAN -> Set.of("rule", "grace", "leastTrials");
            };
        }
    }

    private SearchFile() {}

    static SearchPlan plan(JsonNode node, String where) {
        Proposer proposer = proposer(node, where);
        JsonNode trial = JsonFields.node(node, "trial", where);
        JsonFields.known(trial, where + ".trial", Set.of("task", "config", "code", "data"));
        SearchSpace space = space(JsonFields.node(node, "space", where), where + ".space");
        int trials =
                node.has("trials")
                        ? whole(node, "trials", where)
                        : switch (proposer) {
                            case GridSearch grid -> grid.size(space);
                            case ExactSet set -> set.configs().size();
                            default -> whole(node, "trials", where);
                        };
        return new SearchPlan(
                JsonFields.text(node, "metric", where),
                JsonFields.choice(
                        Direction.class,
                        JsonFields.text(node, "direction", where),
                        where + ".direction"),
                space,
                proposer,
                node.has("seed") ? wholeLong(node, "seed", where) : 1,
                trials,
                node.has("parallel") ? whole(node, "parallel", where) : 4,
                stopping(node.path("stop"), where + ".stop"),
                Submission.arm(trial, where + ".trial", TRIAL));
    }

    private static Proposer proposer(JsonNode node, String where) {
        By by = JsonFields.choice(By.class, JsonFields.text(node, "by", where), where + ".by");
        JsonFields.known(node, where + " by " + by, by.fields());
        return switch (by) {
            case GRID -> new GridSearch(whole(node, "points", where));
            case RANDOM -> new RandomSearch();
            case SET -> new ExactSet(configs(JsonFields.node(node, "configs", where), where));
            case SOBOL -> new SobolSearch();
            case TPE -> TreeParzenSearch.usual();
        };
    }

    private static List<Map<String, Object>> configs(JsonNode node, String where) {
        if (!node.isArray()) {
            throw JsonFields.wrong(where + ".configs", "an array of objects", node);
        }
        List<Map<String, Object>> configs = new ArrayList<>();
        JsonFields.elements(node, where + ".configs")
                .forEach((place, each) -> configs.add(config(each, place)));
        return configs;
    }

    private static Map<String, Object> config(JsonNode node, String where) {
        Map<String, Object> config = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : JsonFields.fields(node, where)) {
            config.put(
                    entry.getKey(),
                    JsonFields.plain(entry.getValue(), where + "." + entry.getKey()));
        }
        return config;
    }

    private static SearchSpace space(JsonNode node, String where) {
        if (!node.isArray()) {
            throw JsonFields.wrong(where, "an array of objects", node);
        }
        List<SearchSpace.Dimension> dimensions = new ArrayList<>();
        JsonFields.elements(node, where)
                .forEach(
                        (place, each) -> {
                            JsonFields.known(
                                    each, place, each.has("choices") ? OF_CHOICES : OF_RANGE);
                            dimensions.add(
                                    new SearchSpace.Dimension(
                                            parameter(each, place), when(each, place)));
                        });
        return new SearchSpace(dimensions);
    }

    private static Parameter parameter(JsonNode node, String where) {
        String name = JsonFields.text(node, "name", where);
        if (node.has("choices")) {
            return new Parameter.Categorical(
                    name, choices(node.get("choices"), where + ".choices"));
        }
        Parameter.Scale scale =
                node.has("scale")
                        ? JsonFields.choice(
                                Parameter.Scale.class,
                                JsonFields.text(node, "scale", where),
                                where + ".scale")
                        : Parameter.Scale.LINEAR;
        if (node.has("whole") && JsonFields.flag(node.get("whole"), where + ".whole")) {
            return new Parameter.Whole(
                    name, wholeLong(node, "low", where), wholeLong(node, "high", where), scale);
        }
        return new Parameter.Continuous(
                name,
                JsonFields.number(node, "low", where),
                JsonFields.number(node, "high", where),
                scale);
    }

    private static SearchSpace.@Nullable Condition when(JsonNode node, String where) {
        JsonNode when = node.path("when");
        if (when.isMissingNode()) {
            return null;
        }
        JsonFields.known(when, where + ".when", Set.of("parent", "choices"));
        return new SearchSpace.Condition(
                JsonFields.text(when, "parent", where + ".when"),
                new LinkedHashSet<>(
                        choices(
                                JsonFields.node(when, "choices", where + ".when"),
                                where + ".when.choices")));
    }

    private static List<Object> choices(JsonNode node, String where) {
        if (!node.isArray()) {
            throw JsonFields.wrong(where, "an array of strings, numbers or booleans", node);
        }
        List<Object> choices = new ArrayList<>();
        JsonFields.elements(node, where)
                .forEach((place, each) -> choices.add(JsonFields.plain(each, place)));
        return choices;
    }

    private static @Nullable EarlyStopping stopping(JsonNode node, String where) {
        if (node.isMissingNode()) {
            return null;
        }
        Rule rule =
                JsonFields.choice(
                        Rule.class, JsonFields.text(node, "rule", where), where + ".rule");
        JsonFields.known(node, where + " by " + rule, rule.fields());
        return switch (rule) {
            case ASHA -> new AshaStopping(rungs(node, where));
            case ASHA_PROMOTION -> new AshaPromotion(rungs(node, where));
            case HYPERBAND ->
                    new Hyperband(whole(node, "most", where), whole(node, "factor", where));
            case MEDIAN ->
                    new MedianRule(whole(node, "grace", where), whole(node, "leastTrials", where));
        };
    }

    private static Rungs rungs(JsonNode node, String where) {
        return new Rungs(
                whole(node, "least", where),
                whole(node, "most", where),
                whole(node, "factor", where));
    }

    private static long wholeLong(JsonNode node, String name, String where) {
        return JsonFields.wholeLong(JsonFields.node(node, name, where), where + "." + name);
    }

    private static int whole(JsonNode node, String name, String where) {
        return JsonFields.whole(JsonFields.node(node, name, where), where + "." + name);
    }
}

package dev.retort.experiment.mlflow;

import com.fasterxml.jackson.databind.node.ArrayNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Parameters or tags as a tracking server takes them: names of its set of characters, none of them
 * twice, and texts of a bounded length.
 */
final class MlflowPairs {
    /** What the server takes in one request. */
    private static final int MOST = 100;

    private static final int LONGEST_NAME = 250;
    private static final int LONGEST_VALUE = 5000;
    private static final Pattern OTHERS = Pattern.compile("[^A-Za-z0-9_./ -]");

    private final Map<String, String> pairs = new LinkedHashMap<>();

    /** The name under which a server takes a parameter or metric. */
    static String name(String name) {
        return shortened(OTHERS.matcher(name).replaceAll("_"), LONGEST_NAME);
    }

    private static String shortened(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest);
    }

    /** Adds a pair; where another has its name already, its own gets a number. */
    void add(String name, Object value) {
        String free = name(name);
        for (int i = 2; pairs.containsKey(free); i++) {
            String suffix = "_" + i;
            free = shortened(name(name), LONGEST_NAME - suffix.length()) + suffix;
        }
        pairs.put(free, shortened(value.toString(), LONGEST_VALUE));
    }

    ArrayNode all() {
        ArrayNode all = MlflowClient.JSON.createArrayNode();
        pairs.forEach((name, value) -> all.addObject().put("key", name).put("value", value));
        return all;
    }

    List<ArrayNode> batches() {
        List<ArrayNode> batches = new ArrayList<>();
        all().forEach(
                        pair -> {
                            if (batches.isEmpty() || batches.getLast().size() == MOST) {
                                batches.add(MlflowClient.JSON.createArrayNode());
                            }
                            batches.getLast().add(pair);
                        });
        return batches;
    }
}

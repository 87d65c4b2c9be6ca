package dev.retort.experiment.lab;

import com.fasterxml.jackson.databind.JsonNode;

import dev.retort.experiment.json.Json;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Where what was said before and what is said now are not the same, for people. */
final class Differences {
    /** Who changed more than that knows what. */
    private static final int MOST = 3;

    private static final int LONGEST = 60;

    private final List<String> found = new ArrayList<>();

    private Differences() {}

    /**
     * The fields that differ.
     *
     * @param before an object
     * @param now another one of its kind
     * @return such as {@code seeds was [1] and is [1,2]}; the first of them if there are many
     */
    static String between(Object before, Object now) {
        Differences all = new Differences();
        all.compare("", Json.tree(before), Json.tree(now));
        int more = all.found.size() - MOST;
        return String.join(", ", all.found.stream().limit(MOST).toList())
                + (more > 0 ? " and " + more + " more" : "");
    }

    private void compare(String place, @Nullable JsonNode before, @Nullable JsonNode now) {
        if (before == null || now == null) {
            add(place, before, now);
        } else if (before.isObject() && now.isObject()) {
            TreeSet<String> names = new TreeSet<>();
            before.fieldNames().forEachRemaining(names::add);
            now.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                String field = place.isEmpty() ? name : place + "." + name;
                compare(field, before.get(name), now.get(name));
            }
        } else if (before.isArray() && now.isArray() && before.size() == now.size()) {
            for (int i = 0; i < now.size(); i++) {
                compare(place + "[" + i + "]", before.get(i), now.get(i));
            }
        } else if (!before.equals(now)) {
            add(place, before, now);
        }
    }

    private void add(String place, @Nullable JsonNode before, @Nullable JsonNode now) {
        found.add(place + " was " + text(before) + " and is " + text(now));
    }

    private static String text(@Nullable JsonNode value) {
        String text = value == null ? "missing" : value.toString();
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    }
}

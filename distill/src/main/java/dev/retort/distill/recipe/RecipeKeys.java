package dev.retort.distill.recipe;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The keys of a recipe as its records have them: those that may stand in a file, and those that
 * must, which are all that are not {@link Nullable}. They are checked before the values are, since
 * a misspelt key is also a missing one and the spelling is what there is to be said.
 */
final class RecipeKeys {
    private static final String KIND = "kind";

    private RecipeKeys() {}

    /** A key is wrong or missing. */
    static final class KeyException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String path;

        /**
         * @param message what was expected and what was found
         * @param path the key, or the object that lacks it; empty for the recipe itself
         */
        KeyException(String message, String path) {
            super(message);
            this.path = path;
        }

        /** The key, or the object that lacks it; empty for the recipe itself. */
        String path() {
            return path;
        }
    }

    /**
     * Refuses a key that there is none of, and the lack of one that must be there.
     *
     * @throws KeyException with the place, and the nearest key for one that is misspelt
     */
    static void check(ObjectNode recipe) throws KeyException {
        check(recipe, Recipe.class, "");
    }

    private static void check(JsonNode node, Class<?> type, String path) throws KeyException {
        // What is of another kind than expected is refused when it is read.
        if (node instanceof ObjectNode object) {
            if (type == NetworkSettings.class) {
                checkNetwork(object, path);
            } else if (type.isRecord()) {
                check(object, type, List.of(), path);
            }
        }
    }

    private static void checkNetwork(ObjectNode network, String path) throws KeyException {
        if (!network.hasNonNull(KIND)) {
            throw missing(KIND, path);
        }
        Class<?> type = networks().get(network.get(KIND).asText());
        if (type != null) {
            check(network, type, List.of(KIND), path);
        }
    }

    private static void check(ObjectNode object, Class<?> type, List<String> more, String path)
            throws KeyException {
        RecordComponent[] components = type.getRecordComponents();
        List<String> known =
                Stream.concat(
                                more.stream(),
                                Arrays.stream(components).map(RecordComponent::getName))
                        .toList();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            if (!known.contains(entry.getKey())) {
                String found = below(path, entry.getKey());
                throw new KeyException(
                        "expected a key of %s, found %s: did you mean %s?"
                                .formatted(
                                        String.join(", ", known),
                                        found,
                                        RecipeErrors.nearest(entry.getKey(), known)),
                        found);
            }
        }
        for (RecordComponent component : components) {
            String name = component.getName();
            if (object.hasNonNull(name)) {
                checkValue(object.get(name), component, below(path, name));
            } else if (isRequired(component)) {
                throw missing(name, path);
            }
        }
    }

    private static void checkValue(JsonNode value, RecordComponent component, String path)
            throws KeyException {
        if (component.getType() != List.class) {
            check(value, component.getType(), path);
            return;
        }
        Type element = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
        for (int i = 0; i < value.size(); i++) {
            if (element instanceof Class<?> type && value.get(i) != null) {
                check(value.get(i), type, below(path, Integer.toString(i)));
            }
        }
    }

    private static KeyException missing(String key, String path) {
        return new KeyException(
                "expected %s, found none%s".formatted(key, path.isEmpty() ? "" : " at " + path),
                path);
    }

    private static String below(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static boolean isRequired(RecordComponent component) {
        return !component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    /** The kinds of networks, in the order of their annotation. */
    static Map<String, Class<?>> networks() {
        Map<String, Class<?>> networks = new LinkedHashMap<>();
        for (JsonSubTypes.Type type :
                NetworkSettings.class.getAnnotation(JsonSubTypes.class).value()) {
            networks.put(type.name(), type.value());
        }
        return networks;
    }

    /** The keys that must be there, by the object that they stand in; the top is {@code recipe}. */
    static Map<String, List<String>> required() {
        Map<String, List<String>> required = new LinkedHashMap<>();
        collect("recipe", Recipe.class, required);
        return required;
    }

    private static void collect(String name, Class<?> type, Map<String, List<String>> into) {
        if (type == NetworkSettings.class) {
            into.put(name, List.of(KIND));
            networks().forEach((kind, network) -> collect(name + " " + kind, network, into));
        }
        if (!type.isRecord() || into.containsKey(name)) {
            return;
        }
        List<String> keys = new ArrayList<>();
        into.put(name, keys);
        for (RecordComponent component : type.getRecordComponents()) {
            if (isRequired(component)) {
                keys.add(component.getName());
                collect(component.getName(), component.getType(), into);
            }
        }
    }
}

package dev.retort.distill.recipe;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.StringJoiner;

/** Says what is wrong with a recipe in one sentence. */
final class RecipeErrors {
    private RecipeErrors() {}

    static RecipeException of(JsonProcessingException error, Path file) {
        String message =
                switch (error) {
                    case ValueInstantiationException refused ->
                            "%s at %s".formatted(rootMessage(refused), path(refused));
                    case InvalidTypeIdException kind ->
                            "expected a known kind at %s, found %s"
                                    .formatted(path(kind), kind.getTypeId());
                    case InvalidFormatException format ->
                            "expected %s at %s, found %s"
                                    .formatted(
                                            typeName(format.getTargetType()),
                                            path(format),
                                            format.getValue());
                    case JsonMappingException other ->
                            "%s at %s".formatted(firstLine(other), path(other));
                    default -> firstLine(error) + place(error.getLocation());
                };
        return new RecipeException(message + ", in " + file, error);
    }

    /**
     * The known key that is spelt most like the one that was found; of several one that begins
     * alike, since the first letter is rarely the wrong one.
     */
    static String nearest(String found, Collection<String> known) {
        String initial = found.substring(0, Math.min(1, found.length()));
        return known.stream()
                .min(
                        Comparator.comparingInt((String key) -> distance(found, key))
                                .thenComparing(key -> !key.startsWith(initial)))
                .orElseThrow();
    }

    /** Levenshtein's: the fewest insertions, deletions and changes of a character. */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }

    private static String path(JsonMappingException error) {
        StringJoiner path = new StringJoiner(".");
        for (JsonMappingException.Reference step : error.getPath()) {
            path.add(
                    step.getFieldName() == null
                            ? Integer.toString(step.getIndex())
                            : step.getFieldName());
        }
        return path.length() == 0 ? "the top" : path.toString();
    }

    private static String typeName(Class<?> type) {
        return switch (type.getSimpleName()) {
            case "int", "Integer", "long", "Long" -> "an integer";
            case "double", "Double", "float", "Float" -> "a number";
            case "boolean", "Boolean" -> "true or false";
            case String name -> "a value of " + name;
        };
    }

    private static String rootMessage(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    private static String firstLine(JsonProcessingException error) {
        return String.valueOf(error.getOriginalMessage())
                .lines()
                .findFirst()
                .orElse("not readable");
    }

    private static String place(JsonLocation location) {
        return location == null ? "" : " at line " + location.getLineNr();
    }
}

package dev.retort.distill.recipe;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says what is wrong with a recipe in one sentence. */
final class RecipeErrors {
    // As jackson-core 2.20 has them.
    private static final Pattern DUPLICATE = Pattern.compile("Duplicate [Ff]ield '(.*)'.*");
    private static final Pattern NUMBER =
            Pattern.compile("Malformed numeric value \\(?['\"](.*?)['\"]\\)?.*");

    // Where the parser says that something began: its words for a file, which it does not know.
    private static final Pattern SOURCE = Pattern.compile(" ?\\([^(]*\\[Source: [^\\]]*\\]\\)");

    private RecipeErrors() {}

    /** The parser cannot read the text. */
    static RecipeException unreadable(JsonProcessingException error, Path file) {
        return new RecipeException(
                unreadable(firstLine(error)) + place(error.getLocation()) + ", in " + file, error);
    }

    /**
     * A value is not what its key needs.
     *
     * @param recipe all of the recipe, with what comes from its base
     * @param lines where its keys stand in the file
     */
    static RecipeException unfit(
            JsonMappingException error, ObjectNode recipe, RecipeLines lines, Path file) {
        String message =
                switch (error) {
                    case ValueInstantiationException refused ->
                            "%s at %s".formatted(rootMessage(refused), path(refused));
                    case InvalidTypeIdException kind ->
                            "expected the kind %s at %s, found %s"
                                    .formatted(
                                            or(List.copyOf(RecipeKeys.networks().keySet())),
                                            path(kind),
                                            kind.getTypeId());
                    case InvalidFormatException format ->
                            "expected %s at %s, found %s"
                                    .formatted(
                                            typeName(format.getTargetType()),
                                            path(format),
                                            format.getValue());
                    case MismatchedInputException kind ->
                            "expected %s at %s, found %s"
                                    .formatted(
                                            typeName(kind.getTargetType()),
                                            path(kind),
                                            RecipeFile.kind(valueAt(recipe, kind)));
                    default -> "%s at %s".formatted(firstLine(error), path(error));
                };
        return new RecipeException(
                "%s%s, in %s".formatted(message, lines.of(path(error)), file), error);
    }

    private static JsonNode valueAt(ObjectNode recipe, JsonMappingException error) {
        JsonNode value = recipe;
        for (JsonMappingException.Reference step : error.getPath()) {
            value =
                    step.getFieldName() == null
                            ? value.path(step.getIndex())
                            : value.path(step.getFieldName());
        }
        return value;
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

    private static String typeName(@Nullable Class<?> type) {
        if (type == null) {
            return "another value";
        }
        if (type.isRecord() || type == NetworkSettings.class || Map.class.isAssignableFrom(type)) {
            return "keys with values";
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "a list";
        }
        return switch (type.getSimpleName()) {
            case "String" -> "text";
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
                .map(said -> SOURCE.matcher(said).replaceAll(""))
                .orElse("not readable");
    }

    /** What the parser says, in our order of words where it is known. */
    private static String unreadable(String said) {
        Matcher twice = DUPLICATE.matcher(said);
        if (twice.matches()) {
            return "expected each key once, found %s twice".formatted(twice.group(1));
        }
        Matcher number = NUMBER.matcher(said);
        return number.matches()
                ? "expected a finite number, found " + number.group(1)
                : "expected a recipe that can be read, found what cannot (%s)".formatted(said);
    }

    private static String or(List<String> words) {
        int last = words.size() - 1;
        return "%s or %s".formatted(String.join(", ", words.subList(0, last)), words.get(last));
    }

    private static String place(JsonLocation location) {
        return location == null ? "" : " at line " + location.getLineNr();
    }
}

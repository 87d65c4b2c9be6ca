package dev.retort.distill.recipe;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;

import dev.retort.efficiency.report.AtomicFile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads and writes recipes: JSON in files named {@code .json}, YAML in those named {@code .yaml} or
 * {@code .yml}.
 *
 * <p>A file says everything, or has a key {@code base} that names one of {@link Recipes}, and what
 * it leaves out is as it is there. An object with another {@code kind} than that of the base
 * replaces it as a whole.
 */
public final class RecipeFile {
    private static final String BASE = "base";
    private static final String KIND = "kind";
    private static final String NAME = "name";

    private static final ObjectMapper JSON = configured(new ObjectMapper());
    private static final ObjectMapper YAML =
            configured(
                    new ObjectMapper(
                            new YAMLFactory()
                                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                                    .disable(YAMLGenerator.Feature.USE_NATIVE_TYPE_ID)));

    private RecipeFile() {}

    private static ObjectMapper configured(ObjectMapper mapper) {
        return mapper.enable(SerializationFeature.INDENT_OUTPUT)
                .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
    }

    /**
     * Reads a recipe.
     *
     * @param file the file
     * @return the recipe
     * @throws IOException if the file is missing or cannot be read
     * @throws RecipeException if it is no recipe; a key that is not known is named with the nearest
     *     that is
     */
    public static Recipe read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(file.toString());
        }
        try {
            JsonNode tree = mapper(file).readTree(Files.readString(file, StandardCharsets.UTF_8));
            if (!(tree instanceof ObjectNode changes)) {
                throw new RecipeException("expected a recipe in %s, found none".formatted(file));
            }
            return bind(changes, file);
        } catch (JsonProcessingException e) {
            throw RecipeErrors.of(e, file);
        }
    }

    private static Recipe bind(ObjectNode changes, Path file) throws JsonProcessingException {
        JsonNode named = changes.remove(BASE);
        if (!changes.has(NAME)) {
            changes.put(NAME, baseName(file));
        }
        ObjectNode merged = named == null ? changes : base(named.asText(), file);
        if (named != null) {
            merge(merged, changes);
        }
        return JSON.treeToValue(merged, Recipe.class);
    }

    private static ObjectNode base(String name, Path file) {
        Recipe recipe =
                Recipes.named(name)
                        .orElseThrow(
                                () ->
                                        new RecipeException(
                                                "expected a base of %s in %s, found %s"
                                                        .formatted(names(), file, name)));
        return JSON.valueToTree(recipe);
    }

    private static String names() {
        return String.join(" or ", Recipes.all().stream().map(Recipe::name).toList());
    }

    private static String baseName(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
    }

    private static void merge(ObjectNode into, ObjectNode changes) {
        for (Map.Entry<String, JsonNode> change : List.copyOf(changes.properties())) {
            String key = change.getKey();
            JsonNode value = change.getValue();
            if (value instanceof ObjectNode inner
                    && into.get(key) instanceof ObjectNode own
                    && (!inner.has(KIND) || inner.get(KIND).equals(own.get(KIND)))) {
                merge(own, inner);
            } else {
                into.set(key, value);
            }
        }
    }

    /**
     * Writes a recipe with all that it says, so that a later version with other defaults reads the
     * same. A crash leaves no file or a complete one.
     *
     * @param recipe the recipe
     * @param file the file; its folder exists
     * @return the file
     * @throws IOException if it cannot be written
     */
    public static Path write(Recipe recipe, Path file) throws IOException {
        return AtomicFile.write(file, mapper(file).writeValueAsBytes(recipe));
    }

    private static ObjectMapper mapper(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            return YAML;
        }
        if (name.endsWith(".json")) {
            return JSON;
        }
        throw new RecipeException(
                "expected a recipe in a file named .json, .yaml or .yml, found " + file);
    }
}

package dev.retort.distill.recipe;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;

import dev.retort.efficiency.report.AtomicFile;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads and writes recipes: JSON in files named {@code .json}, YAML in those named {@code .yaml} or
 * {@code .yml}. A model that a run left, {@code .safetensors} or {@code .onnx}, is read as the
 * recipe that {@linkplain ModelRecipe it holds}.
 *
 * <p>A file has a key {@code base} that names one of {@link Recipes}, and what it leaves out is as
 * it is there; or it says everything, which are the {@linkplain #requiredKeys required keys}. An
 * object with another {@code kind} than that of the base replaces it as a whole, and a {@code
 * schedule} that has no warm-up takes that of the base away. Without a {@code name} a recipe has
 * that of its file. Paths in it are relative to the folder of the file.
 */
public final class RecipeFile {
    private static final String BASE = "base";
    private static final String KIND = "kind";
    private static final String NAME = "name";
    private static final String SCHEDULE = "schedule";
    private static final String WARM_UP = "warmUp";

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
        if (Files.isDirectory(file)) {
            throw new FileSystemException(
                    file.toString(), null, "expected a recipe, found a folder");
        }
        if (!Files.exists(file)) {
            throw new NoSuchFileException(
                    file.toString(), null, "expected a recipe, found no file");
        }
        try {
            boolean isModel = ModelRecipe.isModel(file);
            ObjectMapper mapper = isModel ? JSON : mapper(file);
            String text = isModel ? ModelRecipe.read(file) : Files.readString(file);
            JsonNode tree = mapper.readTree(text);
            if (!(tree instanceof ObjectNode changes)) {
                throw new RecipeException(
                        "expected a recipe, which is keys with values such as base: %s, in %s, found %s"
                                .formatted(Recipes.digits().name(), file, kind(tree)));
            }
            return bind(changes, file, new RecipeLines(mapper, isModel ? "" : text));
        } catch (JsonProcessingException e) {
            throw RecipeErrors.unreadable(e, file);
        } catch (CharacterCodingException e) {
            throw new RecipeException(
                    "expected a recipe as text in UTF-8 in %s, found other bytes".formatted(file),
                    e);
        }
    }

    /** What stands where something else is expected. */
    static String kind(@Nullable JsonNode tree) {
        return switch (tree == null ? JsonNodeType.MISSING : tree.getNodeType()) {
            case MISSING, NULL -> "nothing";
            case ARRAY -> "a list";
            case OBJECT -> "keys with values";
            case STRING -> "text";
            default -> "a single value";
        };
    }

    private static Recipe bind(ObjectNode changes, Path file, RecipeLines lines)
            throws JsonProcessingException {
        JsonNode named = changes.remove(BASE);
        if (!changes.has(NAME)) {
            changes.put(NAME, baseName(file));
        }
        ObjectNode merged = named == null ? changes : base(named.asText(), file);
        if (named != null) {
            merge(merged, changes);
        }
        try {
            RecipeKeys.check(merged);
            return located(JSON.treeToValue(merged, Recipe.class), file.toAbsolutePath());
        } catch (RecipeKeys.KeyException e) {
            throw new RecipeException(
                    "%s%s%s, in %s"
                            .formatted(
                                    e.getMessage(),
                                    named == null
                                            ? " (a file without the key base says everything)"
                                            : "",
                                    lines.of(e.path()),
                                    file),
                    e);
        } catch (JsonMappingException e) {
            throw RecipeErrors.unfit(e, merged, lines, file);
        }
    }

    /** With paths that mean the same from any folder of a process. */
    private static Recipe located(Recipe recipe, Path file) {
        Recipe.Builder builder = recipe.change();
        String data = recipe.data().folder();
        if (data != null) {
            builder.data(settings -> settings.withFolder(beside(file, data)));
        }
        String teacher = recipe.teacher().file();
        if (teacher != null) {
            builder.teacher(settings -> settings.at(beside(file, teacher)));
        }
        CacheSettings cache = recipe.cache();
        if (cache != null) {
            builder.cache(new CacheSettings(beside(file, cache.folder()), cache.type()));
        }
        return builder.build();
    }

    private static String beside(Path file, String path) {
        return file.resolveSibling(path).normalize().toString();
    }

    /**
     * The keys that a file without a {@code base} must have, {@code name} apart.
     *
     * @return the keys of each object by its key; those of the file itself under {@code recipe},
     *     those of a network beside its {@code kind} under {@code network} with that kind
     */
    public static Map<String, List<String>> requiredKeys() {
        Map<String, List<String>> keys = new LinkedHashMap<>(RecipeKeys.required());
        keys.computeIfPresent(
                "recipe", (_, all) -> all.stream().filter(key -> !key.equals(NAME)).toList());
        return keys;
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
        JsonNode schedule = changes.get(SCHEDULE);
        if (schedule != null && !TrainingSettings.warmsUp(schedule.asText())) {
            into.put(WARM_UP, 0);
        }
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
                "expected a recipe in a file named .json, .yaml or .yml, or a model named .safetensors or .onnx, found "
                        + file);
    }
}

package dev.retort.distill.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.distill.data.LabelledData;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The recipe of a run inside of the models that the run leaves: in the metadata of safetensors
 * files and of ONNX models, so that a model that was moved away from its folder still says what
 * makes it once more. {@link RecipeFile#read} reads a model as it does a recipe.
 */
public final class ModelRecipe {
    private static final String RECIPE = "retort.recipe";
    private static final String PROVENANCE = "retort.provenance";
    private static final String RERUN = "retort.rerun";
    private static final String INPUT = "retort.input";
    private static final String SAFETENSORS = ".safetensors";
    private static final String ONNX = ".onnx";
    private static final String SAFETENSORS_METADATA = "__metadata__";
    // As the safetensors library has it.
    private static final long LARGEST_HEADER = 100_000_000;
    // Of ModelProto in onnx.proto.
    private static final int ONNX_METADATA = 14;
    private static final int LENGTH = 2;

    private ModelRecipe() {}

    /**
     * What a model says of its run.
     *
     * @param recipe the recipe, with hashes
     * @param provenance what the run was computed with
     * @param data samples that the model was trained on, or others of their form
     * @return entries for the metadata of a file
     */
    public static Map<String, String> metadata(
            Recipe recipe, Provenance provenance, LabelledData data) {
        ObjectMapper json = new ObjectMapper();
        Map<String, String> entries = new TreeMap<>();
        try {
            entries.put(RECIPE, json.writeValueAsString(recipe));
            entries.put(PROVENANCE, json.writeValueAsString(provenance));
        } catch (JsonProcessingException e) {
            throw new AssertionError("both are made of words, numbers and lists", e);
        }
        entries.put(INPUT, data.inputWords());
        entries.put(RERUN, "./retort distill --recipe FILE, with this file");
        return entries;
    }

    /** Whether a file is a model by its name. */
    static boolean isModel(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(SAFETENSORS) || name.endsWith(ONNX);
    }

    /** The recipe in a model, as JSON. */
    static String read(Path file) throws IOException {
        boolean onnx = file.toString().toLowerCase(Locale.ROOT).endsWith(ONNX);
        Optional<String> recipe;
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            recipe = onnx ? ofOnnx(in) : ofSafetensors(in, file);
        } catch (EOFException | JsonProcessingException e) {
            throw new RecipeException(
                    "expected %s model in %s, found one that cannot be read"
                            .formatted(onnx ? "an ONNX" : "a safetensors", file),
                    e);
        }
        return recipe.orElseThrow(
                () ->
                        new RecipeException(
                                "expected a model with the recipe of its run, found none in "
                                        + file));
    }

    /**
     * The header is JSON behind its length, and says where in what follows the tensors end. The
     * tensors are not read.
     */
    private static Optional<String> ofSafetensors(DataInputStream in, Path file)
            throws IOException {
        long length = Long.reverseBytes(in.readLong());
        if (length < 2 || length > LARGEST_HEADER) {
            throw new EOFException("a header of " + length + " bytes");
        }
        byte[] bytes = whole(in, Math.toIntExact(length));
        JsonNode header = new ObjectMapper().readTree(new String(bytes, StandardCharsets.UTF_8));
        long end = 0;
        for (JsonNode tensor : header) {
            end = Math.max(end, tensor.path("data_offsets").path(1).asLong());
        }
        long expected = Long.BYTES + length + end;
        long found = Files.size(file);
        if (found < expected) {
            throw new RecipeException(
                    "expected the %d bytes of a safetensors model that its header names in %s, found %d: it was cut short"
                            .formatted(expected, file, found));
        }
        String recipe = header.path(SAFETENSORS_METADATA).path(RECIPE).asText("");
        return Optional.of(recipe).filter(text -> !text.isEmpty());
    }

    private static byte[] whole(DataInputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("%d bytes of %d".formatted(bytes.length, length));
        }
        return bytes;
    }

    /**
     * One message of protocol buffers (protobuf.dev, "Encoding"), whose large fields are skipped;
     * to its end, so that one that was cut short is found out.
     */
    private static Optional<String> ofOnnx(DataInputStream in) throws IOException {
        Optional<String> recipe = Optional.empty();
        for (int first = in.read(); first >= 0; first = in.read()) {
            long tag = varint(in, first);
            long length = lengthOfField(in, tag);
            if (length < 0) {
                throw new EOFException("a field of " + length + " bytes");
            }
            if (tag != (ONNX_METADATA << 3 | LENGTH)) {
                in.skipNBytes(length);
                continue;
            }
            if (length > LARGEST_HEADER) {
                throw new EOFException("an entry of " + length + " bytes");
            }
            byte[] message = whole(in, (int) length);
            DataInputStream entry = new DataInputStream(new ByteArrayInputStream(message));
            String key = text(entry);
            if (key.equals(RECIPE)) {
                recipe = Optional.of(text(entry));
            }
        }
        return recipe;
    }

    /** The bytes that are left of a field whose tag was read; a number is read as well. */
    private static long lengthOfField(DataInputStream in, long tag) throws IOException {
        return switch ((int) (tag & 7)) {
            case 0 -> {
                varint(in, in.readUnsignedByte());
                yield 0;
            }
            case 1 -> Long.BYTES;
            case LENGTH -> varint(in, in.readUnsignedByte());
            case 5 -> Integer.BYTES;
            default -> throw new EOFException("a field with the tag " + tag);
        };
    }

    /** A string of an entry, whose fields stand in their order. */
    private static String text(DataInputStream entry) throws IOException {
        long tag = varint(entry, entry.readUnsignedByte());
        long length = Math.clamp(lengthOfField(entry, tag), 0, entry.available());
        return new String(entry.readNBytes((int) length), StandardCharsets.UTF_8);
    }

    /** Seven bits a byte, the lowest first. */
    private static long varint(DataInputStream in, int first) throws IOException {
        long value = first & 0x7f;
        int next = first;
        for (int shift = 7; (next & 0x80) != 0; shift += 7) {
            if (shift > 63) {
                throw new EOFException("a number of more than 64 bits");
            }
            next = in.readUnsignedByte();
            value |= (long) (next & 0x7f) << shift;
        }
        return value;
    }
}

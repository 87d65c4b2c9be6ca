package dev.retort.distill.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.distill.data.DataException;
import dev.retort.distill.fingerprint.Fingerprint;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A tokenizer in the format of Hugging Face's {@code tokenizer.json}, run by their library through
 * DJL. What the file says of truncation and padding is left out, so that a text has all of its
 * tokens.
 *
 * <p>Immutable, and safe to share between threads. Owns native memory until it is closed.
 */
public final class SubwordTokenizer implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Map<String, String> OPTIONS =
            Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");

    private final HuggingFaceTokenizer tokenizer;
    private final byte[] json;
    private final int size;
    private final SortedSet<Integer> special;
    private final Path origin;

    private SubwordTokenizer(ObjectNode tree, Path origin) throws IOException {
        this.origin = origin;
        tree.putNull("truncation");
        tree.putNull("padding");
        special = new TreeSet<>();
        int largest = -1;
        for (JsonNode added : tree.path("added_tokens")) {
            largest = Math.max(largest, added.path("id").asInt());
            if (added.path("special").asBoolean()) {
                special.add(added.path("id").asInt());
            }
        }
        for (JsonNode id : tree.path("model").path("vocab")) {
            largest = Math.max(largest, id.asInt(-1));
        }
        size = largest + 1;
        json = MAPPER.writeValueAsBytes(tree);
        tokenizer = HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), OPTIONS);
    }

    /**
     * Opens a tokenizer.
     *
     * @param file a {@code tokenizer.json}
     * @return the tokenizer, to be closed
     * @throws DataException if the file is not in that format, or its vocabulary is no map from
     *     tokens to numbers, as that of a unigram model is not
     * @throws IOException if it cannot be read
     */
    public static SubwordTokenizer open(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        try {
            if (MAPPER.readTree(bytes) instanceof ObjectNode tree
                    && tree.path("model").path("vocab").isObject()) {
                return new SubwordTokenizer(tree, file);
            }
        } catch (IOException | RuntimeException e) {
            throw new DataException(
                    "expected a tokenizer.json, found %s: %s".formatted(file, e.getMessage()), e);
        }
        throw new DataException(
                "expected a tokenizer.json with a vocabulary by token, found none in " + file);
    }

    /**
     * The tokens of a text.
     *
     * @param text the text
     * @return their numbers, without special tokens such as {@code [CLS]} around them; empty for a
     *     text without a word
     */
    public int[] ids(String text) {
        return ids(text, false);
    }

    /**
     * DJL's {@code encode} would copy the words, spans and masks of all tokens out of the library
     * as well, which takes as long as finding the tokens.
     */
    private int[] ids(String text, boolean framed) {
        TokenizersLibrary library = TokenizersLibrary.LIB;
        long encoding = library.encode(tokenizer.getHandle(), text, framed);
        try {
            return Arrays.stream(library.getTokenIds(encoding))
                    .mapToInt(Math::toIntExact)
                    .toArray();
        } finally {
            library.deleteEncoding(encoding);
        }
    }

    /**
     * What the tokenizer puts around a text for the model it belongs to, such as {@code [CLS]} and
     * {@code [SEP]}.
     *
     * @return the special tokens before and after, in one array of two
     */
    int[][] frame() {
        int[] inner = ids("a");
        int[] whole = ids("a", true);
        int before = 0;
        while (before < whole.length && whole[before] != inner[0]) {
            before++;
        }
        return new int[][] {
            Arrays.copyOfRange(whole, 0, before),
            Arrays.copyOfRange(whole, before + inner.length, whole.length)
        };
    }

    /**
     * The size of the vocabulary: tokens are numbered from 0 to below it.
     *
     * @return at least 1
     */
    public int size() {
        return size;
    }

    /**
     * Tokens that stand for no text, such as {@code [PAD]}, and the one for unknown text.
     *
     * @return their numbers
     */
    public SortedSet<Integer> special() {
        return special;
    }

    /**
     * A hash over all that decides the tokens of a text.
     *
     * @return the hash of the file's content
     */
    public Fingerprint fingerprint() {
        return Fingerprint.of(json);
    }

    /** The file's content without truncation and padding. */
    byte[] json() {
        return json;
    }

    /** The file that it was read from. */
    @Override
    public String toString() {
        return origin.toString();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}

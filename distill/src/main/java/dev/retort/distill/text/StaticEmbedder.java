package dev.retort.distill.text;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.distill.data.DataException;
import dev.retort.efficiency.report.AtomicFile;
import dev.retort.torch.safetensors.Safetensors;
import dev.retort.torch.safetensors.SafetensorsFile;
import dev.retort.torch.safetensors.TensorEntry;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Embeds a text by the mean of a vector for each of its tokens: no layers, so a text costs little
 * more than its tokenisation. {@link StaticDistillation} makes one from a sentence encoder.
 *
 * {@snippet :
 * try (StaticEmbedder embedder = StaticEmbedder.load(Path.of("runs/text/static"))) {
 *     float[] a = embedder.embed("The invoice is attached.");
 *     float[] b = embedder.embed("Please find our bill enclosed.");
 * }
 * }
 *
 * <p>A folder holds {@code model.safetensors} with the tensor {@code embeddings} of shape (tokens,
 * dimensions), {@code tokenizer.json} and {@code config.json}: the files of Python's model2vec,
 * which reads them by {@code StaticModel.from_pretrained(folder)}. Loading needs no engine; it
 * needs {@code dev.retort:retort-torch} on the class path.
 *
 * <p>Immutable, and safe to share between threads.
 */
public final class StaticEmbedder implements TextEmbedder {
    private static final String TENSOR = "embeddings";
    private static final String MODEL = "model.safetensors";
    private static final String TOKENIZER = "tokenizer.json";
    private static final String CONFIG = "config.json";
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final float[] table;
    private final int dimensions;
    private final SubwordTokenizer tokenizer;
    private final boolean owned;

    private StaticEmbedder(
            float[] table, int dimensions, SubwordTokenizer tokenizer, boolean owned) {
        this.table = requireNonNull(table, "table is null");
        this.dimensions = dimensions;
        this.tokenizer = requireNonNull(tokenizer, "tokenizer is null");
        this.owned = owned;
        if (dimensions < 1 || table.length != (long) tokenizer.size() * dimensions) {
            throw new IllegalArgumentException(
                    "expected %d vectors, one a token of %s, of %d dimensions, found %d numbers"
                            .formatted(tokenizer.size(), tokenizer, dimensions, table.length));
        }
    }

    /**
     * An embedder of vectors in memory.
     *
     * @param table a row for each token of the vocabulary; not copied
     * @param dimensions the length of a row
     * @param tokenizer the tokenizer; borrowed
     * @return the embedder
     */
    public static StaticEmbedder of(float[] table, int dimensions, SubwordTokenizer tokenizer) {
        return new StaticEmbedder(table, dimensions, tokenizer, false);
    }

    /**
     * Loads an embedder.
     *
     * @param folder a folder that {@link #save} wrote, or model2vec in single precision
     * @return the embedder, to be closed
     * @throws DataException if the files do not fit each other
     * @throws IOException if a file is missing or cannot be read
     */
    public static StaticEmbedder load(Path folder) throws IOException {
        SubwordTokenizer tokenizer = SubwordTokenizer.open(folder.resolve(TOKENIZER));
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(MODEL))) {
            TensorEntry tensor = file.tensors().get(TENSOR);
            if (tensor == null
                    || tensor.shape().dimension() != 2
                    || tensor.shape().get(0) != tokenizer.size()
                    || tensor.length() != tensor.shape().size() * Float.BYTES) {
                throw new DataException(
                        "expected a tensor %s of 32-bit floats with %d rows in %s, found %s"
                                .formatted(
                                        TENSOR,
                                        tokenizer.size(),
                                        folder.resolve(MODEL),
                                        file.tensors().values()));
            }
            float[] table = file.bytes(TENSOR).toArray(FLOAT);
            return new StaticEmbedder(
                    table, Math.toIntExact(tensor.shape().get(1)), tokenizer, true);
        } catch (IOException | RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    /**
     * Saves the embedder, each file by an atomic rename.
     *
     * @param folder an existing folder
     * @param parent an array lives in a sub-manager of it meanwhile
     * @throws IOException if a file cannot be written
     */
    public void save(Path folder, NDManager parent) throws IOException {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("model_type", "model2vec");
        config.put("architectures", new String[] {"StaticModel"});
        config.put("hidden_dim", dimensions);
        config.put("normalize", true);
        AtomicFile.write(folder.resolve(CONFIG), new ObjectMapper().writeValueAsBytes(config));
        AtomicFile.write(folder.resolve(TOKENIZER), tokenizer.json());
        try (NDManager scope = parent.newSubManager()) {
            Safetensors.save(
                    folder.resolve(MODEL),
                    Map.of(TENSOR, scope.create(table, new Shape(tokenizer.size(), dimensions))),
                    Map.of());
        }
    }

    @Override
    public String description() {
        return "static, %d tokens, %d dimensions".formatted(tokenizer.size(), dimensions);
    }

    @Override
    public int dimensions() {
        return dimensions;
    }

    /** The number of parameters. */
    public long parameters() {
        return table.length;
    }

    @Override
    public float[] embed(String text) {
        return embed(tokenizer.ids(text));
    }

    /**
     * Embeds tokens.
     *
     * @param tokens their numbers in the tokenizer's vocabulary
     * @return a vector of length 1; zeros for no token
     */
    public float[] embed(int[] tokens) {
        // The direction of the mean is that of the sum.
        float[] sum = new float[dimensions];
        for (int token : tokens) {
            int row = token * dimensions;
            for (int i = 0; i < dimensions; i++) {
                sum[i] += table[row + i];
            }
        }
        Directions.scaleToUnit(sum);
        return sum;
    }

    /** The vectors, a row a token. */
    float[] table() {
        return table;
    }

    /** The tokenizer. */
    SubwordTokenizer tokenizer() {
        return tokenizer;
    }

    /** Closes the tokenizer where {@link #load} opened it. */
    @Override
    public void close() {
        if (owned) {
            tokenizer.close();
        }
    }
}

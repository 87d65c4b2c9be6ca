package dev.retort.distill.text;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import dev.retort.distill.cache.Augmentation;
import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.cache.CacheKey;
import dev.retort.distill.cache.Drift;
import dev.retort.distill.cache.SampleReader;
import dev.retort.distill.fingerprint.Fingerprint;
import dev.retort.distill.teacher.ModelTeacher;
import dev.retort.distill.teacher.Teacher;
import dev.retort.distill.teacher.TeacherException;
import dev.retort.distill.teacher.TeacherOutput;
import dev.retort.distill.train.GradientMode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A transformer that gives a vector for each token, as a teacher of embeddings: the mean of the
 * vectors over the tokens of a window, special ones included, scaled to length 1. That is how
 * sentence-transformers of the family all-MiniLM are pooled (Reimers and Gurevych, "Sentence-BERT",
 * 2019).
 *
 * <p>It is asked about {@link TokenWindows}. Confined to one thread.
 */
public final class SentenceEncoder implements Teacher {
    private static final String POOLING = "mean over the mask, unit length";

    private final ModelTeacher model;
    private final SubwordTokenizer tokenizer;
    private final List<String> inputs;
    private final int dimensions;

    private SentenceEncoder(ModelTeacher model, SubwordTokenizer tokenizer, List<String> inputs) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.inputs = inputs;
        // Not of the model's engine, which runs models and does little else with arrays.
        try (NDManager scope = NDManager.newBaseManager()) {
            NDList probe = TokenWindows.vocabulary(1).reader(tokenizer).read(new long[1], 0, scope);
            NDArray hidden = hidden(probe, scope);
            if (hidden.getShape().dimension() != 3) {
                throw new TeacherException(
                        "expected a vector for each token from %s, found an output of shape %s"
                                .formatted(description(), hidden.getShape()));
            }
            dimensions = Math.toIntExact(hidden.size(2));
        }
    }

    /**
     * An encoder that is an ONNX model, run by DJL's ONNX Runtime engine on the CPU.
     *
     * @param file the model; its inputs are among {@code input_ids}, {@code attention_mask} and
     *     {@code token_type_ids}, and its first output is of shape (batch, tokens, dimensions)
     * @param tokenizer the model's; borrowed
     * @param threads threads of an operation, at least 1
     * @return the encoder, to be closed
     * @throws IOException if the file is missing or cannot be read
     * @throws TeacherException if it is no such model, or the engine is missing
     */
    public static SentenceEncoder onnx(Path file, SubwordTokenizer tokenizer, int threads)
            throws IOException {
        ModelTeacher model = ModelTeacher.onnx(file, TeacherOutput.FEATURES, threads);
        try {
            return new SentenceEncoder(
                    model,
                    requireNonNull(tokenizer, "tokenizer is null"),
                    List.copyOf(model.model().getBlock().describeInput().keys()));
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    @Override
    public String description() {
        return model.description();
    }

    @Override
    public TeacherOutput output() {
        return TeacherOutput.FEATURES;
    }

    /**
     * The length of an embedding.
     *
     * @return at least 1
     */
    public int dimensions() {
        return dimensions;
    }

    /**
     * The tokenizer of the encoder.
     *
     * @return the tokenizer, borrowed
     */
    public SubwordTokenizer tokenizer() {
        return tokenizer;
    }

    /**
     * The embeddings of windows.
     *
     * @param data tokens and mask, as {@link TokenWindows#reader} gives them
     * @param positions not looked at
     * @param owner owns the result, and gives its engine and its device
     * @return {@code FLOAT32} of shape (windows, dimensions), rows of length 1
     */
    @Override
    public NDArray outputs(NDList data, long[] positions, NDManager owner) {
        try (GradientMode _ = GradientMode.off(owner.getEngine());
                NDManager scope = owner.newSubManager()) {
            NDArray hidden = hidden(data, scope);
            NDArray mask =
                    scope.create(data.get(1).toLongArray(), data.get(1).getShape())
                            .toType(DataType.FLOAT32, false)
                            .expandDims(2);
            NDArray sums = hidden.mul(mask).sum(new int[] {1});
            // The mean has the direction of the sum.
            NDArray unit = sums.normalize(2, 1);
            unit.attach(owner);
            return unit;
        }
    }

    private NDArray hidden(NDList data, NDManager owner) {
        try (NDManager scope = owner.newSubManager()) {
            NDList ordered = new NDList(inputs.size());
            for (String input : inputs) {
                ordered.add(
                        switch (input) {
                            case "input_ids" -> data.get(0);
                            case "attention_mask" -> data.get(1);
                            case "token_type_ids" ->
                                    scope.create(
                                            new long[Math.toIntExact(data.get(0).size())],
                                            data.get(0).getShape());
                            default ->
                                    throw new TeacherException(
                                            "expected the inputs input_ids, attention_mask and"
                                                    + " token_type_ids of %s, found %s"
                                                            .formatted(description(), inputs));
                        });
            }
            return model.outputs(ordered, owner, 1).head();
        }
    }

    /**
     * The embeddings of all windows, asked for once: later calls with the same encoder and windows
     * read what it said.
     *
     * @param windows the windows
     * @param folder stores the embeddings
     * @param reader gives the windows to the encoder: {@link TokenWindows#reader}, or one that
     *     counts what it is asked for on the way
     * @param seen is told how what was stored compares with what the encoder says now
     * @param manager what is made lives in a sub-manager of it
     * @return a row for each window, one after the other
     * @throws IOException if the store cannot be read or written, or is damaged
     */
    public float[] embeddings(
            TokenWindows windows,
            CacheFolder folder,
            SampleReader reader,
            Consumer<Drift> seen,
            NDManager manager)
            throws IOException {
        CacheKey key =
                new CacheKey(
                        fingerprint(),
                        windows.fingerprint(),
                        tokenizer.fingerprint(),
                        folder.encoding(),
                        Augmentation.OFF,
                        windows.size(),
                        dimensions);
        try (CacheFolder.Opened opened = folder.open(key, this, reader, manager)) {
            seen.accept(opened.drift());
            long[] all = new long[windows.size()];
            for (int i = 0; i < all.length; i++) {
                all[i] = i;
            }
            return opened.cache().read(all, 0);
        }
    }

    /**
     * The encoder as an embedder of texts, for comparisons with another one.
     *
     * @param windowLength the most tokens of a window
     * @param mostWindows the most windows of a text
     * @param parent intermediate arrays live in sub-managers of it
     * @return an embedder that borrows this encoder
     */
    public TextEmbedder embedder(int windowLength, int mostWindows, NDManager parent) {
        return new Windowed(windowLength, mostWindows, parent);
    }

    @Override
    public Fingerprint fingerprint() {
        List<String> words = new ArrayList<>(List.of(POOLING, model.fingerprint().hex()));
        words.addAll(inputs);
        return Fingerprint.of(words);
    }

    /** Closes the model; the tokenizer stays open. */
    @Override
    public void close() {
        model.close();
    }

    /** Embeds one text at a time, all of its windows as a batch. */
    private final class Windowed implements TextEmbedder {
        private final int windowLength;
        private final int mostWindows;
        private final NDManager parent;

        Windowed(int windowLength, int mostWindows, NDManager parent) {
            this.windowLength = windowLength;
            this.mostWindows = mostWindows;
            this.parent = parent;
        }

        @Override
        public String description() {
            return SentenceEncoder.this.description();
        }

        @Override
        public int dimensions() {
            return dimensions;
        }

        @Override
        public float[] embed(String text) {
            TokenWindows windows =
                    TokenWindows.of(List.of(tokenizer.ids(text)), windowLength, mostWindows);
            long[] positions = new long[windows.size()];
            for (int i = 0; i < positions.length; i++) {
                positions[i] = i;
            }
            try (NDManager scope = parent.newSubManager()) {
                NDList batch = windows.reader(tokenizer).read(positions, 0, scope);
                float[] rows = outputs(batch, positions, scope).toFloatArray();
                return windows.meanByText(rows, dimensions)[0];
            }
        }

        @Override
        public void close() {}
    }
}

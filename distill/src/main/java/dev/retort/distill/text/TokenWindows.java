package dev.retort.distill.text;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.retort.distill.cache.SampleReader;
import dev.retort.distill.fingerprint.Fingerprint;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The tokens of texts, cut into windows that an encoder can take. Windows are ordered by their
 * length, so that those of a batch need little padding; the order of equals is that of the texts.
 * Immutable.
 */
public final class TokenWindows {
    private final List<Window> windows;
    private final int texts;

    /**
     * A stretch of a text.
     *
     * @param text which text, from 0
     * @param tokens its tokens, without special ones
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Window(int text, int[] tokens) {}

    private TokenWindows(List<Window> windows, int texts) {
        this.windows = List.copyOf(windows);
        this.texts = texts;
    }

    /**
     * Cuts texts.
     *
     * @param texts the tokens of each text, at least one text
     * @param length the most tokens of a window, at least 1
     * @param most the most windows of a text, at least 1: what comes after them is left out
     * @return the windows; a text without a token has one without a token
     */
    public static TokenWindows of(List<int[]> texts, int length, int most) {
        if (length < 1 || most < 1 || texts.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected at least 1 text, window and token, found %d, %d and %d"
                            .formatted(texts.size(), most, length));
        }
        List<Window> windows = new ArrayList<>();
        for (int text = 0; text < texts.size(); text++) {
            int[] tokens = texts.get(text);
            int count = Math.clamp((tokens.length + length - 1) / length, 1, most);
            for (int i = 0; i < count; i++) {
                int from = i * length;
                int to = Math.min(tokens.length, from + length);
                windows.add(new Window(text, Arrays.copyOfRange(tokens, from, to)));
            }
        }
        windows.sort(Comparator.comparingInt(window -> window.tokens().length));
        return new TokenWindows(windows, texts.size());
    }

    /**
     * Each token of a vocabulary as a text of its own, in the order of their numbers.
     *
     * @param size the size of the vocabulary
     * @return the windows
     */
    public static TokenWindows vocabulary(int size) {
        return of(IntStream.range(0, size).mapToObj(token -> new int[] {token}).toList(), 1, 1);
    }

    /**
     * The number of windows.
     *
     * @return at least 1
     */
    public int size() {
        return windows.size();
    }

    /**
     * The number of texts.
     *
     * @return at least 1
     */
    public int texts() {
        return texts;
    }

    /**
     * The tokens of a window.
     *
     * @param window its position
     * @return a copy
     */
    public int[] tokens(int window) {
        return windows.get(window).tokens().clone();
    }

    /**
     * The windows of some texts, in the same order.
     *
     * @param chosen tells by a text's position whether its windows stay
     * @return those windows; the positions of texts are what they were
     */
    public TokenWindows ofTexts(IntPredicate chosen) {
        return new TokenWindows(
                windows.stream().filter(window -> chosen.test(window.text())).toList(), texts);
    }

    /**
     * The rows of {@link #ofTexts}.
     *
     * @param rows a row for each window, in their order
     * @param width the length of a row
     * @param chosen tells by a text's position whether the rows of its windows stay
     * @return a row for each window of those texts
     */
    public float[] rowsOfTexts(float[] rows, int width, IntPredicate chosen) {
        int[] kept =
                IntStream.range(0, size())
                        .filter(window -> chosen.test(windows.get(window).text()))
                        .toArray();
        float[] some = new float[kept.length * width];
        for (int i = 0; i < kept.length; i++) {
            System.arraycopy(rows, kept[i] * width, some, i * width, width);
        }
        return some;
    }

    /** How many tokens a window has. */
    int length(int window) {
        return windows.get(window).tokens().length;
    }

    /**
     * What an encoder is given for windows: the tokens with the special ones of its tokenizer, and
     * a mask that is 0 where a window was filled up to the longest of its batch.
     *
     * @param tokenizer the encoder's
     * @return gives two arrays of shape (windows, tokens), {@code INT64}
     */
    public SampleReader reader(SubwordTokenizer tokenizer) {
        int[][] frame = tokenizer.frame();
        return (positions, view, owner) -> {
            if (view != 0) {
                throw new IllegalArgumentException("expected view 0 of texts, found " + view);
            }
            return batch(positions, frame, owner);
        };
    }

    private NDList batch(long[] positions, int[][] frame, NDManager owner) {
        int longest = 0;
        for (long position : positions) {
            longest = Math.max(longest, length(Math.toIntExact(position)));
        }
        int width = frame[0].length + longest + frame[1].length;
        long[] ids = new long[positions.length * width];
        long[] mask = new long[ids.length];
        for (int row = 0; row < positions.length; row++) {
            int at = row * width;
            int[] tokens = windows.get(Math.toIntExact(positions[row])).tokens();
            for (int[] part : new int[][] {frame[0], tokens, frame[1]}) {
                for (int token : part) {
                    ids[at] = token;
                    mask[at++] = 1;
                }
            }
        }
        Shape shape = new Shape(positions.length, width);
        return new NDList(owner.create(ids, shape), owner.create(mask, shape));
    }

    /**
     * A hash of all tokens, by which stored outputs are told to be of these windows.
     *
     * @return the hash
     */
    public Fingerprint fingerprint() {
        int words = windows.stream().mapToInt(window -> 2 + window.tokens().length).sum();
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(words, Integer.BYTES));
        for (Window window : windows) {
            bytes.putInt(window.text()).putInt(window.tokens().length);
            for (int token : window.tokens()) {
                bytes.putInt(token);
            }
        }
        return Fingerprint.of(bytes.array());
    }

    /**
     * Embeddings of texts from those of their windows: the mean, each window with the weight of its
     * number of tokens, as if the encoder had seen the text as a whole; then scaled to length 1.
     *
     * @param embeddings a row for each window, in their order
     * @param dimensions the length of a row
     * @return a row for each text, in their order
     */
    public float[][] meanByText(float[] embeddings, int dimensions) {
        if (embeddings.length != Math.multiplyExact(size(), dimensions)) {
            throw new IllegalArgumentException(
                    "expected %d embeddings of %d numbers, found %d numbers"
                            .formatted(size(), dimensions, embeddings.length));
        }
        float[][] means = new float[texts][dimensions];
        for (int row = 0; row < size(); row++) {
            float weight = Math.max(1, length(row));
            float[] mean = means[windows.get(row).text()];
            for (int i = 0; i < dimensions; i++) {
                mean[i] += weight * embeddings[row * dimensions + i];
            }
        }
        for (float[] mean : means) {
            Directions.scaleToUnit(mean);
        }
        return means;
    }
}

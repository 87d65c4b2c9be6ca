package dev.retort.distill.text;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** The encoder that {@code make_encoder.py} wrote, with a tokenizer of 12 tokens. */
final class TinyEncoder {
    static final int TOKENS = 12;
    static final int DIMENSIONS = 4;
    static final int START = 2;
    static final int END = 3;

    private TinyEncoder() {}

    static SubwordTokenizer tokenizer() throws IOException {
        return SubwordTokenizer.open(file("tokenizer.json"));
    }

    static SentenceEncoder encoder(SubwordTokenizer tokenizer) throws IOException {
        return SentenceEncoder.onnx(file("encoder.onnx"), tokenizer, 1);
    }

    /** The row of a token, by the formula in the script. */
    static double row(int token, int column) {
        double fraction = ((token + 1) * (column + 2) * 0.37) % 1;
        return Math.round((fraction - 0.5) * 100) / 100.0;
    }

    /** The direction of the sum of rows. */
    static double[] direction(int... tokens) {
        double[] sum = new double[DIMENSIONS];
        for (int token : tokens) {
            for (int i = 0; i < DIMENSIONS; i++) {
                sum[i] += row(token, i);
            }
        }
        double squares = 0;
        for (double value : sum) {
            squares += value * value;
        }
        for (int i = 0; i < DIMENSIONS; i++) {
            sum[i] /= Math.sqrt(squares);
        }
        return sum;
    }

    static Path file(String name) {
        try {
            return Path.of(requireNonNull(TinyEncoder.class.getResource(name), name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}

package dev.retort.distill.data;

import ai.djl.ndarray.types.Shape;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * The 1,797 handwritten digits of 8x8 pixels that Retort ships: the test images of "Optical
 * Recognition of Handwritten Digits" (E. Alpaydin, C. Kaynak; UCI Machine Learning Repository, CC
 * BY 4.0).
 */
public final class Digits {
    private static final int PIXELS = 64;
    private static final int TEST = 450;
    private static final int VALIDATION = 180;
    // One split for every run, so that runs differ by initialisation and data order alone.
    private static final long SPLIT_SEED = 0;

    private Digits() {}

    /**
     * Loads the digits.
     *
     * @return 1,167 training, 180 validation and 450 test samples of shape (64), stratified by
     *     class; the split is always the same
     */
    public static DataSplit load() {
        LabelledData all = read();
        int[] test = DataSplit.stratifiedSample(all, TEST, SPLIT_SEED);
        LabelledData development = all.select(DataSplit.rest(all, test));
        int[] validation = DataSplit.stratifiedSample(development, VALIDATION, SPLIT_SEED);
        return new DataSplit(
                "digits",
                development.select(DataSplit.rest(development, validation)),
                development.select(validation),
                all.select(test),
                "UCI Optical Recognition of Handwritten Digits, the 1,797 test images, shipped with"
                        + " Retort; one fixed stratified split");
    }

    private static LabelledData read() {
        List<String> lines;
        try (InputStream resource = Digits.class.getResourceAsStream("digits.csv.gz")) {
            if (resource == null) {
                throw new DataException("digits.csv.gz is missing from the retort-distill jar");
            }
            lines =
                    new BufferedReader(
                                    new InputStreamReader(
                                            new GZIPInputStream(resource),
                                            StandardCharsets.US_ASCII))
                            .lines()
                            .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] pixels = new byte[lines.size() * PIXELS];
        int[] labels = new int[lines.size()];
        for (int i = 0; i < labels.length; i++) {
            String[] fields = lines.get(i).split(",", -1);
            for (int j = 0; j < PIXELS; j++) {
                pixels[i * PIXELS + j] = Byte.parseByte(fields[j]);
            }
            labels[i] = Integer.parseInt(fields[PIXELS]);
        }
        return new LabelledData(pixels, 16, new Shape(PIXELS), labels, 10);
    }
}

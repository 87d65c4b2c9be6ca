package dev.retort.examples;

import dev.retort.distill.text.StaticEmbedder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How alike texts are, by the static embedder that {@code ./retort distill text --out runs/text}
 * saved: {@code java --enable-native-access=ALL-UNNAMED -cp
 * "examples/target/*:examples/target/lib/*" dev.retort.examples.CompareTexts runs/text/static "a
 * text" "another"}
 */
public final class CompareTexts {
    private CompareTexts() {}

    /**
     * Prints the cosine between the first text and each of the others.
     *
     * @param arguments the folder of the embedder, and at least two texts
     * @throws IOException if the embedder cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 3) {
            throw new IllegalArgumentException(
                    "expected a folder and at least 2 texts, found %d arguments"
                            .formatted(arguments.length));
        }
        try (StaticEmbedder embedder = StaticEmbedder.load(Path.of(arguments[0]))) {
            float[] first = embedder.embed(arguments[1]);
            for (int i = 2; i < arguments.length; i++) {
                float[] other = embedder.embed(arguments[i]);
                double cosine = 0;
                for (int j = 0; j < first.length; j++) {
                    cosine += first[j] * other[j];
                }
                System.out.printf(Locale.ROOT, "%.3f  %s%n", cosine, arguments[i]);
            }
        }
    }
}

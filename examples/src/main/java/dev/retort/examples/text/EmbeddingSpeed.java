package dev.retort.examples.text;

import dev.retort.distill.text.TextEmbedder;

import java.util.ArrayList;
import java.util.List;

/**
 * Times embedders on the same texts, tokenisation included, one text after the other on the calling
 * thread. They take turns, so that what else the machine does meets all of them.
 */
final class EmbeddingSpeed {
    // What is over sooner than this would be timed by the grain of the clock and the compiler.
    private static final long SHORTEST_NANOS = 500_000_000L;

    private EmbeddingSpeed() {}

    /**
     * Times embedders.
     *
     * @param embedders the embedders
     * @param texts what is embedded in a round, as often as it takes half a second
     * @param rounds how many rounds, after one that does not count
     * @return texts a second, a list of rounds for each embedder
     */
    static List<List<Double>> measure(
            List<? extends TextEmbedder> embedders, List<String> texts, int rounds) {
        List<List<Double>> speeds = new ArrayList<>();
        embedders.forEach(_ -> speeds.add(new ArrayList<>()));
        for (int round = 0; round <= rounds; round++) {
            for (int i = 0; i < embedders.size(); i++) {
                double speed = speed(embedders.get(i), texts);
                if (round > 0) {
                    speeds.get(i).add(speed);
                }
            }
        }
        return speeds;
    }

    private static double speed(TextEmbedder embedder, List<String> texts) {
        long begin = System.nanoTime();
        long count = 0;
        double sum = 0;
        do {
            for (String text : texts) {
                sum += embedder.embed(text)[0];
            }
            count += texts.size();
        } while (System.nanoTime() - begin < SHORTEST_NANOS);
        long nanos = System.nanoTime() - begin;
        if (Double.isNaN(sum)) {
            throw new IllegalStateException(
                    "expected numbers from %s, found none".formatted(embedder.description()));
        }
        return count * 1e9 / nanos;
    }
}

package dev.retort.distill.text;

import org.apache.commons.statistics.ranking.NaturalRanking;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How well one embedder tells of the likeness of texts what another one does.
 *
 * @param spearman Spearman's rank correlation between the cosines of the two over all pairs of
 *     texts, from -1 to 1
 * @param neighboursKept the share of the 10 nearest texts of each text by one embedder that are
 *     among the 10 nearest by the other, from 0 to 1; by chance it is 10 in the number of the other
 *     texts
 * @param texts the number of texts
 */
public record EmbeddingFidelity(double spearman, double neighboursKept, int texts) {
    /** How many nearest texts are looked at. */
    public static final int NEIGHBOURS = 10;

    /**
     * Compares embeddings of the same texts. Takes time and memory by the square of their number.
     *
     * @param teacher a vector of length 1 for each text, of more than 10 texts
     * @param student a vector of length 1 for each text, of any dimensions
     * @return the comparison
     */
    public static EmbeddingFidelity of(float[][] teacher, float[][] student) {
        int texts = teacher.length;
        if (texts <= NEIGHBOURS || student.length != texts) {
            throw new IllegalArgumentException(
                    "expected embeddings of the same texts, more than %d, found %d and %d"
                            .formatted(NEIGHBOURS, texts, student.length));
        }
        double[][] own = cosines(teacher);
        double[][] other = cosines(student);
        double kept = 0;
        for (int text = 0; text < texts; text++) {
            int[] nearest = nearest(own[text], text);
            int[] theirs = nearest(other[text], text);
            kept +=
                    IntStream.of(nearest)
                            .filter(i -> IntStream.of(theirs).anyMatch(j -> j == i))
                            .count();
        }
        return new EmbeddingFidelity(
                spearman(pairs(own), pairs(other)), kept / texts / NEIGHBOURS, texts);
    }

    private static double[][] cosines(float[][] vectors) {
        double[][] cosines = new double[vectors.length][vectors.length];
        for (int i = 0; i < vectors.length; i++) {
            for (int j = 0; j < i; j++) {
                cosines[i][j] = Directions.product(vectors[i], vectors[j]);
                cosines[j][i] = cosines[i][j];
            }
        }
        return cosines;
    }

    private static int[] nearest(double[] cosines, int self) {
        return IntStream.range(0, cosines.length)
                .filter(i -> i != self)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -cosines[i]))
                .limit(NEIGHBOURS)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static double[] pairs(double[][] square) {
        return IntStream.range(0, square.length)
                .boxed()
                .flatMapToDouble(i -> IntStream.range(0, i).mapToDouble(j -> square[i][j]))
                .toArray();
    }

    /** Pearson's correlation of the ranks; equal numbers share the mean of their ranks. */
    static double spearman(double[] a, double[] b) {
        NaturalRanking ranking = new NaturalRanking();
        double[] x = ranking.apply(a);
        double[] y = ranking.apply(b);
        double mean = (x.length + 1) / 2.0;
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            xy += (x[i] - mean) * (y[i] - mean);
            xx += (x[i] - mean) * (x[i] - mean);
            yy += (y[i] - mean) * (y[i] - mean);
        }
        return xy / Math.sqrt(xx * yy);
    }
}

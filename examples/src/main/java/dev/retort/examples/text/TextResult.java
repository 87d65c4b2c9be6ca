package dev.retort.examples.text;

import dev.retort.distill.text.EmbeddingFidelity;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.List;

/**
 * What the recipe for texts came to.
 *
 * @param mails the mails that were used
 * @param duplicates mails that were left out, since another one has the same letters
 * @param windows windows of tokens that the encoder was asked about
 * @param explained the share of the variance of the vocabulary that the components have
 * @param embedders the encoder, then the static embedders
 */
record TextResult(
        int mails, int duplicates, int windows, double explained, List<Embedder> embedders) {
    /**
     * The score of classifiers on the embeddings of one embedder.
     *
     * @param train mails that were trained on
     * @param test mails that judged
     * @param majority the accuracy of who calls all of these by the more frequent class
     * @param accuracies the test accuracy of each classifier, by seed
     */
    record Score(int train, int test, double majority, List<Double> accuracies) {
        /** The mean over the seeds. */
        double accuracy() {
            return accuracies.stream().mapToDouble(value -> value).average().orElse(Double.NaN);
        }

        double least() {
            return Collections.min(accuracies);
        }

        double most() {
            return Collections.max(accuracies);
        }

        /** The share that is kept of another one's accuracy. */
        double keptOf(Score other) {
            return accuracy() / other.accuracy();
        }

        /** The same of what lies above the majority, which takes no embedding. */
        double keptAboveMajority(Score other) {
            return (accuracy() - majority) / (other.accuracy() - other.majority);
        }
    }

    /**
     * One embedder.
     *
     * @param name what it is called in the tables
     * @param dimensions the length of an embedding
     * @param bytes the size of its parameters
     * @param byMail on mails that are no copies of one that was trained on
     * @param byConversation on mails of other subjects than those that were trained on
     * @param fidelity how it compares with the encoder on the bodies of the mails of other
     *     subjects; {@code null} for the encoder itself
     * @param textsPerSecond mails embedded in a second by one thread, by round; empty if it was not
     *     timed
     */
    record Embedder(
            String name,
            int dimensions,
            long bytes,
            Score byMail,
            Score byConversation,
            @Nullable EmbeddingFidelity fidelity,
            List<Double> textsPerSecond) {
        /** The median of the rounds. */
        double medianSpeed() {
            List<Double> sorted = textsPerSecond.stream().sorted().toList();
            return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2);
        }
    }

    /** The encoder. */
    Embedder teacher() {
        return embedders.getFirst();
    }

    /** The static embedder that is saved. */
    Embedder student() {
        return embedders.getLast();
    }

    /** How many times faster than the encoder the saved embedder is, by the medians. */
    double speedUp() {
        return student().medianSpeed() / teacher().medianSpeed();
    }
}

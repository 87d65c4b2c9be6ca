package dev.retort.distill.text;

/**
 * Turns texts into vectors whose directions say what the texts are about: those of similar texts
 * have a large cosine.
 */
public interface TextEmbedder extends AutoCloseable {
    /**
     * A few words for messages and reports.
     *
     * @return the words
     */
    String description();

    /**
     * The length of a vector.
     *
     * @return at least 1
     */
    int dimensions();

    /**
     * Embeds a text of any length.
     *
     * @param text the text
     * @return a vector of length 1 in the Euclidean norm; zeros for a text without a known token
     */
    float[] embed(String text);

    /** Frees what the embedder owns. */
    @Override
    void close();
}

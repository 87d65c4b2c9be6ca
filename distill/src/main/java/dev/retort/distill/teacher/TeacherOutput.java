package dev.retort.distill.teacher;

import ai.djl.ndarray.NDArray;

/** What the numbers of a teacher mean. */
public enum TeacherOutput {
    /**
     * Logits: any finite numbers, whose softmax is the distribution over the classes. Logarithms of
     * probabilities are logits.
     */
    LOGITS("logits"),

    /** Probabilities: from 0 to 1, and 1 in sum over the classes. */
    PROBABILITIES("probabilities"),

    /**
     * Features, such as the embeddings of an encoder: any finite numbers, none of which stands for
     * a class. They are stored and handed on as they are, where others are called logits.
     */
    FEATURES("features");

    // ln of the smallest normal float, -87.3, would be the logit of a probability of 0.
    private static final float SMALLEST = Float.MIN_NORMAL;

    private final String label;

    TeacherOutput(String label) {
        this.label = label;
    }

    /**
     * The name to show to a person.
     *
     * @return a word
     */
    public String label() {
        return label;
    }

    /**
     * Outputs of this kind as logits.
     *
     * @param outputs outputs of shape (batch, classes), {@code FLOAT32}
     * @return the same array for logits and features; of probabilities the natural logarithms,
     *     those below 1.2e-38 as if they were that
     */
    NDArray toLogits(NDArray outputs) {
        return switch (this) {
            case LOGITS, FEATURES -> outputs;
            case PROBABILITIES -> {
                NDArray bounded = outputs.maximum(SMALLEST);
                NDArray logits = bounded.log();
                bounded.close();
                outputs.close();
                yield logits;
            }
        };
    }
}

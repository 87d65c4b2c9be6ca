package dev.retort.distill;

/** The part a model plays in a distillation. */
public enum Role {
    /** Trained on all labels; its outputs are the soft labels. */
    TEACHER("teacher"),
    /** The student's network trained on its labels alone. */
    STUDENT_ALONE("student alone"),
    /** The student's network trained on its labels and the teacher's soft labels. */
    STUDENT_DISTILLED("student distilled");

    private final String label;

    Role(String label) {
        this.label = label;
    }

    /**
     * The name to show to a person.
     *
     * @return lower case words
     */
    public String label() {
        return label;
    }
}

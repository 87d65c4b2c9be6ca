package dev.retort.distill;

import java.util.List;

/**
 * How a model did on the test samples, beside its accuracy.
 *
 * @param calibration what its probabilities are worth
 * @param classes how it did on each class
 */
public record TestDetail(Calibration calibration, List<ClassResult> classes) {
    /** Copies the list. */
    public TestDetail {
        classes = List.copyOf(classes);
    }
}

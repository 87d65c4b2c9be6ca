package dev.retort.efficiency.verdict;

import java.util.Objects;
import java.util.Optional;

/**
 * What bounds a training.
 *
 * @param bottleneck what
 * @param severity how much
 * @param share its share of the training time of the window, from 0 to 1; for {@link
 *     Bottleneck#CONTENTION} of all its time
 * @param training the share of the window's time that the verdict speaks of, from 0 to 1: what was
 *     training or held it up. Of the rest, such as preparation and evaluation, it says nothing; 1
 *     for {@link Bottleneck#CONTENTION}, which is measured over all of it
 * @param evidence one sentence with the figures that the verdict rests on
 * @param counterTest the experiment that can refute it, or empty where there is none
 */
public record Verdict(
        Bottleneck bottleneck,
        Severity severity,
        double share,
        double training,
        String evidence,
        Optional<Variant> counterTest) {
    private static final double ALL = 0.995;

    /** How much a bottleneck costs. */
    public enum Severity {
        /** What one would hope for: the device computes. */
        NONE,
        /** Worth a look. */
        MODERATE,
        /** What to fix first. */
        HIGH
    }

    /** Checks the components. */
    public Verdict {
        Objects.requireNonNull(bottleneck, "bottleneck is null");
        Objects.requireNonNull(severity, "severity is null");
        Objects.requireNonNull(evidence, "evidence is null");
        Objects.requireNonNull(counterTest, "counterTest is null");
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("expected a share from 0 to 1, found " + share);
        }
        if (!(training >= 0 && training <= 1)) {
            throw new IllegalArgumentException("expected a share from 0 to 1, found " + training);
        }
    }

    /**
     * Amdahl's bound on what fixing it can gain, if everything else stays as long: {@code 1 / (1 -
     * share)}. What bounds a device that computes cannot be taken away, so it gains nothing.
     *
     * @return at most how many times as fast training is then; infinite if it takes all the time
     */
    public double largestGain() {
        return severity == Severity.NONE ? 1 : 1 / (1 - share);
    }

    /**
     * The same bound on all of the window's time, in which training is a part: {@code 1 / (1 -
     * share * training)}.
     *
     * @return at most how many times as fast the run is then
     */
    public double largestGainOfAll() {
        return severity == Severity.NONE ? 1 : 1 / (1 - share * training);
    }

    /**
     * Whether a part of the window worth telling was no training, so that the verdict speaks of
     * less than all of it.
     *
     * @return whether it was more than half a percent
     */
    public boolean isOfTrainingAlone() {
        return training < ALL;
    }
}

package dev.retort.experiment.lab;

import dev.retort.experiment.verdict.Verdict;

import java.util.List;
import java.util.Optional;

/**
 * How a hypothesis stands.
 *
 * @param hypothesis its name
 * @param verdict what the seeds say that count; empty if none does
 * @param missing how many further seeds that count the next possible decision needs; 0 if there is
 *     none, so that the verdict is final
 * @param leftOut why seeds decide nothing, a sentence each
 */
public record Finding(
        String hypothesis, Optional<Verdict> verdict, int missing, List<String> leftOut) {
    /** Copies the list. */
    public Finding {
        leftOut = List.copyOf(leftOut);
    }

    /** How many seeds count. */
    public int seeds() {
        return verdict.map(Verdict::seeds).orElse(0);
    }

    /** Whether it is decided, or no further look is planned. */
    public boolean isFinal() {
        return missing == 0;
    }
}

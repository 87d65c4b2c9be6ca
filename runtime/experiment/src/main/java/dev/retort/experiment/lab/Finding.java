package dev.retort.experiment.lab;

import dev.retort.experiment.verdict.Family;
import dev.retort.experiment.verdict.Outcome;
import dev.retort.experiment.verdict.Verdict;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/**
 * How a hypothesis stands.
 *
 * @param hypothesis its name
 * @param verdict what the seeds say that count, by themselves; empty if none does
 * @param missing how many further seeds that count the next possible decision needs; 0 if there is
 *     none
 * @param leftOut why seeds decide nothing, a sentence each
 * @param outcome what is decided, after the correction of its family if it has one; empty as long
 *     as it, or another of its family, has a further look
 * @param adjusted the smallest alpha of its family at which it is confirmed, or {@code null} if it
 *     has none or is open
 */
public record Finding(
        String hypothesis,
        Optional<Verdict> verdict,
        int missing,
        List<String> leftOut,
        Optional<Outcome> outcome,
        @Nullable Double adjusted) {
    /** Copies the list. */
    public Finding {
        leftOut = List.copyOf(leftOut);
    }

    /** The same as a member of its family. */
    Finding corrected(Family.Member member) {
        return new Finding(
                hypothesis,
                verdict,
                missing,
                leftOut,
                Optional.of(member.outcome()),
                member.adjusted());
    }

    /** How many seeds count. */
    public int seeds() {
        return verdict.map(Verdict::seeds).orElse(0);
    }

    /** How many seeds were looked at, with those that do not count. */
    int looked() {
        return seeds() + leftOut.size();
    }

    /** Whether it is decided, or no further look is planned. */
    public boolean isFinal() {
        return outcome.isPresent();
    }
}

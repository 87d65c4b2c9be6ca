package dev.retort.experiment;

import dev.retort.experiment.verdict.Family;

import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Hypotheses that are registered together and decided by one experiment, corrected for their
 * number: of twenty without any effect one is confirmed at 5 % else. Immutable.
 *
 * @param id its name
 * @param correction what is kept below alpha
 * @param alpha the probability, or the share, of false confirmations among all, in (0, 0.5]
 * @param members the names of all hypotheses of the family, at least two
 */
public record HypothesisFamily(
        String id, Family.Correction correction, double alpha, List<String> members) {
    /** Checks and copies the components. */
    public HypothesisFamily {
        Require.name(id, "the name of the family");
        Objects.requireNonNull(correction, "correction is null");
        members = List.copyOf(members);
        if (new TreeSet<>(members).size() != members.size() || members.size() < 2) {
            throw new IllegalArgumentException(
                    "family "
                            + id
                            + " has the members "
                            + members
                            + ": expected two or more, once");
        }
        if (!(alpha > 0 && alpha <= 0.5)) {
            throw new IllegalArgumentException(
                    "alpha of family "
                            + id
                            + " is "
                            + alpha
                            + ": expected more than 0 and at most 0.5");
        }
    }

    /** How it is corrected. */
    public Family rule() {
        return new Family(correction, alpha);
    }

    /** The alpha at which each is judged while its seeds come in. */
    public double alphaOfEach() {
        return rule().alphaOfEach(members.size());
    }
}

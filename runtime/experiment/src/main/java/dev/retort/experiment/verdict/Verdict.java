package dev.retort.experiment.verdict;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the seeds say of a claim. The same claim, design and pairs give the same verdict bit for bit
 * on every machine, as long as {@code algorithm} is the same.
 *
 * @param outcome the decision
 * @param claim what was claimed
 * @param design how it was decided
 * @param seeds the pairs that were looked at
 * @param decidedAt the number of seeds at which the decision fell; later ones do not change it
 * @param nextLook how many seeds the next possible decision needs; empty once decided, and where
 *     the design allows no more
 * @param effect the mean difference in the unit of the metric, positive where the treatment is
 *     better; as all figures below of the seeds up to the decision. A decision that fell early
 *     tends to overstate it
 * @param interval where the effect lies, or empty with fewer seeds than a decision needs, and where
 *     looks contradict each other
 * @param favourable evidence against an effect of zero or less
 * @param unfavourable evidence against an effect that matters
 * @param count how many seeds speak for the claim
 * @param reason the verdict in one sentence
 * @param algorithm the name and version of the computation
 */
public record Verdict(
        Outcome outcome,
        Claim claim,
        Design design,
        int seeds,
        OptionalInt decidedAt,
        OptionalInt nextLook,
        double effect,
        Optional<Interval> interval,
        Evidence favourable,
        Evidence unfavourable,
        SeedCount count,
        String reason,
        String algorithm) {}

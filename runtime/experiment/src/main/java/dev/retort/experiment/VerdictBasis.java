package dev.retort.experiment;

import dev.retort.experiment.verdict.Evidence;
import dev.retort.experiment.verdict.PairedSeeds;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;

/**
 * What a verdict follows from, so that it can be made again from the log and compared bit for bit.
 * Immutable.
 *
 * @param experiment the experiment whose runs decided
 * @param registered the {@link Hypothesis#hash()} of what was decided
 * @param after the number of the last event that was known
 * @param alpha the probability of either error at which the claim was judged
 * @param alphaSpent how much of it the looks so far may have spent
 * @param samples the seeds and the values of both arms, in the order in which they were planned
 * @param decidedAt the number of seeds at which the decision fell, or {@code null} if it is open
 * @param favourable evidence against an effect of zero or less
 * @param unfavourable evidence against an effect that matters
 * @param adjusted the smallest alpha of its family at which the claim is confirmed, or {@code null}
 *     if it stands alone
 */
public record VerdictBasis(
        String experiment,
        String registered,
        long after,
        double alpha,
        double alphaSpent,
        List<PairedSeeds.Pair> samples,
        @Nullable Integer decidedAt,
        Evidence favourable,
        Evidence unfavourable,
        @Nullable Double adjusted) {
    /** Checks and copies the components. */
    public VerdictBasis {
        Objects.requireNonNull(experiment, "experiment is null");
        Objects.requireNonNull(registered, "registered is null");
        Objects.requireNonNull(favourable, "favourable is null");
        Objects.requireNonNull(unfavourable, "unfavourable is null");
        samples = List.copyOf(samples);
    }

    /** The same when another event was the last. */
    VerdictBasis asOf(long event) {
        return new VerdictBasis(
                experiment,
                registered,
                event,
                alpha,
                alphaSpent,
                samples,
                decidedAt,
                favourable,
                unfavourable,
                adjusted);
    }
}

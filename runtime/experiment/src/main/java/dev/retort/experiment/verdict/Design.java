package dev.retort.experiment.verdict;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import java.util.OptionalInt;

/**
 * How seeds are turned into a decision; part of what is registered before the first run.
 *
 * <p>Both designs are exact, whatever the number of seeds and whenever one stops, if the
 * differences are independent and symmetric about their centre, however heavy their tails. That is
 * so under "the treatment changes nothing": then the arms of a pair are exchangeable and their
 * difference is symmetric, also where the metric itself is skewed.
 *
 * <p>Against "the mean is zero" with skewed differences the error is right in the limit of many
 * seeds only; no test holds it for all skewed distributions (Bahadur and Savage, 1956). A tail
 * towards better results makes false confirmations rarer and false refutations more frequent, a
 * tail towards worse ones the other way round: {@link GroupSequential#usual()} at 5 % rejects 8.7 %
 * of such nulls with a skewness of 1 the wrong way and 15.6 % with one of 2, where the paired
 * t-test of 10 seeds, looked at once, rejects 8.9 % and 13.6 %.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = GroupSequential.class, name = "SIGN_FLIPS"),
    @JsonSubTypes.Type(value = OpenEnded.class, name = "OPEN_ENDED")
})
public sealed interface Design permits GroupSequential, OpenEnded {
    /**
     * The fewest seeds after which a claim can be confirmed or refuted.
     *
     * @param alpha the probability of either error
     * @return the number of seeds
     */
    int firstDecision(double alpha);

    /**
     * How much of the error a number of seeds may have spent.
     *
     * @param alpha the probability of either error
     * @param seeds the seeds that were looked at
     * @return a part of alpha
     */
    double spent(double alpha, int seeds);

    /**
     * The number of seeds after which a claim that is open stays so; empty if there is none.
     *
     * @return the most seeds
     */
    OptionalInt mostSeeds();

    /**
     * The name and version of the computation, kept with every verdict.
     *
     * @return the name; another computation has another name
     */
    String algorithm();
}

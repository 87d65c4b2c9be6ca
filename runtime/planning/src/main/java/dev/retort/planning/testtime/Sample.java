package dev.retort.planning.testtime;

import dev.retort.planning.PlanningException;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One answer of a model to a problem.
 *
 * @param problem which problem
 * @param correct whether the answer is right, by the reference
 * @param score what a verifier thinks of it without knowing the reference, not NaN, larger for
 *     better; if there is one
 * @param answer the answer as it is compared with others in a vote, if it can be
 * @param tokens the tokens that it took, positive, if known
 */
public record Sample(
        String problem,
        boolean correct,
        OptionalDouble score,
        Optional<String> answer,
        OptionalDouble tokens) {
    /** Checks the numbers. */
    public Sample {
        // NaN would be ranked above every score.
        if (score.isPresent() && Double.isNaN(score.getAsDouble())) {
            throw new PlanningException(
                    "expected a score of the verifier for problem %s, found NaN"
                            .formatted(problem));
        }
        tokens.ifPresent(count -> PlanningException.requirePositive("number of tokens", count));
    }

    /**
     * An answer that is right or wrong.
     *
     * @param problem which problem
     * @param correct whether it is right
     * @return the sample
     */
    public static Sample of(String problem, boolean correct) {
        return new Sample(
                problem, correct, OptionalDouble.empty(), Optional.empty(), OptionalDouble.empty());
    }

    /**
     * The sample with the score of a verifier.
     *
     * @param value the score, not NaN, larger for better
     * @return the changed sample
     */
    public Sample scored(double value) {
        return new Sample(problem, correct, OptionalDouble.of(value), answer, tokens);
    }

    /**
     * The sample with an answer for a vote.
     *
     * @param text the answer
     * @return the changed sample
     */
    public Sample answering(String text) {
        return new Sample(problem, correct, score, Optional.of(text), tokens);
    }

    /**
     * The sample with the tokens that it took.
     *
     * @param count the tokens, positive
     * @return the changed sample
     */
    public Sample taking(double count) {
        return new Sample(problem, correct, score, answer, OptionalDouble.of(count));
    }
}

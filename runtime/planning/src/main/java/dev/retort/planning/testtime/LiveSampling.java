package dev.retort.planning.testtime;

import dev.retort.planning.PlanningException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Samples of a model that runs, for a table of results.
 *
 * @param <P> what a problem is to the model
 */
public final class LiveSampling<P> {
    private final Generator<P> generator;
    private final Reference<P> reference;
    private final Optional<Verifier<P>> verifier;

    /**
     * An answer as the model gave it.
     *
     * @param text the answer, in the form in which equal answers are equal
     * @param tokens the tokens that it took, positive
     */
    public record Answer(String text, double tokens) {}

    /**
     * A model that answers.
     *
     * @param <P> what a problem is to it
     */
    @FunctionalInterface
    public interface Generator<P> {
        /**
         * Answers a problem.
         *
         * @param problem the problem
         * @param seed another one for every sample
         * @return the answer
         */
        Answer generate(P problem, long seed);
    }

    /**
     * Judges answers without knowing the right one, such as a reward model or tests.
     *
     * @param <P> what a problem is
     */
    @FunctionalInterface
    public interface Verifier<P> {
        /**
         * Judges an answer.
         *
         * @param problem the problem
         * @param answer the answer
         * @return a score, larger for better, not NaN
         */
        double verify(P problem, Answer answer);
    }

    /**
     * Knows the right answers.
     *
     * @param <P> what a problem is
     */
    @FunctionalInterface
    public interface Reference<P> {
        /**
         * Compares an answer with the right one.
         *
         * @param problem the problem
         * @param answer the answer
         * @return whether it is right
         */
        boolean isCorrect(P problem, Answer answer);
    }

    /**
     * Sampling of a model.
     *
     * @param generator the model
     * @param reference the right answers
     */
    public LiveSampling(Generator<P> generator, Reference<P> reference) {
        this(generator, reference, Optional.empty());
    }

    /**
     * Sampling of a model with a verifier.
     *
     * @param generator the model
     * @param reference the right answers
     * @param verifier the verifier
     */
    public LiveSampling(
            Generator<P> generator, Reference<P> reference, Optional<Verifier<P>> verifier) {
        this.generator = generator;
        this.reference = reference;
        this.verifier = verifier;
    }

    /**
     * Samples every problem, on the calling thread.
     *
     * @param problems the problems by name, in their order
     * @param samples the samples of each, at least 1
     * @param seed the seed of the first sample
     * @return the table
     */
    public ResultTable sample(Map<String, P> problems, int samples, long seed) {
        if (samples < 1) {
            throw new PlanningException("expected at least 1 sample a problem, found " + samples);
        }
        List<Sample> table = new ArrayList<>();
        long next = seed;
        for (Map.Entry<String, P> problem : problems.entrySet()) {
            for (int i = 0; i < samples; i++) {
                table.add(sample(problem.getKey(), problem.getValue(), next++));
            }
        }
        return ResultTable.of(table);
    }

    private Sample sample(String name, P problem, long seed) {
        Answer answer = generator.generate(problem, seed);
        Sample sample =
                Sample.of(name, reference.isCorrect(problem, answer))
                        .answering(answer.text())
                        .taking(answer.tokens());
        if (verifier.isEmpty()) {
            return sample;
        }
        return sample.scored(verifier.get().verify(problem, answer));
    }
}

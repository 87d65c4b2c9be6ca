package dev.retort.planning.optimum;

import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.fit.PublishedLaw;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What laws answer to one question, each asked once. A law that a bootstrap drew, or a published
 * one, may have no answer where the law that a user asked for has one: it is left out, and counted.
 * Confined to one thread.
 *
 * @param <T> the answers
 */
final class Answers<T> {
    private final Function<ParametricLaw, T> question;
    private final Map<ParametricLaw, Optional<T>> known = new HashMap<>();

    /** Of a question that is refused by {@link PlanningException} where a law has no answer. */
    Answers(Function<ParametricLaw, T> question) {
        this.question = question;
    }

    Optional<T> of(ParametricLaw law) {
        return known.computeIfAbsent(law, this::asked);
    }

    private Optional<T> asked(ParametricLaw law) {
        try {
            return Optional.of(question.apply(law));
        } catch (PlanningException _) {
            return Optional.empty();
        }
    }

    /** A part of the answers, and what is taken for it where there is none. */
    ToDoubleFunction<ParametricLaw> part(ToDoubleFunction<T> part, double otherwise) {
        return law -> {
            Optional<T> answer = of(law);
            return answer.isPresent() ? part.applyAsDouble(answer.get()) : otherwise;
        };
    }

    /** The share of laws without an answer, from 0 to 1. */
    double shareWithout(List<ParametricLaw> laws) {
        return (double) laws.stream().filter(law -> of(law).isEmpty()).count() / laws.size();
    }

    /** What the published laws answer, with whose law it is. */
    <A> List<A> published(BiFunction<String, T, A> answer) {
        List<A> all = new ArrayList<>();
        for (PublishedLaw law : PublishedLaw.values()) {
            of(law.law()).ifPresent(each -> all.add(answer.apply(law.label(), each)));
        }
        return all;
    }
}

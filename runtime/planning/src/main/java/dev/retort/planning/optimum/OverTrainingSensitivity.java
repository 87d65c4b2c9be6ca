package dev.retort.planning.optimum;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.Interval;
import dev.retort.planning.fit.ParametricFit;
import dev.retort.planning.fit.ParametricLaw;

import java.util.List;
import java.util.Optional;

/**
 * How the penalty of a model that is not compute-optimal depends on the law.
 *
 * @param penalty what the law says
 * @param ranges what a fit's uncertainty leaves open; empty without a fit
 * @param others what published constants say, under C = 6ND
 */
public record OverTrainingSensitivity(
        OverTraining penalty, Optional<Ranges> ranges, List<Answer> others) {
    /** Copies the answers. */
    public OverTrainingSensitivity {
        others = List.copyOf(others);
    }

    /**
     * The intervals of a fit.
     *
     * @param overTraining tokens over those of the optimum for the same FLOPs
     * @param lossPenalty how much higher the loss is than that optimum's, in nats
     * @param computePenalty how many times the FLOPs are spent that the loss needs
     */
    public record Ranges(Interval overTraining, Interval lossPenalty, Interval computePenalty) {}

    /**
     * What a law says.
     *
     * @param source whose law it is
     * @param penalty the penalty by it
     */
    public record Answer(String source, OverTraining penalty) {}

    /**
     * Asks a law, its fit, and the published laws.
     *
     * @param law the law
     * @param convention how FLOPs are counted
     * @param fit the law's fit, if there is one
     * @param parameters the model's parameters N, positive
     * @param tokens its tokens D, positive
     * @return the answers
     */
    public static OverTrainingSensitivity of(
            ParametricLaw law,
            FlopConvention convention,
            Optional<ParametricFit> fit,
            double parameters,
            double tokens) {
        FlopConvention sixNd = new FlopConvention.SixND();
        Answers<OverTraining> published =
                new Answers<>(each -> OverTraining.of(each, sixNd, parameters, tokens));
        return new OverTrainingSensitivity(
                OverTraining.of(law, convention, parameters, tokens),
                fit.map(each -> ranges(each, convention, parameters, tokens)),
                published.published(Answer::new));
    }

    /** Of the laws by which a training costs as little or as much. */
    private static Ranges ranges(
            ParametricFit fit, FlopConvention convention, double parameters, double tokens) {
        Answers<OverTraining> answers =
                new Answers<>(law -> OverTraining.of(law, convention, parameters, tokens));
        return new Ranges(
                fit.interval(answers.part(OverTraining::overTraining, Double.NaN)),
                fit.interval(answers.part(OverTraining::lossPenalty, Double.NaN)),
                fit.interval(answers.part(OverTraining::computePenalty, Double.NaN)));
    }
}

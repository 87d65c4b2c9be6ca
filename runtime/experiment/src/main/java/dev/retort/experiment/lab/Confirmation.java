package dev.retort.experiment.lab;

import dev.retort.experiment.AnalysisPlan;
import dev.retort.experiment.Budget;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.SearchPlan;
import dev.retort.experiment.json.Json;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.verdict.GroupSequential;
import dev.retort.experiment.verdict.Selection;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.TreeSet;

/**
 * The winner of a search against one of its trials, to be run again with seeds that the search did
 * not see: what it is worth is not what it was chosen for.
 *
 * @param selection the choice
 * @param hypothesis that the winner is better, registered by its plan
 * @param experiment the winner and the control with fresh seeds, as many as the first decision
 *     needs
 */
public record Confirmation(Selection selection, Hypothesis hypothesis, Experiment experiment) {
    /** The tag of the experiment; its value is the search. */
    public static final String CONFIRMS = "confirms";

    /**
     * Of a search, as things stand. The same search in the same state gives the same.
     *
     * @param lab where it is
     * @param search the name of a search
     * @param control the name of the trial that the winner is compared with, such as {@code
     *     trial-0}
     * @param smallestEffect the smallest difference of the metric that matters
     * @param alpha the accepted probability of a false confirmation
     * @return what to register and submit, named {@code SEARCH-winner} and {@code SEARCH-winner-1}
     * @throws RefusedException if it is no search, or has trials that have not ended
     * @throws IllegalArgumentException if the control has no result, or no other trial has one
     */
    public static Confirmation of(
            Lab lab, String search, String control, double smallestEffect, double alpha) {
        Experiment of =
                lab.experiment(search)
                        .orElseThrow(
                                () ->
                                        new RefusedException(
                                                "experiment " + search + " does not exist"));
        SearchPlan plan = of.search();
        if (plan == null) {
            throw new RefusedException("expected an experiment that is a search, found " + search);
        }
        SequencedMap<String, Double> scores = new LinkedHashMap<>();
        SequencedMap<String, RunView> trials = new LinkedHashMap<>();
        for (RunView view : lab.runs(RunFilter.ofExperiment(search))) {
            if (!view.state().isFinal()) {
                throw new RefusedException(
                        "search "
                                + search
                                + " is not at its end: run "
                                + view.run().id()
                                + " is "
                                + view.state());
            }
            Double score = view.values().get(plan.metric());
            if (score != null && Double.isFinite(score)) {
                scores.put(view.run().arm(), score);
                trials.put(view.run().arm(), view);
            }
        }
        Selection selection =
                new Selection(scores, control, plan.direction(), new TreeSet<>(of.seeds()));
        String winner = selection.winner();
        GroupSequential design = GroupSequential.usual();
        Hypothesis hypothesis =
                new Hypothesis(
                                search + "-winner",
                                of.team(),
                                "%s, the best of %d trials of %s, beats %s."
                                        .formatted(winner, scores.size(), search, control),
                                plan.metric(),
                                plan.direction(),
                                smallestEffect,
                                alpha,
                                Budget.unlimited())
                        .decidedBy(new AnalysisPlan(winner, control, design));
        hypothesis.checkPlan();
        long drawnFrom = Long.parseUnsignedLong(Json.sha256(hypothesis).substring(0, 15), 16);
        ExperimentBuilder builder =
                new ExperimentBuilder(hypothesis.id() + "-1", of.team())
                        .hypothesis(hypothesis.id())
                        .user(of.user())
                        .priority(of.priority())
                        .resources(of.resources())
                        .seeds(
                                selection
                                        .freshSeeds(design.firstDecision(alpha), drawnFrom)
                                        .stream()
                                        .mapToLong(Long::longValue)
                                        .toArray());
        for (String arm : new String[] {winner, control}) {
            RunView trial = trials.get(arm);
            if (trial != null) {
                builder.arm(lab.armOf(trial));
            }
        }
        of.environment().forEach(builder::environment);
        of.tags().forEach(builder::tag);
        return new Confirmation(selection, hypothesis, builder.tag(CONFIRMS, search).build());
    }
}

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
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
     * @param name that of the hypothesis, such as {@code SEARCH-winner}
     * @return what to register and submit; the experiment has the name of the hypothesis with
     *     {@code -1} added
     * @throws RefusedException if it is no search, or has trials that have not ended
     * @throws IllegalArgumentException if the control has no result or is the best trial itself, or
     *     no other trial has a result
     */
    public static Confirmation of(
            Lab lab,
            String search,
            String control,
            double smallestEffect,
            double alpha,
            String name) {
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
        List<RunView> all = ended(lab, search);
        SequencedMap<String, RunView> trials = scored(all, plan.metric());
        requireScore(search, control, all, trials);
        SequencedMap<String, Double> scores = new LinkedHashMap<>();
        trials.forEach(
                (arm, view) ->
                        scores.put(arm, Objects.requireNonNull(view.values().get(plan.metric()))));
        Selection selection =
                new Selection(scores, control, plan.direction(), new TreeSet<>(of.seeds()));
        if (selection.gain() < 0) {
            throw new IllegalArgumentException(
                    control + " is the best trial itself: expected another as control");
        }
        Hypothesis hypothesis =
                hypothesis(of, plan, selection, all.size(), smallestEffect, alpha, name);
        hypothesis.checkPlan();
        return new Confirmation(
                selection, hypothesis, experiment(lab, of, selection, hypothesis, trials));
    }

    /** The trials, the oldest first. */
    private static List<RunView> ended(Lab lab, String search) {
        List<RunView> all = lab.runs(RunFilter.ofExperiment(search));
        for (RunView view : all) {
            if (!view.state().isFinal()) {
                throw new RefusedException(
                        "search "
                                + search
                                + " is not at its end: run "
                                + view.run().id()
                                + " is "
                                + view.state());
            }
        }
        return all;
    }

    /** Those with a result. */
    private static SequencedMap<String, RunView> scored(List<RunView> all, String metric) {
        SequencedMap<String, RunView> trials = new LinkedHashMap<>();
        for (RunView view : all) {
            Double score = view.values().get(metric);
            if (score != null && Double.isFinite(score)) {
                trials.put(view.run().arm(), view);
            }
        }
        return trials;
    }

    private static void requireScore(
            String search,
            String control,
            List<RunView> all,
            SequencedMap<String, RunView> trials) {
        if (trials.containsKey(control)) {
            return;
        }
        String found =
                all.stream()
                        .filter(view -> view.run().arm().equals(control))
                        .findFirst()
                        .map(view -> control + ", which is " + view.state() + " and has none")
                        .orElse(control + ", which does not exist");
        throw new IllegalArgumentException(
                "expected a trial of "
                        + search
                        + " with a final score as control, one of "
                        + trials.keySet()
                        + ", found "
                        + found);
    }

    private static Hypothesis hypothesis(
            Experiment search,
            SearchPlan plan,
            Selection selection,
            int all,
            double smallestEffect,
            double alpha,
            String name) {
        String winner = selection.winner();
        String control = selection.control();
        int finished = selection.scores().size();
        return new Hypothesis(
                        name,
                        search.team(),
                        "%s, the best of %d trials of %s%s, beats %s."
                                .formatted(
                                        winner,
                                        all,
                                        search.id(),
                                        finished == all
                                                ? ""
                                                : ", " + finished + " of which finished",
                                        control),
                        plan.metric(),
                        plan.direction(),
                        smallestEffect,
                        alpha,
                        Budget.unlimited())
                .decidedBy(new AnalysisPlan(winner, control, GroupSequential.usual()));
    }

    private static Experiment experiment(
            Lab lab,
            Experiment search,
            Selection selection,
            Hypothesis hypothesis,
            Map<String, RunView> trials) {
        int first = GroupSequential.usual().firstDecision(hypothesis.alpha());
        long drawnFrom = Long.parseUnsignedLong(Json.sha256(hypothesis).substring(0, 15), 16);
        ExperimentBuilder builder =
                new ExperimentBuilder(hypothesis.id() + "-1", search.team())
                        .hypothesis(hypothesis.id())
                        .user(search.user())
                        .priority(search.priority())
                        .resources(search.resources())
                        .seeds(
                                selection.freshSeeds(first, drawnFrom).stream()
                                        .mapToLong(Long::longValue)
                                        .toArray());
        for (String arm : List.of(selection.winner(), selection.control())) {
            builder.arm(lab.armOf(Objects.requireNonNull(trials.get(arm))));
        }
        search.environment().forEach(builder::environment);
        search.tags().forEach(builder::tag);
        return builder.tag(CONFIRMS, search.id()).build();
    }
}

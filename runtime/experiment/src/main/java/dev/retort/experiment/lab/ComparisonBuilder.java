package dev.retort.experiment.lab;

import dev.retort.experiment.AnalysisPlan;
import dev.retort.experiment.Arm;
import dev.retort.experiment.Budget;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.Resources;
import dev.retort.experiment.task.CodeVersion;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.verdict.Claim;
import dev.retort.experiment.verdict.GroupSequential;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * Builds the commonest submission: one claim, and an experiment of the same name in which one task
 * runs with two configurations, at most 14 seeds of each, as {@link GroupSequential#usual} decides.
 * What else there is, {@link Hypothesis} and {@link ExperimentBuilder} say. Not safe for use by
 * several threads.
 */
public final class ComparisonBuilder {
    private final String id;
    private final String team;
    private final Class<? extends Task> task;
    private final String data;
    private Map<String, Object> config = Map.of();
    private Resources resources = Resources.ofCores(1);
    private @Nullable String statement;
    private @Nullable Claim claim;
    private @Nullable Variant treatment;
    private @Nullable Variant control;

    /** What an arm has for itself. */
    private record Variant(String name, Map<String, Object> config) {}

    /**
     * Begins with one core a run.
     *
     * @param id the name of the hypothesis and of its experiment
     * @param team who asks and pays
     * @param task what does a run; the version of its code is derived, as {@link CodeVersion} does
     * @param data what identifies the data, such as a hash
     */
    public ComparisonBuilder(String id, String team, Class<? extends Task> task, String data) {
        this.id = id;
        this.team = team;
        this.task = task;
        this.data = data;
    }

    /**
     * What is claimed of the treatment beside the control.
     *
     * @param sentence for people
     * @param figures the metric, its direction, and the smallest difference that matters
     * @return this
     */
    public ComparisonBuilder claim(String sentence, Claim figures) {
        statement = sentence;
        claim = figures;
        return this;
    }

    /** The parameters of both arms. */
    public ComparisonBuilder config(Map<String, Object> both) {
        config = both;
        return this;
    }

    /** The arm that is claimed to be better, and its own parameters. */
    public ComparisonBuilder treatment(String name, Map<String, Object> own) {
        treatment = new Variant(name, own);
        return this;
    }

    /** The arm that it is compared with, and its own parameters. */
    public ComparisonBuilder control(String name, Map<String, Object> own) {
        control = new Variant(name, own);
        return this;
    }

    /** What each attempt occupies; one core if not set. */
    public ComparisonBuilder resources(Resources value) {
        resources = value;
        return this;
    }

    /**
     * The hypothesis and its experiment, with as many seeds as the first look needs.
     *
     * @throws IllegalArgumentException if claim, treatment or control is missing, or something in
     *     them is wrong; the message says what
     */
    public Submission build() {
        if (statement == null || claim == null || treatment == null || control == null) {
            throw new IllegalArgumentException(
                    "comparison %s: expected a claim, a treatment and a control, found %s, %s and %s"
                            .formatted(
                                    id,
                                    claim == null ? "no claim" : "a claim",
                                    treatment == null ? "no treatment" : treatment.name(),
                                    control == null ? "no control" : control.name()));
        }
        GroupSequential design = GroupSequential.usual();
        Hypothesis hypothesis =
                new Hypothesis(
                        id,
                        team,
                        statement,
                        claim.metric(),
                        claim.direction(),
                        claim.smallestEffect(),
                        claim.alpha(),
                        Budget.unlimited(),
                        new AnalysisPlan(treatment.name(), control.name(), design));
        int first = design.firstDecision(claim.alpha());
        ExperimentBuilder experiment =
                new ExperimentBuilder(id, team)
                        .hypothesis(id)
                        .arm(arm(treatment))
                        .arm(arm(control))
                        .resources(resources)
                        .seeds(LongStream.rangeClosed(1, first).toArray());
        return new Submission(List.of(hypothesis), experiment.build());
    }

    private Arm arm(Variant variant) {
        Map<String, Object> all = new TreeMap<>(config);
        variant.config()
                .forEach(
                        (key, value) -> {
                            if (all.putIfAbsent(key, value) != null) {
                                throw new IllegalArgumentException(
                                        "arm %s: expected parameters that not both arms have, found %s"
                                                .formatted(variant.name(), key));
                            }
                        });
        return new Arm(variant.name(), task.getName(), all, CodeVersion.of(task.getName()), data);
    }
}

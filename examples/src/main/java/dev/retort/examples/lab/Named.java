package dev.retort.examples.lab;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.state.RunView;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What a user names. Where it is the name of something else, the sentence says of what, and which
 * command takes that.
 */
final class Named {
    /** More names than that are no help. */
    private static final int MOST_NAMES = 20;

    private Named() {}

    /**
     * A run.
     *
     * @throws RefusedException if there is no such run
     */
    static RunView run(Lab lab, String name) {
        return lab.run(name).orElseThrow(() -> new RefusedException(noRun(lab, name)));
    }

    /** Why a run is not resumed, with what goes on with one that has ended. */
    static RefusedException notResumed(Lab lab, String name, RefusedException refused) {
        return run(lab, name).state().isWithoutResult()
                ? new RefusedException(
                        "%s; \"lab retry %s\" has it tried again"
                                .formatted(refused.getMessage(), name))
                : refused;
    }

    private static String noRun(Lab lab, String name) {
        if (lab.experiment(name).isPresent()) {
            String example =
                    lab.runs(RunFilter.ofExperiment(name)).stream()
                            .map(view -> view.run().id())
                            .findFirst()
                            .map(run -> " such as " + run)
                            .orElse("");
            return "expected a run"
                    + example
                    + ", found the experiment "
                    + name
                    + ": \"lab list --experiment "
                    + name
                    + "\" shows its runs, \"lab compare "
                    + name
                    + "\" its arms";
        }
        if (isHypothesis(lab, name)) {
            return "expected a run, found the hypothesis " + name + ": \"lab list\" shows runs";
        }
        String[] parts = name.split("/", -1);
        if (parts.length != 3) {
            return "expected a run as EXPERIMENT/ARM/SEED, found " + name;
        }
        return "run "
                + name
                + " does not exist: "
                + (lab.experiment(parts[0]).isPresent()
                        ? "\"lab list --experiment " + parts[0] + "\" shows those of its experiment"
                        : "expected one of an experiment of " + experiments(lab));
    }

    private static String experiments(Lab lab) {
        List<String> names = lab.experiments().stream().map(Experiment::id).toList();
        return names.size() <= MOST_NAMES
                ? names.toString()
                : names.subList(names.size() - MOST_NAMES, names.size())
                        + " and "
                        + (names.size() - MOST_NAMES)
                        + " before";
    }

    /**
     * An experiment.
     *
     * @throws RefusedException if there is no such experiment
     */
    static Experiment experiment(Lab lab, String name) {
        return lab.experiment(name)
                .orElseThrow(() -> new RefusedException(noExperiment(lab, name)));
    }

    private static String noExperiment(Lab lab, String name) {
        if (lab.run(name).isPresent()) {
            return "expected an experiment, found the run "
                    + name
                    + " of experiment "
                    + lab.run(name).orElseThrow().run().experiment()
                    + ": \"lab why "
                    + name
                    + "\" says how it stands";
        }
        return isHypothesis(lab, name)
                ? "expected an experiment, found the hypothesis "
                        + name
                        + ", on which are the experiments "
                        + lab.experiments().stream()
                                .filter(each -> each.hypotheses().contains(name))
                                .map(Experiment::id)
                                .toList()
                : "experiment " + name + " does not exist: expected one of " + experiments(lab);
    }

    /**
     * An experiment that decides a hypothesis by two of its arms.
     *
     * @throws RefusedException if there is no such experiment, it is a search, or it decides no
     *     hypothesis
     */
    static Experiment decidable(Lab lab, String name) {
        Experiment found = experiment(lab, name);
        if (found.search() != null) {
            throw new RefusedException(
                    "expected an experiment with arms and a hypothesis, found the search "
                            + name
                            + ": \"lab run\" makes its trials, \"lab compare "
                            + name
                            + "\" shows what they found");
        }
        if (found.hypothesis() == null) {
            throw new RefusedException(
                    "expected an experiment with a hypothesis, found "
                            + name
                            + ", which was submitted without: \"lab run\" makes its runs, \"lab"
                            + " compare "
                            + name
                            + "\" shows what they found");
        }
        return found;
    }

    /**
     * A hypothesis.
     *
     * @throws RefusedException if there is no such hypothesis
     */
    static Hypothesis hypothesis(Lab lab, String name) {
        return lab.hypotheses().stream()
                .filter(each -> each.id().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new RefusedException(
                                        "no hypothesis is called "
                                                + name
                                                + ": expected one of "
                                                + lab.hypotheses().stream()
                                                        .map(Hypothesis::id)
                                                        .toList()));
    }

    /**
     * A search.
     *
     * @throws RefusedException if there is no such experiment, or it is no search
     */
    static Experiment search(Lab lab, String name) {
        Experiment found = experiment(lab, name);
        if (found.search() == null) {
            throw new RefusedException("expected an experiment that is a search, found " + name);
        }
        return found;
    }

    /**
     * Checks the names that runs are asked for by, as far as they are given.
     *
     * @throws RefusedException if nothing has one of them
     */
    static void check(Lab lab, RunFilter filter) {
        String experiment = filter.experiment();
        if (experiment != null) {
            experiment(lab, experiment);
        }
        String hypothesis = filter.hypothesis();
        if (hypothesis != null) {
            hypothesis(lab, hypothesis);
        }
        List<Experiment> all = lab.experiments();
        requireOne("is of team", filter.team(), all.stream().map(Experiment::team));
        requireOne("was submitted by user", filter.user(), all.stream().map(Experiment::user));
        filter.tags()
                .forEach(
                        (key, value) -> {
                            requireOne(
                                    "has the tag",
                                    key,
                                    all.stream().flatMap(each -> each.tags().keySet().stream()));
                            requireOne(
                                    "has for the tag " + key + " the value",
                                    value,
                                    all.stream()
                                            .map(each -> each.tags().get(key))
                                            .filter(Objects::nonNull));
                        });
    }

    private static void requireOne(String what, @Nullable String name, Stream<String> names) {
        if (name == null) {
            return;
        }
        List<String> known = names.distinct().sorted().toList();
        if (!known.contains(name)) {
            throw new RefusedException(
                    "no experiment " + what + " " + name + ": expected one of " + known);
        }
    }

    private static boolean isHypothesis(Lab lab, String name) {
        return lab.hypotheses().stream().map(Hypothesis::id).anyMatch(name::equals);
    }
}

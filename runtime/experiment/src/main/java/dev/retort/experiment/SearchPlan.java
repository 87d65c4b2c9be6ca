package dev.retort.experiment;

import dev.retort.experiment.search.Config;
import dev.retort.experiment.search.EarlyStopping;
import dev.retort.experiment.search.ExactSet;
import dev.retort.experiment.search.Parameter;
import dev.retort.experiment.search.Proposer;
import dev.retort.experiment.search.SearchSpace;
import dev.retort.experiment.search.Setting;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * A search for a good configuration. Its trials are arms that are proposed one after the other, in
 * an order that is the same whenever the same results come in the same order. Immutable.
 *
 * @param metric the result of the runs that is searched for; also what they report to {@code
 *     TaskContext.report}
 * @param direction which values of it are better
 * @param space what is searched
 * @param proposer how configurations are chosen
 * @param seed the seed of the search, not of its runs
 * @param trials how many are proposed, at least 1
 * @param parallel how many trials wait or run at a time, at least 1
 * @param stopping how hopeless trials are stopped, or {@code null} if all run to their end
 * @param base what all trials have in common; their names are its name, a hyphen and their number
 */
public record SearchPlan(
        String metric,
        Direction direction,
        SearchSpace space,
        Proposer proposer,
        long seed,
        int trials,
        int parallel,
        @Nullable EarlyStopping stopping,
        Arm base) {
    /** Checks the components. */
    public SearchPlan {
        Require.text(metric, "the metric of the search");
        Objects.requireNonNull(direction, "direction is null");
        Objects.requireNonNull(space, "space is null");
        Objects.requireNonNull(proposer, "proposer is null");
        Objects.requireNonNull(base, "base is null");
        if (trials < 1 || parallel < 1) {
            throw new IllegalArgumentException(
                    "the search has "
                            + trials
                            + " trials, "
                            + parallel
                            + " at a time: expected at least 1 each");
        }
        Fork fork = base.fork();
        if (fork != null) {
            throw new IllegalArgumentException(
                    "what the trials have in common forks "
                            + fork.arm()
                            + ": expected no fork, trials begin at their beginning");
        }
        for (SearchSpace.Dimension dimension : space.dimensions()) {
            if (base.config().containsKey(dimension.parameter().name())) {
                throw new IllegalArgumentException(
                        "the parameter "
                                + dimension.parameter().name()
                                + " is searched and fixed: expected it once");
            }
        }
    }

    /**
     * Refuses a plan of which not all trials can be proposed. Not part of the constructor: a log
     * stays readable whatever proposers do later.
     *
     * @throws IllegalArgumentException if the proposer refuses the space or the number of trials
     */
    public void checkProposals() {
        for (int trial = 0; proposer instanceof ExactSet && trial < trials; trial++) {
            arm(trial, proposer.propose(space, seed, trial, List.of()).config());
        }
        arm(trials - 1, proposer.propose(space, seed, trials - 1, List.of()).config());
    }

    /** The name of the arm of a trial. */
    public String armName(int trial) {
        return base.name() + "-" + trial;
    }

    /** The configuration of the arm of a trial. */
    public Config config(Arm arm) {
        SequencedMap<String, Setting> settings = new LinkedHashMap<>();
        for (SearchSpace.Dimension dimension : space.dimensions()) {
            Parameter parameter = dimension.parameter();
            Object value = arm.config().get(parameter.name());
            if (value != null) {
                settings.put(parameter.name(), setting(parameter, value));
            }
        }
        return new Config(settings);
    }

    /** The arm of a trial. */
    public Arm arm(int trial, Config found) {
        Map<String, Object> config = new TreeMap<>(base.config());
        found.settings().forEach((name, setting) -> config.put(name, plain(setting)));
        return new Arm(armName(trial), base.task(), config, base.code(), base.data());
    }

    /** What rules and proposers compare: less is better, and infinite is as bad as no number. */
    public double loss(double value) {
        if (!Double.isFinite(value)) {
            return Double.POSITIVE_INFINITY;
        }
        return direction == Direction.LOWER_IS_BETTER ? value : -value;
    }

    private static Setting setting(Parameter parameter, Object value) {
        return switch (parameter) {
            case Parameter.Continuous _ -> new Setting.Real((Double) value);
            case Parameter.Whole _ -> new Setting.Whole((Long) value);
            case Parameter.Categorical _ -> new Setting.Choice(value);
        };
    }

    private static Object plain(Setting setting) {
        return switch (setting) {
            case Setting.Real(double value) -> value;
            case Setting.Whole(long value) -> value;
            case Setting.Choice(Object value) -> value;
        };
    }
}

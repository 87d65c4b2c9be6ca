package dev.retort.experiment.lab;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.RunState;
import dev.retort.experiment.state.RunView;

import org.jspecify.annotations.Nullable;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Which runs are meant: those that fit all of it. Immutable.
 *
 * @param experiment of this experiment; {@code null} for any
 * @param hypothesis of an experiment on this hypothesis; {@code null} for any
 * @param team of this team; {@code null} for any
 * @param user submitted by this user; {@code null} for any
 * @param states in one of these states
 * @param tags of an experiment with all these tags
 * @param values with results for all these metrics, in these ranges
 */
public record RunFilter(
        @Nullable String experiment,
        @Nullable String hypothesis,
        @Nullable String team,
        @Nullable String user,
        Set<RunState> states,
        Map<String, String> tags,
        Map<String, Range> values) {
    /**
     * A range of values.
     *
     * @param low the least; negative infinity for any
     * @param high the largest; infinity for any
     */
    public record Range(double low, double high) {
        /** Checks the order. */
        public Range {
            if (!(low <= high)) {
                throw new IllegalArgumentException(
                        "expected a range from a value up to another, found "
                                + low
                                + " to "
                                + high);
            }
        }

        boolean contains(double value) {
            return low <= value && value <= high;
        }
    }

    /** Copies the components. */
    public RunFilter {
        states = Set.copyOf(states);
        tags = Map.copyOf(tags);
        values = Map.copyOf(values);
    }

    /** Those with whatever results, or none. */
    public RunFilter(
            @Nullable String experiment,
            @Nullable String hypothesis,
            @Nullable String team,
            @Nullable String user,
            Set<RunState> states,
            Map<String, String> tags) {
        this(experiment, hypothesis, team, user, states, tags, Map.of());
    }

    /** All runs. */
    public static RunFilter all() {
        return new RunFilter(null, null, null, null, EnumSet.allOf(RunState.class), Map.of());
    }

    /** The runs of an experiment. */
    public static RunFilter ofExperiment(String id) {
        return new RunFilter(id, null, null, null, EnumSet.allOf(RunState.class), Map.of());
    }

    /** The same in some states only. */
    public RunFilter in(RunState first, RunState... more) {
        return new RunFilter(
                experiment, hypothesis, team, user, EnumSet.of(first, more), tags, values);
    }

    /** Whether a run is meant. */
    public boolean fits(RunView view, Experiment of) {
        return fits(of) && states.contains(view.state()) && fits(view.values());
    }

    private boolean fits(Map<String, Double> found) {
        return values.entrySet().stream()
                .allMatch(
                        wanted -> {
                            Double value = found.get(wanted.getKey());
                            return value != null && wanted.getValue().contains(value);
                        });
    }

    /** Whether runs of an experiment are meant, in whatever states. */
    public boolean fits(Experiment of) {
        return (experiment == null || experiment.equals(of.id()))
                && (hypothesis == null || of.hypotheses().contains(hypothesis))
                && (team == null || team.equals(of.team()))
                && (user == null || user.equals(of.user()))
                && of.tags().entrySet().containsAll(tags.entrySet());
    }
}

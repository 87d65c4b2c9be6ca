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
 */
public record RunFilter(
        @Nullable String experiment,
        @Nullable String hypothesis,
        @Nullable String team,
        @Nullable String user,
        Set<RunState> states,
        Map<String, String> tags) {
    /** Copies the components. */
    public RunFilter {
        states = Set.copyOf(states);
        tags = Map.copyOf(tags);
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
        return new RunFilter(experiment, hypothesis, team, user, EnumSet.of(first, more), tags);
    }

    /** Whether a run is meant. */
    public boolean fits(RunView view, Experiment of) {
        return fits(of) && states.contains(view.state());
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

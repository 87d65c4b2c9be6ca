package dev.retort.experiment.state;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.share.LatelyUsed;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The part of the state that is about what runs take: of budgets, and of the shares of teams. No
 * clock that jumps charges anything: the time of the log goes on with the clock of each scheduler
 * that does not jump, and by the time of day only from the last one to the next.
 */
final class UseFold {
    /**
     * The time of the log.
     *
     * @param nanos since its first scheduler
     * @param wallMillis the time of day then
     */
    record LogTime(long nanos, long wallMillis) {}

    /**
     * Runs that went no further.
     *
     * @param count how many
     * @param charged what they took, in milliseconds times devices
     */
    record Finished(int count, long charged) {
        Finished plus(long more) {
            return new Finished(count + 1, charged + more);
        }
    }

    private static final Finished NONE = new Finished(0, 0);
    private static final double HOUR_MILLIS = 3_600_000;
    private static final String NOW = "now";

    private final LabState state;

    UseFold(LabState state) {
        this.state = state;
    }

    /** The time goes on, by an event of a scheduler. */
    void tick(RecordedEvent recorded) {
        LogTime before = state.use.logTime.get(NOW);
        LogTime last = before == null ? new LogTime(0, recorded.wallMillis()) : before;
        Long offset = state.use.clocks.get(recorded.actor());
        if (offset == null) {
            long gap = Math.max(0, recorded.wallMillis() - last.wallMillis()) * 1_000_000;
            offset = last.nanos() + gap - recorded.monotonicNanos();
            state.use.clocks.put(recorded.actor(), offset);
        }
        long nanos = Math.max(last.nanos(), recorded.monotonicNanos() + offset);
        state.use.logTime.put(NOW, new LogTime(nanos, recorded.wallMillis()));
    }

    private long now() {
        LogTime time = state.use.logTime.get(NOW);
        return time == null ? 0 : time.nanos();
    }

    /** An attempt ended after it held its resources for so long. */
    void charge(RunView view, long elapsedMillis) {
        Experiment experiment = state.experimentOf(view);
        long amount = Math.max(0, elapsedMillis) * experiment.resources().charged();
        accounts(experiment).forEach(account -> add(account, amount));
        add(ofRun(view), amount);
        LatelyUsed before = state.use.used.get(experiment.team());
        state.use.used.put(
                experiment.team(),
                (before == null ? LatelyUsed.NOTHING : before).plus((double) amount, now()));
    }

    /** What a team used lately, in milliseconds times devices. */
    double used(String team) {
        LatelyUsed used = state.use.used.get(team);
        return used == null ? 0 : used.at(now());
    }

    private void add(String account, long amount) {
        Long before = state.use.charged.get(account);
        state.use.charged.put(account, (before == null ? 0 : before) + amount);
    }

    /**
     * A run that had an attempt goes no further. If it is tried again all the same, what it takes
     * from then on counts as another run.
     */
    void finish(RunView view) {
        if (!view.attempts().isEmpty()) {
            String account = ofExperiment(view.run().experiment());
            Finished before = state.use.finished.get(account);
            Long took = state.use.charged.get(ofRun(view));
            state.use.finished.put(
                    account, (before == null ? NONE : before).plus(took == null ? 0 : took));
            state.use.charged.put(ofRun(view), 0L);
        }
    }

    /** A run has an attempt now, or has none any more. */
    void open(RunView view, boolean held) {
        for (String account : accounts(state.experimentOf(view))) {
            LabState.mark(state.use.open, account, view.run().id(), held);
        }
    }

    Set<String> openOf(String account) {
        Set<String> runs = state.use.open.get(account);
        return runs == null ? Set.of() : new TreeSet<>(runs);
    }

    /** Device-hours of the runs of an experiment that went no further, in the mean. */
    @Nullable Double meanHours(String experiment) {
        Finished runs = state.use.finished.get(ofExperiment(experiment));
        return runs == null ? null : runs.charged() / HOUR_MILLIS / runs.count();
    }

    double hours(String account) {
        Long millis = state.use.charged.get(account);
        return millis == null ? 0 : millis / HOUR_MILLIS;
    }

    private static List<String> accounts(Experiment experiment) {
        List<String> accounts = new ArrayList<>();
        accounts.add(ofExperiment(experiment.id()));
        experiment.hypotheses().forEach(id -> accounts.add(ofHypothesis(id)));
        return accounts;
    }

    static String ofExperiment(String id) {
        return "experiment/" + id;
    }

    private static String ofRun(RunView view) {
        return "run/" + view.run().id();
    }

    static String ofHypothesis(String id) {
        return "hypothesis/" + id;
    }
}

package dev.retort.experiment.state;

import dev.retort.experiment.Arm;
import dev.retort.experiment.ContentKey;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.RunState;
import dev.retort.experiment.VerdictReference;
import dev.retort.experiment.event.EventCodec;
import dev.retort.experiment.event.RecordedEvent;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a lab stands after an event. Not safe for use by several threads: a store shows it to readers
 * while it does not change.
 */
public final class LabState {
    final Layer<String, Hypothesis> hypotheses;
    final Layer<String, Experiment> experiments;
    final Layer<String, RunView> runs;

    /** The last run of a content key that succeeded. */
    final Layer<ContentKey, String> results;

    /** The runs of a content key whose attempt has not ended. */
    final Layer<ContentKey, Set<String>> active;

    /** The runs whose attempt has not ended, by the scheduler that holds the lease. */
    final Layer<String, Set<String>> leased;

    /** How many attempts of an arm broke their process since one of it completed. */
    final Layer<String, Integer> broken;

    /** Milliseconds times devices by experiment, and by hypothesis. */
    final Layer<String, Long> charged;

    final Layer<String, List<VerdictReference>> verdicts;

    private final @Nullable LabState below;
    private long lastSeq;
    private String lastHash;

    /** Before the first event. */
    public LabState() {
        this(null);
    }

    private LabState(@Nullable LabState below) {
        this.below = below;
        hypotheses = new Layer<>(below == null ? null : below.hypotheses);
        experiments = new Layer<>(below == null ? null : below.experiments);
        runs = new Layer<>(below == null ? null : below.runs);
        results = new Layer<>(below == null ? null : below.results);
        active = new Layer<>(below == null ? null : below.active);
        leased = new Layer<>(below == null ? null : below.leased);
        broken = new Layer<>(below == null ? null : below.broken);
        charged = new Layer<>(below == null ? null : below.charged);
        verdicts = new Layer<>(below == null ? null : below.verdicts);
        lastSeq = below == null ? 0 : below.lastSeq;
        lastHash = below == null ? EventCodec.GENESIS : below.lastHash;
    }

    /** A state over this one: what happens there is seen here only after {@link #merge()}. */
    public LabState fork() {
        return new LabState(this);
    }

    /** Moves what happened to this state to the one it was forked from. */
    public void merge() {
        LabState target = Objects.requireNonNull(below, "this state was not forked");
        hypotheses.merge();
        experiments.merge();
        runs.merge();
        results.merge();
        active.merge();
        leased.merge();
        broken.merge();
        charged.merge();
        verdicts.merge();
        target.lastSeq = lastSeq;
        target.lastHash = lastHash;
    }

    /**
     * Lets an event happen.
     *
     * @throws RefusedException if it may not; this state has to be dropped then unless the event
     *     was the first since it was forked
     */
    public void apply(RecordedEvent recorded) {
        if (recorded.seq() != lastSeq + 1) {
            throw new IllegalArgumentException(
                    "event " + recorded.seq() + " follows event " + lastSeq);
        }
        new Fold(this, recorded).apply();
        lastSeq = recorded.seq();
        lastHash = recorded.hash();
    }

    /** The number of the last event; 0 before the first. */
    public long lastSeq() {
        return lastSeq;
    }

    /** The hash of the last event. */
    public String lastHash() {
        return lastHash;
    }

    /** A hypothesis by its name. */
    public Optional<Hypothesis> hypothesis(String id) {
        return Optional.ofNullable(hypotheses.get(id));
    }

    /** All of them, the oldest first. Not of a forked state. */
    public Collection<Hypothesis> hypotheses() {
        return hypotheses.values();
    }

    /** An experiment by its name. */
    public Optional<Experiment> experiment(String id) {
        return Optional.ofNullable(experiments.get(id));
    }

    /** All of them, the oldest first. Not of a forked state. */
    public Collection<Experiment> experiments() {
        return experiments.values();
    }

    /** A run by its name. */
    public Optional<RunView> run(String id) {
        return Optional.ofNullable(runs.get(id));
    }

    /** All of them, the oldest first. Not of a forked state. */
    public Collection<RunView> runs() {
        return runs.values();
    }

    /** The experiment of a run. */
    public Experiment experimentOf(RunView view) {
        return Objects.requireNonNull(experiments.get(view.run().experiment()));
    }

    /** The arm of a run. */
    public Arm armOf(RunView view) {
        return experimentOf(view).arm(view.run().arm());
    }

    /** The run of a content key that succeeded last. */
    public Optional<RunView> resultOf(ContentKey key) {
        return Optional.ofNullable(results.get(key)).map(runs::get);
    }

    /** The first by name of the runs of a content key that have an attempt now. */
    public Optional<RunView> activeOf(ContentKey key) {
        Set<String> ids = active.get(key);
        return ids == null ? Optional.empty() : ids.stream().findFirst().map(runs::get);
    }

    /** The runs whose attempt has not ended, of one scheduler, by name. */
    public Set<String> leasedBy(String scheduler) {
        Set<String> ids = leased.get(scheduler);
        return ids == null ? Set.of() : ids;
    }

    /** How many attempts of the runs of an arm broke their process since one completed. */
    public int brokenAttempts(String experiment, String arm) {
        Integer count = broken.get(experiment + "/" + arm);
        return count == null ? 0 : count;
    }

    /** The device-hours that ended attempts of an experiment took. */
    public double deviceHoursOfExperiment(String id) {
        return hours(charged.get("experiment/" + id));
    }

    /** The device-hours that ended attempts of all experiments of a hypothesis took. */
    public double deviceHoursOfHypothesis(String id) {
        return hours(charged.get("hypothesis/" + id));
    }

    /** The verdicts on a hypothesis, the oldest first; the last one holds. */
    public List<VerdictReference> verdictsOn(String hypothesis) {
        List<VerdictReference> found = verdicts.get(hypothesis);
        return found == null ? List.of() : found;
    }

    void charge(RunView view, long elapsedMillis) {
        Experiment experiment = experimentOf(view);
        long amount = Math.max(0, elapsedMillis) * experiment.resources().charged();
        add("experiment/" + experiment.id(), amount);
        if (experiment.hypothesis() != null) {
            add("hypothesis/" + experiment.hypothesis(), amount);
        }
    }

    /** Notes that a run has an attempt of a scheduler now, or has none any more. */
    void lease(String scheduler, RunView view, boolean held) {
        mark(leased, scheduler, view.run().id(), held);
        mark(active, view.run().contentKey(), view.run().id(), held);
    }

    private static <K> void mark(Layer<K, Set<String>> sets, K key, String run, boolean held) {
        Set<String> before = sets.get(key);
        Set<String> ids = before == null ? new TreeSet<>() : new TreeSet<>(before);
        if (held) {
            ids.add(run);
        } else {
            ids.remove(run);
        }
        sets.put(key, ids);
    }

    void put(RunView view) {
        runs.put(view.run().id(), view);
        if (view.state() == RunState.SUCCEEDED) {
            results.put(view.run().contentKey(), view.run().id());
        }
    }

    private void add(String account, long amount) {
        Long before = charged.get(account);
        charged.put(account, (before == null ? 0 : before) + amount);
    }

    private static double hours(@Nullable Long millis) {
        return millis == null ? 0 : millis / 3_600_000.0;
    }
}

package dev.retort.experiment.state;

import dev.retort.experiment.Arm;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.ContentKey;
import dev.retort.experiment.Decision;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.Run;
import dev.retort.experiment.RunState;
import dev.retort.experiment.VerdictReference;
import dev.retort.experiment.event.EventCodec;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.packing.Member;
import dev.retort.experiment.search.Observation;
import dev.retort.experiment.search.Report;
import dev.retort.experiment.search.TrialDecision;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a lab stands after an event. Not safe for use by several threads: a store shows it to readers
 * while it does not change.
 */
public final class LabState {
    final Layer<String, Hypothesis> hypotheses;

    /** The numbers of the events that registered hypotheses. */
    final Layer<String, Long> registrations;

    final Layer<String, Experiment> experiments;

    /** The first experiment of a hypothesis that is no search. */
    final Layer<String, String> deciders;

    final Layer<String, RunView> runs;

    /** The last run of a content key that succeeded. */
    final Layer<ContentKey, String> results;

    /** The runs of a content key whose attempt has not ended. */
    final Layer<ContentKey, Set<String>> active;

    /** The runs whose attempt has not ended, by the scheduler that holds the lease. */
    final Layer<String, Set<String>> leased;

    /** How many attempts of an arm broke their process since one of it completed. */
    final Layer<String, Integer> broken;

    final Layer<String, List<VerdictReference>> verdicts;

    /** The arms that were submitted or proposed, by experiment and arm. */
    final Layer<String, Arm> arms;

    /** The steps at which other arms go on from the runs of one, by experiment and arm. */
    final Layer<String, Set<Long>> forks;

    /** How often something was done without a person, by experiment and kind. */
    final Layer<String, Integer> acts;

    final UseState use;
    final SearchState searches;
    final PackingState packing;
    private final @Nullable LabState below;
    private final Layers layers = new Layers();
    private long lastSeq;
    private String lastHash;

    /** Before the first event. */
    public LabState() {
        this(null);
    }

    private LabState(@Nullable LabState below) {
        this.below = below;
        hypotheses = layers.map(below == null ? null : below.hypotheses);
        registrations = layers.map(below == null ? null : below.registrations);
        experiments = layers.map(below == null ? null : below.experiments);
        deciders = layers.map(below == null ? null : below.deciders);
        runs = layers.map(below == null ? null : below.runs);
        results = layers.map(below == null ? null : below.results);
        active = layers.map(below == null ? null : below.active);
        leased = layers.map(below == null ? null : below.leased);
        broken = layers.map(below == null ? null : below.broken);
        verdicts = layers.map(below == null ? null : below.verdicts);
        arms = layers.map(below == null ? null : below.arms);
        forks = layers.map(below == null ? null : below.forks);
        acts = layers.map(below == null ? null : below.acts);
        use = new UseState(layers, below == null ? null : below.use);
        searches = new SearchState(layers, below == null ? null : below.searches);
        packing = new PackingState(layers, below == null ? null : below.packing);
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
        layers.merge();
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

    /**
     * Whether a run may decide a hypothesis: the work behind its result began after the hypothesis
     * was registered. What was taken from an earlier run could have been known by then.
     */
    public boolean isEvidence(RunView view, String hypothesis) {
        RunView worked = view.reusedOf() == null ? view : runs.get(view.reusedOf());
        Long registered = registrations.get(hypothesis);
        return worked != null
                && registered != null
                && (worked.attempts().isEmpty()
                        || worked.attempts().getFirst().token() > registered);
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

    /** The experiment that decides a hypothesis: its first one that is no search. */
    public Optional<String> decidedBy(String hypothesis) {
        return Optional.ofNullable(deciders.get(hypothesis));
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
        return arm(experimentOf(view), view.run().arm()).orElseThrow();
    }

    /** An arm that was submitted with an experiment, or proposed by its search. */
    Optional<Arm> arm(Experiment experiment, String name) {
        return Optional.ofNullable(arms.get(experiment.id() + "/" + name));
    }

    /** The steps at which runs of other arms go on from a run. */
    public Set<Long> forksOf(Run run) {
        return forksOf(run.experiment() + "/" + run.arm());
    }

    Set<Long> forksOf(String arm) {
        Set<Long> steps = forks.get(arm);
        return steps == null ? Set.of() : steps;
    }

    /** How many trials a search has proposed. */
    public int trials(String experiment) {
        Integer count = searches.trials.get(experiment);
        return count == null ? 0 : count;
    }

    /** Whether a search was closed by a person. */
    public boolean isClosed(String experiment) {
        return searches.closed.get(experiment) != null;
    }

    /** The number of the trial that a run is, if it is one. */
    public OptionalInt trialOf(Run run) {
        Integer trial = searches.trialNumbers.get(run.experiment() + "/" + run.arm());
        return trial == null ? OptionalInt.empty() : OptionalInt.of(trial);
    }

    /** What the trials of a search reported, in the order in which it came, from an index on. */
    public List<Report> reports(String experiment, int from) {
        return searches.reports.from(experiment, from);
    }

    /** What was decided about the trials of a search, in that order, from an index on. */
    public List<TrialDecision> trialDecisions(String experiment, int from) {
        return searches.trialDecisions.from(experiment, from);
    }

    /** What trials of a search that ended were worth, in that order, from an index on. */
    public List<Observation> observations(String experiment, int from) {
        return searches.observations.from(experiment, from);
    }

    /** The trials of a search whose runs changed their state, in that order, from an index on. */
    public List<Integer> changedTrials(String experiment, int from) {
        return searches.changed.from(experiment, from);
    }

    /** What a run of a content key saved at a step at which others go on from it. */
    public Optional<Checkpoint> forkPoint(ContentKey key, long step) {
        return Optional.ofNullable(searches.forkPoints.get(key.sha256() + "@" + step));
    }

    /** How often something was done without a person to the runs of an experiment. */
    public int acts(String experiment, Decision.Kind kind) {
        Integer count = acts.get(experiment + "/" + kind);
        return count == null ? 0 : count;
    }

    /**
     * A run as one that shares a device, as far as the log tells.
     *
     * @param view the run
     * @param beside the run that came last, or would
     * @param sharedPace steps a second that it makes now, or {@code null}
     */
    public Member member(RunView view, RunView beside, @Nullable Double sharedPace) {
        return new PackingFold(this).member(view, beside, sharedPace);
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
        return new UseFold(this).hours(UseFold.ofExperiment(id));
    }

    /** The device-hours that ended attempts of all experiments of a hypothesis took. */
    public double deviceHoursOfHypothesis(String id) {
        return new UseFold(this).hours(UseFold.ofHypothesis(id));
    }

    /** The runs of an experiment whose attempt has not ended. */
    public Set<String> openOfExperiment(String id) {
        return new UseFold(this).openOf(UseFold.ofExperiment(id));
    }

    /** The runs of all experiments of a hypothesis whose attempt has not ended. */
    public Set<String> openOfHypothesis(String id) {
        return new UseFold(this).openOf(UseFold.ofHypothesis(id));
    }

    /** The device-hours that runs of an experiment took that ended, in the mean; once one did. */
    public OptionalDouble meanDeviceHours(String experiment) {
        Double hours = new UseFold(this).meanHours(experiment);
        return hours == null ? OptionalDouble.empty() : OptionalDouble.of(hours);
    }

    /**
     * What a team used lately, in milliseconds times devices: what ended attempts took counts half
     * after an hour.
     */
    public double usedBy(String team) {
        return new UseFold(this).used(team);
    }

    /** The verdicts on a hypothesis, the oldest first; the last one holds. */
    public List<VerdictReference> verdictsOn(String hypothesis) {
        List<VerdictReference> found = verdicts.get(hypothesis);
        return found == null ? List.of() : found;
    }

    /** Notes that a run has an attempt of a scheduler now, or has none any more. */
    void lease(String scheduler, RunView view, boolean held) {
        mark(leased, scheduler, view.run().id(), held);
        mark(active, view.run().contentKey(), view.run().id(), held);
        new UseFold(this).open(view, held);
    }

    static <K> void mark(Layer<K, Set<String>> sets, K key, String run, boolean held) {
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
        RunView before = runs.get(view.run().id());
        runs.put(view.run().id(), view);
        if (before == null || before.state() != view.state()) {
            trialOf(view.run())
                    .ifPresent(trial -> searches.changed.add(view.run().experiment(), trial));
        }
        if (view.state() == RunState.SUCCEEDED) {
            results.put(view.run().contentKey(), view.run().id());
        }
    }
}

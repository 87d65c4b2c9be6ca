package dev.retort.experiment.lab;

import dev.retort.experiment.Arm;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.Run;
import dev.retort.experiment.RunState;
import dev.retort.experiment.VerdictReference;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.ExperimentSubmitted;
import dev.retort.experiment.event.Event.HypothesisRegistered;
import dev.retort.experiment.event.Event.RunEnded;
import dev.retort.experiment.event.Event.RunPaused;
import dev.retort.experiment.event.Event.RunPlanned;
import dev.retort.experiment.event.Event.RunQueued;
import dev.retort.experiment.event.Event.RunReopened;
import dev.retort.experiment.event.Event.SearchClosed;
import dev.retort.experiment.event.Event.StopRequested;
import dev.retort.experiment.event.Event.VerdictReached;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.event.StopKind;
import dev.retort.experiment.json.Json;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.Batch;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.Receipt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a person or a program does with a store. Each call is on disk when it returns, and each of
 * those that add something can be made again after a failure: the second time changes nothing. Safe
 * for use by several threads.
 */
public final class Lab {
    private final EventStore store;
    private final String actor;

    /**
     * A lab.
     *
     * @param store where it is kept; stays open
     * @param actor in whose name things are done, such as a user
     */
    public Lab(EventStore store, String actor) {
        this.store = store;
        this.actor = actor;
    }

    /**
     * Registers a hypothesis.
     *
     * @throws RefusedException if another one has its name
     * @throws IllegalArgumentException if its plan can never decide it
     */
    public Receipt register(Hypothesis hypothesis) {
        return register(List.of(hypothesis));
    }

    /**
     * Registers hypotheses that belong together, such as a family: all or none.
     *
     * @throws RefusedException as {@link #register(Hypothesis)}
     * @throws IllegalArgumentException as {@link #register(Hypothesis)}
     */
    public Receipt register(List<Hypothesis> hypotheses) {
        hypotheses.forEach(Hypothesis::checkPlan);
        rehearse(registrations(hypotheses));
        return record(hypotheses);
    }

    private Receipt record(List<Hypothesis> hypotheses) {
        String ids = hypotheses.stream().map(Hypothesis::id).collect(Collectors.joining(","));
        return store.record(
                new Batch(
                        actor,
                        "hypothesis/" + ids,
                        hypotheses.stream().<Event>map(HypothesisRegistered::of).toList()));
    }

    /**
     * Registers the hypotheses of a file and submits its experiment; nothing of it if any of it is
     * refused as things stand, since what was registered stays.
     *
     * @return that of the experiment
     * @throws RefusedException as {@link #register(Hypothesis)} and {@link #submit(Experiment)}
     * @throws IllegalArgumentException as {@link #register(Hypothesis)}
     */
    public Receipt submit(Submission submission) {
        Experiment experiment = submission.experiment();
        List<HypothesisRegistered> registrations = registrations(submission.hypotheses());
        List<Event> events = new ArrayList<>(registrations);
        if (experiment(experiment.id()).isEmpty()) {
            events.add(new ExperimentSubmitted(experiment));
        }
        rehearse(events);
        requireSame(experiment);
        List<Hypothesis> added =
                registrations.stream().map(HypothesisRegistered::hypothesis).toList();
        added.forEach(Hypothesis::checkPlan);
        if (!added.isEmpty()) {
            record(added);
        }
        return record(experiment);
    }

    /** Of those that are not registered already just as they are. */
    private List<HypothesisRegistered> registrations(List<Hypothesis> hypotheses) {
        store.refresh();
        return store.read(
                state ->
                        hypotheses.stream()
                                .filter(
                                        each ->
                                                !state.hypothesis(each.id())
                                                        .equals(Optional.of(each)))
                                .map(HypothesisRegistered::of)
                                .toList());
    }

    /**
     * Has events happen to a state that is dropped.
     *
     * @throws RefusedException if one of them may not happen
     */
    private void rehearse(List<? extends Event> events) {
        store.read(
                state -> {
                    LabState trial = state.fork();
                    for (Event event : events) {
                        if (event instanceof ExperimentSubmitted(Experiment experiment)) {
                            requireUndecided(trial, experiment);
                        }
                        long seq = trial.lastSeq() + 1;
                        trial.apply(
                                new RecordedEvent(
                                        seq, seq, 0, 0, actor, null, event, trial.lastHash()));
                    }
                    return trial.lastSeq();
                });
    }

    private void requireSame(Experiment experiment) {
        experiment(experiment.id())
                .filter(known -> !known.equals(experiment))
                .ifPresent(
                        known -> {
                            throw new RefusedException(
                                    "experiment %s was submitted with another content: expected the same, or another id; %s"
                                            .formatted(
                                                    experiment.id(),
                                                    Differences.between(known, experiment)));
                        });
    }

    /**
     * Submits an experiment with a run of each arm and seed. A hypothesis that is registered with
     * its arms and stop rule is decided by one experiment: each further one would have all of its
     * alpha again, and one that is tried often enough confirms anything.
     *
     * @throws RefusedException if another one has its name, or its hypothesis is not registered, or
     *     is decided by another one
     */
    public Receipt submit(Experiment experiment) {
        store.refresh();
        requireSame(experiment);
        return record(experiment);
    }

    private Receipt record(Experiment experiment) {
        List<Event> events = new ArrayList<>();
        events.add(new ExperimentSubmitted(experiment));
        for (long seed : experiment.seeds()) {
            for (Arm arm : experiment.arms()) {
                add(events, experiment.run(arm, seed));
            }
        }
        return store.record(
                new Batch(actor, "experiment/" + experiment.id(), events),
                state -> requireUndecided(state, experiment));
    }

    /** Not a rule of the state: logs in which it was broken stay readable. */
    private static void requireUndecided(LabState state, Experiment experiment) {
        if (experiment.search() != null || state.experiment(experiment.id()).isPresent()) {
            return;
        }
        for (String id : experiment.hypotheses()) {
            Optional<String> other = state.decidedBy(id);
            if (other.isPresent() && state.hypothesis(id).map(Hypothesis::plan).isPresent()) {
                throw new RefusedException(
                        "hypothesis %s is decided by experiment %s: expected no other, register another hypothesis for experiment %s"
                                .formatted(id, other.get(), experiment.id()));
            }
        }
    }

    /**
     * Adds a run of each arm with a further seed.
     *
     * @throws RefusedException if the experiment does not exist, is a search or has that seed
     *     already
     */
    public Receipt addSeed(String experiment, long seed) {
        Experiment found =
                experiment(experiment)
                        .orElseThrow(
                                () ->
                                        new RefusedException(
                                                "experiment " + experiment + " does not exist"));
        if (found.search() != null) {
            throw new RefusedException(
                    "experiment "
                            + experiment
                            + " is a search: expected no further seed, all its trials have one");
        }
        List<Event> events = new ArrayList<>();
        for (Arm arm : found.arms()) {
            add(events, found.run(arm, seed));
        }
        return store.record(new Batch(actor, "seed/" + experiment + "/" + seed, events));
    }

    /**
     * Has a search propose no further trial. Those that run go on as its rule decides; each can be
     * cancelled.
     *
     * @throws RefusedException if it does not exist, is no search or was closed already
     */
    public Receipt closeSearch(String experiment, String reason) {
        return store.record(Batch.of(actor, new SearchClosed(experiment, reason)));
    }

    private static void add(List<Event> events, Run run) {
        events.add(new RunPlanned(run));
        events.add(new RunQueued(run.id(), 0, "submitted"));
    }

    /**
     * Stops a run for good: at once if it waits, else as soon as its attempt has ended.
     *
     * @throws RefusedException if it does not exist or has ended
     */
    public Receipt cancel(String run, String reason) {
        return act(
                run,
                new StopRequested(run, StopKind.CANCEL, reason),
                RunEnded.without(run, RunState.CANCELLED, reason));
    }

    /**
     * Stops a run until it is resumed, at a checkpoint if it is running.
     *
     * @throws RefusedException if it does not exist or has ended
     */
    public Receipt pause(String run, String reason) {
        return act(run, new StopRequested(run, StopKind.PAUSE, reason), new RunPaused(run, reason));
    }

    /**
     * Stops a run early since it would not win. No failure.
     *
     * @throws RefusedException if it does not exist or has ended
     */
    public Receipt prune(String run, String reason) {
        return act(
                run,
                new StopRequested(run, StopKind.PRUNE, reason),
                RunEnded.without(run, RunState.PRUNED, reason));
    }

    /**
     * Stops the attempt of a run at a checkpoint and queues it again, to make room for another.
     *
     * @throws RefusedException if it has no attempt
     */
    public Receipt preempt(String run, String reason) {
        return store.record(Batch.of(actor, new StopRequested(run, StopKind.PREEMPT, reason)));
    }

    /**
     * Lets a paused run go on.
     *
     * @throws RefusedException if it does not exist or is not paused
     */
    public Receipt resume(String run) {
        return store.record(
                Batch.of(actor, new RunQueued(run, 0, "resumed")),
                state -> requirePaused(state, run));
    }

    /** Queued is also what was never paused, such as a run whose attempt was preempted. */
    private static void requirePaused(LabState state, String run) {
        state.run(run)
                .map(RunView::state)
                .filter(found -> found != RunState.PAUSED)
                .ifPresent(
                        found -> {
                            throw new RefusedException(
                                    "run %s is %s: expected one that is paused"
                                            .formatted(run, found));
                        });
    }

    /**
     * Has a run tried again that ended without a result, such as one that failed or was pruned, as
     * if none of its attempts had failed.
     *
     * @throws RefusedException if it does not exist, has not ended, or has a result
     */
    public Receipt retry(String run, String reason) {
        return store.record(Batch.of(actor, new RunReopened(run, reason)));
    }

    /**
     * Records a verdict. The very same one is recorded once.
     *
     * @throws RefusedException if its hypothesis is not registered or a run it uses has not ended
     */
    public Receipt decide(VerdictReference verdict) {
        String key = "verdict/" + verdict.hypothesis() + "/" + Json.sha256(verdict);
        return store.record(new Batch(actor, key, List.of(new VerdictReached(verdict))));
    }

    /** What is to be done depends on whether an attempt is at work, which may change meanwhile. */
    private Receipt act(String run, Event whenActive, Event whenIdle) {
        store.refresh();
        RefusedException refused = null;
        for (int i = 0; i < 3; i++) {
            boolean active = run(run).map(view -> view.state().isActive()).orElse(false);
            try {
                return store.record(Batch.of(actor, active ? whenActive : whenIdle));
            } catch (RefusedException e) {
                refused = e;
            }
        }
        throw refused == null ? new RefusedException("run " + run + " keeps changing") : refused;
    }

    /** Looks at how things stand. */
    <T> T read(Function<LabState, T> look) {
        return store.read(look);
    }

    /** A run by its name. */
    public Optional<RunView> run(String id) {
        return store.read(state -> state.run(id));
    }

    /** The runs that fit, the oldest first. */
    public List<RunView> runs(RunFilter filter) {
        return store.read(
                state ->
                        state.runs().stream()
                                .filter(view -> filter.fits(view, state.experimentOf(view)))
                                .toList());
    }

    /** An experiment by its name. */
    public Optional<Experiment> experiment(String id) {
        return store.read(state -> state.experiment(id));
    }

    /** The arm of a run, with the parameters that its search proposed if it is a trial. */
    public Arm armOf(RunView view) {
        return store.read(state -> state.armOf(view));
    }

    /** The metric that an experiment is about: that of its search or of its hypothesis. */
    public Optional<String> metricOf(Experiment experiment) {
        return store.read(state -> Shortcomings.metricOf(state, experiment));
    }

    /** Whether a search was closed, so that it proposes no further trial. */
    public boolean isClosed(String experiment) {
        return store.read(state -> state.isClosed(experiment));
    }

    /** All experiments, the oldest first. */
    public List<Experiment> experiments() {
        return store.read(state -> List.copyOf(state.experiments()));
    }

    /** All hypotheses, the oldest first. */
    public List<Hypothesis> hypotheses() {
        return store.read(state -> List.copyOf(state.hypotheses()));
    }

    /** The verdicts on a hypothesis, the oldest first; the last one holds. */
    public List<VerdictReference> verdicts(String hypothesis) {
        return store.read(state -> state.verdictsOn(hypothesis));
    }
}

package dev.retort.experiment.lab;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.RunState;
import dev.retort.experiment.event.Event.AttemptEnded;
import dev.retort.experiment.event.Event.AttemptStarted;
import dev.retort.experiment.event.Event.CheckpointCommitted;
import dev.retort.experiment.event.Event.HypothesisRegistered;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.event.Event.RunEnded;
import dev.retort.experiment.event.Event.RunPlanned;
import dev.retort.experiment.event.Event.RunReopened;
import dev.retort.experiment.event.Event.VerdictReached;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.velocity.Event;
import dev.retort.experiment.velocity.Velocity;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The log of a store as {@link Velocity} reads it. A run is submitted when it is planned, makes its
 * first step when its attempt begins to work, and loses what it did since its last checkpoint when
 * an attempt ends and the run does not. Times are those of the wall clock, where one that was set
 * back stands still until it has caught up.
 *
 * <p>Tags of runs are {@code team}, {@code user}, {@code experiment}, {@code arm}, {@code
 * hypothesis}, {@code device} (the host and the devices of the last attempt) and those of their
 * experiment; tags of hypotheses are {@code team} and {@code hypothesis}. A run without devices
 * counts its cores as devices.
 */
public final class VelocityLog {
    private static final int PAGE = 10_000;

    private final Map<String, String> devices;
    private final List<Event> events = new ArrayList<>();
    private final LabState state = new LabState();

    /** When the work of an attempt was last brought to disk, by run. */
    private final Map<String, Instant> saved = new HashMap<>();

    /** The lives of runs that were tried again after they had ended, by run. */
    private final Map<String, Integer> lives = new HashMap<>();

    private Instant now = Instant.EPOCH;
    private long lostBatch;

    private VelocityLog(Map<String, String> devices) {
        this.devices = devices;
    }

    /**
     * Reads a store.
     *
     * @param store the store
     * @return its events, the oldest first
     */
    public static List<Event> of(EventStore store) {
        VelocityLog log = new VelocityLog(store.read(VelocityLog::devices));
        long last = 0;
        List<RecordedEvent> page = store.events(last, PAGE);
        while (!page.isEmpty()) {
            page.forEach(log::add);
            last = page.getLast().seq();
            page = store.events(last, PAGE);
        }
        return List.copyOf(log.events);
    }

    private static Map<String, String> devices(LabState state) {
        Map<String, String> found = new HashMap<>();
        for (RunView view : state.runs()) {
            view.lastAttempt().ifPresent(last -> found.put(view.run().id(), device(last)));
        }
        return found;
    }

    private static String device(Attempt attempt) {
        return attempt.devices().isEmpty()
                ? attempt.host() + " CPU"
                : attempt.host() + " " + attempt.devices();
    }

    private void add(RecordedEvent recorded) {
        Instant at = Instant.ofEpochMilli(recorded.wallMillis());
        now = at.isAfter(now) ? at : now;
        state.apply(recorded);
        switch (recorded.event()) {
            case HypothesisRegistered event ->
                    events.add(
                            new Event.Registered(
                                    now,
                                    event.hypothesis().id(),
                                    Map.of("team", event.hypothesis().team())));
            case RunPlanned event -> submit(event.run().id());
            case RunReopened event -> {
                lives.merge(event.run(), 1, Integer::sum);
                submit(event.run());
            }
            case RunAdmitted event -> events.add(new Event.Admitted(now, life(event.run())));
            case AttemptStarted event -> {
                saved.put(event.run(), now);
                events.add(new Event.FirstStep(now, life(event.run())));
            }
            case CheckpointCommitted event -> saved.put(event.run(), now);
            case AttemptEnded event -> {
                // A run that ends with its attempt loses nothing: its end follows in the batch.
                Instant since = saved.remove(event.run());
                Duration work = since == null ? Duration.ZERO : Duration.between(since, now);
                events.add(new Event.Lost(now, life(event.run()), work));
                lostBatch = recorded.batch();
            }
            case RunEnded event -> end(event, recorded.batch());
            case VerdictReached event ->
                    events.add(
                            new Event.Decided(
                                    now, event.verdict().hypothesis(), event.verdict().outcome()));
            default -> {}
        }
    }

    private void submit(String run) {
        RunView view = state.run(run).orElseThrow();
        Experiment experiment = state.experimentOf(view);
        Map<String, String> tags = new HashMap<>(experiment.tags());
        tags.put("team", experiment.team());
        tags.put("user", experiment.user());
        tags.put("experiment", experiment.id());
        tags.put("arm", view.run().arm());
        tags.put("device", devices.getOrDefault(run, "none yet"));
        events.add(
                new Event.Submitted(
                        now,
                        life(run),
                        experiment.hypothesis(),
                        experiment.resources().charged(),
                        experiment.priority(),
                        tags));
    }

    /** The name of what is one run here: each time it is tried again after its end is another. */
    private String life(String run) {
        Integer life = lives.get(run);
        return life == null ? run : run + " again " + life;
    }

    private void end(RunEnded event, long batch) {
        if (batch == lostBatch
                && events.getLast() instanceof Event.Lost lost
                && lost.run().equals(life(event.run()))) {
            events.removeLast();
        }
        events.add(new Event.Ended(now, life(event.run()), end(event.state())));
    }

    private static Event.End end(RunState state) {
        return switch (state) {
            case SUCCEEDED -> Event.End.SUCCEEDED;
            case PRUNED -> Event.End.PRUNED;
            case INFEASIBLE -> Event.End.INFEASIBLE;
            case FAILED -> Event.End.FAILED;
            case CANCELLED -> Event.End.CANCELLED;
            case REUSED -> Event.End.DUPLICATE;
            case PLANNED, QUEUED, ADMITTED, RUNNING, PAUSED ->
                    throw new IllegalArgumentException("a run ended in " + state);
        };
    }
}
